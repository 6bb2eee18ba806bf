//! What the desk's answers do. A stale answer does nothing; an answer for a screen that has gone does nothing, except
//! that a draft whose save failed is tried again, wherever the person has gone meanwhile.

use super::deed::Word;
use super::effect::{Answer, Ask, Effect, Failure, Generation, Wake};
use super::layer::Layer;
use super::model::Model;
use super::notice::Notice;
use super::update::{changed, in_layers, in_queue, push};
use super::{deeds, effect};
use crate::screens::appeal::model::Then;
use crate::screens::composer::update::SAVE_AGAIN_AFTER;
use crate::screens::thread::Delivery;
use crate::screens::{
    appeal, calls, card, channel, composer, conflicts, dialog, digest, earlier, import, imports, intake,
    line, match_card, note, outgoing, quality, quarantine, queue,
};
use otklik_core::desk::views::Intake;
use otklik_core::types::{AppealId, DeliveryId, DeliveryKind, DisplayText, MemberState};
use std::time::Duration;

/// How soon an intake that stands still is looked at again.
const INTAKE_AGAIN_AFTER: Duration = Duration::from_secs(2);
/// How soon an intake that is starting is looked at again.
const INTAKE_STARTED_AFTER: Duration = Duration::from_millis(200);

type Outcome = Result<Answer, Failure>;

/// Takes an answer in.
pub fn answer(model: &mut Model, generation: Generation, result: Outcome, out: &mut Vec<Effect>) {
    let Some(ask) = model.asks.answered(generation) else { return };
    if matches!(ask, Ask::SaveAttachment { .. }) {
        file_saved(model, &result);
    } else if let Ask::OpenMember(id, _) = ask {
        member_opened(model, id, &result, out);
    } else if matches!(ask, Ask::LoadRegistry(_)) {
        registry_loaded(model, &result, out);
    } else if matches!(ask, Ask::SetChannel { .. }) {
        channel_set(model, &result, out);
    } else if matches!(ask, Ask::AppealFromEarlier(_)) {
        appeal_made(model, &result, out);
    } else if ask.is_write() {
        written(model, ask, result.map(drop), out);
    } else {
        read(model, ask, result, out);
    }
}

fn read(model: &mut Model, ask: Ask, result: Outcome, out: &mut Vec<Effect>) {
    match ask {
        Ask::Organisation | Ask::Staff | Ask::Counts | Ask::Intake => return facts(model, result, out),
        Ask::Queue { .. } => {
            let page =
                result.map(|answer| if let Answer::Queue(page) = answer { page } else { Default::default() });
            in_queue(model, out, |state, ctx| queue::update::page(state, page, ctx));
        }
        Ask::Pane(id) => in_queue(model, out, |state, ctx| match &result {
            Ok(Answer::Appeal(view)) => queue::update::pane(state, id, Ok(view), ctx),
            Err(failure) => queue::update::pane(state, id, Err(failure.clone()), ctx),
            Ok(_) => {}
        }),
        Ask::Appeal(id) => appeal_came(model, id, &result, out),
        Ask::MatchCard(id) => in_layers(model, out, |layer, _| match (layer, &result) {
            (Layer::MatchCard(state), Ok(Answer::MatchCard(card))) if state.id == id => {
                match_card::update::loaded(state, Ok(card));
            }
            (Layer::MatchCard(state), Err(failure)) if state.id == id => {
                match_card::update::loaded(state, Err(failure.clone()));
            }
            _ => {}
        }),
        Ask::Deliveries { .. } => in_layers(model, out, |layer, ctx| match (layer, &result) {
            (Layer::Outgoing(state), Ok(Answer::Deliveries(rows))) => {
                outgoing::update::loaded(state, Ok(rows), ctx)
            }
            (Layer::Outgoing(state), Err(failure)) => {
                outgoing::update::loaded(state, Err(failure.clone()), ctx)
            }
            _ => {}
        }),
        Ask::ChannelSettings(name) => in_layers(model, out, |layer, ctx| match (layer, &result) {
            (Layer::Channel(state), Ok(Answer::ChannelSettings(settings))) if state.name == name => {
                channel::update::loaded(state, Ok(settings), ctx);
            }
            (Layer::Channel(state), Err(failure)) if state.name == name => {
                channel::update::loaded(state, Err(failure.clone()), ctx);
            }
            _ => {}
        }),
        Ask::Digest => in_layers(model, out, |layer, ctx| match (layer, &result) {
            (Layer::Digest(state), Ok(Answer::Digest(data, reader))) => {
                digest::update::loaded(state, Ok((data, reader.as_deref())), ctx);
            }
            (Layer::Digest(state), Err(failure)) => digest::update::loaded(state, Err(failure.clone()), ctx),
            _ => {}
        }),
        Ask::CheckMembers { .. } => in_layers(model, out, |layer, _| match (layer, &result) {
            (Layer::Quality(state), Ok(Answer::Check(report))) => quality::update::loaded(state, Ok(report)),
            (Layer::Quality(state), Err(failure)) => quality::update::loaded(state, Err(failure.clone())),
            _ => {}
        }),
        Ask::MemberCard(id) => in_layers(model, out, |layer, _| match (layer, &result) {
            (Layer::Card(state), Ok(Answer::MemberCard(view))) if state.member == id => {
                card::update::loaded(state, Ok(view));
            }
            (Layer::Card(state), Err(failure)) if state.member == id => {
                card::update::loaded(state, Err(failure.clone()));
            }
            _ => {}
        }),
        Ask::Calls { .. } | Ask::Call(_) | Ask::JoinTargets(_) => calls_came(model, &ask, &result, out),
        Ask::Conflicts { .. } => in_layers(model, out, |layer, ctx| match (layer, &result) {
            (Layer::Conflicts(state), Ok(Answer::Conflicts(rows))) => {
                conflicts::update::loaded(state, Ok(rows), ctx);
            }
            (Layer::Conflicts(state), Err(failure)) => {
                conflicts::update::loaded(state, Err(failure.clone()), ctx);
            }
            _ => {}
        }),
        Ask::Channels | Ask::Quarantine { .. } | Ask::RawItem(_) => incoming_came(model, &ask, &result, out),
        Ask::FindEarlier { words, .. } => earlier_found(model, &words, &result, out),
        Ask::EarlierLetter(id) => in_layers(model, out, |layer, ctx| match (layer, &result) {
            (Layer::Earlier(state), Ok(Answer::EarlierLetter(letter))) => {
                earlier::update::opened(state, id, Ok(letter), ctx);
            }
            (Layer::Earlier(state), Err(failure)) => {
                earlier::update::opened(state, id, Err(failure.clone()), ctx);
            }
            _ => {}
        }),
        Ask::CompletePath(typed) => in_layers(model, out, |layer, _| {
            if let (Layer::Line(state), Ok(Answer::Completed(path, names))) = (layer, &result) {
                line::update::completed(state, &typed, path, names);
            }
        }),
        Ask::Orgs
        | Ask::Imports { .. }
        | Ask::ReadRegistry { .. }
        | Ask::CompareRegistry(_)
        | Ask::ImportProgress(_) => registry_came(model, &ask, &result, out),
        Ask::FindMembers { query, .. } => members_came(model, &query, &result, out),
        _ => {}
    }
    model.dirty = true;
}

/// Letters of before have been looked for: for their screen, or beside a search of appeals, which says how many there are.
fn earlier_found(model: &mut Model, words: &str, result: &Outcome, out: &mut Vec<Effect>) {
    if !model.layers.iter().any(|layer| matches!(layer, Layer::Earlier(_))) {
        // Whoever may not read them, or does not get them now, has searched appeals and is told of those.
        let found = if let Ok(Answer::Earlier(rows)) = result { rows.len() } else { 0 };
        return in_queue(model, out, |state, ctx| queue::update::earlier(state, words, found, ctx));
    }
    in_layers(model, out, |layer, ctx| match (layer, result) {
        (Layer::Earlier(state), Ok(Answer::Earlier(rows))) => {
            earlier::update::loaded(state, words, Ok(rows), ctx);
        }
        (Layer::Earlier(state), Err(failure)) => {
            earlier::update::loaded(state, words, Err(failure.clone()), ctx);
        }
        _ => {}
    });
}

/// An appeal was made of a letter of before: it is opened.
fn appeal_made(model: &mut Model, result: &Outcome, out: &mut Vec<Effect>) {
    model.dirty = true;
    match result {
        Ok(Answer::AppealMade(id, number)) => {
            model.notice = Some(Notice::done("done-earlier-appeal").arg("number", number.to_string()));
            push(model, Layer::Appeal(Box::new(appeal::State::new(*id, *number))));
            out.push(model.asks.ask(Ask::Appeal(*id)));
            changed(model, out);
        }
        Err(failure) => push(model, Layer::Dialog(Box::new(dialog::State::failure(failure.clone())))),
        Ok(_) => {}
    }
}

/// Answers for the screens of what comes in.
fn incoming_came(model: &mut Model, ask: &Ask, result: &Outcome, out: &mut Vec<Effect>) {
    in_layers(model, out, |layer, ctx| match (layer, ask, result) {
        (Layer::Intake(state), Ask::Channels, Ok(Answer::Channels(channels, reports))) => {
            intake::update::loaded(state, Ok((channels, reports)), ctx);
        }
        (Layer::Intake(state), Ask::Channels, Err(failure)) => {
            intake::update::loaded(state, Err(failure.clone()), ctx);
        }
        (Layer::Quarantine(state), Ask::Quarantine { .. }, Ok(Answer::Quarantine(rows))) => {
            quarantine::update::loaded(state, Ok(rows), ctx);
        }
        (Layer::Quarantine(state), Ask::Quarantine { .. }, Err(failure)) => {
            quarantine::update::loaded(state, Err(failure.clone()), ctx);
        }
        (Layer::Quarantine(state), Ask::RawItem(id), Ok(Answer::RawItem(item))) => {
            quarantine::update::opened(state, *id, Ok(item), ctx);
        }
        (Layer::Quarantine(state), Ask::RawItem(id), Err(failure)) => {
            quarantine::update::opened(state, *id, Err(failure.clone()), ctx);
        }
        _ => {}
    });
}

/// Answers for the registry's imports.
fn registry_came(model: &mut Model, ask: &Ask, result: &Outcome, out: &mut Vec<Effect>) {
    in_layers(model, out, |layer, ctx| match (layer, ask, result) {
        (Layer::Imports(state), Ask::Imports { .. }, Ok(Answer::Imports(rows))) => {
            imports::update::loaded(state, Ok(rows));
        }
        (Layer::Imports(state), Ask::Imports { .. }, Err(failure)) => {
            imports::update::loaded(state, Err(failure.clone()));
        }
        (Layer::Import(state), Ask::Orgs, Ok(Answer::Orgs(orgs))) => state.take_orgs(orgs),
        (Layer::Import(state), Ask::ReadRegistry { path, .. }, _) if state.path != *path => {}
        (Layer::Import(state), Ask::ReadRegistry { .. }, Ok(Answer::Registry(file))) => {
            import::update::came(state, Ok(file));
        }
        (Layer::Import(state), Ask::ReadRegistry { .. }, Err(failure)) => {
            import::update::came(state, Err(failure.clone()));
        }
        (Layer::Import(state), Ask::CompareRegistry(_), Ok(Answer::Import(done))) => {
            import::update::compared(state, Ok(done), ctx);
        }
        (Layer::Import(state), Ask::CompareRegistry(_), Err(failure)) => {
            import::update::compared(state, Err(failure.clone()), ctx);
        }
        (Layer::Import(state), Ask::ImportProgress(_), Ok(Answer::Progress(done, total))) => {
            import::update::progressed(state, (*done, *total));
        }
        _ => {}
    });
}

/// The registry was changed, or was not. Kept apart from `written`, for the answer carries what was done.
fn registry_loaded(model: &mut Model, result: &Outcome, out: &mut Vec<Effect>) {
    let is_open = matches!(model.layers.last(), Some(Layer::Import(_)));
    match result {
        _ if is_open => super::update::in_place(model, out, |place, ctx| match (place, result) {
            (super::update::Place::Layer(Layer::Import(state)), Ok(Answer::Import(done))) => {
                import::update::loaded(state, Ok(done), ctx);
            }
            (super::update::Place::Layer(Layer::Import(state)), Err(failure)) => {
                import::update::loaded(state, Err(failure.clone()), ctx);
            }
            _ => {}
        }),
        // The screen has gone meanwhile.
        Ok(_) => model.notice = Some(Notice::done("done-registry-loaded-elsewhere")),
        Err(failure) => push(model, Layer::Dialog(Box::new(dialog::State::failure(failure.clone())))),
    }
    super::update::reload(model, out);
    model.dirty = true;
}

/// A setting of a channel was changed, or was not. Kept apart from `written`, for the answer carries what followed from it.
fn channel_set(model: &mut Model, result: &Outcome, out: &mut Vec<Effect>) {
    match result {
        Ok(Answer::ChannelSet(reopened, folders)) => {
            let folders = DisplayText::sanitise(&folders.join(", "));
            model.notice = Some(match (*reopened, folders.as_str()) {
                (1.., _) => Notice::done("done-channel-reopened").arg("n", reopened.to_string()),
                (_, "") => Notice::done("done-channel-set"),
                _ => Notice::done("done-channel-folders").arg("folders", folders),
            });
        }
        Ok(_) => {}
        Err(failure) => push(model, Layer::Dialog(Box::new(dialog::State::failure(failure.clone())))),
    }
    super::update::reload(model, out);
    model.dirty = true;
}

/// Answers for the screen of calls.
fn calls_came(model: &mut Model, ask: &Ask, result: &Outcome, out: &mut Vec<Effect>) {
    in_layers(model, out, |layer, ctx| {
        let Layer::Calls(state) = layer else { return };
        match (ask, result) {
            (Ask::Calls { .. }, Ok(Answer::Calls(rows))) => calls::update::loaded(state, Ok(rows), ctx),
            (Ask::Calls { .. }, Err(failure)) => calls::update::loaded(state, Err(failure.clone()), ctx),
            (Ask::Call(id), Ok(Answer::Call(call))) => calls::update::opened(state, *id, Ok(call), ctx),
            (Ask::Call(id), Err(failure)) => calls::update::opened(state, *id, Err(failure.clone()), ctx),
            (Ask::JoinTargets(id), Ok(Answer::JoinTargets(targets))) => {
                calls::update::targets(state, *id, targets, ctx);
            }
            (_, Err(failure)) => ctx.push(Layer::Dialog(Box::new(dialog::State::failure(failure.clone())))),
            _ => {}
        }
    });
}

/// Facts of the frame. An answer that says what is known already draws nothing: an idle console is still.
fn facts(model: &mut Model, result: Outcome, out: &mut Vec<Effect>) {
    match result {
        Ok(Answer::Organisation(name)) => model.organisation = DisplayText::sanitise(&name),
        Ok(Answer::Staff(staff)) => model.staff = staff,
        Ok(Answer::Counts(counts)) => {
            if model.counts.as_ref() == Some(&counts) {
                return deeds::look_whether_gone(model, out);
            }
            for layer in &mut model.layers {
                if let Layer::Intake(state) = layer {
                    intake::update::counted(state, &counts);
                }
            }
            model.counts = Some(counts);
            deeds::look_whether_gone(model, out);
        }
        Ok(Answer::Intake(intake)) => {
            // A worker that begins to fetch, here or elsewhere, commits nothing: it must be looked for.
            let again = match intake {
                Intake::Starting => Some(INTAKE_STARTED_AFTER),
                Intake::StoppedSince(_) => Some(INTAKE_AGAIN_AFTER),
                Intake::Running | Intake::NoAccount => None,
            };
            if let Some(after) = again.filter(|_| !model.intake_due) {
                model.intake_due = true;
                out.push(Effect::Wake { wake: Wake::Intake, after });
            }
            if model.intake.replace(intake) == Some(intake) {
                return;
            }
        }
        // The frame keeps what it knew; the list below says that the desk does not answer.
        Ok(_) | Err(_) => return,
    }
    model.dirty = true;
}

fn appeal_came(model: &mut Model, id: AppealId, result: &Outcome, out: &mut Vec<Effect>) {
    in_layers(model, out, |layer, ctx| match (layer, result) {
        (Layer::Appeal(state), Ok(Answer::Appeal(view))) if state.id == id => {
            appeal::update::loaded(state, Ok(view), ctx);
        }
        (Layer::Appeal(state), Err(failure)) if state.id == id => {
            appeal::update::loaded(state, Err(failure.clone()), ctx);
        }
        _ => {}
    });
    let open = model.appeal().and_then(|state| state.thread.clone());
    if let Some(thread) = open.filter(|thread| thread.facts.id == id) {
        for layer in &mut model.layers {
            if let Layer::History(state) = layer {
                state.refresh(&thread, &model.env);
            }
        }
    }
}

fn members_came(model: &mut Model, query: &str, result: &Outcome, out: &mut Vec<Effect>) {
    in_layers(model, out, |layer, ctx| {
        let look_up = match layer {
            Layer::MatchCard(state) => &mut state.look_up,
            Layer::Members(state) => &mut state.look_up,
            _ => return,
        };
        match result {
            Ok(Answer::Members(hits)) => match_card::update::found(look_up, query.to_owned(), Ok(hits), ctx),
            Err(failure) => match_card::update::found(look_up, query.to_owned(), Err(failure.clone()), ctx),
            Ok(_) => {}
        }
        if let Layer::MatchCard(state) = layer {
            state.keep_opened();
        }
    });
}

/// A request to change something was carried out, or was not.
fn written(model: &mut Model, ask: Ask, result: Result<(), Failure>, out: &mut Vec<Effect>) {
    model.dirty = true;
    let draft = match &ask {
        Ask::SaveDraft { appeal, text, .. } => Some((*appeal, !text.trim().is_empty())),
        Ask::DiscardDraft(appeal) => Some((*appeal, false)),
        Ask::Send(request) | Ask::SendAgain(request) => Some((request.appeal, false)),
        _ => None,
    };
    if let (Some((appeal, draft)), Ok(())) = (draft, &result) {
        queue::update::has_draft(&mut model.queue, appeal, draft);
    }
    match ask {
        Ask::SaveDraft { appeal, .. } => draft_saved(model, appeal, ask, result, out),
        Ask::Send(request) | Ask::SendAgain(request) => {
            match &result {
                Ok(()) => {
                    queue::update::answered(&mut model.queue, request.appeal);
                    model.notice = Some(Notice::done("reply-taken"));
                }
                Err(failure) if !is_being_written(model, request.appeal) => {
                    // The screen has gone meanwhile: the text becomes the draft again, and the person is told.
                    let (appeal, text, kind, seen) =
                        (request.appeal, request.text.clone(), request.kind, request.seen);
                    out.push(model.asks.ask(Ask::SaveDraft { appeal, text, kind, seen }));
                    push(model, Layer::Dialog(Box::new(dialog::State::failure(failure.clone()))));
                }
                Err(_) => {}
            }
            in_layers(model, out, |layer, ctx| {
                if let Layer::Appeal(state) = layer
                    && state.id == request.appeal
                {
                    composer::update::sent(state, result.clone(), ctx);
                }
            });
            changed(model, out);
        }
        Ask::Note(id, _) => {
            let is_open = |layer: &Layer| matches!(layer, Layer::Note(state) if state.id == id);
            if model.layers.last().is_some_and(is_open) {
                super::update::in_place(model, out, |place, ctx| {
                    if let super::update::Place::Layer(Layer::Note(state)) = place {
                        note::update::added(state, result, ctx);
                    }
                });
            }
            changed(model, out);
        }
        // A mark of having read is not worth a sentence when it fails.
        Ask::MarkRead(_) => changed(model, out),
        other => told(model, other, result, out),
    }
}

/// Requests that say one sentence when they are done and show their error when they are not.
fn told(model: &mut Model, ask: Ask, result: Result<(), Failure>, out: &mut Vec<Effect>) {
    if let (Ask::Take(id) | Ask::SetStage(id, _) | Ask::Edit(id, _), Ok(())) = (&ask, &result) {
        queue::update::acted(&mut model.queue, *id);
    }
    changed(model, out);
    if let Err(failure) = result {
        return push(model, Layer::Dialog(Box::new(dialog::State::failure(failure))));
    }
    let notice = match &ask {
        Ask::Take(id) => {
            let number = model.number_of(*id).map(|number| number.to_string()).unwrap_or_default();
            Notice::done("done-taken").arg("number", number)
        }
        Ask::Edit(..) => Notice::done("done-edited"),
        Ask::SetStage(..) => Notice::done("done-stage"),
        Ask::Outside(_, _, kind) => {
            Notice::done(if kind.is_some() { "done-outside" } else { "done-outside-declined" })
        }
        Ask::MailThread(_) => Notice::done("done-thread-mailed"),
        Ask::UndoDelivery(id) if is_redirect(model, *id) => Notice::done("done-redirect-undone"),
        Ask::UndoDelivery(id) if !had_draft(model, *id) => Notice::done("done-undone-letter"),
        Ask::UndoDelivery(_) => Notice::done("done-undone"),
        Ask::RedirectDelivery { address, .. } => {
            Notice::done("done-redirected").arg("address", DisplayText::sanitise(address).into_line())
        }
        Ask::RetryDelivery(_) => Notice::done("done-retry"),
        Ask::HurryDeliveries(_) => Notice::done("done-hurried"),
        Ask::DropDelivery(_) => Notice::done("done-dropped"),
        Ask::BelieveReport(_) => Notice::done("done-believed"),
        Ask::DismissReport(_) => Notice::done("done-dismissed"),
        Ask::ConfirmDelivery { .. } => Notice::done("done-arrived"),
        Ask::AttachFile { .. } => Notice::done("done-attached"),
        Ask::DetachFile(..) => Notice::done("done-detached"),
        Ask::CopyDraftTo(..) => Notice::done("done-copies"),
        Ask::ReleaseHeld => Notice::done("done-released"),
        Ask::SetDigest(wish) => Notice::done(match (wish.wanted, has_mailbox(model)) {
            (true, true) => "done-digest-on",
            (true, false) => "done-digest-wanted",
            (false, _) => "done-digest-off",
        }),
        Ask::RetryQuarantined(ids) => Notice::done("done-quarantine-retried").arg("n", ids.len()),
        Ask::MakeAppeals(ids) => Notice::done("done-appeals-made").arg("n", ids.len()),
        Ask::SettleQuarantined(ids) => Notice::done("done-settled").arg("n", ids.len()),
        Ask::ConfirmMember(_, _, Word::First) => Notice::done("done-proposed"),
        Ask::ConfirmMember(..) => Notice::done("done-confirmed"),
        Ask::UnlinkMember(..) => Notice::done("done-unlinked"),
        Ask::UnlinkIdentity(..) => Notice::done("done-contact-unlinked"),
        Ask::SettleConflict(..) => Notice::done("done-conflict-settled"),
        Ask::CheckConflicts => Notice::done("done-conflicts-checked"),
        Ask::SetMemberState(_, MemberState::NotMember) => Notice::done("done-not-member"),
        Ask::SetMemberState(..) => Notice::done("done-member-state"),
        Ask::UndoImport(_) => Notice::done("done-import-undone"),
        Ask::IssueCard(..) => Notice::done("done-card-issued"),
        Ask::RevokeCard(..) => Notice::done("done-card-revoked"),
        Ask::AddCall(_) => Notice::done("done-call-added"),
        Ask::LogCall(_, call) if call.outcome.is_conversation() => Notice::done("done-call-spoken"),
        Ask::LogCall(..) => Notice::done("done-call-logged"),
        Ask::StrikeCall(_) => Notice::done("done-call-struck"),
        Ask::CallNumber(..) => Notice::done("done-call-number"),
        Ask::CloseCall(..) => Notice::done("done-call-closed"),
        Ask::JoinCall(..) => Notice::done("done-application-sent"),
        Ask::AskChair(..) => Notice::done("done-chair-asked"),
        Ask::AnswerQuery(..) => Notice::done("done-query-answered"),
        Ask::ConfirmApplication(..) => Notice::done("done-application-confirmed"),
        _ => return,
    };
    let no_draft = matches!(ask, Ask::UndoDelivery(id) if is_redirect(model, id) || !had_draft(model, id));
    model.notice = Some(notice);
    match ask {
        Ask::UndoDelivery(_) if no_draft => {}
        Ask::UndoDelivery(_) => reopen_reply(model, out),
        Ask::ConfirmMember(..) | Ask::SetMemberState(..)
            if matches!(model.layers.last(), Some(Layer::MatchCard(_))) =>
        {
            model.layers.pop();
        }
        _ => {}
    }
    super::update::reload(model, out);
}

/// Whether a delivery goes to a corrected address, so that taking it back leaves the reply where it was.
fn is_redirect(model: &Model, id: DeliveryId) -> bool {
    shown_delivery(model, id, |delivery| delivery.instead_of.is_some())
}

/// Whether what was taken back is a reply, whose text becomes a draft: only of other letters that are on the screen it is
/// known that they have none.
fn had_draft(model: &Model, id: DeliveryId) -> bool {
    !shown_delivery(model, id, |delivery| delivery.kind != DeliveryKind::Reply)
}

/// Whether the delivery is on the screen, in a thread or in the list, and is so.
fn shown_delivery(model: &Model, id: DeliveryId, is: impl Fn(&Delivery) -> bool) -> bool {
    let open = model.appeal().and_then(|state| state.thread.as_deref());
    let pane = model.queue.pane.thread.as_deref();
    let threads = open.into_iter().chain(pane).flat_map(|thread| &thread.messages);
    let listed = model.layers.iter().filter_map(|layer| match layer {
        Layer::Outgoing(state) => state.rows.as_deref(),
        _ => None,
    });
    let mut all = threads.flat_map(|message| &message.deliveries).chain(listed.flatten());
    all.any(|delivery| delivery.id == id && is(delivery))
}

/// Whether the digest of whoever looks has a mailbox to go to.
fn has_mailbox(model: &Model) -> bool {
    let readers = model.layers.iter().filter_map(|layer| match layer {
        Layer::Digest(state) => state.reader.as_ref(),
        _ => None,
    });
    readers.into_iter().all(|reader| reader.mailbox.is_some())
}

/// What was taken back is a draft again: it is shown in the reply.
fn reopen_reply(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(Layer::Appeal(state)) = model.layers.last_mut() {
        state.then = Then::Reply;
        let id = state.id;
        out.push(model.asks.ask(Ask::Appeal(id)));
    }
}

fn draft_saved(
    model: &mut Model,
    appeal: AppealId,
    ask: effect::Ask,
    result: Result<(), Failure>,
    out: &mut Vec<Effect>,
) {
    if is_being_written(model, appeal) {
        in_layers(model, out, |layer, ctx| {
            if let Layer::Appeal(state) = layer
                && state.id == appeal
            {
                composer::update::saved(state, result.clone(), ctx);
            }
        });
    } else if result.is_err() {
        model.notice = Some(Notice::warning("draft-not-saved"));
        model.unsaved.retain(|other| !matches!(other, Ask::SaveDraft { appeal: id, .. } if *id == appeal));
        model.unsaved.push(ask);
        out.push(Effect::Wake { wake: Wake::SaveDraft, after: SAVE_AGAIN_AFTER });
    }
}

/// Whether the reply to this appeal is on the screen.
fn is_being_written(model: &Model, appeal: AppealId) -> bool {
    model.appeal().is_some_and(|state| state.id == appeal && state.reply.is_some())
}

/// Shows a row that was opened. Kept apart from `written`, for the answer carries the row.
fn member_opened(model: &mut Model, id: AppealId, result: &Outcome, out: &mut Vec<Effect>) {
    match result {
        Ok(Answer::Member(member)) => {
            in_layers(model, out, |layer, _| match layer {
                Layer::MatchCard(state) if state.id == id => state.open(member),
                _ => {}
            });
            model.notice = Some(Notice::done("done-opened-member"));
            changed(model, out);
        }
        Err(failure) => push(model, Layer::Dialog(Box::new(dialog::State::failure(failure.clone())))),
        Ok(_) => {}
    }
    model.dirty = true;
}

/// Tells a saved file's place. Kept apart from `written`, for the answer carries the path.
fn file_saved(model: &mut Model, result: &Outcome) {
    match result {
        Ok(Answer::Saved(path)) => {
            let path = DisplayText::sanitise(&path.to_string_lossy());
            model.notice = Some(Notice::done("done-saved").arg("path", &path));
        }
        Err(failure) => push(model, Layer::Dialog(Box::new(dialog::State::failure(failure.clone())))),
        Ok(_) => {}
    }
    model.dirty = true;
}
