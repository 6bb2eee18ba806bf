//! Draws lines: only those that are seen.

use super::lines::{Line, Look, push_wrapped};
use crate::app::env::Env;
use crate::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Folds the detail of the row that is chosen in a list, a rule above it, and shares `area` between the list and the
/// detail: the detail has `least` rows, and more only where it would be cut, as long as three rows of the list stay in sight.
pub fn share_with_detail(area: Rect, least: u16, detail: Vec<Line>) -> (Rect, Rect, Vec<Line>) {
    let mut lines = vec![Line::rule()];
    for line in detail {
        push_wrapped(&mut lines, line, area.width.saturating_sub(2).max(1));
    }
    let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let height = wanted.min(area.height.saturating_sub(4)).max(least).min(area.height);
    let list = Rect { height: area.height - height, ..area };
    (list, Rect { y: list.bottom(), height, ..area }, lines)
}

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
