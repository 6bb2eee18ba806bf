//! What is due first: the one moment by which the queue is ordered.

use super::calendar::day_start;
use super::clock::ClockState;
use crate::types::{LimitationState, ResponseState};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The earliest of the response's due moment while nothing has met it (overdue ones included: they stand on top) and of
/// the start of each `file_by` day whose limitation still runs. `None` when nothing is due.
pub fn next_due_at(
    response: &ClockState,
    limitations: impl IntoIterator<Item = (LimitationState, Option<Date>)>,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let unmet = matches!(response.state, ResponseState::Running | ResponseState::Breached);
    let filings = limitations
        .into_iter()
        .filter(|(state, _)| *state == LimitationState::Running)
        .filter_map(|(_, file_by)| file_by)
        .map(|day| day_start(day, zone));
    filings.chain(response.due_at.filter(|_| unmet)).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn response(state: ResponseState) -> ClockState {
        let due_at = (state != ResponseState::None).then(|| "2026-11-17T10:00+03:00".parse().unwrap());
        ClockState { due_at, met_at: None, merits_met_at: None, state }
    }

    #[test]
    fn the_earliest_of_response_and_filings_comes_first() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let moment = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let filing = |state, day| [(state, Some(date(2026, 11, day)))];
        let (running, missed) = (LimitationState::Running, LimitationState::Missed);
        let unmet = response(ResponseState::Running);
        assert_eq!(next_due_at(&unmet, [], &zone), moment("2026-11-17T10:00+03:00"));
        assert_eq!(next_due_at(&unmet, filing(running, 17), &zone), moment("2026-11-17T00:00+03:00"));
        assert_eq!(next_due_at(&unmet, filing(running, 18), &zone), moment("2026-11-17T10:00+03:00"));
        assert_eq!(next_due_at(&unmet, filing(missed, 16), &zone), moment("2026-11-17T10:00+03:00"));
        assert_eq!(
            next_due_at(&response(ResponseState::Breached), [], &zone),
            moment("2026-11-17T10:00+03:00")
        );
        for settled in [ResponseState::Met, ResponseState::Late, ResponseState::None] {
            assert_eq!(next_due_at(&response(settled), [], &zone), None);
            let filed = next_due_at(&response(settled), filing(running, 20), &zone);
            assert_eq!(filed, moment("2026-11-20T00:00+03:00"));
        }
        assert_eq!(next_due_at(&unmet, [(LimitationState::NoAnchor, None)], &zone), unmet.due_at);
    }
}
