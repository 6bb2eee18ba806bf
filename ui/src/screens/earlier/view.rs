//! Draws earlier letters: what was looked for and the list, or one letter to read.

use super::State;
use super::model::{Letter, Row};
use crate::app::env::Env;
use crate::app::notice::failure_text;
use crate::i18n::{Arg, Phrase};
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Line, Look, draw_lines};
use crate::widgets::columns::Cell;
use crate::widgets::empty::{self, Absence};
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows above the list: what it is.
const HEAD: u16 = 1;
/// Rows above a letter's text.
const LETTER_HEAD: u16 = 4;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(HEAD) + 1).max(1)
}

/// Rows of a letter's text at this size.
pub fn text_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(LETTER_HEAD)).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    if let Some(open) = &state.open {
        return draw_letter(state, open, env, buf, area);
    }
    let args = [("query", Arg::from(&DisplayText::sanitise(&state.words)))];
    let head = Line::new(Look::Heading, env.tr.with("earlier-title", &args));
    draw_lines(&[head], 0, env, buf, Rect { height: HEAD, ..area });
    let list = Rect { y: area.y + HEAD, height: area.height.saturating_sub(HEAD), ..area };
    match absence(state.rows.as_ref(), state.failed.as_ref(), Vec::is_empty, "empty-earlier", env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_list(state, env, buf, list),
    }
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let rows = state.rows.as_deref().unwrap_or_default();
    let headings = [
        ("column-received", 10, 17, 0, 0),
        ("column-author", 14, 26, 0, 0),
        ("column-subject", 30, 40, 1, 0),
        ("column-number", 10, 10, 0, 1),
        ("column-channel", 8, 12, 0, 2),
    ];
    draw_rows(&headings, (rows.len(), state.cursor, true), env, buf, area, |at| {
        let row = rows.get(at)?;
        let number = row.number.map(|number| number.to_string()).unwrap_or_default();
        Some(vec![
            Cell::new(&env.tr.date_full(row.at, &env.zone)),
            Cell::new(&row.from),
            Cell::new(&row.subject),
            Cell::new(&DisplayText::sanitise(&number)),
            Cell::new(&row.account),
        ])
    });
}

fn draw_letter(state: &State, open: &Letter, env: &Env, buf: &mut Buffer, area: Rect) {
    let head = state.row().map(|row| head(row, env)).unwrap_or_default();
    draw_lines(&head, 0, env, buf, Rect { height: LETTER_HEAD.min(area.height), ..area });
    let text = Rect { y: area.y + LETTER_HEAD, height: area.height.saturating_sub(LETTER_HEAD), ..area };
    let absence = match (&open.text, &open.failed) {
        (None, Some(failure)) => Some(Absence::Failed(failure_text(&env.tr, failure))),
        (None, None) => Some(Absence::Loading),
        (Some(text), _) if text.as_str().trim().is_empty() => {
            Some(Absence::Empty(env.tr.text("thread-no-text")))
        }
        (Some(_), _) => None,
    };
    match absence {
        Some(absence) => empty::draw(buf, text, &absence, &env.tr, &env.theme),
        None => draw_lines(&open.lines, open.scroll, env, buf, text),
    }
}

/// What the letter is, and that nothing runs for it.
fn head(row: &Row, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let args = [
        ("at", Arg::from(tr.date_full(row.at, &env.zone))),
        ("from", (&row.from).into()),
        ("to", (&row.to).into()),
        ("channel", (&row.account).into()),
        ("files", row.files.into()),
    ];
    let stands = match row.number {
        Some(number) => tr.with("earlier-is-appeal", &[("number", number.to_string().into())]),
        None => tr.text("earlier-no-appeal"),
    };
    vec![
        Line::new(Look::Quiet, tr.with("earlier-letter", &args)),
        Line { look: Look::Heading, text: row.subject.clone() },
        Line::new(Look::Warning, stands),
        Line::new(Look::Rule, Phrase::default()),
    ]
}
