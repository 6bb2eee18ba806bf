//! What keys do to a note.

use super::State;
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::dialog;
use crate::widgets::EditKey;
use otklik_core::types::DisplayText;

pub fn key(state: &mut State, key: EditKey) {
    if !state.sending {
        state.editor.key(key);
    }
}

pub fn paste(state: &mut State, text: &DisplayText, ctx: &mut Ctx<'_>) {
    if !state.sending && state.editor.paste(text).cut > 0 {
        ctx.say(Notice::warning("paste-cut"));
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::SubmitNote if state.is_blank() => ctx.refuse("why-note-empty"),
        CommandId::SubmitNote if !state.sending => {
            state.sending = true;
            ctx.ask(Ask::Note(state.id, state.editor.text().as_str().to_owned()));
        }
        CommandId::Back if state.is_blank() => ctx.close(),
        CommandId::Back | CommandId::DiscardDraft => {
            ctx.push(Layer::Dialog(Box::new(dialog::State::discard_note())));
        }
        _ => return false,
    }
    true
}

/// The note was added, or was not; what was written stays until it was.
pub fn added(state: &mut State, result: Result<(), Failure>, ctx: &mut Ctx<'_>) {
    state.sending = false;
    match result {
        Ok(()) => {
            ctx.say(Notice::done("note-added"));
            ctx.close();
        }
        Err(failure) => ctx.push(Layer::Dialog(Box::new(dialog::State::failure(failure)))),
    }
}
