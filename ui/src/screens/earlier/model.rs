//! What the screen of earlier letters holds: what was looked for, what was found, and the letter that is open.

use crate::app::effect::Failure;
use crate::app::env::Env;
use crate::screens::thread::{Line, Look};
use crate::widgets::columns::Cursor;
use crate::widgets::wrap::fold;
use jiff::Timestamp;
use otklik_core::desk::views::{HistoryLetter, HistoryRow};
use otklik_core::types::{AppealNumber, DisplayText, RawId};

/// Letters asked for at once, the newest.
pub const LIMIT: usize = 200;

/// One letter of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: RawId,
    pub account: DisplayText,
    pub at: Timestamp,
    pub from: DisplayText,
    pub to: DisplayText,
    pub subject: DisplayText,
    pub files: i64,
    /// The appeal that a person has made of it.
    pub number: Option<AppealNumber>,
}

impl Row {
    fn new(row: &HistoryRow) -> Self {
        Self {
            id: row.id,
            account: DisplayText::sanitise(&row.account),
            at: row.at,
            from: row.from.display_line(),
            to: row.to.display_line(),
            subject: row.subject.display_line(),
            files: row.files,
            number: row.number,
        }
    }
}

/// A letter being read.
#[derive(Debug)]
pub struct Letter {
    pub id: RawId,
    /// `None` until it has come.
    pub text: Option<DisplayText>,
    pub failed: Option<Failure>,
    pub lines: Vec<Line>,
    pub scroll: usize,
}

#[derive(Debug)]
pub struct State {
    pub words: String,
    /// `None` until the first load.
    pub rows: Option<Vec<Row>>,
    pub failed: Option<Failure>,
    pub cursor: Cursor,
    pub selected: Option<RawId>,
    pub open: Option<Box<Letter>>,
}

impl State {
    pub fn new(words: String) -> Self {
        Self { words, rows: None, failed: None, cursor: Cursor::default(), selected: None, open: None }
    }

    /// The letter that is open, else the chosen one.
    pub fn row(&self) -> Option<&Row> {
        let rows = self.rows.as_ref()?;
        match &self.open {
            Some(open) => rows.iter().find(|row| row.id == open.id),
            None => rows.get(self.cursor.selected),
        }
    }

    /// Takes the list in; the selection stays on its letter.
    pub fn take_rows(&mut self, rows: &[HistoryRow], height: usize) {
        let rows: Vec<Row> = rows.iter().map(Row::new).collect();
        if let Some(at) = self.selected.and_then(|id| rows.iter().position(|row| row.id == id)) {
            self.cursor.selected = at;
        }
        self.cursor.keep(rows.len(), height);
        self.selected = rows.get(self.cursor.selected).map(|row| row.id);
        self.rows = Some(rows);
        self.failed = None;
    }

    /// Makes the open letter's lines again.
    pub fn lay_out(&mut self, env: &Env) {
        if let Some(open) = &mut self.open {
            open.lay_out(env);
        }
    }
}

impl Letter {
    pub fn new(id: RawId) -> Self {
        Self { id, text: None, failed: None, lines: Vec::new(), scroll: 0 }
    }

    pub fn take(&mut self, letter: &HistoryLetter, env: &Env) {
        self.text = Some(letter.text.display());
        self.failed = None;
        self.lay_out(env);
    }

    fn lay_out(&mut self, env: &Env) {
        let Some(text) = &self.text else { return };
        let width = env.size.0.saturating_sub(2).max(1);
        let line = |row: crate::widgets::wrap::Row| DisplayText::sanitise(&text.as_str()[row.bytes]);
        self.lines =
            fold(text, width).into_iter().map(|row| Line { look: Look::Plain, text: line(row) }).collect();
    }
}
