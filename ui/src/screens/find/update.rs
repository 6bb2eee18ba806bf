//! What keys do to the search line.

use super::State;
use crate::app::ctx::{Ctx, Move};
use crate::app::deed::Deed;
use crate::keymap::CommandId;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Accept => {
            let words = state.field.text().trim();
            let words = (!words.is_empty()).then(|| words.to_owned());
            let deed = match (state.earlier, words) {
                (true, Some(words)) => Deed::SearchEarlier(words),
                (true, None) => return true,
                (false, words) => Deed::Search(words),
            };
            ctx.moves.push(Move::CloseAndDo(Box::new(deed)));
        }
        CommandId::NextPane | CommandId::PreviousPane => state.earlier = !state.earlier,
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}
