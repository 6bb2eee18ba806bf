//! What the list of imports holds.

use crate::app::effect::Failure;
use crate::widgets::columns::Cursor;
use jiff::Timestamp;
use otklik_core::desk::{Counts, ImportView};
use otklik_core::types::DisplayText;
use uuid::Uuid;

/// Imports asked for at once, the newest.
pub const LIMIT: usize = 200;

/// An import made safe to draw.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: Uuid,
    pub file: DisplayText,
    pub organisation: DisplayText,
    pub by: DisplayText,
    pub at: Timestamp,
    pub undone_at: Option<Timestamp>,
    pub counts: Counts,
}

impl Row {
    fn new(view: &ImportView) -> Self {
        Self {
            id: view.id,
            file: view.file.display_line(),
            organisation: view.organisation.as_ref().map(|org| org.display_line()).unwrap_or_default(),
            by: DisplayText::sanitise(&view.actor),
            at: view.at,
            undone_at: view.undone_at,
            counts: view.counts,
        }
    }
}

#[derive(Debug, Default)]
pub struct State {
    /// `None` until the first load.
    pub rows: Option<Vec<Row>>,
    pub failed: Option<Failure>,
    pub cursor: Cursor,
}

impl State {
    pub fn row(&self) -> Option<&Row> {
        self.rows.as_ref()?.get(self.cursor.selected)
    }

    pub fn take_rows(&mut self, views: &[ImportView]) {
        self.cursor.selected = self.cursor.selected.min(views.len().saturating_sub(1));
        self.rows = Some(views.iter().map(Row::new).collect());
        self.failed = None;
    }
}
