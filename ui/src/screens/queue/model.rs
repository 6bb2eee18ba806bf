//! What the queue remembers. Only a window of the rows is held: a desk may have a million.

use crate::app::effect::Failure;
use crate::app::env::Env;
use crate::i18n::Due;
use crate::screens::thread::{Line, Options, Thread, lay_out};
use jiff::civil::Date;
use otklik_core::desk::views::{
    PageFrom, QueueFilter, QueueKey, QueuePage, QueueRow, QueueTab, ResponseView,
};
use otklik_core::types::{
    AppealId, AppealNumber, DisplayText, LimitationState, MemberState, ResponseState, StaffId, Stage, Topic,
    Urgency,
};

/// Rows asked for at once.
pub const PAGE: usize = 60;
/// Rows held at most; those farthest from the selection are let go.
pub const WINDOW: usize = 240;

/// What a load is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageUse {
    /// Instead of what is held.
    Replace,
    /// Below it.
    Append,
    /// Above it.
    Prepend,
}

/// How the list stands. A list that failed to load is never an empty one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    Loading,
    Ready,
    Failed(Failure),
}

/// A row made safe to draw.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: AppealId,
    pub key: QueueKey,
    pub number: AppealNumber,
    pub author: DisplayText,
    pub response: ResponseView,
    pub limitation: Option<(String, LimitationState, Option<Date>)>,
    pub member: Option<MemberState>,
    pub stage: Stage,
    pub urgency: Urgency,
    pub topics: Vec<Topic>,
    pub assignee: Option<(StaffId, String)>,
    pub unread: bool,
    pub draft: bool,
    pub outside_waiting: i64,
}

impl Row {
    pub fn new(row: &QueueRow) -> Self {
        let name = row.author_name.display();
        let author = if name.as_str().trim().is_empty() { row.author_contact.display() } else { name };
        Self {
            id: row.id,
            key: row.key,
            number: row.number,
            author,
            response: row.response,
            limitation: row.limitations.first().map(|l| (l.rule.clone(), l.state, l.file_by)),
            member: row.member_state,
            stage: row.stage,
            urgency: row.urgency,
            topics: row.topics.clone(),
            assignee: row.assignee.as_ref().map(|staff| (staff.id, staff.name.clone())),
            unread: row.unread,
            draft: row.draft,
            outside_waiting: row.outside_waiting,
        }
    }

    /// What the first column says.
    pub fn due(&self) -> Due {
        match (self.response.state, self.response.due_at) {
            (ResponseState::Met, _) => Due::Met,
            (ResponseState::Late, _) => Due::Late,
            (ResponseState::Running | ResponseState::Breached, Some(due)) => Due::At(due),
            _ => Due::None,
        }
    }
}

/// The reading pane: the selected appeal, as far as it has come.
#[derive(Debug, Default)]
pub struct Pane {
    /// Which appeal was asked for last.
    pub asked: Option<AppealId>,
    /// What is shown; its appeal may still be the one before.
    pub thread: Option<Box<Thread>>,
    pub failed: Option<Failure>,
    /// Which appeal failed to load: it is not asked for again until the selection has moved or something changed.
    pub failed_for: Option<AppealId>,
    /// The thread's lines at the pane's width.
    pub lines: Vec<Line>,
    /// First line shown.
    pub scroll: usize,
}

impl Pane {
    /// Makes the lines again.
    pub fn lay_out(&mut self, env: &Env, width: u16) {
        let options = Options { unfolded: false, brief: true };
        self.lines = match &self.thread {
            Some(thread) => lay_out(thread, env, width, options).lines,
            None => Vec::new(),
        };
        self.scroll = self.scroll.min(self.lines.len().saturating_sub(env.body_rows()));
    }
}

/// The queue's state.
#[derive(Debug)]
pub struct State {
    pub filter: QueueFilter,
    pub rows: Vec<Row>,
    pub at_start: bool,
    pub at_end: bool,
    pub phase: Phase,
    /// What the page under way is for.
    pub loading: Option<PageUse>,
    /// The selection, held by id across reloads.
    pub selected: Option<AppealId>,
    /// The chosen appeal that has just been changed here: it stays under the cursor until the cursor moves, even where it
    /// no longer belongs to the list, or the next key would go to its neighbour.
    pub kept: Option<AppealId>,
    /// The chosen appeal that has just been answered from here, and where it stood: once it goes down the list for that, the
    /// cursor does not go with it.
    pub answered: Option<(AppealId, QueueKey)>,
    /// Where the selected row stands in `rows`; the neighbour takes over when it leaves the list.
    pub index: usize,
    /// The first row shown.
    pub top: usize,
    pub pane: Pane,
    /// On a narrow terminal, whether the pane is shown instead of the list.
    pub pane_open: bool,
    /// Whether the selection wants to be at the end once the page has come.
    pub to_end: bool,
    /// A change was told while a page was under way: look again when it has come.
    pub stale: bool,
    /// Letters of before the mailbox's start that hold the words of the search.
    pub earlier: usize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            filter: QueueFilter::default(),
            rows: Vec::new(),
            at_start: true,
            at_end: true,
            phase: Phase::Loading,
            loading: None,
            selected: None,
            kept: None,
            answered: None,
            index: 0,
            top: 0,
            pane: Pane::default(),
            pane_open: false,
            to_end: false,
            stale: false,
            earlier: 0,
        }
    }
}

impl State {
    pub fn selected_row(&self) -> Option<&Row> {
        self.rows.get(self.index)
    }

    /// Whether anything but the tab narrows the list.
    pub fn is_narrowed(&self) -> bool {
        let QueueFilter { tab: _, any_stage, stage, assignee, topic, channel, overdue, search } =
            &self.filter;
        *any_stage
            || *overdue
            || stage.is_some()
            || assignee.is_some()
            || topic.is_some()
            || channel.is_some()
            || search.is_some()
    }

    /// Where to ask from so that the same window comes again: the first row itself is wanted too, and keys are
    /// compared whole, so the page begins right before it.
    pub fn reload_from(&self) -> PageFrom {
        match self.rows.first() {
            Some(first) if !self.at_start => {
                // The closed stand newest first: right before a row is the next greater place.
                let before = if self.filter.tab == QueueTab::Closed { 1 } else { -1 };
                PageFrom::After(QueueKey { due_ms: first.key.due_ms, pk: first.key.pk + before })
            }
            _ => PageFrom::Start,
        }
    }

    /// How many rows to ask for on a reload: all that are held, and at least a page.
    pub fn reload_limit(&self) -> usize {
        self.rows.len().clamp(PAGE, WINDOW)
    }

    /// Takes a page in. The selection stays on its appeal; if that has left the list, its neighbour takes over.
    pub fn take_page(&mut self, page: QueuePage, page_use: PageUse) {
        let rows: Vec<Row> = page.rows.iter().map(Row::new).collect();
        match page_use {
            PageUse::Replace => {
                self.leave_answered(&rows);
                let kept = self.kept.filter(|id| Some(*id) == self.selected);
                let kept = kept.filter(|id| rows.iter().all(|row| row.id != *id));
                let kept = self.rows.iter().find(|row| Some(row.id) == kept).cloned();
                self.rows = rows;
                if let Some(row) = kept {
                    self.rows.insert(self.index.min(self.rows.len()), row);
                }
                self.at_start = page.at_start;
                self.at_end = page.at_end;
            }
            PageUse::Append => {
                self.rows.extend(rows);
                self.at_end = page.at_end;
                self.let_go_above();
            }
            PageUse::Prepend => {
                let come = rows.len();
                self.rows.splice(0..0, rows);
                self.top += come;
                self.index += come;
                self.at_start = page.at_start;
                if self.rows.len() > WINDOW {
                    self.rows.truncate(WINDOW);
                    self.at_end = false;
                }
            }
        }
        self.phase = Phase::Ready;
        self.settle();
    }

    /// Where the chosen appeal has moved because it was answered, its neighbour is chosen instead.
    fn leave_answered(&mut self, rows: &[Row]) {
        let Some((id, key)) = self.answered.filter(|(id, _)| Some(*id) == self.selected) else { return };
        if !rows.iter().any(|row| row.id == id && row.key != key) {
            return;
        }
        let stays = |row: &&Row| row.id != id && rows.iter().any(|other| other.id == row.id);
        let below = self.rows.iter().skip(self.index + 1).find(stays);
        let next = below.or_else(|| self.rows.iter().take(self.index).rev().find(stays));
        if let Some(next) = next.map(|row| row.id) {
            (self.selected, self.answered) = (Some(next), None);
        }
    }

    fn let_go_above(&mut self) {
        let over = self.rows.len().saturating_sub(WINDOW).min(self.top.min(self.index));
        if over > 0 {
            self.rows.drain(..over);
            self.top -= over;
            self.index -= over;
            self.at_start = false;
        }
    }

    /// Finds the selection again among the rows held now.
    fn settle(&mut self) {
        if std::mem::take(&mut self.to_end) {
            self.index = self.rows.len().saturating_sub(1);
        } else if let Some(at) = self.selected.and_then(|id| self.rows.iter().position(|row| row.id == id)) {
            // The row may have moved; the screen keeps its place under it as far as it can. A list that stands at its
            // very top stays there, so that what has just come in is seen.
            if self.top > 0 {
                self.top = (self.top + at).saturating_sub(self.index);
            }
            self.index = at;
        }
        self.index = self.index.min(self.rows.len().saturating_sub(1));
        self.selected = self.rows.get(self.index).map(|row| row.id);
    }

    /// The cursor has moved: a row that was kept for it and no longer belongs to the list goes with the next look.
    pub fn let_go(&mut self) -> bool {
        let moved = self.kept.is_some() && self.kept != self.selected;
        if moved {
            self.kept = None;
        }
        moved
    }

    /// Keeps the selection on the screen of `height` rows.
    pub fn show_selection(&mut self, height: usize) {
        let height = height.max(1);
        self.top = self.top.clamp(self.index.saturating_sub(height - 1), self.index);
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }
}
