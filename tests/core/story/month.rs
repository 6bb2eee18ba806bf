//! A month replayed under both policies: what was met, late, breached or still runs is what the calendar says.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, moment, somebody};
use crate::support::engines;
use jiff::{SignedDuration, Timestamp};
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::types::{AppealId, ClockPolicy, Purpose, ReplyKind, ResponseState};
use uuid::Uuid;

/// Received; due straight; due outside days off (4 November is a holiday of ТК РФ article 112, 7 and 8 are a weekend);
/// answered.
const MONTH: &[(&str, &str, &str, Option<&str>)] = &[
    ("11-02T10:00", "11-03T10:00", "11-03T10:00", Some("11-02T15:00")),
    ("11-03T19:00", "11-04T19:00", "11-05T19:00", Some("11-05T12:00")),
    ("11-04T12:00", "11-05T12:00", "11-06T00:00", Some("11-05T11:00")),
    ("11-06T19:00", "11-07T19:00", "11-09T19:00", Some("11-09T18:00")),
    ("11-07T10:00", "11-08T10:00", "11-10T00:00", Some("11-10T09:00")),
    ("11-16T23:30", "11-17T23:30", "11-17T23:30", None),
    ("11-29T23:59", "11-30T23:59", "12-01T00:00", Some("11-30T20:00")),
    ("11-30T12:00", "12-01T12:00", "12-01T12:00", None),
];

fn at(short: &str) -> Timestamp {
    moment(&format!("2026-{short}:00+03:00"))
}

async fn answer(world: &World, appeal: AppealId) {
    let request = ReplyRequest {
        appeal,
        text: "Разбираемся.".into(),
        kind: ReplyKind::Response,
        seen: world.show(appeal).await.last_message,
        idempotency_key: Uuid::now_v7(),
        immediately: true,
        cc: Vec::new(),
        files: Vec::new(),
    };
    world.desk.send_reply(&world.head, request).await.expect("a reply");
    assert_eq!(world.run().await.accepted, 1);
}

async fn named(world: &World, n: usize) -> AppealId {
    for row in world.rows().await {
        let text = world.show(row.id).await.messages[0].text.raw_for(Purpose::Store).trim().to_owned();
        if text == format!("письмо {n}") {
            return row.id;
        }
    }
    panic!("letter {n} is no appeal");
}

#[tokio::test]
async fn a_month_replayed_ends_as_the_calendar_says() {
    for policy in [ClockPolicy::Straight, ClockPolicy::Workdays] {
        for engine in engines() {
            let out = format!("folder:{}", engine.folder().join("out").display());
            let now = "2026-11-01T09:00:00+03:00";
            let world =
                World::new(engine, Plan { now, policy, outgoing: &out, receipts: false, ..Plan::default() })
                    .await;
            let mut deeds: Vec<(Timestamp, usize, bool)> = Vec::new();
            for (n, (received, _, _, answered)) in MONTH.iter().enumerate() {
                deeds.push((at(received), n, false));
                deeds.extend(answered.map(|answered| (at(answered), n, true)));
            }
            deeds.sort();
            for (when, n, answered) in deeds {
                world.clock.set(when);
                if answered {
                    answer(&world, named(&world, n).await).await;
                } else {
                    let letter = plain(&somebody(), &world.ours, &fresh_id(), "", &format!("письмо {n}"));
                    world.lands(&when.to_string(), &letter);
                    world.run().await;
                }
            }
            world.clock.set(at("12-01T06:00"));
            ends(&world, policy).await;
            world.holds().await;
        }
    }
}

async fn ends(world: &World, policy: ClockPolicy) {
    let mut overdue = 0;
    for (n, (received, straight, workdays, answered)) in MONTH.iter().enumerate() {
        let due = at(if policy == ClockPolicy::Straight { straight } else { workdays });
        let row = world.show(named(world, n).await).await.row;
        assert_eq!((row.received_at, row.response.due_at), (at(received), Some(due)), "{} {n}", world.on());
        let expected = match answered.map(at) {
            Some(answered) if answered < due => ResponseState::Met,
            Some(_) => ResponseState::Late,
            None if due < world.clock.now() => ResponseState::Breached,
            None => ResponseState::Running,
        };
        assert_eq!(row.response.state, expected, "{} {policy:?} {n}", world.on());
        overdue += i64::from(expected == ResponseState::Breached);
        if let (Some(answered), Some(met)) = (answered.map(at), row.response.met_at) {
            assert!(met >= answered && met < answered + SignedDuration::from_mins(10), "{n}: {met}");
        }
    }
    let counts = world.desk.queue_counts(&world.head).await.expect("counts");
    assert_eq!((counts.overdue, overdue), (1, 1), "{}", world.on());
}
