//! The whole of it: a letter lands, is stored, parsed and confirmed; somebody takes it, answers, thinks again, answers; the
//! author writes back; a stranger tries to.

use super::letters::{fresh_id, html_with_file, koi8, plain};
use super::world::{Plan, World, moment, somebody};
use crate::support::{Letter, MailServer, engines, mail_server};
use jiff::SignedDuration;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::{AppealView, MessageView, QueueTab};
use otklik_core::error::{Error, ErrorKind};
use otklik_core::types::{
    Actor, AppealId, DeliveryState, Direction, MessageId, Purpose, ReplyKind, ResponseState, Role, Stage,
    Untrusted,
};
use uuid::Uuid;

fn text(untrusted: &Untrusted) -> &str {
    untrusted.raw_for(Purpose::Store)
}

fn reply(appeal: AppealId, text: &str, kind: ReplyKind, seen: Option<MessageId>) -> ReplyRequest {
    let idempotency_key = Uuid::now_v7();
    ReplyRequest {
        appeal,
        text: text.into(),
        kind,
        seen,
        idempotency_key,
        immediately: false,
        cc: Vec::new(),
        files: Vec::new(),
    }
}

fn id_of(letter: &Letter) -> String {
    let id = letter.header("Message-ID").expect("a Message-ID");
    id.trim_start_matches('<').trim_end_matches('>').to_owned()
}

#[track_caller]
fn refused(result: Result<impl std::fmt::Debug, Error>, kind: ErrorKind, code: &str) -> Error {
    let error = result.expect_err(code);
    assert_eq!((error.kind, error.code), (kind, code), "{error:?}");
    error
}

struct Story<'a> {
    world: World,
    server: &'a MailServer,
    author: String,
    first_id: String,
    lawyer: Actor,
    duty: Actor,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_becomes_an_answered_appeal() {
    let Some(server) = mail_server() else { return };
    for engine in engines() {
        let plan = Plan { outgoing: &server.plain, ..Plan::default() };
        let world = World::new(engine, plan).await;
        let lawyer = world.person("Ахметов Т. Р.", Role::Lawyer, None).await;
        let duty = world.person("Дежурная", Role::Duty, None).await;
        let (author, first_id) = (somebody(), fresh_id());
        let story = Story { world, server: &server, author, first_id, lawyer, duty };
        let appeal = story.arrives().await;
        story.gets_one_receipt(appeal).await;
        story.is_taken_once(appeal).await;
        story.is_answered(appeal).await;
        story.author_writes_back(appeal).await;
        story.stranger_is_kept_apart(appeal).await;
        story.history_tells_it_all(appeal).await;
        story.world.holds().await;
    }
}

impl Story<'_> {
    async fn show(&self, appeal: AppealId) -> AppealView {
        self.world.show(appeal).await
    }

    async fn thread(&self, appeal: AppealId) -> Vec<MessageView> {
        self.show(appeal).await.messages
    }

    /// The letter was received two hours ago, while nobody served the desk: that time counts.
    async fn arrives(&self) -> AppealId {
        let bytes = koi8(&self.author, &self.world.ours, &self.first_id);
        let name = self.world.lands("2026-11-16T08:00:00+03:00", &bytes);
        let done = self.world.run().await;
        assert_eq!((done.fetched, done.parsed, done.accepted, done.not_accepted), (1, 1, 1, 0));
        let row = self.world.only().await;
        assert_eq!(row.number.to_string(), "2026-1");
        assert_eq!(row.received_at, moment("2026-11-16T08:00:00+03:00"));
        assert_eq!(row.response.due_at, Some(moment("2026-11-17T08:00:00+03:00")));
        assert_eq!((row.response.state, row.stage, row.unread), (ResponseState::Running, Stage::New, true));
        assert_eq!(text(&row.subject), "Меня уволили за прогул");
        assert_eq!(text(&row.author_name), "Семёнова Алёна");
        assert_eq!(text(&row.author_contact), self.author);
        let thread = self.thread(row.id).await;
        assert!(text(&thread[0].text).contains("Ребёнок болел, а меня уволили"));
        assert!(!self.world.maildir.join("new").join(&name).exists(), "acknowledged");
        assert!(self.world.maildir.join("cur").join(format!("{name}:2,")).exists(), "kept");
        row.id
    }

    async fn gets_one_receipt(&self, appeal: AppealId) {
        let letters = self.server.mailbox.wait_for(&self.author, 1).await;
        assert_eq!(letters[0].header("Auto-Submitted").as_deref(), Some("auto-replied"));
        assert_eq!(letters[0].header("In-Reply-To"), Some(format!("<{}>", self.first_id)));
        assert_eq!(letters[0].header("References"), Some(format!("<{}>", self.first_id)));
        let back = otklik_core::mail::parse(&letters[0].raw);
        assert!(text(&back.subject).contains("2026-1"), "{}", text(&back.subject));
        assert_eq!(back.from.map(|from| from.addr), Some(self.world.ours.clone()));
        // A second look sends nothing more, and the receipt has stopped no clock.
        self.world.run().await;
        assert_eq!(self.server.mailbox.letters_to(&self.author).len(), 1);
        let view = self.show(appeal).await;
        assert_eq!((view.row.response.state, view.row.response.met_at), (ResponseState::Running, None));
        let receipt = &view.messages[1];
        assert!(receipt.automatic && receipt.direction == Direction::Out);
        assert_eq!(receipt.deliveries[0].state, DeliveryState::Accepted);
        assert!(receipt.deliveries[0].proof.is_some());
        assert_eq!(view.last_message, Some(view.messages[0].id), "a receipt is nothing to have seen");
    }

    async fn is_taken_once(&self, appeal: AppealId) {
        let desk = &self.world.desk;
        let other = self.world.another().await;
        let (first, second) = tokio::join!(desk.take(&self.lawyer, appeal), other.take(&self.duty, appeal));
        let (winner, lost) = match (first, second) {
            (Ok(()), Err(error)) => ("Ахметов Т. Р.", error),
            (Err(error), Ok(())) => ("Дежурная", error),
            both => panic!("{}: {both:?}", self.world.on()),
        };
        let error = refused(Err::<(), _>(lost), ErrorKind::Conflict, "taken-by-other");
        assert_eq!(error.args, [("name", winner.to_owned())]);
        let row = self.world.only().await;
        assert_eq!((row.stage, row.assignee.map(|staff| staff.name)), (Stage::Taken, Some(winner.into())));
        if winner != "Ахметов Т. Р." {
            let assignee = Some(self.lawyer.staff());
            let edit = otklik_core::desk::reply::AppealEdit { assignee, ..Default::default() };
            desk.edit(&self.world.head, appeal, edit).await.expect("the head gives it to the lawyer");
        }
        let counts = desk.queue_counts(&self.lawyer).await.expect("counts");
        assert_eq!((counts.mine, counts.new, counts.all, counts.overdue), (1, 0, 1, 0));
        other.close().await;
    }

    async fn is_answered(&self, appeal: AppealId) {
        let desk = &self.world.desk;
        let seen = self.show(appeal).await.last_message;
        let draft = "Здравствуйте, Алёна! Приказ оспорим.";
        desk.save_draft(&self.lawyer, appeal, draft.into(), ReplyKind::Merits, seen).await.expect("saved");
        let view = desk.appeal(&self.lawyer, appeal).await.expect("the appeal");
        let kept = view.draft.expect("a draft");
        assert_eq!((kept.text.as_str(), kept.kind, kept.seen), (draft, ReplyKind::Merits, seen));
        assert!(self.show(appeal).await.draft.is_none(), "a draft is its writer's own");

        // Another letter of the author came meanwhile: the send stops, and the draft stays.
        let headers = format!("In-Reply-To: <{}>\r\n", self.first_id);
        let more = plain(&self.author, &self.world.ours, &fresh_id(), &headers, "Забыла приложить приказ.");
        self.world.lands("2026-11-16T10:00:00+03:00", &more);
        self.world.run().await;
        let stale = desk.send_reply(&self.lawyer, reply(appeal, draft, ReplyKind::Merits, seen)).await;
        refused(stale, ErrorKind::Conflict, "newer-message");
        let view = desk.appeal(&self.lawyer, appeal).await.expect("the appeal");
        assert!(view.draft.is_some() && view.row.unread);

        // Sent, thought better of, sent again.
        let seen = view.last_message;
        let sent = desk.send_reply(&self.lawyer, reply(appeal, draft, ReplyKind::Merits, seen)).await;
        let sent = sent.expect("sent");
        assert_eq!(sent.state, DeliveryState::Scheduled);
        assert_eq!(sent.not_before, sent.next_at);
        assert!(desk.appeal(&self.lawyer, appeal).await.expect("the appeal").draft.is_none());
        self.world.run().await;
        assert_eq!(
            self.server.mailbox.letters_to(&self.author).len(),
            1,
            "nothing leaves within the undo time"
        );
        desk.undo_delivery(&self.lawyer, sent.id).await.expect("not gone yet");
        refused(desk.undo_delivery(&self.lawyer, sent.id).await, ErrorKind::Conflict, "already-cancelled");
        let view = desk.appeal(&self.lawyer, appeal).await.expect("the appeal");
        assert_eq!(view.draft.as_ref().map(|draft| draft.text.as_str()), Some(draft), "given back");
        assert_eq!(view.last_message, seen, "what was taken back is no message");
        let sent = desk.send_reply(&self.lawyer, reply(appeal, draft, ReplyKind::Merits, seen)).await;
        let sent = sent.expect("sent again");
        self.world.pass(SignedDuration::from_secs(11));
        self.world.run().await;
        refused(desk.undo_delivery(&self.lawyer, sent.id).await, ErrorKind::Conflict, "already-gone");
        self.reply_arrived(appeal).await;
    }

    async fn reply_arrived(&self, appeal: AppealId) {
        let letters = self.server.mailbox.wait_for(&self.author, 2).await;
        assert_eq!(letters.len(), 2, "one receipt and one reply");
        let (letter, view) = (&letters[1], self.show(appeal).await);
        let message = view.messages.iter().find(|message| message.kind.is_some()).expect("the reply");
        assert!(id_of(letter).contains(&message.id.0.simple().to_string()), "{}", id_of(letter));
        assert!(letter.header("Auto-Submitted").is_none());
        let last = letter.header("In-Reply-To").expect("In-Reply-To");
        let chain = letter.header("References").expect("References");
        assert!(chain.ends_with(&last) && chain.starts_with(&format!("<{}>", self.first_id)), "{chain}");
        assert_ne!(last, format!("<{}>", self.first_id), "it answers the author's newest letter");
        let delivery = &message.deliveries[0];
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Accepted, 1));
        let row = &view.row;
        assert_eq!((row.stage, row.response.state), (Stage::Answered, ResponseState::Met));
        assert_eq!(row.response.met_at, delivery.accepted_at);
        assert_eq!(row.merits_met_at, delivery.accepted_at);
        let counts = self.world.desk.queue_counts(&self.world.head).await.expect("counts");
        assert_eq!((counts.all, counts.deliveries_waiting, counts.delivery_errors), (0, 0, 0));
    }

    async fn author_writes_back(&self, appeal: AppealId) {
        let ours = id_of(&self.server.mailbox.letters_to(&self.author)[1]);
        let met = self.show(appeal).await.row.response.met_at;
        let headers = format!("In-Reply-To: <{ours}>\r\nReferences: <{}> <{ours}>\r\n", self.first_id);
        let thanks = plain(&self.author, &self.world.ours, &fresh_id(), &headers, "А в какой срок?");
        self.world.clock.set(moment("2026-11-16T12:00:00+03:00"));
        self.world.lands("2026-11-16T12:00:00+03:00", &thanks);
        self.world.run().await;
        let row = self.world.only().await;
        assert_eq!((row.id, row.stage, row.unread), (appeal, Stage::Taken, true));
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Met, met));
        assert_eq!(
            row.assignee.and_then(|staff| self.lawyer.staff().filter(|me| *me == staff.id)),
            self.lawyer.staff()
        );
        let thread = self.thread(appeal).await;
        assert_eq!(text(&thread.last().expect("a message").text).trim(), "А в какой срок?");
        self.world.desk.mark_read(&self.lawyer, appeal).await.expect("seen");
        assert!(!self.world.only().await.unread);
        let receipts = self.server.mailbox.letters_to(&self.author).len();
        assert_eq!(receipts, 2, "a message that joins causes no receipt");
    }

    /// A Message-ID is no secret: whoever quotes it without taking part gets an appeal of their own.
    async fn stranger_is_kept_apart(&self, appeal: AppealId) {
        let ours = id_of(&self.server.mailbox.letters_to(&self.author)[1]);
        let stranger = somebody();
        let headers = format!("In-Reply-To: <{ours}>\r\n");
        let bytes = html_with_file(&stranger, &self.world.ours, &fresh_id());
        let bytes = [headers.into_bytes(), bytes].concat();
        self.world.clock.set(moment("2026-11-16T12:30:00+03:00"));
        self.world.lands("2026-11-16T12:30:00+03:00", &bytes);
        self.world.run().await;
        let rows = self.world.rows().await;
        assert_eq!(rows.len(), 2);
        let row = rows.iter().find(|row| row.id != appeal).expect("a new appeal");
        assert_eq!(row.number.to_string(), "2026-2");
        let view = self.show(row.id).await;
        let link = &view.links[0];
        assert_eq!((link.kind.as_str(), link.appeal), ("possible_follow_up", appeal));
        assert_eq!(self.show(appeal).await.links[0].appeal, row.id, "the link is seen from both ends");
        let message = &view.messages[0];
        assert!(text(&message.text).contains("по субботам") && !text(&message.text).contains("<b>"));
        let file = &message.attachments[0];
        assert_eq!((text(&file.file_name), file.size, file.kept), ("list.pdf", 9, true));
        assert_eq!(self.server.mailbox.wait_for(&stranger, 1).await.len(), 1);
        let mine = self.world.desk.queue_counts(&self.lawyer).await.expect("counts");
        assert_eq!((mine.mine, mine.new, mine.all), (1, 1, 2));
        let tab = otklik_core::desk::views::QueueFilter { tab: QueueTab::New, ..Default::default() };
        let page =
            self.world.desk.queue_page(&self.lawyer, &tab, Default::default(), 10).await.expect("a page");
        assert_eq!(page.rows.iter().map(|row| row.number.seq).collect::<Vec<_>>(), [2]);
    }

    async fn history_tells_it_all(&self, appeal: AppealId) {
        let view = self.show(appeal).await;
        let told: Vec<&str> = view.journal.iter().map(|line| line.action.as_str()).collect();
        let told: Vec<&str> = told.into_iter().filter(|action| *action != "appeal.edited").collect();
        assert_eq!(
            told,
            [
                "appeal.received",
                "delivery.accepted",
                "appeal.taken",
                "message.received",
                "reply.scheduled",
                "delivery.withdrawn",
                "reply.scheduled",
                "delivery.accepted",
                "appeal.stage",
                "message.received",
                "appeal.stage",
            ],
            "{}",
            self.world.on()
        );
        let received = &view.journal[0];
        assert_eq!(received.occurred_at, moment("2026-11-16T08:00:00+03:00"));
        assert!(received.recorded_at > received.occurred_at, "nobody served the desk at the time");
        let sent = view.journal.iter().find(|line| line.action == "reply.scheduled").expect("the send");
        let change = sent.changes.iter().find(|change| change.field == "text").expect("the text");
        assert_eq!(change.after.as_ref().map(text), Some("Здравствуйте, Алёна! Приказ оспорим."));
        let alone = self.world.desk.history(&self.world.head, appeal).await.expect("the history");
        assert_eq!(alone.len(), view.journal.len());
    }
}
