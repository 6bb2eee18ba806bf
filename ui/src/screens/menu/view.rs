//! Draws the menu.

use super::State;
use crate::app::env::Env;
use crate::app::offer::{self, Offer};
use crate::keymap::Context;
use crate::widgets::menu::{Entry, Menu};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let entries: Vec<Entry> = state.items.iter().map(|offer| entry(offer, &state.place, env)).collect();
    let (title, empty) = (env.tr.text("menu-title"), env.tr.text("empty-palette"));
    let menu = Menu { title: &title, filter: None, entries: &entries, cursor: state.cursor, empty: &empty };
    menu.draw(buf, area, &env.theme);
}

/// A command's line: its name and, at the right, its key or why it cannot be run.
pub fn entry(offer: &Offer, place: &[Context], env: &Env) -> Entry {
    let label = offer::name(&env.tr, offer.command);
    match offer.refused {
        Some(reason) => Entry::refused(&label, &env.tr.text(reason.key())),
        None => Entry::new(&label, &offer::keys(env, offer.command, place)),
    }
}

/// Lines on the screen at this size.
pub fn rows(state: &State, env: &Env) -> usize {
    Menu::height(Rect::new(0, 0, env.size.0, env.size.1), state.items.len(), false)
}
