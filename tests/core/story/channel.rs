//! An account is changed while the desk runs: what a person decides about it holds from the next letter on.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, moment, somebody};
use crate::support::{Engine, engines};
use otklik_core::desk::AccountEdit;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::DeliveryView;
use otklik_core::types::{DeliveryState, OutsideReplies};

impl World {
    /// How many letters of history are read anew.
    pub(super) async fn change(&self, edit: AccountEdit) -> u64 {
        let name = self.channel().await.name;
        let changed = self.desk.edit_channel(&self.head, &name, edit).await;
        changed.unwrap_or_else(|error| panic!("{}: {error:?}", self.on()))
    }

    fn letter(&self, at: &str) {
        self.lands(at, &plain(&somebody(), &self.ours, &fresh_id(), "", "Меня уволили."));
    }

    async fn deliveries(&self) -> Vec<DeliveryView> {
        self.desk.deliveries(&self.head, DeliveryFilter::All, 100).await.expect("the deliveries")
    }

    fn decisions(&self) -> i64 {
        self.count("SELECT count(*) FROM journal WHERE action = 'channel.edited'")
    }
}

async fn with_folder(engine: Engine) -> World {
    let out = format!("folder:{}", engine.folder().join("out").display());
    World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await
}

#[tokio::test]
async fn a_first_day_moved_back_makes_appeals_of_younger_history_and_moved_on_takes_none_away() {
    for engine in engines() {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let on = world.on();
        for at in ["2026-09-01T09:00:00+03:00", "2026-10-10T09:00:00+03:00", "2026-11-16T09:00:00+03:00"] {
            world.letter(at);
        }
        world.run().await;
        assert_eq!((world.channel().await.history, world.channel().await.new), (2, 1), "{on}");
        let since = |text: &str| AccountEdit { since: Some(moment(text)), ..AccountEdit::default() };
        assert_eq!(world.change(since("2026-10-01T00:00:00+03:00")).await, 1, "{on}");
        assert_eq!(world.channel().await.pending, 1, "{on}: it is read anew");
        world.run().await;
        let sum = world.channel().await;
        assert_eq!((sum.history, sum.new, sum.pending), (1, 2, 0), "{on}: {sum:?}");
        let oldest = world.rows().await.iter().map(|row| row.received_at).min();
        assert_eq!(oldest, Some(moment("2026-10-10T09:00:00+03:00")), "{on}: received when it was received");
        assert_eq!(world.change(since("2026-11-20T00:00:00+03:00")).await, 0, "{on}");
        world.letter("2026-11-16T09:30:00+03:00");
        world.run().await;
        let sum = world.channel().await;
        assert_eq!((sum.history, sum.new), (2, 2), "{on}: what is an appeal stays one");
        assert_eq!(sum.since, Some(moment("2026-11-20T00:00:00+03:00")), "{on}");
        world.holds().await;
    }
}

#[tokio::test]
async fn notices_of_receipt_that_are_stopped_wait_held_and_leave_once_a_person_lets_them() {
    for engine in engines() {
        let world = with_folder(engine).await;
        let on = world.on();
        let automatic = |yes| AccountEdit { automatic: Some(yes), ..AccountEdit::default() };
        world.change(automatic(false)).await;
        world.letter("2026-11-16T09:00:00+03:00");
        assert_eq!(world.run().await.accepted, 0, "{on}");
        let held = world.deliveries().await.remove(0);
        assert_eq!((held.state, held.reason.as_deref()), (DeliveryState::Scheduled, Some("held")), "{on}");
        assert!(!world.channel().await.automatic, "{on}");
        world.change(automatic(true)).await;
        world.letter("2026-11-16T09:10:00+03:00");
        assert_eq!(world.run().await.accepted, 1, "{on}: the next one leaves, the held one waits for a word");
        assert_eq!(world.desk.release_held(&world.head).await.expect("let go"), 1, "{on}");
        assert_eq!(world.run().await.accepted, 1, "{on}");
        world.holds().await;
    }
}

#[tokio::test]
async fn an_account_that_is_stopped_is_not_read_and_nothing_of_it_is_lost() {
    for engine in engines() {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let on = world.on();
        let intake = |yes| AccountEdit { enabled: Some(yes), ..AccountEdit::default() };
        world.change(intake(false)).await;
        world.letter("2026-11-16T09:00:00+03:00");
        assert_eq!(world.run().await.fetched, 0, "{on}");
        assert_eq!(world.channel().await.state, "paused", "{on}");
        world.change(intake(true)).await;
        assert_eq!(world.run().await.fetched, 1, "{on}");
        assert_eq!(world.only().await.received_at, moment("2026-11-16T09:00:00+03:00"), "{on}");
        world.holds().await;
    }
}

#[tokio::test]
async fn a_change_is_one_decision_with_what_was_before_and_what_cannot_be_changes_nothing() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let edit = AccountEdit {
            outside_replies: Some(OutsideReplies::Record),
            sent_folder: Some(Some("Отправленные".into())),
            copy_sent: Some(false),
            ..AccountEdit::default()
        };
        world.change(edit.clone()).await;
        world.change(edit).await;
        assert_eq!(world.decisions(), 1, "{on}: the second time there was nothing to change");
        let channel = world.channel().await;
        assert_eq!(channel.outside_replies, OutsideReplies::Record, "{on}");
        assert_eq!(
            (channel.sent_folder.as_deref(), channel.copy_sent),
            (Some("Отправленные"), false),
            "{on}"
        );
        let details = world.sql("SELECT details FROM journal WHERE action = 'channel.edited'");
        assert!(details.contains("record") && details.contains("ask"), "{on}: {details}");
        let refused = [
            (
                AccountEdit { incoming: Some("imap://me@mail.example.org".into()), ..Default::default() },
                "channel-kind",
            ),
            (
                AccountEdit { incoming: Some("pop3://me@mail.example.org".into()), ..Default::default() },
                "bad-mail-in",
            ),
            (
                AccountEdit { outgoing: Some("http://example.org".into()), ..Default::default() },
                "bad-mail-out",
            ),
            (AccountEdit { org: Some(Some("no such".into())), ..Default::default() }, "no-organisation"),
        ];
        for (edit, code) in refused {
            let error = world.desk.edit_channel(&world.head, "mail", edit).await.expect_err(code);
            assert_eq!(error.code, code, "{on}");
        }
        let error = world.desk.edit_channel(&world.head, "другой", AccountEdit::default()).await;
        assert_eq!(error.expect_err("no such account").code, "no-channel", "{on}");
        assert_eq!(world.decisions(), 1, "{on}");
        world.holds().await;
    }
}
