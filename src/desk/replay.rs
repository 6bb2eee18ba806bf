//! The stored clocks are replays (wall 8): from the journal's rows of an appeal to its events, from those to its due.

use super::act::moment;
use super::journal::Details;
use super::settings::Ground;
use crate::error::Result;
use crate::rules::clock::{ClockEvent, ClockState, replay};
use crate::rules::{due, limitation};
use crate::store::appeals::{AppealRecord, ClockFields};
use crate::store::{Conn, journal, queue};
use crate::types::{CallOutcome, DeliveryId, LimitationState, ReplyKind, ResponseState, Stage};
use jiff::{Timestamp, civil::Date};
use std::collections::HashMap;
use uuid::Uuid;

/// Where the response clock of an appeal stands by its journal.
pub(crate) async fn response(
    conn: &mut Conn<'_>,
    ground: &Ground,
    appeal: Uuid,
    now: Timestamp,
) -> Result<ClockState> {
    let mut found = responses(conn, ground, &[appeal], now).await?;
    Ok(found.remove(0))
}

/// The same of several appeals, in their order.
pub(crate) async fn responses(
    conn: &mut Conn<'_>,
    ground: &Ground,
    appeals: &[Uuid],
    now: Timestamp,
) -> Result<Vec<ClockState>> {
    let subjects: Vec<String> = appeals.iter().map(|appeal| format!("appeal:{appeal}")).collect();
    let mut events: HashMap<String, Vec<ClockEvent>> = HashMap::new();
    for row in journal::of_subjects(conn, &subjects).await? {
        let event = event(&row.record)?;
        events.entry(row.subject).or_default().extend(event);
    }
    let clock = |subject: &String| {
        let events = events.get(subject).map_or(&[][..], Vec::as_slice);
        replay(events, ground.settings.policy, &ground.calendar, &ground.zone, now)
    };
    Ok(subjects.iter().map(clock).collect())
}

/// What a row of the journal means to the promise; most mean nothing.
fn event(row: &journal::JournalRecord) -> Result<Option<ClockEvent>> {
    let at = moment(row.occurred_at);
    Ok(match row.action.as_str() {
        "appeal.received" => Some(ClockEvent::Received(at)),
        // What a former system had done is not known here, so an imported appeal waits until a person answers.
        "appeal.imported" => Some(ClockEvent::Received(at)),
        "delivery.accepted" => {
            let details = Details::parse(&row.details)?;
            let kind = details.get("reply").and_then(ReplyKind::parse);
            let delivery = details.get("delivery").and_then(DeliveryId::parse);
            kind.map(|kind| ClockEvent::Accepted { at, kind, delivery })
        }
        // It has no delivery of ours: its message stands for one, so that taking the word back opens what it had met.
        "outside.confirmed" => {
            let details = Details::parse(&row.details)?;
            let kind = details.get("reply").and_then(ReplyKind::parse);
            let delivery = details.get("message").and_then(DeliveryId::parse);
            kind.map(|kind| ClockEvent::Accepted { at, kind, delivery })
        }
        "outside.declined" => {
            let delivery = Details::parse(&row.details)?.get("message").and_then(DeliveryId::parse);
            delivery.map(|delivery| ClockEvent::HardBounce { delivery })
        }
        "delivery.bounced" => {
            let delivery = Details::parse(&row.details)?.get("delivery").and_then(DeliveryId::parse);
            delivery.map(|delivery| ClockEvent::HardBounce { delivery })
        }
        // Somebody spoke with the author; its attempt stands for a delivery, so that taking the entry back opens what it met.
        "call.logged" => {
            let details = Details::parse(&row.details)?;
            let outcome = details.after("outcome").and_then(|code| CallOutcome::parse(&code));
            let delivery = details.get("attempt").and_then(DeliveryId::parse);
            let spoke = outcome.is_some_and(CallOutcome::is_conversation);
            spoke.then_some(ClockEvent::Accepted { at, kind: ReplyKind::Response, delivery })
        }
        "call.struck" => {
            let delivery = Details::parse(&row.details)?.get("attempt").and_then(DeliveryId::parse);
            delivery.map(|delivery| ClockEvent::HardBounce { delivery })
        }
        "appeal.stage" | "appeal.taken" => {
            let stage = Details::parse(&row.details)?.after("stage").and_then(|code| Stage::parse(&code));
            stage.map(|stage| ClockEvent::StageChanged { at, stage })
        }
        _ => None,
    })
}

/// The columns that hold a replay: response, marks, and what the queue is ordered by.
pub(crate) async fn fields(
    conn: &mut Conn<'_>,
    ground: &Ground,
    appeal: &AppealRecord,
    state: &ClockState,
    now: Timestamp,
) -> Result<ClockFields> {
    let today = ground.today(now);
    let limits = match appeal.has_limits {
        0 => Vec::new(),
        _ => queue::limits(conn, &[appeal.id]).await?,
    };
    let filings = limits.iter().map(|limit| {
        let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Date>().ok());
        let state = limitation::state(date(&limit.deadline_shifted), limit.done != 0, today);
        (state, date(&limit.file_by))
    });
    Ok(columns(ground, state, filings))
}

/// The same for an appeal that has no statutory dates yet.
pub(crate) fn columns(
    ground: &Ground,
    state: &ClockState,
    filings: impl IntoIterator<Item = (LimitationState, Option<Date>)>,
) -> ClockFields {
    let unmet = matches!(state.state, ResponseState::Running | ResponseState::Breached);
    let ms = |at: Option<Timestamp>| at.map(|at| at.as_millisecond());
    ClockFields {
        response_due_at: ms(state.due_at),
        response_met_at: ms(state.met_at),
        merits_met_at: ms(state.merits_met_at),
        next_due_at: ms(due::next_due_at(state, filings, &ground.zone)).unwrap_or(i64::MAX),
        unanswered_due_at: ms(state.due_at.filter(|_| unmet)),
    }
}
