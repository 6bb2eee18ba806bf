//! Everything the console knows. Only `update` changes it; `view` reads it.

use super::effect::{Ask, Asks};
use super::env::Env;
use super::layer::Layer;
use super::notice::Notice;
use crate::keymap::{Context, StrayGuard};
use crate::screens::choose::model::Fields;
use crate::screens::thread::{Delivery, Facts, Thread};
use crate::screens::{appeal, queue};
use jiff::Timestamp;
use otklik_core::desk::views::{Intake, QueueCounts, StaffView};
use otklik_core::types::{AppealId, AppealNumber, DisplayText, StaffId, Stage};

/// The console's state.
#[derive(Debug)]
pub struct Model {
    pub env: Env,
    pub asks: Asks,
    pub queue: queue::State,
    /// What lies over the queue, the topmost last.
    pub layers: Vec<Layer>,
    pub notice: Option<Notice>,
    pub counts: Option<QueueCounts>,
    pub intake: Option<Intake>,
    /// Since when the database has not answered: everything shown is of then.
    pub silent_since: Option<Timestamp>,
    pub organisation: DisplayText,
    pub staff: Vec<StaffView>,
    /// Keeps what is typed or pasted into the wrong window from running commands.
    pub guard: StrayGuard,
    /// The frame is taken away so that the terminal can select text.
    pub copying: bool,
    /// A wake-up to look again is on its way.
    pub reload_due: bool,
    /// A wake-up to look at the intake again is on its way.
    pub intake_due: bool,
    /// Drafts whose screen has gone and whose save failed: tried again until they are saved.
    pub unsaved: Vec<Ask>,
    /// Something that is shown may have changed since the last draw.
    pub dirty: bool,
    /// The whole frame is to be drawn again, for something else wrote over it.
    pub redraw: bool,
    /// The session is over.
    pub ended: bool,
}

/// The appeal that a command of an appeal is about.
#[derive(Clone, Debug)]
pub struct Subject {
    pub id: AppealId,
    pub number: AppealNumber,
    pub stage: Stage,
    pub assignee: Option<StaffId>,
    pub fields: Fields,
    /// What the author said of themselves: name, contact, organisation.
    pub author: Vec<DisplayText>,
    /// Whether there is an address to answer to; `None` while it is not known.
    pub has_address: Option<bool>,
}

impl Model {
    pub fn new(env: Env) -> Self {
        Self {
            env,
            asks: Asks::default(),
            queue: queue::State::default(),
            layers: Vec::new(),
            notice: None,
            counts: None,
            intake: None,
            silent_since: None,
            organisation: DisplayText::default(),
            staff: Vec::new(),
            guard: StrayGuard::new(),
            copying: false,
            reload_due: false,
            intake_due: false,
            unsaved: Vec::new(),
            dirty: true,
            redraw: false,
            ended: false,
        }
    }

    /// Where keys are read, the innermost context first.
    pub fn stack(&self) -> &'static [Context] {
        if self.copying {
            return &[Context::Copy];
        }
        match self.layers.last() {
            Some(layer) => layer.contexts(),
            None => &[Context::Queue, Context::Global],
        }
    }

    /// The topmost appeal, if one is open.
    pub fn appeal(&self) -> Option<&appeal::State> {
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Appeal(state) => Some(&**state),
            _ => None,
        })
    }

    pub fn appeal_mut(&mut self) -> Option<&mut appeal::State> {
        self.layers.iter_mut().rev().find_map(|layer| match layer {
            Layer::Appeal(state) => Some(&mut **state),
            _ => None,
        })
    }

    /// Whether the queue itself is on the screen.
    pub fn shows_queue(&self) -> bool {
        !self.layers.iter().any(Layer::is_full)
    }

    /// The appeal in view: the open one, or the queue's selection.
    pub fn subject(&self) -> Option<Subject> {
        if let Some(state) = self.appeal() {
            return state.thread.as_deref().map(Subject::of_thread);
        }
        if !self.shows_queue() {
            return None;
        }
        let row = self.queue.selected_row()?;
        let fields = Fields {
            id: row.id,
            topics: row.topics.clone(),
            urgency: row.urgency,
            assignee: row.assignee.as_ref().map(|(id, _)| *id),
        };
        Some(Subject {
            id: row.id,
            number: row.number,
            stage: row.stage,
            assignee: fields.assignee,
            fields,
            author: self
                .pane_thread()
                .map_or_else(|| vec![row.author.clone()], |thread| said_of(&thread.facts)),
            has_address: self.pane_thread().map(|thread| thread.facts.email.is_some()),
        })
    }

    /// The number of an appeal that is open or among the rows held.
    pub fn number_of(&self, id: AppealId) -> Option<AppealNumber> {
        let open = self.appeal().filter(|state| state.id == id).map(|state| state.number);
        open.or_else(|| self.queue.rows.iter().find(|row| row.id == id).map(|row| row.number))
    }

    /// The thread in the reading pane, when it is that of the chosen row.
    fn pane_thread(&self) -> Option<&Thread> {
        self.queue.pane.thread.as_deref().filter(|thread| Some(thread.facts.id) == self.queue.selected)
    }

    /// The reply in view that can still be taken back.
    pub fn undoable(&self) -> Option<&Delivery> {
        let shown = match self.appeal() {
            Some(state) => state.thread.as_deref(),
            None => self.pane_thread(),
        };
        shown?.undoable().next()
    }
}

/// What an author said of themselves: name, addresses, place of work.
fn said_of(facts: &Facts) -> Vec<DisplayText> {
    let said = [Some(&facts.author), facts.email.as_ref(), facts.phone.as_ref(), Some(&facts.org_stated)];
    said.into_iter().flatten().filter(|text| !text.as_str().trim().is_empty()).cloned().collect()
}

impl Subject {
    fn of_thread(thread: &Thread) -> Self {
        let facts = &thread.facts;
        Self {
            id: facts.id,
            number: facts.number,
            stage: facts.stage,
            assignee: facts.assignee.as_ref().map(|(id, _)| *id),
            fields: Fields::of(facts),
            author: said_of(facts),
            has_address: Some(facts.email.as_ref().is_some_and(|email| !email.as_str().trim().is_empty())),
        }
    }
}
