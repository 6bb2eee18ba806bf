//! What keys and answers do to the screen of conflicts. Each decision asks for a reason first; what follows from it the desk does.

use super::State;
use super::model::LIMIT;
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::{appeal, line};
use otklik_core::desk::ConflictView;
use otklik_core::types::ConflictState;

/// Asks for the list.
pub fn load(state: &State, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::Conflicts { all: state.all, limit: LIMIT });
}

/// The list has come, or has not.
pub fn loaded(state: &mut State, result: Result<&[ConflictView], Failure>, ctx: &mut Ctx<'_>) {
    match result {
        Ok(views) => state.take(views, super::view::list_rows(ctx.env)),
        Err(failure) => {
            if state.rows.is_some() {
                ctx.say(Notice::warning("queue-not-refreshed"));
            }
            state.failed = Some(failure);
        }
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        let (len, rows) = (state.rows.as_ref().map_or(0, Vec::len), super::view::list_rows(ctx.env));
        go.in_list(&mut state.cursor, len, rows);
        return true;
    }
    match command {
        CommandId::KeepFirst => settle(state, ConflictState::KeptFirst, ctx),
        CommandId::KeepSecond => settle(state, ConflictState::KeptSecond, ctx),
        CommandId::BothRight => settle(state, ConflictState::BothRight, ctx),
        CommandId::CheckConflicts => {
            ctx.ask(Ask::CheckConflicts);
        }
        CommandId::Open => {
            if let Some((id, number)) = state.row().and_then(|row| row.appeal()) {
                ctx.push(Layer::Appeal(Box::new(appeal::State::new(id, number))));
                ctx.ask(Ask::Appeal(id));
            }
        }
        CommandId::NextPane | CommandId::PreviousPane => {
            state.all = !state.all;
            load(state, ctx);
        }
        CommandId::Reload => load(state, ctx),
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

fn settle(state: &State, decision: ConflictState, ctx: &mut Ctx<'_>) {
    if let Some(row) = state.row() {
        ctx.push(Layer::Line(line::State::conflict(row.id, decision)));
    }
}
