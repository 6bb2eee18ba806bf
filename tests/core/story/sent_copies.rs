//! Copies of replies in the folder of sent letters of the real mailbox server: one of each, whoever put it there, and never
//! at the cost of the reply.

use super::letters::{fresh_id, plain};
use super::mailbox::Post;
use super::world::{sender, somebody};
use crate::support::{Engine, ImapServer, engines, imap_server};
use jiff::SignedDuration;
use otklik_core::desk::AccountEdit;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::DeliveryView;
use otklik_core::types::{AppealId, DeliveryState, ReplyKind, SentCopy};
use std::path::PathBuf;
use uuid::Uuid;

const SOON: SignedDuration = SignedDuration::from_secs(31);

/// A mailbox with one appeal, whose replies leave into a folder.
pub struct Office {
    pub post: Post,
    pub appeal: AppealId,
    out: PathBuf,
    channel: String,
}

impl Office {
    pub async fn new(engine: Engine, server: &ImapServer) -> Self {
        let out = engine.folder().join("out");
        let mut post = Post::new(engine, server, "").await;
        let channel = format!("imap-{}", post.user);
        let letter = plain(&somebody(), &post.ours, &fresh_id(), "", "Можно ли так?");
        post.client.append("INBOX", "", "16-Nov-2026 09:00:00 +0300", &letter).await;
        post.world.run().await;
        let appeal = post.world.only().await.id;
        let office = Self { post, appeal, channel, out };
        let outgoing = Some(format!("folder:{}", office.out.display()));
        office.change(AccountEdit { outgoing, ..AccountEdit::default() }).await;
        office
    }

    async fn change(&self, edit: AccountEdit) {
        let world = &self.post.world;
        world.desk.edit_channel(&world.head, &self.channel, edit).await.expect("changed");
    }

    pub async fn replies(&self) -> DeliveryView {
        let world = &self.post.world;
        let request = ReplyRequest {
            appeal: self.appeal,
            text: format!("{}{}", "Так нельзя, вот почему. ".repeat(200), Uuid::now_v7()),
            kind: ReplyKind::Response,
            seen: world.show(self.appeal).await.last_message,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
            cc: vec![somebody()],
            files: Vec::new(),
        };
        let sent = world.desk.send_reply(&world.head, request).await.expect("a reply");
        world.run().await;
        self.delivery(sent.id).await
    }

    pub async fn delivery(&self, id: otklik_core::types::DeliveryId) -> DeliveryView {
        let world = &self.post.world;
        let all = world.desk.deliveries(&world.head, DeliveryFilter::All, 100).await.expect("the deliveries");
        let found = all.into_iter().find(|delivery| delivery.id == id).expect("the delivery");
        assert_eq!(
            found.state,
            DeliveryState::Accepted,
            "{}: it has left whatever the copy does",
            world.on()
        );
        found
    }

    /// The letters that left, as they left.
    fn left(&self) -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(&self.out).expect("a folder").flatten().map(|file| file.path());
        files.map(|path| std::fs::read(path).expect("a letter")).collect()
    }

    pub async fn in_sent(&mut self) -> Vec<Vec<u8>> {
        self.post.client.letters("Sent").await
    }
}

#[tokio::test]
async fn a_reply_that_has_left_lies_in_sent_once_as_it_left_and_is_no_reply_from_elsewhere() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut office = Office::new(engine, &server).await;
        let on = office.post.world.on();
        let sent = office.replies().await;
        assert_eq!(sent.sent_copy, Some(SentCopy::Due), "{on}");
        assert!(
            office.in_sent().await.is_empty(),
            "{on}: a server may put it there itself, and gets time to"
        );
        office.post.world.pass(SOON);
        office.post.world.run().await;
        assert_eq!(office.in_sent().await, office.left(), "{on}: byte for byte, one for both recipients");
        office.post.client.command("EXAMINE Sent").await;
        let flags = office.post.client.command("FETCH 1 (FLAGS)").await;
        assert!(String::from_utf8_lossy(&flags).contains(r"\Seen"), "{on}");
        assert_eq!(office.delivery(sent.id).await.sent_copy, Some(SentCopy::Made), "{on}");
        for _ in 0..3 {
            office.post.world.pass(SignedDuration::from_hours(1));
            office.post.world.run().await;
        }
        assert_eq!(office.in_sent().await.len(), 1, "{on}");
        let sum = office.post.world.channel().await;
        assert_eq!((sum.duplicate, sum.appended), (1, 0), "{on}: our own letter is known: {sum:?}");
        assert_eq!(office.post.world.only().await.outside_waiting, 0, "{on}");
        office.post.world.holds().await;
    }
}

#[tokio::test]
async fn a_copy_that_the_server_put_there_itself_is_the_copy() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut office = Office::new(engine, &server).await;
        let sent = office.replies().await;
        let letter = office.left().remove(0);
        office.post.client.append("Sent", r"\Seen", "", &letter).await;
        office.post.world.pass(SOON);
        office.post.world.run().await;
        let on = office.post.world.on();
        assert_eq!(office.delivery(sent.id).await.sent_copy, Some(SentCopy::Made), "{on}");
        assert_eq!(office.in_sent().await.len(), 1, "{on}");
        office.post.world.holds().await;
    }
}

#[tokio::test]
async fn a_silent_mailbox_costs_no_reply_and_gets_its_copies_when_it_answers() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut office = Office::new(engine, &server).await;
        let on = office.post.world.on();
        let user = office.post.user.clone();
        let at = |place: &str| AccountEdit {
            incoming: Some(format!("imap://{user}@{place}/")),
            ..AccountEdit::default()
        };
        office.change(at("127.0.0.1:1")).await;
        let sent = [office.replies().await, office.replies().await];
        office.post.world.pass(SOON);
        office.post.world.run().await;
        for sent in &sent {
            assert_eq!(office.delivery(sent.id).await.sent_copy, Some(SentCopy::Due), "{on}");
        }
        office.change(at(&server.plain)).await;
        office.post.world.run().await;
        assert!(office.in_sent().await.is_empty(), "{on}: not before its time");
        office.post.world.pass(SignedDuration::from_mins(2));
        office.post.world.run().await;
        assert_eq!(office.in_sent().await.len(), 2, "{on}");
        // One that cannot be made for days is given up, and the reply is what it was.
        office.change(at("127.0.0.1:1")).await;
        let sent = office.replies().await;
        for _ in 0..80 {
            office.post.world.pass(SignedDuration::from_hours(1));
            let world = &office.post.world;
            for (id, _) in world.desk.copies_due(&sender()).await.expect("what is due") {
                world.desk.claim_copy(&sender(), id).await.expect("claimed").expect("nobody else is at it");
                world.desk.end_copy(&sender(), id, false).await.expect("noted");
            }
        }
        assert_eq!(office.delivery(sent.id).await.sent_copy, Some(SentCopy::Failed), "{on}");
    }
}

#[tokio::test]
async fn no_two_make_one_copy_and_who_wants_none_gets_none() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut office = Office::new(engine, &server).await;
        let on = office.post.world.on();
        let sent = office.replies().await;
        office.post.world.pass(SOON);
        let (one, other) = (office.post.world.desk.clone(), office.post.world.another().await);
        let worker = sender();
        let (one, other) = tokio::join!(one.claim_copy(&worker, sent.id), other.claim_copy(&worker, sent.id));
        let claims = [one.expect("asked"), other.expect("asked")];
        assert_eq!(claims.iter().filter(|claim| claim.is_some()).count(), 1, "{on}");
        office.post.world.run().await;
        assert!(office.in_sent().await.is_empty(), "{on}: whoever took it upon himself is at it");
        office.post.world.pass(SignedDuration::from_hours(1));
        office.post.world.run().await;
        assert_eq!(office.in_sent().await.len(), 1, "{on}: he was dead");
        office.change(AccountEdit { copy_sent: Some(false), ..AccountEdit::default() }).await;
        assert_eq!(office.replies().await.sent_copy, None, "{on}");
        office.post.world.pass(SignedDuration::from_hours(1));
        office.post.world.run().await;
        assert_eq!(office.in_sent().await.len(), 1, "{on}");
        office.post.world.holds().await;
    }
}
