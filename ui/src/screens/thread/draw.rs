//! Draws lines: only those that are seen.

use super::lines::{Line, Look};
use crate::app::env::Env;
use crate::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws `lines` from `scroll` on, with a blank column at each side.
pub fn draw_lines(lines: &[Line], scroll: usize, env: &Env, buf: &mut Buffer, area: Rect) {
    text::clear(buf, area, env.theme.base);
    let width = area.width.saturating_sub(2);
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(scroll)) {
        let style = line.look.style(&env.theme);
        if line.look == Look::Rule {
            for x in area.left() + 1..area.right().saturating_sub(1) {
                text::put(buf, x, y, 1, &"─", style);
            }
        } else {
            text::put(buf, area.x + 1, y, width, &line.text, style);
        }
    }
}
