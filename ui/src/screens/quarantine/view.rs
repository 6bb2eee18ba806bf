//! Draws the quarantine: the list with what each reason means below it, or one item as it came.

use super::State;
use super::model::{Raw, Row};
use crate::app::env::Env;
use crate::app::notice::failure_text;
use crate::i18n::Phrase;
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Line, Look, draw_lines, size};
use crate::widgets::columns::Cell;
use crate::widgets::empty::{self, Absence};
use crate::widgets::wrap::fold;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of the detail below the list.
const DETAIL: u16 = 5;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(DETAIL) + 1).max(1)
}

/// Rows of an item's text at this size, below its head.
pub fn text_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(1).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    if let Some(open) = &state.open {
        return draw_raw(state, open, env, buf, area);
    }
    let list = Rect { height: area.height.saturating_sub(DETAIL), ..area };
    match absence(state.rows.as_ref(), state.failed.as_ref(), Vec::is_empty, "empty-quarantine", env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_list(state, env, buf, list),
    }
    let detail = Rect { y: list.bottom(), height: area.bottom().saturating_sub(list.bottom()), ..area };
    let mut lines = vec![Line::new(Look::Rule, Phrase::default())];
    if let Some(row) = state.row() {
        lines.extend(detail_lines(state, row, env));
    }
    draw_lines(&lines, 0, env, buf, detail);
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let rows = state.rows.as_deref().unwrap_or_default();
    let headings = [
        ("column-mark", 1, 1, 0, 0),
        ("column-received", 15, 15, 0, 0),
        ("column-reason", 20, 32, 1, 0),
        ("column-size", 8, 9, 0, 2),
        ("column-channel", 8, 14, 0, 1),
    ];
    draw_rows(&headings, (rows.len(), state.cursor, true), env, buf, area, |at| {
        let row = rows.get(at)?;
        let mark = DisplayText::sanitise(if state.marked.contains(&row.id) { "*" } else { " " });
        Some(vec![
            Cell::new(&mark),
            Cell::new(&env.tr.date_short(row.received_at, &env.zone)),
            Cell::new(&env.tr.coded("quarantine-reason", &row.reason)),
            Cell::new(&size(row.size, &env.tr)),
            Cell::new(&row.account),
        ])
    });
}

/// What the reason means and what to do; how many are marked; the channel's own name of it.
fn detail_lines(state: &State, row: &Row, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let mut lines = Vec::new();
    let mut push = |look: Look, text: &Phrase| {
        let text = DisplayText::sanitise(text.as_str());
        for row in fold(&text, env.size.0.saturating_sub(2).max(1)) {
            lines.push(Line { look, text: DisplayText::sanitise(&text.as_str()[row.bytes]) });
        }
    };
    push(Look::Plain, &tr.coded("quarantine-do", &row.reason));
    if !state.marked.is_empty() {
        push(Look::Good, &tr.with("quarantine-marked", &[("n", state.marked.len().into())]));
    }
    push(Look::Quiet, &tr.with("quarantine-name", &[("name", (&row.transport_id).into())]));
    lines
}

/// One item: a line that says what it is, then its bytes as text.
fn draw_raw(state: &State, open: &Raw, env: &Env, buf: &mut Buffer, area: Rect) {
    let row = state.rows.iter().flatten().find(|row| row.id == open.id);
    let title = row.map_or_else(Phrase::default, |row| {
        let args = [
            ("at", env.tr.date_full(row.received_at, &env.zone).into()),
            ("size", size(row.size, &env.tr).into()),
            ("reason", env.tr.coded("quarantine-reason", &row.reason).into()),
        ];
        env.tr.with("quarantine-title", &args)
    });
    draw_lines(&[Line::new(Look::Heading, title)], 0, env, buf, Rect { height: 1, ..area });
    let text = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let absence = match (&open.texts, &open.failed) {
        (None, Some(failure)) => Some(Absence::Failed(failure_text(&env.tr, failure))),
        (None, None) => Some(Absence::Loading),
        (Some((head, body)), _) if head.is_empty() && body.is_empty() => {
            Some(Absence::Empty(env.tr.text("empty-raw")))
        }
        (Some(_), _) => None,
    };
    match absence {
        Some(absence) => empty::draw(buf, text, &absence, &env.tr, &env.theme),
        None => draw_lines(&open.lines, open.scroll, env, buf, text),
    }
}
