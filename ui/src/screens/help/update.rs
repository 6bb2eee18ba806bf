//! What keys do to the help.

use super::State;
use crate::app::ctx::Ctx;
use crate::app::go::Go;
use crate::keymap::CommandId;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Back | CommandId::Help => ctx.close(),
        _ => match Go::of(command) {
            Some(go) => {
                let rows = ctx.env.body_rows();
                let last = super::view::lines(state, ctx.env).len().saturating_sub(rows);
                state.scroll = go.of_scroll(state.scroll, last, rows);
            }
            None => return false,
        },
    }
    true
}
