//! Several letters under way at once: each leaves once, over no more sessions than the server lets us have.

use super::Office;
use crate::mail::scripted::Act::{Say, SayAndCut, Silent};
use crate::mail::scripted::Script;
use crate::support::{engines, eventually};
use otklik_core::desk::AccountEdit;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::jobs;
use otklik_core::types::DeliveryState;
use std::collections::BTreeSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use tokio::sync::watch;

const REPLIES: usize = 20;

impl Office {
    /// Its account signs in from now on.
    async fn signs_in(&self) {
        let file = self.world.engine.folder().join("password");
        std::fs::write(&file, "secret\n").expect("a password");
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("for its owner only");
        let edit = AccountEdit {
            outgoing: Some(format!("smtp://lena@127.0.0.1:{}", self.server.port)),
            password_file: Some(Some(file.display().to_string())),
            ..AccountEdit::default()
        };
        self.world.desk.edit_channel(&self.world.head, "mail", edit).await.expect("changed");
    }

    /// Replies that are due together; sends them.
    async fn many(&self) {
        for _ in 0..REPLIES {
            self.reply().await;
        }
        let done = self.world.run().await;
        assert_eq!((done.accepted, done.not_accepted), (REPLIES, 0), "{}", self.world.on());
    }

    async fn each_left_once(&self) {
        let on = self.world.on();
        let letters = self.server.heard().letters;
        let ids = letters.iter().map(|letter| {
            let id = letter.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:"));
            id.expect("a Message-ID").to_owned()
        });
        assert_eq!((letters.len(), ids.collect::<BTreeSet<_>>().len()), (REPLIES, REPLIES), "{on}");
        let all = self
            .world
            .desk
            .deliveries(&self.world.head, DeliveryFilter::All, 100)
            .await
            .expect("the deliveries");
        assert!(all.iter().all(|delivery| delivery.state == DeliveryState::Accepted), "{on}");
        assert!(all.iter().all(|delivery| delivery.attempts == 1), "{on}");
        self.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_that_are_due_together_leave_over_a_few_sessions_each_once() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        office.many().await;
        office.each_left_once().await;
        let heard = office.server.heard();
        assert!((1..=3).contains(&heard.connections), "{}: {}", office.world.on(), heard.connections);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lets_us_have_one_session_gets_everything_over_that_one() {
    for engine in engines() {
        let office = Office::new(engine, Script { at_once: 1, ..Script::default() }).await;
        office.many().await;
        office.each_left_once().await;
        let heard = office.server.heard();
        let commands = heard.commands.iter().filter(|command| command.starts_with("DATA")).count();
        assert_eq!((commands, heard.connections - heard.turned_away), (REPLIES, 1), "{}", office.world.on());
        assert!(heard.turned_away <= 2, "{}: it is not asked again and again", office.world.on());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_up_after_each_letter_gets_the_next_over_a_new_session_at_once() {
    for engine in engines() {
        let script = Script { message: SayAndCut("250 taken as 42"), ..Script::default() };
        let office = Office::new(engine, script).await;
        office.many().await;
        office.each_left_once().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_server_takes_its_time_holds_up_none_that_is_written_meanwhile() {
    for engine in engines() {
        let office = Office::new(engine, Script { message: Silent, ..Script::default() }).await;
        let on = office.world.on();
        let slow = office.reply().await;
        let (_goes_on, stop) = watch::channel(false);
        let serving = tokio::spawn(jobs::run(office.world.desk.clone(), "test".to_owned(), stop));
        eventually("the letter is out", async || (office.server.heard().letters.len() == 1).then_some(()))
            .await;
        office.server.now_does(Script::default());
        let next = office.reply().await;
        eventually("the next leaves", async || {
            (office.delivery(next.id).await.state == DeliveryState::Accepted).then_some(())
        })
        .await;
        assert_eq!(office.delivery(slow.id).await.state, DeliveryState::Sending, "{on}");
        serving.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_wrong_is_tried_once_in_a_pass_however_many_letters_wait() {
    for engine in engines() {
        let script = Script { auth: Say("535 5.7.8 wrong"), ..Script::default() };
        let office = Office::new(engine, script).await;
        office.signs_in().await;
        for _ in 0..REPLIES {
            office.reply().await;
        }
        let done = office.world.run().await;
        let on = office.world.on();
        assert_eq!((done.accepted, done.not_accepted), (0, REPLIES), "{on}");
        let heard = office.server.heard();
        let tried = heard.commands.iter().filter(|command| command.starts_with("AUTH")).count();
        assert_eq!((tried, heard.connections), (1, 1), "{on}");
    }
}
