//! What the appeal's screen remembers.

use crate::app::effect::Failure;
use crate::app::env::Env;
use crate::screens::composer;
use crate::screens::thread::{Laid, Options, Thread, lay_out};
use otklik_core::types::{AppealId, AppealNumber, MessageId};

/// Which part has the keys while a reply is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Thread,
    Reply,
}

/// What to do once the thread has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Nothing,
    /// Open the reply, with the draft if there is one.
    Reply,
    /// Show the message that has just been sent.
    ShowNewest,
    /// Open the history.
    History,
    /// Sending was stopped because something newer has come: show what.
    ShowNewer {
        seen: Option<MessageId>,
    },
}

/// The appeal's state.
#[derive(Debug)]
pub struct State {
    pub id: AppealId,
    pub number: AppealNumber,
    pub thread: Option<Box<Thread>>,
    /// The last load failed; a thread that was there stays.
    pub failed: Option<Failure>,
    pub laid: Laid,
    pub unfolded: bool,
    /// First line shown.
    pub scroll: usize,
    pub reply: Option<Box<composer::State>>,
    pub focus: Focus,
    pub then: Then,
}

impl State {
    pub fn new(id: AppealId, number: AppealNumber) -> Self {
        Self {
            id,
            number,
            thread: None,
            failed: None,
            laid: Laid::default(),
            unfolded: false,
            scroll: 0,
            reply: None,
            focus: Focus::Thread,
            then: Then::Nothing,
        }
    }

    /// The same, to go straight on to the reply.
    pub fn replying(id: AppealId, number: AppealNumber) -> Self {
        Self { then: Then::Reply, ..Self::new(id, number) }
    }

    /// Whether keys go into the reply.
    pub fn is_writing(&self) -> bool {
        self.reply.is_some() && self.focus == Focus::Reply
    }

    /// Rows of the thread on the screen: all of the body, or what the reply leaves of it.
    pub fn thread_rows(&self, env: &Env) -> usize {
        let body = env.body_rows();
        if self.reply.is_some() { body - self.reply_rows(env) } else { body }
    }

    /// Rows of the reply with its head: half of the body.
    pub fn reply_rows(&self, env: &Env) -> usize {
        (env.body_rows() / 2).max(6).min(env.body_rows().saturating_sub(1))
    }

    /// Makes the lines again and keeps the place in them.
    pub fn lay_out(&mut self, env: &Env) {
        let Some(thread) = &self.thread else { return };
        let options = Options { unfolded: self.unfolded, brief: false };
        self.laid = lay_out(thread, env, env.size.0.saturating_sub(2).max(1), options);
        self.scroll = self.scroll.min(self.last_scroll(env));
    }

    /// The last line that may stand first.
    pub fn last_scroll(&self, env: &Env) -> usize {
        self.laid.lines.len().saturating_sub(self.thread_rows(env))
    }

    /// Scrolls so that the newest message is seen: its head at the top if what follows is longer than the screen, else
    /// the end of the thread.
    pub fn show_newest(&mut self, env: &Env) {
        let newest = self.thread.as_ref().and_then(|thread| thread.newest());
        let start = self.laid.starts.iter().find(|(id, _)| Some(*id) == newest).map_or(0, |(_, at)| *at);
        self.scroll = start.saturating_sub(1).min(self.last_scroll(env));
    }
}
