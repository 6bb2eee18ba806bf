//! Draws the look-up screen: the line, the hits, the chosen member.

use super::State;
use crate::app::env::Env;
use crate::screens::match_card::view::{draw_members, found_lines, look_up_absence};
use crate::screens::thread::{Line, Look, draw_lines, share_with_detail};
use crate::widgets::empty;
use crate::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Rows of the detail below the list.
const DETAIL: u16 = 8;

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
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let lines = state.selected().map(|found| {
        let mut lines = found_lines(found, env);
        lines.push(Line::new(Look::Quiet, env.tr.text("members-masked")));
        lines
    });
    let (list, detail, lines) = share_with_detail(below, DETAIL, lines.unwrap_or_default());
    match look_up_absence(&state.look_up, env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_members(&state.look_up.hits, state.cursor, !state.typing, env, buf, list),
    }
    if state.selected().is_some() {
        draw_lines(&lines, 0, env, buf, detail);
    }
    state.typing.then_some(at)
}
