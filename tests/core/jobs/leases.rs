//! Workers that die, come late or meet each other.

use super::Office;
use crate::mail::scripted::Script;
use crate::story::world::{sender, somebody};
use crate::support::{engines, eventually};
use jiff::SignedDuration;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::{DeliveryFilter, Intake};
use otklik_core::desk::{Attempt, LEASE, Turn};
use otklik_core::error::ErrorKind;
use otklik_core::runtime::Workers;
use otklik_core::types::{DeliveryState, ResponseState, Stage, Untrusted};

fn accepted() -> Attempt {
    Attempt::Accepted { proof: Untrusted::new("250 taken") }
}

#[tokio::test]
async fn a_worker_that_dies_before_the_letter_is_followed_by_another() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let desk = &office.world.desk;
        let sent = office.reply().await;
        let leased = desk.lease_delivery(&sender(), "dead").await.expect("a lease").expect("a delivery");
        assert_eq!((leased.id, leased.attempts), (sent.id, 0));
        assert!(desk.lease_delivery(&sender(), "other").await.expect("no lease").is_none(), "one at a time");
        assert!(!desk.start_delivery(&sender(), "other", sent.id).await.expect("an answer"));
        office.world.pass(LEASE + SignedDuration::from_secs(1));
        assert_eq!(
            desk.sweep_deliveries(&sender(), |_| false).await.expect("a sweep"),
            0,
            "nothing was on its way"
        );
        assert_eq!(office.world.run().await.accepted, 1);
        assert!(!desk.start_delivery(&sender(), "dead", sent.id).await.expect("an answer"), "too late");
        let late =
            desk.conclude_delivery(&sender(), "dead", sent.id, accepted()).await.expect_err("not its own");
        assert_eq!((late.kind, late.code), (ErrorKind::Conflict, "lease-lost"));
        assert_eq!(office.server.heard().letters.len(), 1);
        office.world.holds().await;
    }
}

#[tokio::test]
async fn a_worker_that_dies_over_the_letter_leaves_an_unknown_that_it_alone_may_prove() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let desk = &office.world.desk;
        let sent = office.reply().await;
        desk.lease_delivery(&sender(), "dead").await.expect("a lease").expect("a delivery");
        assert!(desk.start_delivery(&sender(), "dead", sent.id).await.expect("started"));
        let taken_back = desk.undo_delivery(&office.world.head, sent.id).await.expect_err("it is on its way");
        assert_eq!(taken_back.code, "already-gone");
        office.world.pass(LEASE - SignedDuration::from_secs(5));
        desk.renew_delivery(&sender(), "dead", sent.id).await.expect("renewed");
        office.world.pass(LEASE - SignedDuration::from_secs(5));
        assert_eq!(office.world.run().await, Default::default(), "renewed, so it is still on its way");
        assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Sending);
        office.world.pass(SignedDuration::from_secs(10));
        office.world.run().await;
        assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Unknown);
        assert_eq!(office.server.heard().connections, 0, "never sent again by itself");
        assert_eq!(office.told().await.last().map(String::as_str), Some("delivery.unknown"));

        for (owner, attempt) in [
            ("other", accepted()),
            ("dead", Attempt::Again { why: Untrusted::new("later") }),
            ("dead", Attempt::Refused { why: Untrusted::new("no") }),
        ] {
            let late =
                desk.conclude_delivery(&sender(), owner, sent.id, attempt).await.expect_err("no proof");
            assert_eq!(late.code, "lease-lost");
        }
        desk.conclude_delivery(&sender(), "dead", sent.id, accepted()).await.expect("proof, if late");
        assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Accepted);
        assert_eq!(office.world.only().await.response.state, ResponseState::Met);
        office.world.holds().await;
    }
}

#[tokio::test]
async fn what_a_person_has_decided_a_late_worker_does_not_change() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let desk = &office.world.desk;
        let sent = office.reply().await;
        desk.lease_delivery(&sender(), "dead").await.expect("a lease").expect("a delivery");
        assert!(desk.start_delivery(&sender(), "dead", sent.id).await.expect("started"));
        office.world.pass(LEASE + SignedDuration::from_secs(1));
        desk.sweep_deliveries(&sender(), |_| false).await.expect("a sweep");
        desk.drop_delivery(&office.world.head, sent.id).await.expect("given up");
        let late =
            desk.conclude_delivery(&sender(), "dead", sent.id, accepted()).await.expect_err("too late");
        assert_eq!(late.code, "lease-lost");
        assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Cancelled);
        office.world.holds().await;
    }
}

#[tokio::test]
async fn a_letter_of_which_nobody_knew_counts_from_when_it_left_once_a_person_says_that_it_arrived() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (desk, head) = (&office.world.desk, &office.world.head);
        let sent = office.reply().await;
        let early = desk.confirm_delivery(head, sent.id, "позвонили").await.expect_err("it waits");
        assert_eq!(early.code, "delivery-not-unknown");
        desk.lease_delivery(&sender(), "dead").await.expect("a lease").expect("a delivery");
        assert!(desk.start_delivery(&sender(), "dead", sent.id).await.expect("started"));
        office.world.pass(LEASE + SignedDuration::from_secs(1));
        desk.sweep_deliveries(&sender(), |_| false).await.expect("a sweep");
        let left = office.world.clock.now();
        // The author is asked two days later, when the clock has long run out.
        office.world.pass(SignedDuration::from_hours(48));
        assert_eq!(office.world.only().await.response.state, ResponseState::Breached);
        let today = desk.deliveries(head, DeliveryFilter::Today, 10).await.expect("a list");
        assert!(today.iter().all(|other| other.id != sent.id), "it has not left for all that anybody knows");
        let empty = desk.confirm_delivery(head, sent.id, "  ").await.expect_err("without a reason");
        assert_eq!(empty.code, "reason-needed");
        desk.confirm_delivery(head, sent.id, "заявитель ответил по телефону").await.expect("it arrived");
        let now = office.delivery(sent.id).await;
        let at = now.accepted_at.expect("a moment");
        assert_eq!(now.state, DeliveryState::Accepted);
        assert!(at <= left && left.duration_since(at) < SignedDuration::from_secs(5), "{at} is not {left}");
        let row = office.world.only().await;
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Met, Some(at)));
        assert_eq!(office.told().await.last().map(String::as_str), Some("delivery.accepted"));
        let story = office.world.show(row.id).await.journal;
        let line = story.iter().rfind(|line| line.action == "delivery.accepted").expect("the decision");
        let reason = line.changes.iter().find(|change| change.field == "reason").expect("the reason");
        let words = reason.after.as_ref().map(|words| words.display().as_str().to_owned());
        assert_eq!(words.as_deref(), Some("заявитель ответил по телефону"));
        let late =
            desk.conclude_delivery(&sender(), "dead", sent.id, accepted()).await.expect_err("too late");
        assert_eq!(late.code, "lease-lost", "what a person has decided a late worker does not change");
        assert_eq!(office.server.heard().connections, 0, "nothing is sent again");
        office.world.holds().await;
    }
}

#[tokio::test]
async fn what_has_left_today_is_listed_from_the_desks_midnight_on() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (desk, head) = (&office.world.desk, &office.world.head);
        let sent = office.reply().await;
        desk.lease_delivery(&sender(), "one").await.expect("a lease").expect("a delivery");
        assert!(desk.start_delivery(&sender(), "one", sent.id).await.expect("started"));
        desk.conclude_delivery(&sender(), "one", sent.id, accepted()).await.expect("accepted");
        let ids = async || {
            let today = desk.deliveries(head, DeliveryFilter::Today, 10).await.expect("a list");
            today.into_iter().map(|sent| sent.id).collect::<Vec<_>>()
        };
        assert_eq!(ids().await, [sent.id]);
        office.world.pass(SignedDuration::from_hours(24));
        assert!(ids().await.is_empty(), "that was yesterday");
    }
}

#[tokio::test]
async fn what_was_taken_back_while_the_worker_connected_does_not_leave_and_stops_nobody() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let desk = &office.world.desk;
        let sent = office.reply().await;
        desk.lease_delivery(&sender(), "slow").await.expect("a lease").expect("a delivery");
        desk.undo_delivery(&office.world.head, sent.id).await.expect("it has not left");
        assert!(!desk.start_delivery(&sender(), "slow", sent.id).await.expect("an answer"));
        assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Cancelled);
        office.world.run().await;
        assert_eq!(office.server.heard().connections, 0);
        office.world.holds().await;
    }
}

#[tokio::test]
async fn the_same_intent_twice_sends_once() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (desk, other) = (office.world.desk.clone(), office.world.another().await);
        let request = office.request().await;
        let head = office.world.head.clone();
        let (first, second) =
            tokio::join!(desk.send_reply(&head, request.clone()), other.send_reply(&head, request.clone()));
        let (first, second) = (first.expect("the first call"), second.expect("the second call"));
        let third = desk.send_reply(&head, request).await.expect("the third call");
        assert_eq!((first.id, second.id), (second.id, third.id), "{}", office.world.on());
        office.world.run().await;
        assert_eq!(office.server.heard().letters.len(), 1);
        assert_eq!(office.world.count("SELECT count(*) FROM deliveries"), 1);
        office.world.holds().await;
        other.close().await;
    }
}

#[tokio::test]
async fn an_answer_to_thanks_opens_nothing_and_starts_no_clock() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (desk, head) = (&office.world.desk, &office.world.head);
        desk.set_stage(head, office.appeal, Stage::Thanks).await.expect("thanks");
        office.reply().await;
        assert_eq!(office.world.run().await.accepted, 1);
        let row = office.world.only().await;
        assert_eq!(
            (row.stage, row.response.state),
            (Stage::Thanks, ResponseState::None),
            "{}",
            office.world.on()
        );
        office.world.holds().await;
    }
}

#[tokio::test]
async fn mail_is_never_said_to_stand_while_the_workers_of_this_process_begin() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (desk, head) = (&office.world.desk, &office.world.head);
        office.world.pass(SignedDuration::from_hours(1));
        assert!(matches!(desk.intake(head).await.expect("it is told"), Intake::StoppedSince(_)));
        let workers = Workers::start(desk);
        eventually("mail is fetched", async || match desk.intake(head).await.expect("it is told") {
            Intake::Running => Some(()),
            Intake::Starting => None,
            other => panic!("{other:?} on {}", office.world.on()),
        })
        .await;
        workers.stop().await;
        assert!(matches!(desk.intake(head).await.expect("it is told"), Intake::StoppedSince(_)));
    }
}

#[tokio::test]
async fn the_same_words_by_two_commands_leave_once_unless_a_person_means_it() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (desk, head) = (&office.world.desk, &office.world.head);
        let request = office.request().await;
        let same = async || ReplyRequest { text: request.text.clone(), ..office.request().await };
        let first = desk.send_reply(head, same().await).await.expect("a reply");
        office.world.pass(SignedDuration::from_mins(3));
        let error = desk.send_reply(head, same().await).await.expect_err("the same words");
        assert_eq!(
            (error.kind, error.code),
            (ErrorKind::Conflict, "reply-repeated"),
            "{}",
            office.world.on()
        );
        let said =
            |name: &str| error.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        assert_eq!((said("delivery"), said("minutes")), (Some(first.id.to_string()), Some("3".to_owned())));
        // Other words, another person, another appeal and a later hour are other intents.
        desk.send_reply(head, office.request().await).await.expect("other words");
        let other = office.another_appeal(&somebody()).await;
        let elsewhere = ReplyRequest { text: request.text.clone(), ..office.request_to(other).await };
        desk.send_reply(head, elsewhere).await.expect("another appeal");
        desk.send_reply_again(head, same().await).await.expect("the person means it");
        office.world.pass(SignedDuration::from_mins(11));
        let later = desk.send_reply(head, same().await).await.expect("a later hour");
        // What was taken back has not gone.
        desk.undo_delivery(head, later.id).await.expect("not gone yet");
        desk.send_reply(head, same().await).await.expect("the one before is taken back");
        office.world.run().await;
        let went = office.world.count("SELECT count(*) FROM deliveries WHERE state = 'accepted'");
        assert_eq!(went, 5, "{}", office.world.on());
    }
}

#[tokio::test]
async fn what_is_due_is_leased_with_an_outcome_also_when_it_was_due_before_what_was_asked_for() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let desk = &office.world.desk;
        let sent = office.reply().await;
        let leased = desk.lease_delivery(&sender(), "first").await.expect("a lease").expect("a delivery");
        let later = leased.due + SignedDuration::from_hours(1);
        let again = Attempt::Again { why: Untrusted::new("later") };
        let turn =
            |attempt| Turn { ended: vec![(sent.id, attempt)], room: 1, from: Some(later), ..Turn::default() };
        let none = desk.take_turn(&sender(), "first", turn(again)).await.expect("recorded");
        assert!(none.leased.is_empty() && none.lost.is_empty(), "it is not due again yet");
        office.world.pass(SignedDuration::from_mins(10));
        let others = Turn { room: 1, except: vec![leased.account], ..Turn::default() };
        let none = desk.take_turn(&sender(), "second", others).await.expect("a lease");
        assert!(none.leased.is_empty(), "of this account it takes no more");
        let second = desk.lease_delivery(&sender(), "second").await.expect("a lease").expect("the delivery");
        assert!(second.due > leased.due && second.due < later);
        office.world.pass(LEASE + SignedDuration::from_secs(1));
        // Its lease has run out, so whoever ends something else may have it, wherever they look first.
        let fallen = desk.lease_delivery(&sender(), "third").await.expect("a lease").expect("the delivery");
        assert_eq!((fallen.id, fallen.due), (sent.id, second.due));
        assert!(desk.start_delivery(&sender(), "third", sent.id).await.expect("started"));
        desk.take_turn(&sender(), "third", turn(accepted())).await.expect("recorded");
        assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Accepted);
        office.world.holds().await;
    }
}
