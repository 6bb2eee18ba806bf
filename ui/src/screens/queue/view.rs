//! Draws the queue and the reading pane.

use super::State;
use super::model::{Phase, Row};
use crate::app::env::Env;
use crate::app::notice::failure_text;
use crate::i18n::{Phrase, Tr};
use crate::screens::listing::{Heading, draw_rows};
use crate::screens::thread::draw_lines;
use crate::widgets::columns::{Cell, Cursor};
use crate::widgets::empty::{self, Absence};
use crate::widgets::frame::Places;
use otklik_core::desk::views::QueueTab;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of the reading pane's text: beside the list, or of the whole screen.
pub fn pane_width(env: &Env) -> u16 {
    let frame = Rect::new(0, 0, env.size.0, env.size.1);
    let width = Places::of(frame, true).and_then(|places| places.pane).map_or(env.size.0, |pane| pane.width);
    width.saturating_sub(2).max(1)
}

/// Draws the list into `body` and the pane into `pane`; on a narrow terminal one of the two.
pub fn draw(state: &State, env: &Env, buf: &mut Buffer, body: Rect, pane: Option<Rect>, focused: bool) {
    match pane {
        Some(pane) => {
            draw_list(state, env, buf, body, focused);
            draw_pane(state, env, buf, pane);
        }
        None if state.pane_open => draw_pane(state, env, buf, body),
        None => draw_list(state, env, buf, body, focused),
    }
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect, focused: bool) {
    let absence = match &state.phase {
        Phase::Failed(failure) if state.rows.is_empty() => {
            Some(Absence::Failed(failure_text(&env.tr, failure)))
        }
        Phase::Loading if state.rows.is_empty() => Some(Absence::Loading),
        _ if state.rows.is_empty() => Some(Absence::Empty(why_empty(state, &env.tr))),
        _ => None,
    };
    if let Some(absence) = absence {
        return empty::draw(buf, area, &absence, &env.tr, &env.theme);
    }
    let cursor = Cursor { selected: state.index, offset: state.top };
    draw_rows(&HEADINGS, (state.rows.len(), cursor, focused), env, buf, area, |at| {
        state.rows.get(at).map(|row| cells(row, env))
    });
}

/// «Ответ до», «Сдать до», «№», «Заявитель», «Член».
const HEADINGS: [Heading; 5] = [
    ("column-due", 17, 17, 0, 0),
    ("column-file-by", 12, 16, 0, 1),
    ("column-number", 6, 6, 0, 0),
    ("column-author", 12, 20, 1, 0),
    ("column-member", 6, 7, 0, 2),
];

fn cells(row: &Row, env: &Env) -> Vec<Cell> {
    let due = env.tr.due_cell(env.now, row.due(), &env.zone);
    let today = env.now.to_zoned(env.zone.clone()).date();
    let limitation = row.limitation.as_ref().map(|(rule, state, day)| (rule.as_str(), *state, *day));
    let file_by = env.tr.file_by_cell(today, limitation);
    let member = match row.member {
        Some(state) => env.tr.short_word(state),
        None => env.tr.text("member-unknown-cell"),
    };
    // The year is that of most rows; only an older one is told.
    let number = if i32::from(row.number.year) == i32::from(today.year()) {
        row.number.seq.to_string()
    } else {
        row.number.to_string()
    };
    // A reply from another program that waits for a word is told even once the appeal has been read.
    let unread = match (row.outside_waiting > 0, row.unread) {
        (true, _) => "?",
        (false, true) => "*",
        (false, false) => " ",
    };
    let author = DisplayText::sanitise(&format!("{unread}{}", row.author.as_str().replace('\n', " ")));
    vec![
        Cell::styled(&due.text, env.theme.due(due.kind)),
        Cell::styled(&file_by.text, env.theme.due(file_by.kind)).or_shorter(&file_by.shorter),
        // A reply that was begun is marked with a sign, not by colour alone.
        match row.draft {
            true => Cell::styled(&DisplayText::sanitise(&format!("{number}~")), env.theme.soon),
            false => Cell::new(&DisplayText::sanitise(&number)),
        },
        Cell::new(&author),
        Cell::new(&member),
    ]
}

/// An empty list says why it is empty.
fn why_empty(state: &State, tr: &Tr) -> Phrase {
    if let Some(words) = &state.filter.search {
        let args = [("query", words.as_str().into()), ("n", state.earlier.into())];
        return tr.with(if state.earlier > 0 { "empty-search-earlier" } else { "empty-search" }, &args);
    }
    if state.is_narrowed() {
        return tr.text("empty-filter");
    }
    tr.text(match state.filter.tab {
        QueueTab::Mine => "empty-tab-mine",
        QueueTab::New => "empty-tab-new",
        QueueTab::Urgent => "empty-tab-urgent",
        QueueTab::All => "empty-tab-all",
        QueueTab::Overdue => "empty-tab-overdue",
        QueueTab::Closed => "empty-tab-closed",
    })
}

fn draw_pane(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let absence = match (&state.pane.failed, &state.pane.thread) {
        (Some(failure), _) => Some(Absence::Failed(failure_text(&env.tr, failure))),
        (None, None) if state.selected.is_some() => Some(Absence::Loading),
        (None, None) => Some(Absence::Empty(env.tr.text("pane-empty"))),
        (None, Some(_)) => None,
    };
    match absence {
        Some(absence) => empty::draw(buf, area, &absence, &env.tr, &env.theme),
        None => draw_lines(&state.pane.lines, state.pane.scroll, env, buf, area),
    }
}
