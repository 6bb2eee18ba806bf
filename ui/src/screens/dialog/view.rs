//! Draws a dialog.

use super::State;
use crate::app::env::Env;
use crate::i18n::Phrase;
use crate::widgets::dialog::Dialog;
use crate::widgets::wrap::Wrapped;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let title = env.tr.text(state.title);
    let body = Wrapped::from(state.body(&env.tr));
    let choices: Vec<Phrase> = state.choices.iter().map(|choice| env.tr.text(choice.key)).collect();
    Dialog { title: &title, body: &body, choices: &choices, selected: state.selected, scroll: 0 }
        .draw(buf, area, &env.theme);
}
