//! Waiting for a condition. A test never waits for a length of time: it asks until the answer comes, or fails with what it
//! waited for.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// How long a condition may take. Far longer than it needs on a busy machine: only a failing test spends it.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);

/// Asks `probe` until it gives a value; panics, naming `what`, after a minute.
#[track_caller]
pub fn eventually<T, P>(what: &str, mut probe: P) -> impl Future<Output = T>
where
    P: AsyncFnMut() -> Option<T>,
{
    let place = std::panic::Location::caller();
    async move {
        let deadline = Instant::now() + PATIENCE;
        let mut ticks = tokio::time::interval(STEP);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Some(value) = probe().await {
                return value;
            }
            assert!(Instant::now() < deadline, "{place}: waited {PATIENCE:?} in vain for: {what}");
        }
    }
}

/// The same without a runtime, for tests that drive a process from outside.
#[track_caller]
pub fn eventually_blocking<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    // A channel that nobody writes to: its timeout is the pause between two questions.
    let (_writer, ticks) = sync_channel::<()>(1);
    loop {
        if let Some(value) = probe() {
            return value;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain for: {what}");
        assert_eq!(ticks.recv_timeout(STEP), Err(RecvTimeoutError::Timeout));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_condition_is_asked_until_it_holds() {
        let mut asked = 0;
        let answer = eventually("the third question", async || {
            asked += 1;
            (asked == 3).then_some(asked)
        });
        assert_eq!(answer.await, 3);
        let mut left = 3;
        eventually_blocking("the countdown", || {
            left -= 1;
            (left == 0).then_some(())
        });
    }
}
