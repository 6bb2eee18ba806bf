//! Replies with files and carbon copies: what is attached survives whatever happens to the machine, each recipient has a
//! delivery of their own, and only what the author got answers the author.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, sender, somebody};
use crate::support::engines;
use jiff::SignedDuration;
use otklik_core::desk::Attempt;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::mail::{attachment_bytes, parse};
use otklik_core::types::{
    AppealId, DeliveryKind, DeliveryState, DraftFileId, Purpose, ReplyKind, ResponseState, Untrusted,
};
use uuid::Uuid;

const MORNING: &str = "2026-11-16T09:00:00+03:00";

/// A desk with one appeal of this author, whose letter also went to these.
async fn desk(engine: crate::support::Engine, cc: &str) -> (World, String) {
    let out = format!("folder:{}", engine.folder().join("out").display());
    let world = World::new(engine, Plan { outgoing: &out, receipts: false, ..Plan::default() }).await;
    let author = somebody();
    let headers = if cc.is_empty() { String::new() } else { format!("Cc: {cc}\r\n") };
    world.lands(MORNING, &plain(&author, &world.ours, &fresh_id(), &headers, "Меня уволили."));
    world.run().await;
    (world, author)
}

async fn reply(world: &World, id: AppealId, cc: &[&str], files: &[DraftFileId]) -> ReplyRequest {
    ReplyRequest {
        appeal: id,
        text: "Занимаюсь вашим делом.".into(),
        kind: ReplyKind::Response,
        seen: world.show(id).await.last_message,
        idempotency_key: Uuid::now_v7(),
        immediately: true,
        cc: cc.iter().map(|cc| (*cc).to_owned()).collect(),
        files: files.to_vec(),
    }
}

async fn attach(world: &World, id: AppealId, name: &str, bytes: &[u8]) -> DraftFileId {
    let name = Untrusted::new(name);
    world.desk.attach_to_draft(&world.head, id, name, bytes.to_vec()).await.expect("attached").id
}

#[tokio::test]
async fn each_recipient_has_a_delivery_and_only_the_authors_own_meets_the_response() {
    for engine in engines() {
        let (world, author) = desk(engine, "").await;
        let id = world.only().await.id;
        let request =
            reply(&world, id, &["a@example.net", "B@example.net", "a@example.net", &author], &[]).await;
        world.desk.send_reply(&world.head, request).await.expect("scheduled");
        let mut leased = Vec::new();
        while let Some(letter) = world.desk.lease_delivery(&sender(), "test").await.expect("leased") {
            leased.push(letter);
        }
        let mut recipients: Vec<&str> = leased.iter().map(|letter| letter.recipient.as_str()).collect();
        recipients.sort_unstable();
        let mut wanted = ["a@example.net", "b@example.net", author.as_str()];
        wanted.sort_unstable();
        assert_eq!(recipients, wanted, "{}: each once, the author not twice", world.on());
        for letter in &leased {
            assert_eq!((&letter.bytes, &letter.message_id), (&leased[0].bytes, &leased[0].message_id));
            assert!(!letter.message_id.is_empty());
        }
        let head = String::from_utf8_lossy(&leased[0].bytes).into_owned();
        assert!(head.contains("Cc: a@example.net, b@example.net"), "{head}");

        for letter in &leased {
            assert!(world.desk.start_delivery(&sender(), "test", letter.id).await.expect("started"));
            let attempt = match letter.recipient == author {
                true => Attempt::Refused { why: Untrusted::new("550") },
                false => Attempt::Accepted { proof: Untrusted::new("250") },
            };
            world.desk.conclude_delivery(&sender(), "test", letter.id, attempt).await.expect("concluded");
        }
        assert_eq!(world.only().await.response.state, ResponseState::Running, "copies answer nobody");
        let failed = world.desk.deliveries(&world.head, DeliveryFilter::Open, 10).await.expect("deliveries");
        assert_eq!(failed.len(), 1, "the good ones are done: {failed:?}");
        assert_eq!((failed[0].kind, failed[0].state), (DeliveryKind::Reply, DeliveryState::Failed));
        world.desk.retry_delivery(&world.head, failed[0].id).await.expect("again");
        world.run().await;
        assert_eq!(world.only().await.response.state, ResponseState::Met, "{}", world.on());
        let out = std::fs::read_dir(world.engine.folder().join("out")).expect("a folder").count();
        assert_eq!(out, 1, "only the one that had failed went again");
        world.holds().await;
    }
}

#[tokio::test]
async fn a_file_is_kept_with_the_draft_and_goes_out_as_it_was() {
    for engine in engines() {
        let (world, _) = desk(engine, "").await;
        let id = world.only().await.id;
        let bytes: Vec<u8> = (0..3_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let order = attach(&world, id, "../../etc/приказ\u{202e}fdp.pdf", &bytes).await;
        let note = attach(&world, id, "справка.docx", b"docx").await;
        // Another process, as after a kill.
        let again = world.another().await;
        let draft = again.appeal(&world.head, id).await.expect("the appeal").draft.expect("a draft");
        let names: Vec<String> =
            draft.files.iter().map(|file| file.file_name.display().to_string()).collect();
        assert!(names[0].ends_with(".pdf") && !names[0].contains(['/', '\u{202e}']), "{names:?}");
        assert_eq!((names[1].as_str(), draft.files[0].size), ("справка.docx", 3_000_000), "{}", world.on());

        world.desk.detach_from_draft(&world.head, id, note).await.expect("taken off");
        let more = attach(&world, id, "приложение.txt", b"text").await;
        let late = attach(&world, id, "потом.txt", b"late").await;
        let request = reply(&world, id, &[], &[order, more]).await;
        world.desk.send_reply(&world.head, request).await.expect("scheduled");
        let draft = world.show(id).await.draft.expect("a file that did not go with the reply stays");
        assert_eq!(draft.files.iter().map(|file| file.id).collect::<Vec<_>>(), [late], "{}", world.on());
        let letter = world.desk.lease_delivery(&sender(), "test").await.expect("leased").expect("a letter");
        let parsed = parse(&letter.bytes);
        assert_eq!(parsed.attachments.len(), 2, "{}", world.on());
        assert_eq!(attachment_bytes(&letter.bytes, &parsed.attachments[0].path), Some(bytes.clone()));

        let shown = world.show(id).await;
        let sent = shown.messages.last().expect("the reply");
        assert_eq!(sent.attachments.len(), 2, "{}", world.on());
        let folder = world.engine.folder().join("saved");
        std::fs::create_dir(&folder).expect("a folder");
        let file = &sent.attachments[0];
        let saved = world.desk.save_attachment(&world.head, id, file.id, &folder).await.expect("saved");
        assert_eq!(
            std::fs::read(saved).expect("the file"),
            bytes,
            "{}: what was sent can be read",
            world.on()
        );
        world.holds().await;
    }
}

#[tokio::test]
async fn taking_a_reply_back_takes_its_copies_back_and_gives_files_and_addresses_back() {
    for engine in engines() {
        let (world, _) = desk(engine, "").await;
        let id = world.only().await.id;
        let file = attach(&world, id, "приказ.pdf", b"%PDF-1.4 order").await;
        let mut request = reply(&world, id, &["a@example.net"], &[file]).await;
        request.immediately = false;
        let delivery = world.desk.send_reply(&world.head, request).await.expect("scheduled");
        assert!(world.show(id).await.draft.is_none(), "{}", world.on());
        world.desk.undo_delivery(&world.head, delivery.id).await.expect("taken back");
        let draft = world.show(id).await.draft.expect("a draft again");
        assert_eq!(
            (draft.text.as_str(), &draft.cc[..]),
            ("Занимаюсь вашим делом.", &["a@example.net".to_owned()][..])
        );
        assert_eq!(draft.files.len(), 1, "{}", world.on());
        world.pass(SignedDuration::from_secs(60));
        world.run().await;
        let out = std::fs::read_dir(world.engine.folder().join("out")).map_or(0, Iterator::count);
        assert_eq!(out, 0, "{}: no copy leaves either", world.on());
        let request = reply(&world, id, &[], &[draft.files[0].id]).await;
        world.desk.send_reply(&world.head, request).await.expect("sent again");
        let letter = world.desk.lease_delivery(&sender(), "test").await.expect("leased").expect("a letter");
        let part = &parse(&letter.bytes).attachments[0].path;
        assert_eq!(attachment_bytes(&letter.bytes, part).as_deref(), Some(&b"%PDF-1.4 order"[..]));
        world.holds().await;
    }
}

#[tokio::test]
async fn what_is_too_much_is_said_before_sending_and_changes_nothing() {
    for engine in engines() {
        let (world, _) = desk(engine, "").await;
        let id = world.only().await.id;
        attach(&world, id, "большой.pdf", &vec![0; 14 << 20]).await;
        let name = Untrusted::new("ещё.pdf");
        let error =
            world.desk.attach_to_draft(&world.head, id, name, vec![0; 2 << 20]).await.expect_err("too much");
        assert_eq!(error.code, "letter-too-large", "{}: {error}", world.on());
        assert_eq!(world.show(id).await.draft.expect("a draft").files.len(), 1);
        let hidden = format!("{}\u{200b}", world.ours);
        for (cc, code) in [
            ("не адрес", "bad-address"),
            (world.ours.as_str(), "own-address"),
            (hidden.as_str(), "own-address"),
        ] {
            let cc = vec![cc.to_owned()];
            let error = world.desk.copy_draft_to(&world.head, id, cc.clone()).await.expect_err("no copy");
            assert_eq!(error.code, code, "{}", world.on());
        }
        let unknown = reply(&world, id, &[], &[DraftFileId::new()]).await;
        let error = world.desk.send_reply(&world.head, unknown).await.expect_err("no such file");
        assert_eq!(error.code, "no-draft-file", "{}", world.on());
        assert_eq!(world.count("SELECT count(*) FROM deliveries"), 0);
        world.desk.discard_draft(&world.head, id).await.expect("discarded");
        assert_eq!(
            world.count("SELECT count(*) FROM draft_pieces"),
            0,
            "{}: nothing is left behind",
            world.on()
        );
    }
}

#[tokio::test]
async fn who_else_the_author_wrote_to_is_named_and_gets_nothing_by_itself() {
    for engine in engines() {
        let (world, author) = desk(engine, "boss@example.com, chair@example.com").await;
        let id = world.only().await.id;
        let others: Vec<String> = world
            .show(id)
            .await
            .others
            .iter()
            .map(|other| other.raw_for(Purpose::Store).to_owned())
            .collect();
        assert_eq!(others, ["boss@example.com", "chair@example.com"], "{}", world.on());
        let request = reply(&world, id, &["chair@example.com"], &[]).await;
        world.desk.send_reply(&world.head, request).await.expect("scheduled");
        let shown = world.show(id).await;
        let sent = shown.messages.last().expect("the reply");
        assert_eq!(sent.cc.raw_for(Purpose::Store), "chair@example.com");
        let mut to: Vec<&str> =
            sent.deliveries.iter().map(|sent| sent.recipient.raw_for(Purpose::Store)).collect();
        to.sort_unstable();
        let mut wanted = [author.as_str(), "chair@example.com"];
        wanted.sort_unstable();
        assert_eq!(to, wanted, "{}", world.on());
        world.holds().await;
    }
}
