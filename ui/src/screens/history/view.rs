//! Draws the history.

use super::State;
use crate::app::env::Env;
use crate::screens::thread::draw_lines;
use crate::widgets::empty::{self, Absence};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    if state.lines.is_empty() {
        let absence = Absence::Empty(env.tr.text("empty-history"));
        return empty::draw(buf, area, &absence, &env.tr, &env.theme);
    }
    draw_lines(&state.lines, state.scroll, env, buf, area);
}
