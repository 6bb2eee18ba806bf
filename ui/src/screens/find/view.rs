//! Draws the search line in a box.

use super::State;
use crate::app::env::Env;
use crate::i18n::Arg;
use crate::widgets::dialog::draw_box;
use crate::widgets::frame::centred;
use crate::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let place = centred(area, Size::new(64, 6));
    draw_box(buf, place, &env.tr.text("find-title"), &env.theme);
    if place.width < 8 || place.height < 6 {
        return None;
    }
    let mark = |is_on: bool| Arg::from(if is_on { "(*)" } else { "( )" });
    let args = [("appeals", mark(!state.earlier)), ("earlier", mark(state.earlier))];
    let kinds = env.tr.with("find-where", &args);
    text::put(buf, place.x + 3, place.y + 3, place.width - 6, &kinds, env.theme.dialog);
    let hint = env.tr.text("find-hint");
    text::put(buf, place.x + 3, place.y + 4, place.width - 6, &hint, env.theme.dialog);
    let field = Rect { x: place.x + 3, y: place.y + 2, width: place.width - 6, height: 1 };
    Some(state.field.draw(buf, field, Some(&env.tr.text("find-placeholder")), &env.theme))
}
