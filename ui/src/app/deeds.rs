//! Decisions carried out: what was chosen in a dialog or a list becomes a request to the desk or the end of the session.

use super::deed::Deed;
use super::effect::{Ask, Effect, Exit, Wake};
use super::layer::Layer;
use super::model::Model;
use super::update::{LEAVING_EVERY, Place, end, in_layers, in_place, in_queue, push, save_drafts};
use crate::screens::composer::model::Saving;
use crate::screens::{channel, composer, dialog, digest, earlier, import, line, queue};
use otklik_core::desk::DigestWish;
use otklik_core::types::{AppealId, DisplayText};

/// Carries out one decision.
pub fn carry_out(model: &mut Model, deed: Deed, out: &mut Vec<Effect>) {
    let ask = match deed {
        Deed::Nothing => return,
        Deed::Edit(id, edit) => Ask::Edit(id, edit),
        Deed::SetStage(id, stage) => Ask::SetStage(id, stage),
        Deed::Confirm(id, member, word) => Ask::ConfirmMember(id, member, word),
        Deed::SetMemberState(id, state) => Ask::SetMemberState(id, state),
        Deed::Outside(id, message, kind) => Ask::Outside(id, message, kind),
        Deed::Unlink(id, reason) => Ask::UnlinkMember(id, reason),
        Deed::UnlinkIdentity(id, reason) => Ask::UnlinkIdentity(id, reason),
        Deed::SettleConflict(id, state, reason) => Ask::SettleConflict(id, state, reason),
        Deed::IssueCard(member, anew) => Ask::IssueCard(member, anew),
        Deed::RevokeCard(card, reason) => Ask::RevokeCard(card, reason),
        Deed::LogCall(id, call) => Ask::LogCall(id, call),
        Deed::CallNumber(id, number) => Ask::CallNumber(id, number),
        Deed::CloseCall(id, end, appeal_too) => Ask::CloseCall(id, end, appeal_too),
        Deed::Join(id, request) => Ask::JoinCall(id, request),
        Deed::AskChair(id, request) => Ask::AskChair(id, request),
        Deed::AnswerQuery(id, answer) => Ask::AnswerQuery(id, answer),
        Deed::ConfirmApplication(id, code) => Ask::ConfirmApplication(id, code),
        Deed::ChairAddress { appeal, org, chair } => {
            let chair = DisplayText::sanitise(&chair);
            let asked = line::State::call(appeal, line::model::AboutCall::Chair(org), &chair);
            return push(model, Layer::Line(asked));
        }
        Deed::AskAgreed { appeal, org, to } => {
            let stated = workplace_of(model, appeal);
            return push(model, Layer::Line(line::State::workplace(appeal, org, to, &stated)));
        }
        Deed::Agree { appeal, org, to, workplace } => {
            let asked = dialog::State::agreed(appeal, org, to, workplace);
            return push(model, Layer::Dialog(Box::new(asked)));
        }
        Deed::DropDelivery(id) => Ask::DropDelivery(id),
        Deed::BelieveReport(id) => Ask::BelieveReport(id),
        Deed::DismissReport(id) => Ask::DismissReport(id),
        Deed::ConfirmDelivery { id, reason } => Ask::ConfirmDelivery { id, reason },
        Deed::Redirect { id, address } => Ask::RedirectDelivery { id, address },
        Deed::ReleaseHeld => Ask::ReleaseHeld,
        Deed::OpenChannel(name) => {
            push(model, Layer::Channel(Box::new(channel::State::new(name))));
            return in_channel(model, out, channel::update::load);
        }
        Deed::SetChannel(setting, value) => {
            return in_channel(model, out, |state, ctx| channel::update::set(state, setting, value, ctx));
        }
        Deed::AskSince(typed) => {
            return push(model, Layer::Dialog(Box::new(dialog::State::earlier_since(typed))));
        }
        Deed::DigestHour(at) => return in_digest(model, out, |wish| wish.at = at),
        Deed::DigestZone(zone) => return in_digest(model, out, |wish| wish.zone = zone),
        Deed::MakeAppeals(ids) => Ask::MakeAppeals(ids),
        Deed::SettleQuarantined(ids) => Ask::SettleQuarantined(ids),
        Deed::RetryDelivery(id) => Ask::RetryDelivery(id),
        Deed::SaveFile { appeal, attachment, dir } => Ask::SaveAttachment { appeal, attachment, dir },
        Deed::AttachFile { appeal, path } => Ask::AttachFile { appeal, path },
        Deed::DetachFile(appeal, file) => Ask::DetachFile(appeal, file),
        Deed::CopyTo { appeal, cc } => Ask::CopyDraftTo(appeal, cc),
        Deed::UndoImport(id) => Ask::UndoImport(id),
        Deed::OpenRegistry(path) => return open_registry(model, path, out),
        Deed::SetColumn(at, field) => {
            return in_import(model, out, |state, _| import::update::set_field(state, at, field));
        }
        Deed::ReadSheet(name) => {
            return in_import(model, out, |state, ctx| import::update::read(state, Some(name), ctx));
        }
        Deed::SetImportOrg(code) => {
            return in_import(model, out, |state, ctx| {
                import::update::set_org(state, code.as_deref(), ctx);
            });
        }
        Deed::LoadRegistry => return in_import(model, out, import::update::load),
        Deed::Search(words) => return search(model, words, out),
        Deed::SendAgain => return in_reply(model, out, composer::update::send_again),
        Deed::SearchEarlier(words) => return search_earlier(model, words, out),
        Deed::AppealFromEarlier(id) => Ask::AppealFromEarlier(id),
        Deed::SendAnyway => return in_reply(model, out, composer::update::send_anyway),
        Deed::DiscardDraft => return in_reply(model, out, composer::update::discard),
        Deed::DiscardNote => {
            if matches!(model.layers.last(), Some(Layer::Note(_))) {
                model.layers.pop();
            }
            return;
        }
        Deed::WaitAndQuit => return wait_and_quit(model, out),
        Deed::Quit => {
            save_drafts(model, out);
            return end(model, Exit::Asked, out);
        }
    };
    out.push(model.asks.ask(ask));
}

fn in_channel(
    model: &mut Model,
    out: &mut Vec<Effect>,
    act: impl FnOnce(&channel::State, &mut super::ctx::Ctx<'_>),
) {
    in_place(model, out, |place, ctx| {
        if let Place::Layer(Layer::Channel(state)) = place {
            act(state, ctx);
        }
    });
}

fn in_digest(model: &mut Model, out: &mut Vec<Effect>, change: impl FnOnce(&mut DigestWish)) {
    in_place(model, out, |place, ctx| {
        if let Place::Layer(Layer::Digest(state)) = place {
            digest::update::wish(state, change, ctx);
        }
    });
}

/// Where the author works, as they said, of the call that is open.
fn workplace_of(model: &Model, appeal: AppealId) -> DisplayText {
    let calls = model.layers.iter().find_map(|layer| match layer {
        Layer::Calls(state) => state.open.as_ref(),
        _ => None,
    });
    let call = calls.filter(|open| open.id == appeal).and_then(|open| open.call.as_ref());
    call.map(|call| call.org_stated.display_line()).unwrap_or_default()
}

fn search(model: &mut Model, words: Option<String>, out: &mut Vec<Effect>) {
    model.layers.clear();
    in_queue(model, out, |state, ctx| queue::update::search(state, words, ctx));
}

/// Opens a registry file: what it would change is looked at before anything is written.
fn open_registry(model: &mut Model, path: std::path::PathBuf, out: &mut Vec<Effect>) {
    push(model, Layer::Import(Box::new(import::State::new(path))));
    in_import(model, out, |state, ctx| import::update::read(state, None, ctx));
}

fn in_import(
    model: &mut Model,
    out: &mut Vec<Effect>,
    act: impl FnOnce(&mut import::State, &mut super::ctx::Ctx<'_>),
) {
    in_place(model, out, |place, ctx| {
        if let Place::Layer(Layer::Import(state)) = place {
            act(state, ctx);
        }
    });
}

/// Shows the letters of before the mailbox's start that hold the words, instead of those that may be shown.
pub fn search_earlier(model: &mut Model, words: String, out: &mut Vec<Effect>) {
    model.layers.retain(|layer| !matches!(layer, Layer::Earlier(_)));
    push(model, Layer::Earlier(Box::new(earlier::State::new(words))));
    in_layers(model, out, |layer, ctx| {
        if let Layer::Earlier(state) = layer {
            earlier::update::load(state, ctx);
        }
    });
}

fn in_reply(
    model: &mut Model,
    out: &mut Vec<Effect>,
    act: fn(&mut crate::screens::appeal::State, &mut super::ctx::Ctx<'_>),
) {
    in_layers(model, out, |layer, ctx| {
        if let Layer::Appeal(state) = layer {
            act(state, ctx);
        }
    });
}

/// The person wants to leave: what would be lost or left waiting is told first.
pub fn quit(model: &mut Model, out: &mut Vec<Effect>) {
    let reply_failed = model
        .appeal()
        .and_then(|state| state.reply.as_ref())
        .is_some_and(|reply| reply.saving == Saving::Failed);
    let note_open = model.layers.iter().any(|layer| matches!(layer, Layer::Note(note) if !note.is_blank()));
    let (now, later) = leaving_letters(model);
    if reply_failed || note_open || !model.unsaved.is_empty() {
        push(model, Layer::Dialog(Box::new(dialog::State::quit_unsaved())));
    } else if now > 0 || later > 0 {
        push(model, Layer::Dialog(Box::new(dialog::State::leave_with_work(now, later))));
    } else {
        save_drafts(model, out);
        end(model, Exit::Asked, out);
    }
}

/// Letters that leave now, and those that wait for another attempt, which may be days away.
fn leaving_letters(model: &Model) -> (i64, i64) {
    let counts = model.counts.as_ref();
    counts.map_or((0, 0), |n| (n.deliveries_waiting - n.deliveries_later, n.deliveries_later))
}

fn wait_and_quit(model: &mut Model, out: &mut Vec<Effect>) {
    save_drafts(model, out);
    let (now, later) = leaving_letters(model);
    push(model, Layer::Dialog(Box::new(dialog::State::leaving(now, later))));
    out.push(model.asks.ask(Ask::Counts));
    out.push(Effect::Wake { wake: Wake::Leaving, after: LEAVING_EVERY });
}

/// Whether leaving waits for deliveries.
pub fn is_leaving(model: &Model) -> bool {
    model.layers.iter().any(is_leaving_box)
}

fn is_leaving_box(layer: &Layer) -> bool {
    matches!(layer, Layer::Dialog(state) if state.about == dialog::model::About::Leaving)
}

/// The counts have come while leaving waits: goes when nothing leaves any more, else says how many do. What could not leave
/// waits for its next attempt, and nobody waits for that.
pub fn look_whether_gone(model: &mut Model, out: &mut Vec<Effect>) {
    let (waiting, later) = leaving_letters(model);
    if !is_leaving(model) {
        return;
    }
    if waiting == 0 {
        return end(model, Exit::Asked, out);
    }
    for layer in &mut model.layers {
        if is_leaving_box(layer) {
            *layer = Layer::Dialog(Box::new(dialog::State::leaving(waiting, later)));
        }
    }
    model.dirty = true;
}
