//! Draws the calls: the list, or one task with its script at the left and the code for a telephone's camera at the right.

use super::State;
use super::model::{Open, Row};
use crate::app::env::Env;
use crate::app::notice::failure_text;
use crate::i18n::Phrase;
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Line, Look, draw_lines, share_with_detail};
use crate::widgets::columns::Cell;
use crate::widgets::empty::{self, Absence};
use crate::widgets::text;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

/// Rows of the detail below the list.
const DETAIL: u16 = 4;
/// The narrowest column of words beside the code.
const WORDS: u16 = 36;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(DETAIL) + 1).max(1)
}

/// The quiet zone of the code at this size; none: there is no code, or no room for one.
pub fn code_quiet(open: &Open, env: &Env) -> Option<usize> {
    let rows = u16::try_from(env.body_rows()).unwrap_or(u16::MAX);
    open.code.as_ref()?.quiet_in(Size::new(env.size.0.saturating_sub(WORDS), rows))
}

/// Columns of the words of a task.
pub fn words_width(open: &Open, env: &Env) -> u16 {
    let code = open.code.as_ref().zip(code_quiet(open, env));
    env.size.0.saturating_sub(code.map_or(0, |(code, quiet)| code.cells(quiet).width))
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    if let Some(open) = &state.open {
        return draw_task(open, env, buf, area);
    }
    let lines = state.row().map(|row| detail_lines(row, env)).unwrap_or_default();
    let (list, detail, lines) = share_with_detail(area, DETAIL, lines);
    let empty = if state.all { "empty-calls" } else { "empty-calls-open" };
    match absence(state.rows.as_ref(), state.failed.as_ref(), Vec::is_empty, empty, env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_list(state, env, buf, list),
    }
    draw_lines(&lines, 0, env, buf, detail);
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let rows = state.rows.as_deref().unwrap_or_default();
    let headings = [
        ("column-due", 15, 17, 0, 0),
        ("column-number", 10, 11, 0, 0),
        ("column-author", 12, 22, 1, 0),
        ("column-phone", 13, 17, 0, 1),
        ("column-attempts", 3, 7, 0, 3),
        ("column-next-call", 14, 16, 0, 2),
    ];
    draw_rows(&headings, (rows.len(), state.cursor, true), env, buf, area, |at| {
        let row = rows.get(at)?;
        let due = env.tr.due_cell(env.now, row.due, &env.zone);
        let number = DisplayText::sanitise(&row.number.to_string());
        let attempts = DisplayText::sanitise(&row.attempts.to_string());
        let phone = match &row.phone {
            Some(phone) => Cell::new(phone),
            None => Cell::styled(&env.tr.text("call-no-number"), env.theme.warning),
        };
        Some(vec![
            Cell::styled(&due.text, env.theme.due(due.kind)),
            Cell::new(&number),
            Cell::new(&row.author),
            phone,
            Cell::new(&attempts),
            next_cell(row, env),
        ])
    });
}

/// When to call: at once, at a moment, past which it is bright, or how it ended.
fn next_cell(row: &Row, env: &Env) -> Cell {
    match (row.ended, row.next_at) {
        (Some(end), _) => Cell::styled(&env.tr.word(end), env.theme.muted),
        (None, None) => match row.last {
            Some((_, outcome)) if outcome.is_conversation() => {
                Cell::styled(&env.tr.text("call-spoken"), env.theme.ok)
            }
            _ => Cell::styled(&env.tr.text("call-now"), env.theme.soon),
        },
        (None, Some(next)) => {
            let style = if next <= env.now { env.theme.soon } else { env.theme.base };
            Cell::styled(&env.tr.date_short(next, &env.zone), style)
        }
    }
}

/// What came of the last attempt, and what waits at the chair.
fn detail_lines(row: &Row, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let mut lines = vec![match row.last {
        None => Line::new(Look::Quiet, tr.text("call-no-attempts")),
        Some((at, outcome)) => {
            let args = [("at", tr.date_short(at, &env.zone).into()), ("outcome", tr.word(outcome).into())];
            let look = if outcome.is_conversation() { Look::Good } else { Look::Plain };
            Line::new(look, tr.with("call-last", &args))
        }
    }];
    if row.phone.is_none() {
        lines.push(Line::new(Look::Warning, tr.text("call-number-none")));
    }
    if let Some(state) = row.application {
        lines.push(Line::new(
            Look::Plain,
            tr.with("call-application-state", &[("state", tr.word(state).into())]),
        ));
    }
    lines
}

fn draw_task(open: &Open, env: &Env, buf: &mut Buffer, area: Rect) {
    text::clear(buf, area, env.theme.base);
    let absence = match (&open.call, &open.failed) {
        (Some(_), _) => None,
        (None, Some(failure)) => Some(Absence::Failed(failure_text(&env.tr, failure))),
        (None, None) => Some(Absence::Loading),
    };
    if let Some(absence) = absence {
        return empty::draw(buf, area, &absence, &env.tr, &env.theme);
    }
    let words = Rect { width: words_width(open, env).min(area.width), ..area };
    draw_lines(&open.lines, open.scroll, env, buf, words);
    if let (Some(code), Some(quiet)) = (&open.code, code_quiet(open, env)) {
        let cells = code.cells(quiet);
        let at =
            Rect { x: words.right(), width: cells.width, height: cells.height, ..area }.intersection(area);
        code.draw(buf, at, quiet, env.theme.code);
        let hint = Rect { y: at.bottom(), height: 1, ..at }.intersection(area);
        if !hint.is_empty() {
            let said: Phrase = env.tr.text("call-qr-hint");
            text::put(buf, hint.x + 1, hint.y, hint.width.saturating_sub(1), &said, env.theme.muted);
        }
    }
}
