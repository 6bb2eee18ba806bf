//! When somebody's morning digest is due: once for each working day of theirs, from their hour on, however often somebody
//! looks and however the clock is set meanwhile. Pure.

use super::calendar::Calendar;
use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// When it comes unless somebody says otherwise.
pub const DEFAULT_AT: Time = time(8, 0, 0, 0);
/// For so long after its hour it may still come, as on a machine that was off at that hour: later it is no morning's.
const LATE: SignedDuration = SignedDuration::from_hours(6);

/// The day whose digest is due now and was not decided about, in the reader's zone. `last` is the day that was decided about
/// last; one that lies more than a day ahead was noted by a clock that was wrong, and holds nothing up.
pub fn due_day(
    last: Option<Date>,
    at: Time,
    zone: &TimeZone,
    calendar: &Calendar,
    now: Timestamp,
) -> Option<Date> {
    let here = now.to_zoned(zone.clone());
    let today = here.date();
    let tomorrow = today.checked_add(1.days()).unwrap_or(today);
    let decided = last.is_some_and(|last| last >= today && last <= tomorrow);
    let since = here.time().duration_since(at);
    let morning = !since.is_negative() && since < LATE;
    (morning && !decided && calendar.is_workday(today)).then_some(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(last: Option<&str>, zone: &str, now: &str) -> Option<String> {
        let zone = TimeZone::get(zone).unwrap();
        let last = last.map(|day| day.parse().unwrap());
        let day = due_day(last, DEFAULT_AT, &zone, &Calendar::default(), now.parse().unwrap());
        day.map(|day| day.to_string())
    }

    #[test]
    fn it_is_due_once_a_day_from_the_readers_own_hour_on() {
        let monday = Some("2026-11-16".to_owned());
        assert_eq!(due(None, "Europe/Moscow", "2026-11-16T07:59:59+03:00"), None);
        assert_eq!(due(None, "Europe/Moscow", "2026-11-16T08:00:00+03:00"), monday);
        // A machine that was off at eight sends it when it is up, and no more in the afternoon.
        assert_eq!(due(Some("2026-11-13"), "Europe/Moscow", "2026-11-16T13:59:00+03:00"), monday);
        assert_eq!(due(Some("2026-11-13"), "Europe/Moscow", "2026-11-16T14:00:00+03:00"), None);
        assert_eq!(due(Some("2026-11-16"), "Europe/Moscow", "2026-11-16T12:00:00+03:00"), None);
        // Kamchatka's morning is Moscow's night.
        assert_eq!(due(None, "Asia/Kamchatka", "2026-11-15T23:00:00+03:00"), monday);
        assert_eq!(due(None, "Europe/Kaliningrad", "2026-11-16T08:30:00+03:00"), None);
    }

    #[test]
    fn days_off_are_left_in_peace_and_a_clock_that_was_wrong_holds_nothing_up() {
        assert_eq!(due(None, "Europe/Moscow", "2026-11-15T10:00:00+03:00"), None, "a Sunday");
        let now = "2026-11-16T10:00:00+03:00";
        assert_eq!(due(Some("2030-01-01"), "Europe/Moscow", now), Some("2026-11-16".to_owned()));
        assert_eq!(
            due(Some("2026-11-17"), "Europe/Moscow", now),
            None,
            "the clock was put back over midnight"
        );
    }
}
