//! Draws the help over the body.

use super::State;
use crate::app::env::Env;
use crate::app::offer;
use crate::screens::thread::{Line, Look, draw_lines};
use crate::widgets::wrap::fold;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let all = lines(state, env);
    draw_lines(&all, state.scroll.min(all.len().saturating_sub(1)), env, buf, area);
}

/// The lines of the help at this size.
pub fn lines(state: &State, env: &Env) -> Vec<Line> {
    let width = env.size.0.saturating_sub(2).max(1);
    let mut out = vec![Line::new(Look::Heading, env.tr.text("help-title"))];
    let mut push = |look: Look, text: &str| {
        let text = DisplayText::sanitise(text);
        for row in fold(&text, width) {
            out.push(Line { look, text: DisplayText::sanitise(&text.as_str()[row.bytes]) });
        }
    };
    push(Look::Plain, env.tr.text("help-intro").as_str());
    for item in &state.items {
        let (name, keys) = (offer::name(&env.tr, item.command), offer::keys(env, item.command, &state.place));
        let key = if keys.as_str().is_empty() { "help-entry-no-key" } else { "help-entry" };
        let head = env.tr.with(key, &[("name", name.into()), ("keys", keys.into())]);
        push(Look::Plain, head.as_str());
        push(
            Look::Quiet,
            env.tr.with("help-about", &[("about", offer::about(&env.tr, item.command).into())]).as_str(),
        );
        if let Some(reason) = item.refused {
            let why = env.tr.text(reason.key());
            push(Look::Warning, env.tr.with("help-refused", &[("why", why.into())]).as_str());
        }
    }
    out
}
