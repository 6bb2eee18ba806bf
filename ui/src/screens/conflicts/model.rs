//! What the screen of conflicts holds: the list, whose every row has both sides.

use crate::app::effect::Failure;
use crate::screens::match_card::model::Member;
use crate::widgets::columns::Cursor;
use jiff::Timestamp;
use otklik_core::desk::{ConflictSide, ConflictView};
use otklik_core::types::{
    AppealId, AppealNumber, ConflictId, ConflictKind, ConflictState, DisplayText, LinkGround,
};

/// Conflicts asked for at once.
pub const LIMIT: usize = 500;

/// One of two.
#[derive(Clone, Debug)]
pub struct Side {
    /// None: out of the reader's scope.
    pub member: Option<Member>,
    pub appeal: Option<(AppealId, AppealNumber)>,
    pub author: DisplayText,
    pub ground: Option<LinkGround>,
    pub by: DisplayText,
    pub at: Option<Timestamp>,
}

impl Side {
    fn new(side: &ConflictSide) -> Self {
        Self {
            member: side.member.as_ref().map(Member::new),
            appeal: side.appeal,
            author: side.author.display_line(),
            ground: side.ground,
            by: side.by.as_ref().map(|by| DisplayText::sanitise(&by.name).into_line()).unwrap_or_default(),
            at: side.at,
        }
    }
}

/// One conflict.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: ConflictId,
    pub kind: ConflictKind,
    pub state: ConflictState,
    pub contact: Option<DisplayText>,
    pub first: Side,
    pub second: Side,
    pub found_at: Timestamp,
    pub settled: Option<(Timestamp, DisplayText)>,
    pub reason: DisplayText,
}

impl Row {
    fn new(view: &ConflictView) -> Self {
        let settled = view.settled.as_ref();
        Self {
            id: view.id,
            kind: view.kind,
            state: view.state,
            contact: view.contact.as_ref().map(|(_, value)| value.display_line()),
            first: Side::new(&view.first),
            second: Side::new(&view.second),
            found_at: view.found_at,
            settled: settled.map(|(at, by)| (*at, DisplayText::sanitise(&by.name).into_line())),
            reason: view.reason.display_line(),
        }
    }

    /// The appeal that a reader goes to: of the side that came later.
    pub fn appeal(&self) -> Option<(AppealId, AppealNumber)> {
        let later = if self.second.at >= self.first.at { &self.second } else { &self.first };
        later.appeal.or(self.second.appeal).or(self.first.appeal)
    }
}

#[derive(Debug, Default)]
pub struct State {
    /// `None` until the first load.
    pub rows: Option<Vec<Row>>,
    pub failed: Option<Failure>,
    /// Also those that are settled.
    pub all: bool,
    pub cursor: Cursor,
}

impl State {
    pub fn row(&self) -> Option<&Row> {
        self.rows.as_ref()?.get(self.cursor.selected)
    }

    /// Takes the list in; the selection stays on its conflict.
    pub fn take(&mut self, views: &[ConflictView], height: usize) {
        let selected = self.row().map(|row| row.id);
        let rows: Vec<Row> = views.iter().map(Row::new).collect();
        if let Some(at) = selected.and_then(|id| rows.iter().position(|row| row.id == id)) {
            self.cursor.selected = at;
        }
        self.cursor.keep(rows.len(), height);
        self.rows = Some(rows);
        self.failed = None;
    }
}
