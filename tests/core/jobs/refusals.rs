//! Servers that refuse, hang up or are not there.

use super::Office;
use crate::mail::scripted::Act::{Cut, Say, SayAndCut, Silent};
use crate::mail::scripted::Script;
use crate::support::{engines, eventually};
use jiff::SignedDuration;
use otklik_core::desk::views::DeliveryView;
use otklik_core::runtime::Workers;
use otklik_core::types::{DeliveryState, Explained, Purpose, ResponseState};

fn words(delivery: &DeliveryView) -> &str {
    delivery.error.as_ref().map_or("", |error| error.raw_for(Purpose::Store))
}

fn message_id(letter: &str) -> &str {
    letter.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:")).expect("a Message-ID")
}

#[tokio::test]
async fn a_busy_server_is_asked_again_at_growing_intervals_for_three_days() {
    for engine in engines() {
        let busy = Script { rcpt: Say("451 4.7.1 later, please"), ..Script::default() };
        let office = Office::new(engine, busy).await;
        let sent = office.reply().await;
        let started = office.world.clock.now();
        let (mut waits, mut attempts) = (Vec::new(), 0);
        let failed = loop {
            assert_eq!(office.world.run().await.not_accepted, 1, "attempt {attempts}");
            attempts += 1;
            let now = office.delivery(sent.id).await;
            assert!(words(&now).contains("451") && words(&now).contains("later, please"), "{}", words(&now));
            if now.state == DeliveryState::Failed {
                break now;
            }
            assert_eq!((now.state, now.attempts), (DeliveryState::Retry, attempts));
            if attempts < 4 {
                assert_eq!(office.world.run().await.not_accepted, 0, "not before its time");
                assert_eq!(office.server.heard().connections, usize::try_from(attempts).expect("a count"));
            }
            waits.push(office.world.clock.now().duration_until(now.next_at).as_secs() / 60 + 1);
            office.world.clock.set(now.next_at + SignedDuration::from_millis(1));
        };
        assert_eq!(waits[..7], [1, 2, 4, 8, 16, 32, 60]);
        assert!(waits[7..].iter().all(|minutes| *minutes == 60));
        let lasted = office.world.clock.now().duration_since(started);
        assert!(
            lasted > SignedDuration::from_hours(72) && lasted < SignedDuration::from_hours(74),
            "{lasted:?}"
        );
        assert_eq!(office.told().await, ["appeal.received", "reply.scheduled", "delivery.failed"]);
        let counts = office.world.desk.queue_counts(&office.world.head).await.expect("counts");
        assert_eq!((counts.delivery_errors, counts.deliveries_waiting), (1, 0));

        assert_eq!(office.world.run().await.not_accepted, 0, "what failed waits for a person");
        // A person's word begins its time anew; then the server is well again.
        office.world.desk.retry_delivery(&office.world.head, failed.id).await.expect("again");
        assert_eq!(office.world.run().await.not_accepted, 1);
        assert_eq!(office.delivery(failed.id).await.state, DeliveryState::Retry);
        office.server.now_does(Script::default());
        office.world.desk.retry_delivery(&office.world.head, failed.id).await.expect("again");
        assert_eq!(office.world.run().await.accepted, 1);
        let row = office.world.only().await;
        assert_eq!(row.response.state, ResponseState::Late, "three days are more than one");
        office.world.holds().await;
    }
}

#[tokio::test]
async fn a_refusal_for_good_fails_with_the_servers_words_and_is_not_tried_again() {
    for engine in engines() {
        let office =
            Office::new(engine, Script { rcpt: Say("550 5.1.1 no such person"), ..Script::default() }).await;
        let sent = office.reply().await;
        assert_eq!(office.world.run().await.not_accepted, 1);
        let failed = office.delivery(sent.id).await;
        assert_eq!((failed.state, failed.explained), (DeliveryState::Failed, Some(Explained::NoMailbox)));
        assert!(
            words(&failed).contains("550") && words(&failed).contains("no such person"),
            "{}",
            words(&failed)
        );
        let row = office.world.only().await;
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Running, None));
        office.world.pass(SignedDuration::from_hours(48));
        assert_eq!(office.world.run().await.not_accepted, 0);
        assert_eq!(office.server.heard().connections, 1);
        assert_eq!(office.world.only().await.response.state, ResponseState::Breached);
        office.world.desk.drop_delivery(&office.world.head, sent.id).await.expect("given up");
        assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Cancelled);
        office.world.holds().await;
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_costs_time_and_nothing_else() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let closed =
            std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port");
        let good = office.world.sql("SELECT outgoing FROM accounts");
        office.world.sql(&format!("UPDATE accounts SET outgoing = 'smtp://{closed}'"));
        let sent = office.reply().await;
        assert_eq!(office.world.run().await.not_accepted, 1);
        let waits = office.delivery(sent.id).await;
        assert_eq!((waits.state, waits.attempts), (DeliveryState::Retry, 1));
        assert!(words(&waits).starts_with("smtp_connect"), "{}", words(&waits));
        office.world.sql(&format!("UPDATE accounts SET outgoing = '{good}'"));
        office.world.clock.set(waits.next_at + SignedDuration::from_millis(1));
        assert_eq!(office.world.run().await.accepted, 1);
        let done = office.delivery(sent.id).await;
        assert_eq!((done.state, done.error.is_none()), (DeliveryState::Accepted, true));
        assert_eq!(office.server.heard().letters.len(), 1);
        office.world.holds().await;
    }
}

#[tokio::test]
async fn a_line_lost_before_the_letter_retries_by_itself() {
    for engine in engines() {
        let office = Office::new(engine, Script { data: Cut, ..Script::default() }).await;
        let sent = office.reply().await;
        assert_eq!(office.world.run().await.not_accepted, 1);
        let waits = office.delivery(sent.id).await;
        assert_eq!(waits.state, DeliveryState::Retry, "{}", words(&waits));
        office.server.now_does(Script::default());
        office.world.clock.set(waits.next_at + SignedDuration::from_millis(1));
        assert_eq!(office.world.run().await.accepted, 1);
        assert_eq!(office.server.heard().letters.len(), 1);
        office.world.holds().await;
    }
}

#[tokio::test]
async fn a_line_lost_after_the_letter_leaves_it_to_a_person() {
    for engine in engines() {
        for message in [Cut, SayAndCut("garbage")] {
            let folder_engine = crate::support::engines().into_iter().find(|other| other.name == engine.name);
            let office =
                Office::new(folder_engine.expect("the same engine"), Script { message, ..Script::default() })
                    .await;
            let sent = office.reply().await;
            assert_eq!(office.world.run().await.not_accepted, 1);
            assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Unknown);
            assert_eq!(office.world.only().await.response.met_at, None, "nobody knows, so nothing is met");
            office.server.now_does(Script::default());
            for _ in 0..3 {
                office.world.pass(SignedDuration::from_hours(5));
                let done = office.world.run().await;
                assert_eq!(
                    (done.accepted, done.not_accepted),
                    (0, 0),
                    "the program never sends it again by itself"
                );
            }
            assert_eq!(office.server.heard().letters.len(), 1);
            office.world.desk.retry_delivery(&office.world.head, sent.id).await.expect("on a person's word");
            assert_eq!(office.world.run().await.accepted, 1);
            let letters = office.server.heard().letters;
            assert_eq!(letters.len(), 2);
            assert_eq!(letters[0], letters[1], "the same letter, byte by byte");
            assert_eq!(message_id(&letters[0]), message_id(&letters[1]));
            let told = office.told().await;
            assert_eq!(told[2..], ["delivery.unknown", "delivery.retried", "delivery.accepted"]);
            office.world.holds().await;
        }
    }
}

#[tokio::test]
async fn a_program_that_is_told_to_stop_does_not_wait_for_a_server_that_says_nothing() {
    for engine in engines() {
        let office = Office::new(engine, Script { greeting: Silent, ..Script::default() }).await;
        let sent = office.reply().await;
        let workers = Workers::start(&office.world.desk);
        eventually("the sender calls the server", async || {
            (office.server.heard().connections > 0).then_some(())
        })
        .await;
        let soon = std::time::Duration::from_secs(10);
        tokio::time::timeout(soon, workers.stop()).await.expect("the workers end");
        // Nothing went out, so it leaves later by itself.
        assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Scheduled);
    }
}

#[tokio::test]
async fn a_server_that_refuses_to_talk_is_told_with_its_words_and_not_as_silent() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let sent = office.reply().await;
        let scripts = [
            (Script { ehlo: Say("550 5.7.0 who are you"), ..Script::default() }, "who are you"),
            (Script { ehlo: Say("451 4.3.0 out of order"), ..Script::default() }, "out of order"),
            (Script { greeting: SayAndCut("554 no service here"), ..Script::default() }, "no service here"),
        ];
        for (script, said) in scripts {
            office.server.now_does(script);
            let due = office.delivery(sent.id).await.next_at;
            office.world.clock.set(due.max(office.world.clock.now()) + SignedDuration::from_millis(1));
            assert_eq!(office.world.run().await.not_accepted, 1, "{said}");
            let now = office.delivery(sent.id).await;
            assert!(words(&now).contains(said), "{}", words(&now));
            let refuses = (DeliveryState::Retry, Some(Explained::ServerRefuses));
            let found = (now.state, now.explained);
            assert!(found == refuses || said == "who are you", "{found:?} {said}");
            assert_ne!(now.explained, Some(Explained::NoAnswer), "{said}");
        }
        let busy = Script { rcpt: Say("451 4.2.1 mailbox busy"), ..Script::default() };
        office.server.now_does(busy);
        office.world.clock.set(office.delivery(sent.id).await.next_at + SignedDuration::from_millis(1));
        office.world.run().await;
        assert_eq!(
            office.delivery(sent.id).await.explained,
            Some(Explained::ForNow),
            "not a disabled mailbox"
        );
    }
}
