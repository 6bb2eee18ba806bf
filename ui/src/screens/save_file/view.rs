//! Draws the choice of a file, then the line for its folder.

use super::State;
use crate::app::env::Env;
use crate::screens::thread::size;
use crate::widgets::dialog::draw_box;
use crate::widgets::frame::centred;
use crate::widgets::menu::{Entry, Menu};
use crate::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let title = env.tr.text("save-title");
    if state.choosing {
        let entry = |(n, file): &(usize, crate::screens::thread::Attachment)| {
            let label = env.tr.with("save-entry", &[("n", (*n).into()), ("name", (&file.name).into())]);
            Entry::new(&label, &size(file.size, &env.tr))
        };
        let entries: Vec<Entry> = state.files.iter().map(entry).collect();
        let empty = env.tr.text("choose-empty");
        let menu =
            Menu { title: &title, filter: None, entries: &entries, cursor: state.cursor, empty: &empty };
        return menu.draw(buf, area, &env.theme);
    }
    let place = centred(area, Size::new(68, 7));
    draw_box(buf, place, &title, &env.theme);
    if place.width < 8 || place.height < 7 {
        return None;
    }
    let row = |y: u16| Rect { x: place.x + 3, y: place.y + y, width: place.width - 6, height: 1 };
    if let Some((_, file)) = state.files.get(state.cursor.selected) {
        text::put(buf, row(2).x, row(2).y, row(2).width, &file.name, env.theme.dialog);
    }
    text::put(buf, row(3).x, row(3).y, row(3).width, &env.tr.text("save-folder"), env.theme.dialog);
    let cursor = state.folder.draw(buf, row(4), None, &env.theme);
    text::put(buf, row(5).x, row(5).y, row(5).width, &env.tr.text("save-hint"), env.theme.dialog);
    Some(cursor)
}

/// Lines on the screen at this size.
pub fn rows(state: &State, env: &Env) -> usize {
    Menu::height(Rect::new(0, 0, env.size.0, env.size.1), state.files.len(), false)
}
