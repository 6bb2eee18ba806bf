//! What keys do to the palette.

use super::State;
use crate::app::ctx::{Ctx, Move};
use crate::app::go::Go;
use crate::keymap::CommandId;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Accept | CommandId::Open => accept(state, ctx),
        CommandId::Back | CommandId::Palette => ctx.close(),
        _ => match Go::of(command) {
            Some(go) => {
                let (len, rows) = (state.ranked.len(), super::view::rows(state, ctx.env));
                go.in_list(&mut state.cursor, len, rows);
            }
            None => return false,
        },
    }
    true
}

/// Runs the chosen command below; one that cannot be run says why and the palette stays.
fn accept(state: &State, ctx: &mut Ctx<'_>) {
    let Some(item) = state.selected() else { return };
    match item.offer.refused {
        Some(reason) => ctx.refuse(reason.key()),
        None => ctx.moves.push(Move::CloseAndRun(item.offer.command)),
    }
}
