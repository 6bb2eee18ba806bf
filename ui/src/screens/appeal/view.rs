//! Draws the appeal: the thread, and the reply under it.

use super::State;
use super::model::Focus;
use crate::app::env::Env;
use crate::app::notice::failure_text;
use crate::screens::composer;
use crate::screens::thread::draw_lines;
use crate::widgets::empty::{self, Absence};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) -> Option<Position> {
    if state.thread.is_none() {
        let absence = match &state.failed {
            Some(failure) => Absence::Failed(failure_text(&env.tr, failure)),
            None => Absence::Loading,
        };
        empty::draw(buf, area, &absence, &env.tr, &env.theme);
        return None;
    }
    let rows = state.thread_rows(env).min(usize::from(area.height)) as u16;
    let thread = Rect { height: rows, ..area };
    draw_lines(&state.laid.lines, state.scroll, env, buf, thread);
    let reply = state.reply.as_ref()?;
    let below = Rect { y: thread.bottom(), height: area.bottom().saturating_sub(thread.bottom()), ..area };
    let contact = state.thread.as_ref().and_then(|thread| thread.reply_to.as_ref());
    let cursor = composer::view::draw(reply, contact, state.focus == Focus::Reply, env, buf, below);
    if state.focus == Focus::Reply { cursor } else { None }
}
