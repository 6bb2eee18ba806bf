//! A colleague answers from Outlook: the reply is found among what was sent, joins the thread, and counts from its own time
//! once a person says so. Nothing that was sent opens an appeal, and our own copies never become messages.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, intake, moment, somebody};
use crate::support::{Engine, engines};
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::{AppealView, MessageView};
use otklik_core::desk::{AccountEdit, Fetched, ReadTo};
use otklik_core::types::{
    Actor, AppealId, Direction, Fate, FolderRole, MessageId, Outside, OutsideReplies, Purpose, ReplyKind,
    ResponseState, Role, Stage,
};
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

/// An appeal that came at eight, and a lawyer.
struct Case {
    world: World,
    lawyer: Actor,
    author: String,
    first: String,
    appeal: AppealId,
    uid_next: AtomicU32,
}

impl Case {
    async fn new(engine: Engine) -> Self {
        let out = engine.folder().join("out");
        let outgoing = format!("folder:{}", out.display());
        let world = World::new(engine, Plan { outgoing: &outgoing, ..Plan::default() }).await;
        let lawyer = world.person("Ахметов Т. Р.", Role::Lawyer, None).await;
        let (author, first) = (somebody(), fresh_id());
        let letter = plain(&author, &world.ours, &first, "", "Меня уволили.");
        world.lands("2026-11-16T08:00:00+03:00", &letter);
        world.run().await;
        let appeal = world.only().await.id;
        Self { world, lawyer, author, first, appeal, uid_next: AtomicU32::new(2) }
    }

    /// A letter from our address as Outlook writes it.
    fn written(&self, to: &str, answers: &str, text: &str) -> Vec<u8> {
        let from = format!("\"Akhmetov T. R.\" <{}>", self.world.ours);
        let answers = format!("In-Reply-To: <{answers}>\r\nReferences: <{answers}>\r\n");
        plain(&from, to, &fresh_id(), &answers, text)
    }

    /// It lies in the Sent folder since this moment; the fate it got.
    async fn in_sent(&self, at: &str, bytes: Vec<u8>) -> Fate {
        let transport_id = Uuid::now_v7().to_string();
        let item = Fetched { transport_id: transport_id.clone(), received_at: moment(at), bytes: Ok(bytes) };
        let uid_next = self.uid_next.fetch_add(1, Ordering::Relaxed);
        let read = ReadTo { folder: "Sent".into(), role: FolderRole::Sent, uidvalidity: 1, uid_next };
        let stored = self.world.desk.store_mail(&intake(), self.world.account, vec![item], read).await;
        assert_eq!(stored.expect("stored"), 1);
        self.world.desk.parse_pending(&intake(), 10).await.expect("parsed");
        let sql = format!("SELECT fate FROM raw_items WHERE transport_id = '{transport_id}'");
        Fate::parse(self.world.sql(&sql).trim()).expect("a fate")
    }

    async fn show(&self) -> AppealView {
        self.world.show(self.appeal).await
    }

    async fn outside(&self) -> Vec<MessageView> {
        let mut messages = self.show().await.messages;
        messages.retain(|message| message.outside.is_some());
        messages
    }

    async fn confirm(&self, message: MessageId, kind: ReplyKind) {
        let confirmed = self.world.desk.confirm_outside(&self.lawyer, self.appeal, message, kind).await;
        confirmed.unwrap_or_else(|error| panic!("{}: {error:?}", self.world.on()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_from_outlook_waits_in_the_thread_and_counts_from_its_own_time_once_a_person_says_so() {
    for engine in engines() {
        let case = Case::new(engine).await;
        let (on, desk) = (case.world.on(), &case.world.desk);
        let before = case.show().await.last_message;
        let reply = case.written(&case.author, &case.first, "Занимаюсь вами, пришлите приказ.");
        assert_eq!(case.in_sent("2026-11-16T09:30:00+03:00", reply.clone()).await, Fate::Appended, "{on}");
        let found = &case.outside().await[0];
        assert_eq!((found.direction, found.outside), (Direction::Out, Some(Outside::Proposed)), "{on}");
        assert_eq!((found.at, found.kind), (moment("2026-11-16T09:30:00+03:00"), None), "{on}");
        assert_eq!(found.from.raw_for(Purpose::Store), "Akhmetov T. R.", "{on}");
        let row = case.world.only().await;
        assert_eq!((row.outside_waiting, row.unread), (1, true), "{on}");
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Running, None), "{on}");
        // Whoever has not seen it is stopped: the author would be answered twice.
        let request = ReplyRequest {
            appeal: case.appeal,
            text: "Здравствуйте!".into(),
            cc: Vec::new(),
            files: Vec::new(),
            kind: ReplyKind::Response,
            seen: before,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
        };
        let error = desk.send_reply(&case.lawyer, request).await.expect_err("something newer is there");
        assert_eq!(error.code, "answered-meanwhile", "{on}");
        // The same letter under another name is the same letter.
        assert_eq!(case.in_sent("2026-11-16T09:30:00+03:00", reply).await, Fate::Duplicate, "{on}");

        case.confirm(found.id, ReplyKind::Response).await;
        let row = case.world.only().await;
        assert_eq!((row.outside_waiting, row.stage), (0, Stage::New), "{on}");
        let met = Some(moment("2026-11-16T09:30:00+03:00"));
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Met, met), "{on}");
        let view = case.show().await;
        let line = view.journal.iter().find(|line| line.action == "outside.confirmed").expect("a decision");
        assert_eq!(Some(line.occurred_at), met, "{on}");
        assert!(line.recorded_at >= moment("2026-11-16T10:00:00+03:00"), "{on}: when it was said");
        let again = desk.confirm_outside(&case.lawyer, case.appeal, found.id, ReplyKind::Response).await;
        assert_eq!(again.expect_err("decided already").code, "outside-decided", "{on}");

        case.confirm(found.id, ReplyKind::Merits).await;
        let row = case.world.only().await;
        assert_eq!((row.stage, row.merits_met_at), (Stage::Answered, met), "{on}");
        desk.decline_outside(&case.lawyer, case.appeal, found.id).await.expect("a second thought");
        let row = case.world.only().await;
        assert_eq!((row.stage, row.merits_met_at, row.response.met_at), (Stage::New, None, None), "{on}");
        assert_eq!(row.response.due_at, Some(moment("2026-11-17T08:00:00+03:00")), "{on}: the first due");
        assert_eq!(case.outside().await[0].outside, Some(Outside::Declined), "{on}: it stays in the thread");
        case.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outlook_reply_that_was_late_stays_late_and_the_authors_answer_to_it_joins() {
    for engine in engines() {
        let case = Case::new(engine).await;
        let on = case.world.on();
        case.world.clock.set(moment("2026-11-17T12:00:00+03:00"));
        let reply = case.written(&case.author, &case.first, "Извините за задержку.");
        let id = String::from_utf8_lossy(&reply)
            .split("Message-ID: <")
            .nth(1)
            .and_then(|rest| rest.split('>').next().map(str::to_owned));
        case.in_sent("2026-11-17T08:00:01+03:00", reply).await;
        case.confirm(case.outside().await[0].id, ReplyKind::Response).await;
        assert_eq!(case.world.only().await.response.state, ResponseState::Late, "{on}");
        let answers = format!("In-Reply-To: <{}>\r\n", id.expect("a Message-ID"));
        let thanks = plain(&case.author, &case.world.ours, &fresh_id(), &answers, "Приказ приложила.");
        case.world.lands("2026-11-17T11:00:00+03:00", &thanks);
        case.world.run().await;
        assert_eq!(case.show().await.messages.last().expect("a thread").direction, Direction::In, "{on}");
        case.world.only().await;
        case.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_account_says_so_an_outlook_reply_counts_at_once_at_its_own_time_and_may_be_declined() {
    for engine in engines() {
        let case = Case::new(engine).await;
        let (on, desk) = (case.world.on(), &case.world.desk);
        let at_once = AccountEdit { outside_replies: Some(OutsideReplies::Record), ..Default::default() };
        desk.edit_channel(&case.world.head, "mail", at_once).await.expect("changed");
        let reply = case.written(&case.author, &case.first, "Занимаюсь вами, пришлите приказ.");
        assert_eq!(case.in_sent("2026-11-16T09:30:00+03:00", reply).await, Fate::Appended, "{on}");
        let row = case.world.only().await;
        let met = Some(moment("2026-11-16T09:30:00+03:00"));
        assert_eq!((row.outside_waiting, row.response.met_at, row.merits_met_at), (0, met, None), "{on}");
        let found = case.outside().await.remove(0);
        assert_eq!(
            (found.outside, found.kind),
            (Some(Outside::Confirmed), Some(ReplyKind::Response)),
            "{on}"
        );
        desk.decline_outside(&case.lawyer, case.appeal, found.id).await.expect("it was none");
        let row = case.world.only().await;
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Running, None), "{on}");
        case.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_sent_opens_an_appeal_and_copies_of_our_own_letters_become_nothing() {
    for engine in engines() {
        let case = Case::new(engine).await;
        let on = case.world.on();
        let request = ReplyRequest {
            appeal: case.appeal,
            text: "Здравствуйте!".into(),
            cc: Vec::new(),
            files: Vec::new(),
            kind: ReplyKind::Response,
            seen: case.show().await.last_message,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
        };
        case.world.desk.send_reply(&case.lawyer, request).await.expect("sent");
        case.world.run().await;
        let before = case.show().await.messages.len();
        // The receipt and the reply, as the server or the program puts them into Sent.
        let out = case.world.engine.folder().join("out");
        let copies: Vec<_> =
            std::fs::read_dir(out).expect("a folder").map(|file| file.expect("a file").path()).collect();
        assert_eq!(copies.len(), 2, "{on}");
        for copy in copies {
            let bytes = std::fs::read(copy).expect("a letter");
            assert_eq!(
                case.in_sent("2026-11-16T10:00:05+03:00", bytes.clone()).await,
                Fate::Duplicate,
                "{on}"
            );
            // Also where a server has taken our mark away.
            let text = String::from_utf8(bytes).expect("ASCII");
            let bare: String =
                text.split_inclusive("\r\n").filter(|line| !line.starts_with("X-Otklik")).collect();
            let fate = case.in_sent("2026-11-16T10:00:05+03:00", bare.into_bytes()).await;
            assert_eq!(fate, Fate::Duplicate, "{on}");
        }
        // To a third person about the appeal, to the author without a reference, an automatic answer of the mailbox.
        let stranger = case.written(&somebody(), &case.first, "Посмотрите, коллега.");
        assert_eq!(case.in_sent("2026-11-16T10:01:00+03:00", stranger).await, Fate::Service, "{on}");
        let loose = plain(&case.world.ours, &case.author, &fresh_id(), "", "Добрый день.");
        assert_eq!(case.in_sent("2026-11-16T10:02:00+03:00", loose).await, Fate::Service, "{on}");
        let headers = format!("In-Reply-To: <{}>\r\nAuto-Submitted: auto-replied\r\n", case.first);
        let away = plain(&case.world.ours, &case.author, &fresh_id(), &headers, "Я в отпуске.");
        assert_eq!(case.in_sent("2026-11-16T10:03:00+03:00", away).await, Fate::Service, "{on}");
        let old = case.written(&case.author, &case.first, "Из прошлого.");
        assert_eq!(case.in_sent("2026-10-01T10:00:00+03:00", old).await, Fate::History, "{on}");
        assert_eq!(case.show().await.messages.len(), before, "{on}");
        case.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_before_the_appeal_came_is_no_answer_to_it() {
    for engine in engines() {
        let case = Case::new(engine).await;
        let reply = case.written(&case.author, &case.first, "Занимаюсь вами.");
        let fate = case.in_sent("2026-11-11T08:00:00+03:00", reply).await;
        assert_eq!(fate, Fate::Service, "{}", case.world.on());
        assert!(case.outside().await.is_empty(), "{}", case.world.on());
        case.world.holds().await;
    }
}
