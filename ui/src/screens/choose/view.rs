//! Draws a list of choices.

use super::State;
use crate::app::env::Env;
use crate::widgets::menu::{Entry, Menu};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let now = env.tr.text("choose-now");
    let entry = |item: &super::model::Item| {
        let label = item.label.text(env);
        if item.is_now { Entry::new(&label, &now) } else { Entry::new(&label, &"") }
    };
    let entries: Vec<Entry> = state.items.iter().map(entry).collect();
    let (title, empty) = (env.tr.text(state.title), env.tr.text("choose-empty"));
    let menu = Menu { title: &title, filter: None, entries: &entries, cursor: state.cursor, empty: &empty };
    menu.draw(buf, area, &env.theme);
}

/// Lines on the screen at this size.
pub fn rows(state: &State, env: &Env) -> usize {
    Menu::height(Rect::new(0, 0, env.size.0, env.size.1), state.items.len(), false)
}
