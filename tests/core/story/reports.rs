//! What servers say of our letters after they took them: it stands beside the delivery, answers nothing, and reopens an
//! appeal only when the one response came back.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, moment, somebody};
use crate::support::{Engine, engines};
use jiff::SignedDuration;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::{DeliveryView, ReportView};
use otklik_core::types::{
    AppealId, DeliveryKind, DeliveryState, Purpose, ReplyKind, ReportKind, ResponseState, Stage,
};
use uuid::Uuid;

const MORNING: &str = "2026-11-16T09:00:00+03:00";

/// A desk with one appeal that was answered; its letters leave into a folder.
struct Answered {
    world: World,
    author: String,
    appeal: AppealId,
}

impl Answered {
    async fn new(engine: Engine, kinds: &[ReplyKind]) -> Self {
        let out = format!("folder:{}", engine.folder().join("out").display());
        let world = World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await;
        let author = somebody();
        world.lands(MORNING, &plain(&author, &world.ours, &fresh_id(), "", "Помогите"));
        world.run().await;
        let appeal = world.only().await.id;
        world.desk.take(&world.head, appeal).await.unwrap();
        let answered = Self { world, author, appeal };
        for kind in kinds {
            answered.says(*kind).await;
        }
        answered
    }

    async fn says(&self, kind: ReplyKind) {
        let seen = self.world.show(self.appeal).await.last_message;
        let request = ReplyRequest {
            appeal: self.appeal,
            text: "Занимаемся".into(),
            kind,
            seen,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
            cc: Vec::new(),
            files: Vec::new(),
        };
        self.world.desk.send_reply(&self.world.head, request).await.unwrap();
        assert_eq!(self.world.run().await.accepted, 1, "{}", self.world.on());
    }

    async fn deliveries(&self, kind: DeliveryKind) -> Vec<DeliveryView> {
        let thread = self.world.show(self.appeal).await.messages;
        thread.into_iter().flat_map(|message| message.deliveries).filter(|d| d.kind == kind).collect()
    }

    /// The Message-ID of the newest letter of that kind.
    fn id(&self, kind: &str) -> String {
        self.world.sql(&format!(
            "SELECT rfc_message_id FROM deliveries WHERE kind = '{kind}' ORDER BY pk DESC LIMIT 1"
        ))
    }

    /// A report of a server about one of our letters lands and is parsed.
    async fn reported(&self, action: &str, status: &str, original: &str) {
        let (author, ours) = (&self.author, &self.world.ours);
        let raw = format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {ours}\r\nSubject: Delivery Status\r\nMessage-ID: <{}>\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt happened.\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; \
             {author}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} said so\r\n\r\n--b\r\n\
             Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{original}>\r\nTo: {author}\r\n--b--\r\n",
            fresh_id()
        );
        self.lands(raw.as_bytes()).await;
    }

    async fn lands(&self, raw: &[u8]) {
        let now = self.world.clock.now().to_string();
        self.world.lands(&now, raw);
        self.world.run().await;
        let sum = self.world.channel().await;
        assert_eq!(
            (sum.new, sum.pending, sum.quarantined),
            (1, 0, 0),
            "{}: no report is an appeal",
            self.world.on()
        );
    }

    async fn reports(&self, unmatched: bool) -> Vec<ReportView> {
        self.world.desk.reports(&self.world.head, unmatched, 100).await.unwrap()
    }
}

#[tokio::test]
async fn a_hard_bounce_of_the_only_response_reopens_the_clock_at_its_original_due() {
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Merits]).await;
        let before = desk.world.only().await;
        assert_eq!((before.stage, before.response.state), (Stage::Answered, ResponseState::Met));
        desk.world.pass(SignedDuration::from_hours(2));
        desk.reported("failed", "5.1.1", &desk.id("reply")).await;
        let row = desk.world.only().await;
        assert_eq!((row.stage, row.unread), (Stage::Taken, true), "{}", desk.world.on());
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Running, None));
        assert_eq!(row.response.due_at, Some(moment("2026-11-17T09:00:00+03:00")), "the original due");
        let sent = desk.deliveries(DeliveryKind::Reply).await;
        assert_eq!(sent[0].state, DeliveryState::Bounced);
        assert_eq!(
            (sent[0].reports[0].kind, sent[0].reports[0].status.as_deref()),
            (ReportKind::Failure, Some("5.1.1"))
        );
        assert!(
            sent[0].error.as_ref().unwrap().raw_for(Purpose::Store).contains("said so"),
            "the server's words"
        );
        // A later response meets the promise as the first one would have.
        desk.says(ReplyKind::Response).await;
        assert_eq!(desk.world.only().await.response.state, ResponseState::Met);
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn a_bounce_of_one_of_two_responses_leaves_the_promise_met_and_a_lost_answer_on_the_merits_comes_back()
{
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Response, ReplyKind::Merits]).await;
        let met = desk.world.only().await.response;
        desk.reported("failed", "5.2.2", &desk.id("reply")).await;
        let row = desk.world.only().await;
        assert_eq!(
            (row.response.state, row.response.met_at),
            (ResponseState::Met, met.met_at),
            "{}",
            desk.world.on()
        );
        assert_eq!(
            (row.stage, row.merits_met_at),
            (Stage::Taken, None),
            "the answer on the merits never arrived"
        );
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn no_other_report_reopens_or_answers_anything() {
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Merits]).await;
        let answered = desk.world.only().await;
        let id = desk.id("reply");
        desk.reported("delayed", "4.4.1", &id).await;
        assert_eq!(
            desk.deliveries(DeliveryKind::Reply).await[0].state,
            DeliveryState::Accepted,
            "late is not lost"
        );
        desk.reported("delivered", "2.0.0", &id).await;
        assert_eq!(desk.deliveries(DeliveryKind::Reply).await[0].state, DeliveryState::Delivered);
        desk.reported("failed", "5.1.1", &desk.id("receipt")).await;
        assert_eq!(desk.deliveries(DeliveryKind::Receipt).await[0].state, DeliveryState::Bounced);
        let (author, ours) = (&desk.author, &desk.world.ours);
        let answer = format!("In-Reply-To: <{id}>\r\nAuto-Submitted: auto-replied\r\n");
        desk.lands(&plain(author, ours, &fresh_id(), &answer, "Я в отпуске")).await;
        let complaint = format!(
            "From: feedback@provider.example\r\nTo: {ours}\r\nSubject: Abuse\r\nContent-Type: multipart/report; \
             report-type=feedback-report; boundary=b\r\n\r\n--b\r\n\r\nSpam.\r\n--b\r\nContent-Type: \
             message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
             Message-ID: <{id}>\r\nTo: {author}\r\n\r\nx\r\n--b--\r\n"
        );
        desk.lands(complaint.as_bytes()).await;
        let row = desk.world.only().await;
        assert_eq!(
            (row.stage, row.response.met_at),
            (answered.stage, answered.response.met_at),
            "{}",
            desk.world.on()
        );
        assert!(row.unread, "a person looks at a complaint");
        let kinds: Vec<ReportKind> =
            desk.deliveries(DeliveryKind::Reply).await[0].reports.iter().map(|report| report.kind).collect();
        use ReportKind::{AutoReply, Complaint, Delay, Delivered};
        assert_eq!(kinds, [Delay, Delivered, AutoReply, Complaint]);
        assert_eq!(
            desk.world.show(desk.appeal).await.messages.len(),
            3,
            "no report is a message of the thread"
        );
        assert!(desk.reports(true).await.is_empty());
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn a_notice_without_an_id_finds_its_letter_by_our_number_and_the_recipient() {
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Response]).await;
        let (author, ours) = (&desk.author, &desk.world.ours);
        let notice = |number: &str| {
            format!(
                "From: Postmaster@works.example\r\nTo: {ours}\r\nAuto-Submitted: auto-generated\r\nSubject: DELIVERY FAILURE: not \
                 listed\r\nMessage-ID: <{}>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour message\r\n\r\n  Subject: Re: \
                 question [№ {number}]\r\n\r\nwas not delivered to:\r\n\r\n  {author}\r\n\r\nbecause:\r\n\r\n  not listed\r\n",
                fresh_id()
            )
        };
        desk.lands(notice("2026-77").as_bytes()).await;
        assert_eq!(
            desk.world.only().await.response.state,
            ResponseState::Met,
            "another number says nothing of this appeal"
        );
        desk.lands(notice("2026-1").as_bytes()).await;
        assert_eq!(
            desk.deliveries(DeliveryKind::Reply).await[0].state,
            DeliveryState::Bounced,
            "{}",
            desk.world.on()
        );
        assert_eq!(desk.world.only().await.response.state, ResponseState::Running);
    }
}

#[tokio::test]
async fn a_report_about_nothing_of_ours_is_service_unmatched_and_listed() {
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Response]).await;
        desk.reported("failed", "5.1.1", "never.sent@elsewhere.example").await;
        let listed = desk.reports(true).await;
        assert_eq!(listed.len(), 1, "{}", desk.world.on());
        assert_eq!((listed[0].kind, listed[0].delivery, listed[0].number), (ReportKind::Failure, None, None));
        assert_eq!(listed[0].recipient.as_ref().unwrap().raw_for(Purpose::Store), desk.author);
        assert_eq!(
            desk.world
                .count("SELECT count(*) FROM raw_items WHERE fate = 'service' AND reason = 'unmatched'"),
            1
        );
        assert_eq!(desk.deliveries(DeliveryKind::Reply).await[0].state, DeliveryState::Accepted);
    }
}
