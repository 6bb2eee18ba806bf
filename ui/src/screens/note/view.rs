//! Draws a note.

use super::State;
use crate::app::env::Env;
use crate::widgets::dialog::draw_box;
use crate::widgets::frame::centred;
use crate::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let place = centred(area, Size::new(76, (area.height * 2 / 3).max(8)));
    let title = env.tr.with("note-title", &[("number", state.number.into())]);
    draw_box(buf, place, &title, &env.theme);
    if place.width < 8 || place.height < 6 {
        return None;
    }
    let inner = Rect { x: place.x + 2, y: place.y + 1, width: place.width - 4, height: place.height - 3 };
    let hint = env.tr.text(if state.sending { "note-adding" } else { "note-hint" });
    text::put(buf, inner.x, place.bottom() - 2, inner.width, &hint, env.theme.dialog);
    Some(state.editor.draw(buf, inner, Some(&env.tr.text("note-placeholder")), &env.theme))
}
