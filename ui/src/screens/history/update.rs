//! What keys do to the history.

use super::State;
use crate::app::ctx::Ctx;
use crate::app::effect::Ask;
use crate::app::go::Go;
use crate::keymap::CommandId;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Back | CommandId::History => ctx.close(),
        CommandId::Reload => {
            ctx.ask(Ask::Appeal(state.id));
        }
        _ => match Go::of(command) {
            Some(go) => {
                state.scroll = go.of_scroll(state.scroll, state.last_scroll(ctx.env), ctx.env.body_rows())
            }
            None => return false,
        },
    }
    true
}
