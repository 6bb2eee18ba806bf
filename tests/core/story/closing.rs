//! Closing: what nobody has answered is not closed by the way, and the promise stays unmet whoever closes it.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, somebody};
use crate::support::engines;
use jiff::SignedDuration;
use otklik_core::desk::views::{AppealView, QueueFilter};
use otklik_core::error::ErrorKind;
use otklik_core::types::{Purpose, ResponseState, Role, Stage, Untrusted};

fn without_response(view: &AppealView) -> usize {
    let said = |value: &Option<Untrusted>| value.as_ref().map(|text| text.raw_for(Purpose::Store).to_owned());
    let changes = view.journal.iter().flat_map(|line| &line.changes);
    changes
        .filter(|change| change.field == "unanswered" && said(&change.after).as_deref() == Some("yes"))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_without_a_response_is_closed_only_on_purpose_and_its_promise_stays_unmet() {
    for engine in engines() {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let (desk, on) = (&world.desk, world.on());
        let duty = world.person("Дежурная", Role::Duty, None).await;
        let letter = plain(&somebody(), &world.ours, &fresh_id(), "", "Не платят премию.");
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        world.run().await;
        let id = world.only().await.id;

        let refused = desk.set_stage(&duty, id, Stage::Closed).await.expect_err("nobody has answered");
        assert_eq!((refused.kind, refused.code), (ErrorKind::Conflict, "no-response"), "{on}");
        assert_eq!(world.only().await.stage, Stage::New, "{on}: nothing has changed");
        // Thanks have no clock, but what comes back from there has: the way round is closed too.
        desk.set_stage(&duty, id, Stage::Thanks).await.expect("thanks");
        desk.set_stage(&duty, id, Stage::Closed).await.expect_err("nobody has answered");
        desk.set_stage(&duty, id, Stage::Sorted).await.expect("sorted");

        desk.close_unanswered(&duty, id).await.expect("closed on purpose");
        let view = world.show(id).await;
        assert_eq!((view.row.stage, without_response(&view)), (Stage::Closed, 1), "{on}");
        assert_eq!(view.row.response.state, ResponseState::Running, "{on}: its day is not over");
        world.pass(SignedDuration::from_hours(30));
        let row = world.only().await;
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Breached, None), "{on}");
        let overdue = QueueFilter { any_stage: true, overdue: true, ..QueueFilter::default() };
        let listed = desk.queue_page(&duty, &overdue, Default::default(), 10).await.expect("a page").rows;
        assert!(listed.is_empty(), "{on}: only open ones are overdue work");
        world.holds().await;
    }
}
