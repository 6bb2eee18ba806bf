//! Draws the look-up screen: the line, the hits, the chosen member.

use super::State;
use crate::app::env::Env;
use crate::i18n::Phrase;
use crate::screens::match_card::view::{draw_members, fact_lines, look_up_absence, member_lines};
use crate::screens::thread::{Line, Look, draw_lines};
use crate::widgets::empty;
use crate::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Rows of the detail below the list.
const DETAIL: u16 = 7;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(DETAIL) + 2).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let label = env.tr.text("card-look-up");
    let used = text::put(buf, area.x + 1, area.y, area.width.saturating_sub(2), &label, env.theme.muted);
    let x = area.x + 2 + used;
    let field = Rect { x, y: area.y, width: area.right().saturating_sub(x + 1), height: 1 };
    let at = state.look_up.field.draw(buf, field, Some(&env.tr.text("members-placeholder")), &env.theme);
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(DETAIL + 1), ..area };
    match look_up_absence(&state.look_up, env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_members(&state.look_up.hits, state.cursor, !state.typing, env, buf, list),
    }
    let detail = Rect { y: list.bottom(), height: area.bottom().saturating_sub(list.bottom()), ..area };
    if let Some(found) = state.selected() {
        let mut lines = vec![Line::new(Look::Rule, Phrase::default())];
        lines.extend(member_lines(&found.member, env));
        lines.extend(fact_lines(found, env));
        draw_lines(&lines, 0, env, buf, detail);
    }
    state.typing.then_some(at)
}
