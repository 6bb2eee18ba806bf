//! What keys and answers do to the check's screen.

use super::State;
use super::model::LISTED;
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure, Wake};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::keymap::CommandId;
use crate::screens::match_card::update::PAUSE;
use crate::screens::{card, members};
use crate::widgets::columns::Cursor;
use crate::widgets::input::Input;
use otklik_core::desk::CheckReport;

/// Asks for the check.
pub fn load(ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::CheckMembers { limit: LISTED });
}

/// The check has come, or has not.
pub fn loaded(state: &mut State, result: Result<&CheckReport, Failure>) {
    match result {
        Ok(report) => state.take(report),
        Err(failure) => state.failed = Some(failure),
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        let rows = super::view::list_rows(ctx.env);
        let counts = state.report.as_ref().map_or(0, |report| report.counts.len());
        match &mut state.open {
            Some(open) => moved(&mut open.cursor, go, open.rows.len(), rows),
            None => moved(&mut state.cursor, go, counts, rows),
        }
        return true;
    }
    match command {
        CommandId::Open => open(state, ctx),
        CommandId::MemberCard => {
            if let Some(row) = state.open.as_ref().and_then(|open| open.row()) {
                card::update::open(row.member.id, &row.member.name, ctx);
            }
        }
        CommandId::Reload => {
            state.report = None;
            load(ctx);
        }
        CommandId::Back if state.open.is_some() => state.open = None,
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

fn moved(cursor: &mut Cursor, go: Go, len: usize, rows: usize) {
    go.in_list(cursor, len, rows);
}

/// The kind's rows; from a row its place in the registry, where those that are like it stand beside it.
fn open(state: &mut State, ctx: &mut Ctx<'_>) {
    match state.open.as_ref().map(|open| open.row()) {
        None => {
            if let Some(kind) = state.kind() {
                state.open_kind(kind);
            }
        }
        Some(None) => {}
        Some(Some(row)) => {
            let mut registry = members::State { typing: false, ..members::State::default() };
            registry.look_up.field = Input::holding(&row.member.name);
            registry.look_up.waiting = true;
            ctx.wake(Wake::Search, PAUSE);
            ctx.push(Layer::Members(Box::new(registry)));
        }
    }
}
