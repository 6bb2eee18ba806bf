//! What users of other helpdesks complain of most about outgoing mail, each as a test: failures nobody sees, copies, retries
//! that send nothing, undo that comes too late.

use super::Office;
use crate::mail::scripted::Act::Say;
use crate::mail::scripted::{Script, Server};
use crate::story::letters::{fresh_id, plain};
use crate::story::world::somebody;
use crate::support::{engines, scaled};
use jiff::SignedDuration;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::jobs;
use otklik_core::types::{AppealId, DeliveryId, DeliveryState, Direction, Purpose, ResponseState};

impl Office {
    /// One more author with an appeal.
    pub(super) async fn another_appeal(&self, from: &str) -> AppealId {
        let before: Vec<AppealId> = self.world.rows().await.iter().map(|row| row.id).collect();
        let letter = plain(from, &self.world.ours, &fresh_id(), "", "И ещё вопрос.");
        self.world.lands("2026-11-16T09:30:00+03:00", &letter);
        self.world.run().await;
        let after = self.world.rows().await;
        after.iter().map(|row| row.id).find(|id| !before.contains(id)).expect("a new appeal")
    }

    /// A reply whose server has refused it for good.
    async fn refused_reply(&self) -> DeliveryId {
        self.server.now_does(Script { rcpt: Say("550 5.7.1 not now"), ..Script::default() });
        let sent = self.reply().await;
        self.world.run().await;
        let failed = self.delivery(sent.id).await;
        assert_eq!(
            (failed.state, failed.attempts),
            (DeliveryState::Failed, 1),
            "the refused attempt is counted"
        );
        sent.id
    }
}

#[tokio::test]
async fn pain_15_two_hours_without_a_server_show_in_every_reply_and_all_leave_once() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let world = &office.world;
        let closed =
            std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port");
        world.sql(&format!("UPDATE accounts SET outgoing = 'smtp://{closed}'"));
        let mut sent = Vec::new();
        for number in 0..6 {
            let appeal = match number {
                0 => office.appeal,
                _ => office.another_appeal(&somebody()).await,
            };
            let request = office.request_to(appeal).await;
            sent.push((appeal, world.desk.send_reply(&world.head, request).await.expect("a reply").id));
        }
        let well_again = world.clock.now() + SignedDuration::from_hours(2);
        while world.clock.now() < well_again {
            let done = world.run().await;
            assert_eq!(done.accepted, 0, "{}", world.on());
            let listed =
                world.desk.deliveries(&world.head, DeliveryFilter::Open, 100).await.expect("what waits");
            assert_eq!(listed.len(), sent.len(), "{}: every reply is listed", world.on());
            for delivery in &listed {
                assert_eq!(delivery.state, DeliveryState::Retry, "{}", world.on());
                let why = delivery.error.as_ref().map_or("", |error| error.raw_for(Purpose::Store));
                assert!(why.starts_with("smtp_connect") && delivery.next_at > world.clock.now(), "{why}");
            }
            for (appeal, _) in &sent {
                let shown = world.show(*appeal).await;
                let reply = shown.messages.iter().find(|message| message.direction == Direction::Out);
                let states: Vec<_> = reply.expect("the reply").deliveries.iter().map(|d| d.state).collect();
                assert_eq!(states, [DeliveryState::Retry], "{}: the thread shows it", world.on());
                assert_eq!(shown.row.response.state, ResponseState::Running, "nothing was answered");
            }
            let counts = world.desk.queue_counts(&world.head).await.expect("counts");
            assert_eq!((counts.deliveries_waiting, counts.delivery_errors), (6, 0));
            let next = listed.iter().map(|delivery| delivery.next_at).max().expect("a next attempt");
            world.clock.set(next + SignedDuration::from_millis(1));
        }
        let server = Server::start_at(closed.port(), Script::default()).await;
        world.pass(SignedDuration::from_hours(1));
        assert_eq!(world.run().await.accepted, sent.len(), "{}", world.on());
        for _ in 0..3 {
            world.pass(SignedDuration::from_hours(1));
            assert_eq!(world.run().await, Default::default(), "{}", world.on());
        }
        assert_eq!(server.heard().letters.len(), sent.len(), "{}: each once", world.on());
        for (appeal, id) in sent {
            assert_eq!(office.delivery(id).await.state, DeliveryState::Accepted);
            assert_eq!(world.show(appeal).await.row.response.state, ResponseState::Met);
        }
        world.holds().await;
    }
}

#[tokio::test]
async fn pain_16_a_refused_recipient_never_sends_again_to_the_good_ones() {
    for engine in engines() {
        let office = Office::new(engine, Script { refuse: "gone-", ..Script::default() }).await;
        let world = &office.world;
        let good = office.reply().await;
        let nobody = office.another_appeal(&format!("gone-{}", somebody())).await;
        let request = office.request_to(nobody).await;
        let bad = world.desk.send_reply(&world.head, request).await.expect("a reply");
        world.run().await;
        for _ in 0..25 {
            assert_eq!(office.delivery(bad.id).await.state, DeliveryState::Failed, "{}", world.on());
            world.desk.retry_delivery(&world.head, bad.id).await.expect("again");
            world.pass(SignedDuration::from_hours(1));
            world.run().await;
        }
        assert_eq!(office.delivery(good.id).await.state, DeliveryState::Accepted);
        assert_eq!(office.server.heard().letters.len(), 1, "{}", world.on());
        world.holds().await;
    }
}

#[tokio::test]
async fn pain_17_a_retry_is_no_success_before_the_server_says_so() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let world = &office.world;
        let id = office.refused_reply().await;
        world.desk.retry_delivery(&world.head, id).await.expect("again");
        let waits = office.delivery(id).await;
        assert_eq!((waits.state, waits.accepted_at), (DeliveryState::Scheduled, None), "{}", world.on());
        assert_eq!(world.only().await.response.met_at, None);
        world.run().await;
        assert_eq!(office.delivery(id).await.state, DeliveryState::Failed, "the server still refuses");
        assert_eq!(world.only().await.response.met_at, None);
        office.server.now_does(Script::default());
        world.desk.retry_delivery(&world.head, id).await.expect("again");
        assert_eq!(world.run().await.accepted, 1);
        let taken = office.delivery(id).await;
        assert_eq!(taken.state, DeliveryState::Accepted);
        assert!(taken.accepted_at.is_some() && world.only().await.response.met_at.is_some());
        let again = world.desk.retry_delivery(&world.head, id).await.expect_err("the server has it");
        assert_eq!(again.code, "delivery-done");
        world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pain_17_two_who_retry_at_once_send_once() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (desk, head) = (office.world.desk.clone(), office.world.head.clone());
        let other = office.world.another().await;
        for round in 0..scaled(40) {
            let id = office.refused_reply().await;
            office.server.now_does(Script::default());
            let before = office.server.heard().letters.len();
            let late = async {
                for _ in 0..(round * 5) % 60 {
                    tokio::task::yield_now().await;
                }
                other.retry_delivery(&head, id).await
            };
            let worker = jobs::run_once(&desk, "worker");
            let (first, second, run) = tokio::join!(desk.retry_delivery(&head, id), late, worker);
            run.unwrap_or_else(|error| panic!("{} round {round}: {error:?}", office.world.on()));
            for retried in [first, second] {
                if let Err(error) = retried {
                    assert_eq!(error.code, "delivery-done", "round {round}");
                }
            }
            office.world.run().await;
            let letters = office.server.heard().letters.len() - before;
            let state = office.delivery(id).await.state;
            assert_eq!((state, letters), (DeliveryState::Accepted, 1), "{} {round}", office.world.on());
        }
        office.world.holds().await;
        other.close().await;
    }
}

#[tokio::test]
async fn pain_18_what_was_frozen_at_sending_leaves_whatever_changes_meanwhile() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let world = &office.world;
        let sent = office.reply().await;
        let recipient = sent.recipient.raw_for(Purpose::Store).to_owned();
        world.sql("UPDATE appeals SET author_email = 'stranger@example.org', subject = 'other'");
        assert_eq!(world.run().await.accepted, 1);
        let heard = office.server.heard();
        assert!(heard.commands.contains(&format!("RCPT TO:<{recipient}>")), "{:?}", heard.commands);
        assert!(heard.letters[0].contains(&recipient) && !heard.letters[0].contains("stranger"));
    }
}
