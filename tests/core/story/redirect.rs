//! A reply that came back goes to the address that a person has corrected: once, by bytes of its own, on the same message.

use super::letters::{fresh_id, plain};
use super::reports::Answered;
use super::world::{sender, somebody};
use crate::support::engines;
use jiff::SignedDuration;
use otklik_core::desk::Attempt;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::DeliveryView;
use otklik_core::mail::parse;
use otklik_core::types::{DeliveryKind, DeliveryState, Purpose, ReplyKind, ResponseState, Stage, Untrusted};

/// A reply that was taken by the server and came back.
async fn came_back(engine: crate::support::Engine) -> (Answered, DeliveryView) {
    let desk = Answered::new(engine, &[ReplyKind::Merits]).await;
    desk.reported("failed", "5.1.1", &desk.id("reply")).await;
    let sent = desk.deliveries(DeliveryKind::Reply).await.remove(0);
    assert_eq!(sent.state, DeliveryState::Bounced, "{}", desk.world.on());
    (desk, sent)
}

async fn code(done: impl Future<Output = otklik_core::error::Result<DeliveryView>>) -> &'static str {
    done.await.expect_err("refused").code
}

#[tokio::test]
async fn a_reply_that_came_back_goes_to_the_corrected_address_and_its_answer_joins_the_thread() {
    for engine in engines() {
        let (desk, failed) = came_back(engine).await;
        let (world, right) = (&desk.world, somebody());
        assert_eq!(world.only().await.response.state, ResponseState::Running);
        assert_eq!(world.desk.queue_counts(&world.head).await.unwrap().delivery_errors, 1, "{}", world.on());
        let made = world.desk.redirect_delivery(&world.head, failed.id, &right, true).await.unwrap();
        assert_eq!((made.instead_of, made.message), (Some(failed.id), failed.message));
        let counts = world.desk.queue_counts(&world.head).await.unwrap();
        assert_eq!(
            (counts.delivery_errors, counts.deliveries_waiting),
            (0, 1),
            "{}: it needs nobody now",
            world.on()
        );
        let open = world.desk.deliveries(&world.head, DeliveryFilter::Open, 10).await.unwrap();
        assert_eq!(open.iter().map(|row| row.id).collect::<Vec<_>>(), [made.id]);

        let leased = world.desk.lease_delivery(&sender(), "test").await.unwrap().expect("it is due");
        let letter = parse(&leased.bytes);
        assert_eq!((leased.recipient.as_str(), letter.to[0].addr.as_str()), (right.as_str(), right.as_str()));
        assert_eq!(letter.message_id.as_deref(), Some(desk.id("reply").as_str()), "the same letter");
        assert!(world.desk.start_delivery(&sender(), "test", made.id).await.unwrap());
        let attempt = Attempt::Accepted { proof: Untrusted::new("250") };
        world.desk.conclude_delivery(&sender(), "test", made.id, attempt).await.unwrap();
        let row = world.only().await;
        assert_eq!((row.response.state, row.stage), (ResponseState::Met, Stage::Answered), "{}", world.on());
        let states: Vec<DeliveryState> =
            desk.deliveries(DeliveryKind::Reply).await.iter().map(|sent| sent.state).collect();
        assert_eq!(states, [DeliveryState::Bounced, DeliveryState::Accepted], "the failed one stays failed");
        let told = world.show(desk.appeal).await.journal;
        let told = told.iter().find(|line| line.action == "delivery.redirected").expect("journalled");
        let change = &told.changes[0];
        let value = |text: &Option<Untrusted>| text.as_ref().unwrap().raw_for(Purpose::Store).to_owned();
        assert_eq!((value(&change.before), value(&change.after)), (desk.author.clone(), right.clone()));

        let answer = format!("In-Reply-To: <{}>\r\n", desk.id("reply"));
        let now = world.clock.now().to_string();
        world.lands(&now, &plain(&right, &world.ours, &fresh_id(), &answer, "Спасибо, получила"));
        world.run().await;
        let thread = world.show(desk.appeal).await;
        let last = thread.messages.last().unwrap();
        assert!(last.text.raw_for(Purpose::Store).contains("получила"), "{}: it joined", world.on());
        assert_eq!(world.channel().await.new, 1);
        world.holds().await;
    }
}

#[tokio::test]
async fn the_next_reply_goes_to_the_corrected_address_until_that_fails_too() {
    for engine in engines() {
        let (desk, failed) = came_back(engine).await;
        let (world, right) = (&desk.world, somebody());
        let reply_to = async || {
            let view = world.show(desk.appeal).await;
            assert_eq!(
                view.author_email.unwrap().raw_for(Purpose::Store),
                desk.author,
                "what the author gave"
            );
            view.reply_to.unwrap().raw_for(Purpose::Store).to_owned()
        };
        assert_eq!(reply_to().await, desk.author, "{}: nobody has corrected it", world.on());
        let made = world.desk.redirect_delivery(&world.head, failed.id, &right, true).await.unwrap();
        assert_eq!(reply_to().await, right);
        world.desk.undo_delivery(&world.head, made.id).await.unwrap();
        assert_eq!(reply_to().await, desk.author, "{}: it was taken back", world.on());
        world.desk.redirect_delivery(&world.head, failed.id, &right, true).await.unwrap();
        assert_eq!(world.run().await.accepted, 1);
        desk.says(ReplyKind::Response).await;
        let sent = desk.deliveries(DeliveryKind::Reply).await.pop().expect("the next reply");
        assert_eq!(sent.recipient.raw_for(Purpose::Store), right, "{}", world.on());
        world.holds().await;
    }
}

#[tokio::test]
async fn who_has_begun_a_reply_sees_it_in_the_list_and_nobody_else_does() {
    for engine in engines() {
        let desk = Answered::new(engine, &[]).await;
        let world = &desk.world;
        let other = world.person("Ахметов Т. Р.", otklik_core::types::Role::Lawyer, None).await;
        assert!(!world.only().await.draft);
        let save = |text: &str| {
            world.desk.save_draft(&world.head, desk.appeal, text.to_owned(), ReplyKind::Response, None)
        };
        save("Начато").await.unwrap();
        assert!(world.only().await.draft, "{}", world.on());
        assert!(world.rows_of(&other).await.iter().all(|row| !row.draft), "{}: it is not theirs", world.on());
        world.desk.discard_draft(&world.head, desk.appeal).await.unwrap();
        assert!(!world.only().await.draft, "{}", world.on());
    }
}

#[tokio::test]
async fn a_letter_goes_on_once_and_only_where_it_has_not_been() {
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Response]).await;
        let (world, right) = (&desk.world, somebody());
        let (head, door) = (&world.head, &world.desk);
        let sent = desk.deliveries(DeliveryKind::Reply).await.remove(0);
        let receipt = desk.deliveries(DeliveryKind::Receipt).await.remove(0);
        assert_eq!(code(door.redirect_delivery(head, sent.id, &right, true)).await, "delivery-not-failed");
        desk.reported("failed", "5.1.1", &desk.id("receipt")).await;
        assert_eq!(
            code(door.redirect_delivery(head, receipt.id, &right, true)).await,
            "redirect-not-a-reply"
        );
        desk.reported("failed", "5.1.1", &desk.id("reply")).await;
        for (address, expected) in [
            ("не адрес", "bad-address"),
            ("a..b@example.org", "bad-address"),
            (world.ours.as_str(), "own-address"),
            // As copied from the web: an invisible sign, and a full stop of another script.
            (format!("{}\u{200b}", world.ours).as_str(), "own-address"),
            (
                world.ours.replace(".org", "\u{3002}org").replace(".com", "\u{3002}com").as_str(),
                "own-address",
            ),
            (desk.author.to_uppercase().as_str(), "already-sent-there"),
        ] {
            assert_eq!(
                code(door.redirect_delivery(head, sent.id, address, true)).await,
                expected,
                "{}",
                world.on()
            );
        }
        let (one, other) = tokio::join!(
            door.redirect_delivery(head, sent.id, &right, true),
            door.redirect_delivery(head, sent.id, &right, true)
        );
        assert!(one.is_ok() != other.is_ok(), "{}: of two presses one counts", world.on());
        assert_eq!(
            code(door.redirect_delivery(head, sent.id, &somebody(), true)).await,
            "already-redirected"
        );
        assert_eq!(world.run().await.accepted, 1, "{}: into the folder too", world.on());
        let out = std::fs::read_dir(world.engine.folder().join("out")).unwrap().count();
        assert_eq!(out, 3, "receipt, reply, and the reply to the corrected address");
        world.holds().await;
    }
}

#[tokio::test]
async fn taking_the_corrected_letter_back_leaves_the_reply_and_calls_for_somebody_again() {
    for engine in engines() {
        let (desk, failed) = came_back(engine).await;
        let world = &desk.world;
        let before = world.show(desk.appeal).await.messages.len();
        let made = world.desk.redirect_delivery(&world.head, failed.id, &somebody(), false).await.unwrap();
        assert!(made.not_before > world.clock.now(), "there is a time to take it back");
        world.desk.undo_delivery(&world.head, made.id).await.unwrap();
        world.pass(SignedDuration::from_mins(1));
        assert_eq!(world.run().await.accepted, 0, "{}", world.on());
        let shown = world.show(desk.appeal).await;
        assert_eq!(shown.messages.len(), before, "{}: the reply stays in the thread", world.on());
        assert!(shown.draft.is_none_or(|draft| draft.text.is_empty()), "and is no draft");
        assert_eq!(world.desk.queue_counts(&world.head).await.unwrap().delivery_errors, 1, "{}", world.on());
        world
            .desk
            .redirect_delivery(&world.head, failed.id, &somebody(), true)
            .await
            .expect("another address");
        world.holds().await;
    }
}
