//! What keys do to the menu.

use super::State;
use crate::app::ctx::{Ctx, Move};
use crate::app::go::Go;
use crate::keymap::CommandId;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Accept | CommandId::Open => {
            if let Some(offer) = state.items.get(state.cursor.selected) {
                match offer.refused {
                    Some(reason) => ctx.refuse(reason.key()),
                    None => ctx.moves.push(Move::CloseAndRun(offer.command)),
                }
            }
        }
        CommandId::Back | CommandId::Menu => ctx.close(),
        _ => match Go::of(command) {
            Some(go) => {
                let (len, rows) = (state.items.len(), super::view::rows(state, ctx.env));
                go.in_list(&mut state.cursor, len, rows);
            }
            None => return false,
        },
    }
    true
}
