//! Draws the palette.

use super::State;
use crate::app::env::Env;
use crate::widgets::menu::{Entry, Menu};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let entries: Vec<Entry> = state
        .ranked
        .iter()
        .map(|at| crate::screens::menu::view::entry(&state.items[*at].offer, &state.place, env))
        .collect();
    let (title, empty) = (env.tr.text("palette-title"), env.tr.text("empty-palette"));
    let menu = Menu {
        title: &title,
        filter: Some(&state.field),
        entries: &entries,
        cursor: state.cursor,
        empty: &empty,
    };
    menu.draw(buf, area, &env.theme)
}

/// Lines on the screen at this size.
pub fn rows(state: &State, env: &Env) -> usize {
    Menu::height(Rect::new(0, 0, env.size.0, env.size.1), state.ranked.len(), true)
}
