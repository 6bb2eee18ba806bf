//! What keys and answers do to the reply. The draft is saved at most 0.9 s after the first key that is not saved, so that
//! a machine that dies takes less than two seconds of typing with it.

use super::model::Saving;
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure, Wake};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::appeal::model::{Focus, Then};
use crate::screens::{appeal, choose, dialog, line};
use crate::widgets::EditKey;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::error::ErrorKind;
use otklik_core::types::{DisplayText, ReplyKind};
use std::time::Duration;

/// From the first unsaved key to the save.
pub const SAVE_AFTER: Duration = Duration::from_millis(900);
/// From a failed save to the next try.
pub const SAVE_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// A key of the text.
pub fn key(state: &mut appeal::State, key: EditKey, ctx: &mut Ctx<'_>) {
    if let Some(reply) = &mut state.reply
        && !reply.sending
        && !reply.preview
        && reply.editor.key(key)
    {
        changed(state, ctx);
    }
}

/// A paste into the text.
pub fn paste(state: &mut appeal::State, text: &DisplayText, ctx: &mut Ctx<'_>) {
    let Some(reply) = &mut state.reply else { return };
    if reply.sending || reply.preview {
        return;
    }
    if reply.editor.paste(text).cut > 0 {
        ctx.say(Notice::warning("paste-cut"));
    }
    changed(state, ctx);
}

/// Notes that the draft differs from what the desk has, and sets the time to save it.
pub fn changed(state: &mut appeal::State, ctx: &mut Ctx<'_>) {
    let Some(reply) = &mut state.reply else { return };
    reply.key = None;
    match reply.saving {
        Saving::Saved => {
            reply.saving = Saving::Due;
            ctx.wake(Wake::SaveDraft, SAVE_AFTER);
        }
        Saving::UnderWay { .. } => reply.saving = Saving::UnderWay { more: true },
        Saving::Due | Saving::Failed => {}
    }
}

/// Saves the draft now, if anything is unsaved and no save is under way.
pub fn save(state: &mut appeal::State, ctx: &mut Ctx<'_>) {
    let Some(reply) = &mut state.reply else { return };
    if matches!(reply.saving, Saving::Due | Saving::Failed) && !reply.sending {
        reply.saving = Saving::UnderWay { more: false };
        ctx.ask(ask_save(state.id, reply));
    }
}

/// Saves whatever the desk may lack, even while an earlier save is under way: the screen is going away.
pub fn save_at_once(state: &mut appeal::State, ctx: &mut Ctx<'_>) {
    let Some(reply) = &mut state.reply else { return };
    if matches!(reply.saving, Saving::Due | Saving::Failed | Saving::UnderWay { more: true })
        && !reply.sending
    {
        reply.saving = Saving::UnderWay { more: false };
        ctx.ask(ask_save(state.id, reply));
    }
}

fn ask_save(appeal: otklik_core::types::AppealId, reply: &super::State) -> Ask {
    Ask::SaveDraft {
        appeal,
        text: reply.editor.text().as_str().to_owned(),
        kind: reply.kind,
        seen: reply.seen,
    }
}

/// The draft was saved, or was not.
pub fn saved(state: &mut appeal::State, result: Result<(), Failure>, ctx: &mut Ctx<'_>) {
    let Some(reply) = &mut state.reply else { return };
    match (result, reply.saving) {
        (Ok(()), Saving::UnderWay { more: true }) => {
            reply.saving = Saving::Due;
            ctx.wake(Wake::SaveDraft, SAVE_AFTER);
        }
        (Ok(()), _) => reply.saving = Saving::Saved,
        (Err(_), _) => {
            reply.saving = Saving::Failed;
            ctx.say(Notice::warning("draft-not-saved"));
            ctx.wake(Wake::SaveDraft, SAVE_AGAIN_AFTER);
        }
    }
}

/// Runs a command of the reply; false when it is not one of its own.
pub fn command(state: &mut appeal::State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    let rows = state.reply_rows(ctx.env);
    let Some(reply) = &mut state.reply else { return false };
    let rows = rows.saturating_sub(super::view::head_rows(reply, ctx.env));
    if reply.preview
        && let Some(go) = Go::of(command)
    {
        let last = super::view::preview_rows(reply, ctx.env).saturating_sub(rows);
        reply.scroll = go.of_scroll(reply.scroll, last, rows);
        return true;
    }
    match command {
        CommandId::Send => send(state, ctx),
        CommandId::Preview => {
            reply.preview = !reply.preview;
            reply.scroll = 0;
        }
        CommandId::MarkResponse => mark(state, ReplyKind::Response, ctx),
        CommandId::MarkMerits => mark(state, ReplyKind::Merits, ctx),
        CommandId::AttachFile => {
            let folder = ctx.env.save_dir.to_string_lossy().into_owned();
            ctx.push(Layer::Line(line::State::file(state.id, &folder)));
        }
        CommandId::EditCopies => ctx.push(Layer::Line(line::State::copies(state.id, &reply.cc))),
        CommandId::DetachFile => {
            ctx.push(Layer::Choose(Box::new(choose::State::draft_files(state.id, &reply.files))));
        }
        CommandId::DiscardDraft => ctx.push(Layer::Dialog(Box::new(dialog::State::discard_draft()))),
        CommandId::Back if reply.preview => reply.preview = false,
        _ => return false,
    }
    true
}

fn mark(state: &mut appeal::State, kind: ReplyKind, ctx: &mut Ctx<'_>) {
    if let Some(reply) = &mut state.reply
        && reply.kind != kind
    {
        reply.kind = kind;
        changed(state, ctx);
    }
}

/// Asks for the reply to be sent. It names the newest message its writer has seen.
fn send(state: &mut appeal::State, ctx: &mut Ctx<'_>) {
    send_by(state, Ask::Send, ctx);
}

/// Sends words that went to the same appeal just now: the person was told.
pub fn send_again(state: &mut appeal::State, ctx: &mut Ctx<'_>) {
    send_by(state, Ask::SendAgain, ctx);
}

fn send_by(state: &mut appeal::State, ask: fn(ReplyRequest) -> Ask, ctx: &mut Ctx<'_>) {
    let Some(reply) = &mut state.reply else { return };
    if reply.sending {
        return;
    }
    if reply.is_blank() {
        ctx.refuse("why-reply-empty");
        return;
    }
    let key = *reply.key.get_or_insert_with(|| ctx.fresh_key());
    reply.sending = true;
    ctx.ask(ask(ReplyRequest {
        appeal: state.id,
        text: reply.editor.text().as_str().to_owned(),
        kind: reply.kind,
        seen: reply.seen,
        idempotency_key: key,
        immediately: false,
        cc: reply.cc.clone(),
        files: reply.files.iter().map(|(id, ..)| *id).collect(),
    }));
}

/// Sends although something newer has come, which has been on the screen now.
pub fn send_anyway(state: &mut appeal::State, ctx: &mut Ctx<'_>) {
    let newest = state.thread.as_ref().and_then(|thread| thread.last_message);
    if let Some(reply) = &mut state.reply {
        reply.seen = newest;
        reply.key = None;
        send(state, ctx);
    }
}

/// The reply was taken for sending, or was not.
pub fn sent(state: &mut appeal::State, result: Result<(), Failure>, ctx: &mut Ctx<'_>) {
    let Some(reply) = &mut state.reply else { return };
    reply.sending = false;
    match result {
        Ok(()) => {
            state.reply = None;
            state.focus = Focus::Thread;
            state.then = Then::ShowNewest;
            state.lay_out(ctx.env);
        }
        Err(failure) if matches!(failure.code, "newer-message" | "answered-meanwhile") => {
            let seen = reply.seen;
            reply.key = None;
            state.then = Then::ShowNewer { seen };
            save(state, ctx);
        }
        Err(failure) if failure.code == "reply-repeated" => {
            reply.key = None;
            ctx.push(Layer::Dialog(Box::new(dialog::State::repeated(failure))));
            save(state, ctx);
        }
        Err(failure) => {
            // A request that was refused was not taken: the next try is another intent. One that failed may have been.
            if failure.kind != ErrorKind::Failed {
                reply.key = None;
            }
            ctx.push(Layer::Dialog(Box::new(dialog::State::failure(failure))));
            save(state, ctx);
        }
    }
    appeal::update::reload(state, ctx);
}

/// Closes the reply; the draft stays at the desk.
pub fn close(state: &mut appeal::State, ctx: &mut Ctx<'_>) {
    save_at_once(state, ctx);
    let kept = state.reply.take().is_some_and(|reply| !reply.is_blank());
    state.focus = Focus::Thread;
    state.lay_out(ctx.env);
    if kept {
        ctx.say(Notice::done("draft-kept"));
    }
    // The draft that reopening shows is the one just written.
    appeal::update::reload(state, ctx);
}

/// Throws the draft away: an empty draft is none.
pub fn discard(state: &mut appeal::State, ctx: &mut Ctx<'_>) {
    if state.reply.take().is_some() {
        ctx.ask(Ask::DiscardDraft(state.id));
        state.focus = Focus::Thread;
        state.lay_out(ctx.env);
        ctx.say(Notice::done("draft-discarded"));
        appeal::update::reload(state, ctx);
    }
}
