//! What the quarantine's screen holds: the list with its marks, and the item that is open as it came.

use crate::app::effect::Failure;
use crate::app::env::Env;
use crate::screens::thread::{Line, Look};
use crate::widgets::columns::Cursor;
use crate::widgets::wrap::fold;
use jiff::Timestamp;
use otklik_core::desk::views::{QuarantineRow, QuarantineView};
use otklik_core::types::{DisplayText, RawId};
use std::collections::BTreeSet;

/// Items asked for at once, the oldest.
pub const LIMIT: usize = 500;

/// One item of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: RawId,
    pub account: DisplayText,
    pub transport_id: DisplayText,
    pub received_at: Timestamp,
    pub size: i64,
    pub reason: String,
}

impl Row {
    fn new(row: &QuarantineRow) -> Self {
        Self {
            id: row.id,
            account: DisplayText::sanitise(&row.account),
            transport_id: row.transport_id.display_line(),
            received_at: row.received_at,
            size: row.size,
            reason: row.reason.clone(),
        }
    }
}

/// An item as it came: text made safe, never interpreted.
#[derive(Debug)]
pub struct Raw {
    pub id: RawId,
    /// `None` until it has come.
    pub texts: Option<(DisplayText, DisplayText)>,
    pub failed: Option<Failure>,
    /// Bytes shown and bytes there are.
    pub shown: (i64, i64),
    pub lines: Vec<Line>,
    pub scroll: usize,
}

#[derive(Debug, Default)]
pub struct State {
    /// `None` until the first load.
    pub rows: Option<Vec<Row>>,
    pub failed: Option<Failure>,
    pub cursor: Cursor,
    pub selected: Option<RawId>,
    pub marked: BTreeSet<RawId>,
    pub open: Option<Box<Raw>>,
}

impl State {
    pub fn row(&self) -> Option<&Row> {
        self.rows.as_ref()?.get(self.cursor.selected)
    }

    /// What a decision is about: the open item, else the marked ones, else the chosen one.
    pub fn subjects(&self) -> Vec<RawId> {
        match (&self.open, self.marked.is_empty()) {
            (Some(open), _) => vec![open.id],
            (None, false) => self.marked.iter().copied().collect(),
            (None, true) => self.row().map(|row| row.id).into_iter().collect(),
        }
    }

    /// Takes the list in; the selection stays on its item, marks on those that are still there.
    pub fn take_rows(&mut self, rows: &[QuarantineRow], height: usize) {
        let rows: Vec<Row> = rows.iter().map(Row::new).collect();
        if let Some(at) = self.selected.and_then(|id| rows.iter().position(|row| row.id == id)) {
            self.cursor.selected = at;
        }
        self.cursor.keep(rows.len(), height);
        self.selected = rows.get(self.cursor.selected).map(|row| row.id);
        self.marked.retain(|id| rows.iter().any(|row| row.id == *id));
        if self.open.as_ref().is_some_and(|open| rows.iter().all(|row| row.id != open.id)) {
            self.open = None;
        }
        self.rows = Some(rows);
        self.failed = None;
    }

    /// Makes the open item's lines again.
    pub fn lay_out(&mut self, env: &Env) {
        if let Some(open) = &mut self.open {
            open.lay_out(env);
        }
    }
}

impl Raw {
    pub fn new(id: RawId) -> Self {
        Self { id, texts: None, failed: None, shown: (0, 0), lines: Vec::new(), scroll: 0 }
    }

    pub fn take(&mut self, item: &QuarantineView, env: &Env) {
        self.texts = Some((item.head.display(), item.body.display()));
        self.shown = (item.shown, item.row.size);
        self.failed = None;
        self.lay_out(env);
    }

    fn lay_out(&mut self, env: &Env) {
        let Some((head, body)) = &self.texts else { return };
        let width = env.size.0.saturating_sub(2).max(1);
        let mut lines = Vec::new();
        let mut push = |look: Look, text: &DisplayText| {
            for row in fold(text, width) {
                lines.push(Line { look, text: DisplayText::sanitise(&text.as_str()[row.bytes]) });
            }
        };
        push(Look::Quiet, head);
        push(Look::Plain, &DisplayText::default());
        push(Look::Plain, body);
        if self.shown.0 < self.shown.1 {
            let args = [("shown", self.shown.0.into()), ("size", self.shown.1.into())];
            push(Look::Warning, &DisplayText::sanitise(env.tr.with("quarantine-cut", &args).as_str()));
        }
        self.lines = lines;
    }
}
