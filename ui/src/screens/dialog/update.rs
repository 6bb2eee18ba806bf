//! What keys do to a dialog.

use super::State;
use crate::app::ctx::{Ctx, Move};
use crate::keymap::CommandId;

/// Runs a command; a dialog takes every one, so that nothing behind it moves.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Accept | CommandId::Open => {
            let deed = state.choices[state.selected].deed.clone();
            ctx.moves.push(Move::CloseAndDo(Box::new(deed)));
        }
        CommandId::Back => ctx.close(),
        CommandId::NextPane | CommandId::NextTab => step(state, 1),
        CommandId::PreviousPane | CommandId::PreviousTab => step(state, -1),
        CommandId::Language | CommandId::Redraw => return false,
        CommandId::MoveDown => step(state, 1),
        CommandId::MoveUp => step(state, -1),
        _ => {}
    }
    true
}

fn step(state: &mut State, by: isize) {
    let len = state.choices.len() as isize;
    state.selected = (state.selected as isize + by).rem_euclid(len.max(1)) as usize;
}
