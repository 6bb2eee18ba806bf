//! What keys do to the look-up screen.

use super::State;
use crate::app::ctx::Ctx;
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::keymap::CommandId;
use crate::screens::match_card::update::typed;
use crate::screens::{card, quality};
use crate::widgets::EditKey;
use otklik_core::types::DisplayText;

/// A key of the line.
pub fn key(state: &mut State, key: EditKey, ctx: &mut Ctx<'_>) {
    if state.look_up.field.key(key) {
        typed(&mut state.look_up, ctx);
        state.cursor = Default::default();
    }
}

/// A paste into the line.
pub fn paste(state: &mut State, text: &DisplayText, ctx: &mut Ctx<'_>) {
    state.look_up.field.paste(text);
    typed(&mut state.look_up, ctx);
    state.cursor = Default::default();
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        let (len, rows) = (state.look_up.hits.len(), super::view::list_rows(ctx.env));
        go.in_list(&mut state.cursor, len, rows);
        return true;
    }
    match command {
        CommandId::Find => state.typing = true,
        CommandId::CheckMembers => {
            quality::update::load(ctx);
            ctx.push(Layer::Quality(Box::default()));
        }
        CommandId::MemberCard => {
            if let Some(found) = state.selected() {
                card::update::open(found.member.id, &found.member.name, ctx);
            }
        }
        CommandId::NextPane | CommandId::PreviousPane => state.typing = !state.typing,
        CommandId::Accept | CommandId::Back if state.typing => state.typing = false,
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}
