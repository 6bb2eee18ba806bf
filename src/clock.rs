//! The one place that reads the wall clock. Everything else is told the time.

use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that runs, shifted by a constant: zero on a real desk, `OTKLIK_NOW` minus the start on a demo desk.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    shift_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's time.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that reads `start` at this moment and runs on.
    pub fn starting_at(start: Timestamp) -> Self {
        let clock = Self::default();
        clock.set(start);
        clock
    }

    /// Moves this clock, and every copy of it, to `moment`; it runs on from there. For demo desks and tests.
    pub fn set(&self, moment: Timestamp) {
        let shift = moment.as_millisecond() - system_now().as_millisecond();
        self.shift_ms.store(shift, Ordering::SeqCst);
    }

    /// Now, to the millisecond, which is what the store keeps.
    pub fn now(&self) -> Timestamp {
        let shifted = system_now() + SignedDuration::from_millis(self.shift_ms.load(Ordering::SeqCst));
        Timestamp::from_millisecond(shifted.as_millisecond()).unwrap_or(shifted)
    }
}

#[allow(clippy::disallowed_methods)]
fn system_now() -> Timestamp {
    Timestamp::now()
}
