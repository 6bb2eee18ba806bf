//! What keys and answers do to the screen of earlier letters.

use super::State;
use super::model::{LIMIT, Letter};
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::{dialog, find};
use otklik_core::desk::views::{HistoryLetter, HistoryRow};
use otklik_core::types::RawId;

/// Asks for the letters.
pub fn load(state: &State, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::FindEarlier { words: state.words.clone(), limit: LIMIT });
}

/// The letters that hold these words have come, or have not.
pub fn loaded(state: &mut State, words: &str, result: Result<&[HistoryRow], Failure>, ctx: &mut Ctx<'_>) {
    if words != state.words {
        return;
    }
    match result {
        Ok(rows) => state.take_rows(rows, super::view::list_rows(ctx.env)),
        Err(failure) => {
            if state.rows.is_some() {
                ctx.say(Notice::warning("queue-not-refreshed"));
            }
            state.failed = Some(failure);
        }
    }
}

/// A letter has come, or has not.
pub fn opened(state: &mut State, id: RawId, result: Result<&HistoryLetter, Failure>, ctx: &mut Ctx<'_>) {
    let Some(open) = state.open.as_mut().filter(|open| open.id == id) else { return };
    match result {
        Ok(letter) => open.take(letter, ctx.env),
        Err(failure) => open.failed = Some(failure),
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        moved(state, go, ctx);
        return true;
    }
    match command {
        CommandId::Open => {
            if let (Some(row), None) = (state.row(), &state.open) {
                let id = row.id;
                state.open = Some(Box::new(Letter::new(id)));
                ctx.ask(Ask::EarlierLetter(id));
            }
        }
        CommandId::MakeAppeal => {
            if let Some(row) = state.row() {
                ctx.push(Layer::Dialog(Box::new(dialog::State::appeal_from_earlier(row, ctx.env))));
            }
        }
        CommandId::Find => ctx.push(Layer::Find(find::State::earlier(&state.words))),
        CommandId::Reload => load(state, ctx),
        CommandId::Back if state.open.is_some() => state.open = None,
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

fn moved(state: &mut State, go: Go, ctx: &Ctx<'_>) {
    if let Some(open) = &mut state.open {
        let rows = super::view::text_rows(ctx.env);
        open.scroll = go.of_scroll(open.scroll, open.lines.len().saturating_sub(rows), rows);
        return;
    }
    let len = state.rows.as_ref().map_or(0, Vec::len);
    let rows = super::view::list_rows(ctx.env);
    go.in_list(&mut state.cursor, len, rows);
    state.selected = state.row().map(|row| row.id);
}
