//! What keys and answers do to the quarantine's screen.

use super::State;
use super::model::{LIMIT, Raw};
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::dialog;
use otklik_core::desk::views::{QuarantineRow, QuarantineView};
use otklik_core::types::RawId;

/// Asks for the list.
pub fn load(ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::Quarantine { limit: LIMIT });
}

/// The list has come, or has not.
pub fn loaded(state: &mut State, result: Result<&[QuarantineRow], Failure>, ctx: &mut Ctx<'_>) {
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

/// An item has come as it is, or has not.
pub fn opened(state: &mut State, id: RawId, result: Result<&QuarantineView, Failure>, ctx: &mut Ctx<'_>) {
    let Some(open) = state.open.as_mut().filter(|open| open.id == id) else { return };
    match result {
        Ok(item) => open.take(item, ctx.env),
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
                state.open = Some(Box::new(Raw::new(id)));
                ctx.ask(Ask::RawItem(id));
            }
        }
        CommandId::MarkRow => {
            if let (Some(id), None) = (state.row().map(|row| row.id), &state.open) {
                if !state.marked.remove(&id) {
                    state.marked.insert(id);
                }
                moved(state, Go::Down, ctx);
            }
        }
        CommandId::MarkAlike => mark_alike(state),
        CommandId::RetryQuarantined => {
            ctx.ask(Ask::RetryQuarantined(state.subjects()));
        }
        CommandId::MakeAppeal => {
            ctx.push(Layer::Dialog(Box::new(dialog::State::make_appeals(state.subjects()))));
        }
        CommandId::SettleQuarantined => {
            ctx.push(Layer::Dialog(Box::new(dialog::State::settle(state.subjects()))));
        }
        CommandId::Reload => load(ctx),
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

/// Marks everything that is here for the same reason as the chosen item; all of them marked already, takes the marks away.
fn mark_alike(state: &mut State) {
    let Some(reason) = state.row().map(|row| row.reason.clone()) else { return };
    let alike: Vec<RawId> =
        state.rows.iter().flatten().filter(|row| row.reason == reason).map(|row| row.id).collect();
    if alike.iter().all(|id| state.marked.contains(id)) {
        state.marked.retain(|id| !alike.contains(id));
    } else {
        state.marked.extend(alike);
    }
}
