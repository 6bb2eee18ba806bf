//! What keys do to a list of choices.

use super::State;
use crate::app::ctx::{Ctx, Move};
use crate::app::go::Go;
use crate::keymap::CommandId;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Accept | CommandId::Open => {
            if let Some(item) = state.items.get(state.cursor.selected) {
                ctx.moves.push(Move::CloseAndDo(Box::new(item.deed.clone())));
            }
        }
        CommandId::Back => ctx.close(),
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
