//! The promise, replayed: from what happened to an appeal to its due moment, its two marks and its state. The stored
//! columns must always equal this replay, which is also what answers "why overdue?".

use super::calendar::{Calendar, date_at, day_start};
use crate::types::{ClockPolicy, DeliveryId, ReplyKind, ResponseState, Stage};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// What the promise gives a person to respond.
const PROMISE: SignedDuration = SignedDuration::from_hours(24);

/// Something that bears on the promise, in the journal's order (by sequence, never by time).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEvent {
    /// The appeal, or one merged into it, was received. The earliest receipt counts.
    Received(Timestamp),
    /// A person's message was accepted by the channel, or a conversation was logged, whose attempt stands for a
    /// delivery. Receipts, "your answer is ready" and unanswered calls are no events here.
    Accepted {
        at: Timestamp,
        kind: ReplyKind,
        delivery: Option<DeliveryId>,
    },
    /// That delivery bounced for good or was blocked: what it had met is open again, at the original due.
    HardBounce {
        delivery: DeliveryId,
    },
    StageChanged {
        at: Timestamp,
        stage: Stage,
    },
}

/// Where the promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockState {
    /// When the response is, or was, due; `None` without a clock.
    pub due_at: Option<Timestamp>,
    /// When the first response was accepted. An answer on the merits counts as one if nothing was sooner.
    pub met_at: Option<Timestamp>,
    /// When the first answer on the merits was accepted.
    pub merits_met_at: Option<Timestamp>,
    pub state: ResponseState,
}

/// Replays the events known at `now`. Late stays late: only the first accepted response counts, whatever follows. Closing
/// an appeal meets nothing. In a stage without a clock (spam, thanks, duplicate, merged) the state is `none` and nothing
/// is due; leaving that stage brings the original due back.
pub fn replay(
    events: &[ClockEvent],
    policy: ClockPolicy,
    calendar: &Calendar,
    zone: &TimeZone,
    now: Timestamp,
) -> ClockState {
    let mut marks = Marks::default();
    events.iter().for_each(|event| marks.take(event));
    let met_at = marks.first(|_| true);
    let merits_met_at = marks.first(|kind| kind == ReplyKind::Merits);
    let Some(received) = marks.received.filter(|_| marks.stage.is_none_or(Stage::has_clock)) else {
        return ClockState { due_at: None, met_at, merits_met_at, state: ResponseState::None };
    };
    let due = due_at(received, policy, calendar, zone);
    let state = match met_at {
        Some(met) if met <= due => ResponseState::Met,
        Some(_) => ResponseState::Late,
        None if now > due => ResponseState::Breached,
        None => ResponseState::Running,
    };
    ClockState { due_at: Some(due), met_at, merits_met_at, state }
}

/// When a response to what was received at a moment is due: 24 hours later, or once 24 hours outside days off have
/// passed in the desk's zone (Friday 19:00 → Monday 19:00; received on a day off → counted from the next workday's
/// start). Hours are real ones: a workday on which the clocks change has 23 or 25.
pub fn due_at(received: Timestamp, policy: ClockPolicy, calendar: &Calendar, zone: &TimeZone) -> Timestamp {
    match policy {
        ClockPolicy::Straight => received.saturating_add(PROMISE).unwrap_or(Timestamp::MAX),
        ClockPolicy::Workdays => add_worktime(received, PROMISE, calendar, zone),
    }
}

fn add_worktime(from: Timestamp, time: SignedDuration, calendar: &Calendar, zone: &TimeZone) -> Timestamp {
    let mut moment = from;
    let mut left = time;
    let mut day = date_at(from, zone);
    while let Some(end) = day.tomorrow().ok().map(|next| day_start(next, zone)) {
        if calendar.is_workday(day) {
            let counted = moment.duration_until(end);
            if left <= counted {
                return moment.saturating_add(left).unwrap_or(Timestamp::MAX);
            }
            left -= counted;
        }
        moment = end;
        day = day_after(day, end, zone);
    }
    Timestamp::MAX
}

/// The day that begins at `start`; a zone may skip a whole day (Samoa, 30 December 2011).
fn day_after(day: Date, start: Timestamp, zone: &TimeZone) -> Date {
    date_at(start, zone).max(day.tomorrow().unwrap_or(Date::MAX))
}

#[derive(Default)]
struct Marks {
    received: Option<Timestamp>,
    stage: Option<Stage>,
    accepted: Vec<(Timestamp, ReplyKind, Option<DeliveryId>)>,
}

impl Marks {
    fn take(&mut self, event: &ClockEvent) {
        match *event {
            ClockEvent::Received(at) => self.received = Some(self.received.map_or(at, |known| known.min(at))),
            ClockEvent::Accepted { at, kind, delivery } => self.accepted.push((at, kind, delivery)),
            ClockEvent::HardBounce { delivery } => {
                self.accepted.retain(|(_, _, made)| *made != Some(delivery))
            }
            ClockEvent::StageChanged { stage, .. } => self.stage = Some(stage),
        }
    }

    fn first(&self, wanted: impl Fn(ReplyKind) -> bool) -> Option<Timestamp> {
        self.accepted.iter().filter(|(_, kind, _)| wanted(*kind)).map(|(at, ..)| *at).min()
    }
}
