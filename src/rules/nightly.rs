//! Work of the night: done once for each night, however often somebody looks, however the clock is set meanwhile, and on a
//! machine that was off at night in the morning.

use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// After work that failed it is tried again after this time.
const AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// What claims to have happened later than this from now was noted by a clock that was wrong.
pub const DRIFT: SignedDuration = SignedDuration::from_hours(24);

/// What is known of earlier nights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nights {
    /// When the work was last done.
    pub done_at: Option<Timestamp>,
    /// When it last failed.
    pub failed_at: Option<Timestamp>,
    /// Before this there was nothing to do.
    pub begun_at: Option<Timestamp>,
}

/// The last three o'clock in the morning that has come.
pub fn last_night(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let here = now.to_zoned(zone.clone());
    let three = |days: i64| {
        let date = here.date().checked_sub(days.days()).unwrap_or(here.date());
        date.at(3, 0, 0, 0).to_zoned(zone.clone()).map_or(now, |at| at.timestamp())
    };
    let today = three(0);
    if today <= now && here.time() >= time(0, 0, 0, 0) { today } else { three(1) }
}

/// Whether the work of the last night is still to be done.
pub fn is_due(nights: Nights, now: Timestamp, zone: &TimeZone) -> bool {
    let night = last_night(now, zone);
    let happened = |at: Option<Timestamp>| at.filter(|at| at.duration_since(now) <= DRIFT);
    let done = happened(nights.done_at).or(happened(nights.begun_at));
    if done.is_some_and(|done| done >= night) {
        return false;
    }
    happened(nights.failed_at).is_none_or(|failed| now.duration_since(failed).abs() >= AGAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn moscow() -> TimeZone {
        TimeZone::get("Europe/Moscow").unwrap()
    }

    #[test]
    fn the_night_ends_at_three_of_the_desks_zone() {
        let night = |now| last_night(at(now), &moscow());
        assert_eq!(night("2026-11-16T02:59:59+03:00"), at("2026-11-15T03:00:00+03:00"));
        assert_eq!(night("2026-11-16T03:00:00+03:00"), at("2026-11-16T03:00:00+03:00"));
        assert_eq!(night("2026-11-16T23:59:59+03:00"), at("2026-11-16T03:00:00+03:00"));
        // A night without three o'clock: Berlin's clocks go from two to three in March.
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(last_night(at("2026-03-29T12:00:00+02:00"), &berlin), at("2026-03-29T03:00:00+02:00"));
    }

    #[test]
    fn each_night_is_due_once_and_a_failure_after_a_while_again() {
        let now = at("2026-11-16T10:00:00+03:00");
        let due = |nights: Nights| is_due(nights, now, &moscow());
        let done = |text: &str| Nights { done_at: Some(at(text)), ..Nights::default() };
        assert!(due(Nights::default()));
        assert!(due(done("2026-11-16T02:59:00+03:00")) && !due(done("2026-11-16T03:00:00+03:00")));
        assert!(!due(Nights { begun_at: Some(at("2026-11-16T09:00:00+03:00")), ..Nights::default() }));
        let failed = |text: &str| Nights { failed_at: Some(at(text)), ..done("2026-11-15T03:00:00+03:00") };
        assert!(!due(failed("2026-11-16T09:45:00+03:00")) && due(failed("2026-11-16T09:30:00+03:00")));
        // A clock that was hours ahead is believed, one that was years ahead holds nothing up.
        assert!(!due(done("2026-11-16T22:00:00+03:00")) && due(done("2030-01-01T00:00:00Z")));
    }
}
