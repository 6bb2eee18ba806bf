//! The promise against a minute-by-minute count, in zones whose clocks change.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use otklik_core::rules::calendar::{Calendar, date_at};
use otklik_core::rules::clock::{ClockEvent, ClockState, due_at, replay};
use otklik_core::types::{ClockPolicy, DeliveryId, ReplyKind, ResponseState, Stage};
use proptest::prelude::*;

const ZONES: &[&str] = &[
    "Europe/Moscow",
    "Asia/Kamchatka",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
];

fn moscow() -> TimeZone {
    TimeZone::get("Europe/Moscow").unwrap()
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn workdays_due(received: &str) -> Timestamp {
    due_at(moment(received), ClockPolicy::Workdays, &Calendar::default(), &moscow())
}

#[test]
fn friday_evening_is_due_on_monday_evening() {
    assert_eq!(workdays_due("2026-11-13T19:00+03:00"), moment("2026-11-16T19:00+03:00"));
}

#[test]
fn what_comes_on_a_day_off_is_counted_from_the_next_workday() {
    assert_eq!(workdays_due("2026-11-14T12:00+03:00"), moment("2026-11-17T00:00+03:00"));
    assert_eq!(workdays_due("2026-11-15T23:59+03:00"), moment("2026-11-17T00:00+03:00"));
    assert_eq!(workdays_due("2026-11-03T15:00+03:00"), moment("2026-11-05T15:00+03:00"), "4 November is off");
    assert_eq!(workdays_due("2026-12-31T15:00+03:00"), moment("2027-01-11T15:00+03:00"));
}

#[test]
fn a_whole_workday_from_midnight_is_due_at_its_end() {
    assert_eq!(workdays_due("2026-11-13T00:00+03:00"), moment("2026-11-14T00:00+03:00"));
}

#[test]
fn straight_is_a_day_whatever_the_day() {
    let due = |at| due_at(moment(at), ClockPolicy::Straight, &Calendar::default(), &moscow());
    assert_eq!(due("2026-11-13T19:42+03:00"), moment("2026-11-14T19:42+03:00"));
}

/// Counts workday minutes one by one.
fn oracle(received: Timestamp, calendar: &Calendar, zone: &TimeZone) -> Timestamp {
    let mut at = received;
    let mut counted = 0;
    while counted < 24 * 60 {
        counted += u32::from(calendar.is_workday(date_at(at, zone)));
        at += SignedDuration::from_mins(1);
    }
    at
}

fn extra_days_off() -> impl Strategy<Value = Calendar> {
    let first = Date::constant(2020, 1, 1);
    prop::collection::vec(0_i64..2900, 0..400)
        .prop_map(move |days| Calendar::with_days_off(days.into_iter().map(|n| first + n.days())))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn due_equals_the_count_of_minutes(minutes in 0_i64..4_100_000, zone in prop::sample::select(ZONES), calendar in extra_days_off()) {
        let zone = TimeZone::get(zone).unwrap();
        let received = moment("2020-01-01T00:00Z") + SignedDuration::from_mins(minutes);
        let due = due_at(received, ClockPolicy::Workdays, &calendar, &zone);
        prop_assert_eq!(due, oracle(received, &calendar, &zone));
    }

    #[test]
    fn due_equals_the_count_around_a_change_of_clocks(hours in -80_i64..80, zone in prop::sample::select(ZONES), nth in 0_usize..20) {
        let zone = TimeZone::get(zone).unwrap();
        let Some(change) = zone.following(moment("2008-01-01T00:00Z")).nth(nth) else { return Ok(()) };
        // A change mostly falls on a weekend: without days off, the changed day itself is counted.
        let day = date_at(change.timestamp(), &zone);
        for calendar in [Calendar::default(), Calendar::with_days_off([day.tomorrow().unwrap()])] {
            // The count goes by whole minutes, so it starts on one: old zone files end their table at 2038-01-19T03:14:07Z.
            let at = change.timestamp() + SignedDuration::from_hours(hours);
            let received = at - SignedDuration::from_secs(at.as_second().rem_euclid(60));
            let due = due_at(received, ClockPolicy::Workdays, &calendar, &zone);
            prop_assert_eq!(due, oracle(received, &calendar, &zone));
        }
    }
}

/// Clocks that change inside a minute (the end of a zone file's table) do not move a due moment off the midnight it is counted from.
#[test]
fn a_change_of_clocks_inside_a_minute_moves_nothing() {
    let zone = TimeZone::get("Asia/Kamchatka").unwrap();
    let due = |at| due_at(moment(at), ClockPolicy::Workdays, &Calendar::default(), &zone);
    assert_eq!(due("2038-01-17T11:14:07Z"), moment("2038-01-18T12:00:00Z"));
    assert_eq!(due("2038-01-18T03:14:07Z"), moment("2038-01-19T03:14:07Z"));
}

const RECEIVED: &str = "2026-11-16T10:00+03:00";
const DUE: &str = "2026-11-17T10:00+03:00";

fn state_at(events: &[ClockEvent], now: &str) -> ClockState {
    let all: Vec<_> = [ClockEvent::Received(moment(RECEIVED))].iter().chain(events).copied().collect();
    replay(&all, ClockPolicy::Straight, &Calendar::default(), &moscow(), moment(now))
}

fn accepted(at: &str, kind: ReplyKind) -> ClockEvent {
    ClockEvent::Accepted { at: moment(at), kind, delivery: None }
}

fn stage(stage: Stage) -> ClockEvent {
    ClockEvent::StageChanged { at: moment(RECEIVED), stage }
}

#[test]
fn an_unanswered_appeal_runs_and_then_is_breached() {
    assert_eq!(state_at(&[], DUE).state, ResponseState::Running, "the last moment is still in time");
    let late = state_at(&[], "2026-11-17T10:00:00.001+03:00");
    assert_eq!((late.state, late.due_at), (ResponseState::Breached, Some(moment(DUE))));
}

#[test]
fn a_response_meets_the_promise_up_to_the_due_moment_and_late_stays_late() {
    let now = "2026-12-01T00:00Z";
    assert_eq!(state_at(&[accepted(DUE, ReplyKind::Response)], now).state, ResponseState::Met);
    let late = accepted("2026-11-17T10:00:00.001+03:00", ReplyKind::Response);
    assert_eq!(state_at(&[late], now).state, ResponseState::Late);
    let more = [late, accepted("2026-11-18T10:00+03:00", ReplyKind::Merits), stage(Stage::Closed)];
    assert_eq!(state_at(&more, now).state, ResponseState::Late);
}

#[test]
fn merits_meet_the_response_if_nothing_has_and_never_the_reverse() {
    let merits = state_at(&[accepted("2026-11-16T12:00+03:00", ReplyKind::Merits)], DUE);
    assert_eq!(merits.state, ResponseState::Met);
    assert_eq!(merits.met_at, merits.merits_met_at);
    let both = [
        accepted("2026-11-16T11:00+03:00", ReplyKind::Response),
        accepted("2026-11-20T11:00+03:00", ReplyKind::Merits),
    ];
    let both = state_at(&both, DUE);
    assert_eq!(both.met_at, Some(moment("2026-11-16T11:00+03:00")));
    assert_eq!(both.merits_met_at, Some(moment("2026-11-20T11:00+03:00")));
    let response = state_at(&[accepted("2026-11-16T11:00+03:00", ReplyKind::Response)], DUE);
    assert_eq!(response.merits_met_at, None);
}

#[test]
fn closing_meets_nothing_and_spam_has_no_clock() {
    assert_eq!(state_at(&[stage(Stage::Closed)], "2026-12-01T00:00Z").state, ResponseState::Breached);
    for clockless in [Stage::Spam, Stage::Thanks, Stage::Duplicate, Stage::Merged] {
        let state = state_at(&[stage(clockless)], "2026-12-01T00:00Z");
        assert_eq!((state.state, state.due_at), (ResponseState::None, None));
        let back = state_at(&[stage(clockless), stage(Stage::Sorted)], DUE);
        assert_eq!((back.state, back.due_at), (ResponseState::Running, Some(moment(DUE))));
    }
}

#[test]
fn a_bounce_of_the_only_response_opens_the_clock_at_its_original_due() {
    let (first, second) = (DeliveryId::new(), DeliveryId::new());
    let sent = |at, delivery| ClockEvent::Accepted {
        at: moment(at),
        kind: ReplyKind::Response,
        delivery: Some(delivery),
    };
    let early = sent("2026-11-16T11:00+03:00", first);
    let bounce = ClockEvent::HardBounce { delivery: first };
    assert_eq!(state_at(&[early, bounce], DUE).state, ResponseState::Running);
    let breached = state_at(&[early, bounce], "2026-11-18T00:00Z");
    assert_eq!((breached.state, breached.due_at), (ResponseState::Breached, Some(moment(DUE))));
    let other = sent("2026-11-16T15:00+03:00", second);
    assert_eq!(state_at(&[early, other, bounce], DUE).state, ResponseState::Met);
    let late = sent("2026-11-19T15:00+03:00", second);
    assert_eq!(state_at(&[early, bounce, late], "2026-11-20T00:00Z").state, ResponseState::Late);
}

#[test]
fn a_merged_appeal_takes_the_earliest_receipt() {
    let merged = [ClockEvent::Received(moment("2026-11-15T09:00+03:00"))];
    assert_eq!(state_at(&merged, DUE).due_at, Some(moment("2026-11-16T09:00+03:00")));
    let nothing = replay(&[], ClockPolicy::Straight, &Calendar::default(), &moscow(), moment(DUE));
    assert_eq!((nothing.state, nothing.due_at, nothing.met_at), (ResponseState::None, None, None));
}
