//! Since when a conversation waits for the server's word, for whoever watches over it from beside.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Shared between a conversation and its watcher. While the server is asked to tell what comes (IDLE), no word is due.
#[derive(Clone, Debug, Default)]
pub struct Waiting(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    since: Option<Instant>,
    told: bool,
}

impl Waiting {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A word of the server is due from now on.
    pub(super) fn begin(&self) {
        self.with(|state| state.since = Some(Instant::now()));
    }

    /// It has come, or nobody waits for it any more.
    pub fn end(&self) {
        self.with(|state| state.since = None);
    }

    /// Whether a word has been due for so long, told once for each silence.
    pub fn is_news(&self, after: Duration) -> bool {
        self.with(|state| {
            let silent = state.since.is_some_and(|since| since.elapsed() >= after);
            silent && !std::mem::replace(&mut state.told, true)
        })
    }

    /// Whether a silence has been told since this was last asked.
    pub fn was_told(&self) -> bool {
        self.with(|state| std::mem::take(&mut state.told))
    }
}
