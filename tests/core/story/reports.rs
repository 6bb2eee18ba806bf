//! What servers say of our letters after they took them: it stands beside the delivery, answers nothing, and reopens an
//! appeal only when the one response came back.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, moment, somebody};
use crate::support::{Engine, engines, mail_server};
use jiff::SignedDuration;
use otklik_core::desk::ChannelTrust;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::{DeliveryFilter, DeliveryView, ReportView};
use otklik_core::types::{
    AppealId, DeliveryKind, DeliveryState, Purpose, ReplyKind, ReportDoubt, ReportKind, ResponseState, Stage,
};
use uuid::Uuid;

const MORNING: &str = "2026-11-16T09:00:00+03:00";

/// A desk with one appeal that was answered; its letters leave into a folder.
pub(super) struct Answered {
    pub world: World,
    pub author: String,
    pub appeal: AppealId,
}

impl Answered {
    pub async fn new(engine: Engine, kinds: &[ReplyKind]) -> Self {
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

    pub async fn says(&self, kind: ReplyKind) {
        let seen = self.world.show(self.appeal).await.last_message;
        let request = ReplyRequest {
            appeal: self.appeal,
            text: format!("Занимаемся: {}", fresh_id()),
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

    pub async fn deliveries(&self, kind: DeliveryKind) -> Vec<DeliveryView> {
        let thread = self.world.show(self.appeal).await.messages;
        thread.into_iter().flat_map(|message| message.deliveries).filter(|d| d.kind == kind).collect()
    }

    /// The Message-ID of the newest letter of that kind.
    pub fn id(&self, kind: &str) -> String {
        self.world.sql(&format!(
            "SELECT rfc_message_id FROM deliveries WHERE kind = '{kind}' ORDER BY pk DESC LIMIT 1"
        ))
    }

    /// The word that went out with the letter to `recipient`, as a header of what a server returns.
    fn word(&self, original: &str, recipient: &str) -> String {
        let token = self.world.sql(&format!(
            "SELECT token FROM deliveries WHERE rfc_message_id = '{original}' AND recipient = '{recipient}'"
        ));
        format!("X-Otklik-Delivery: {token}\r\n")
    }

    /// A report of a server about one of our letters lands and is parsed.
    pub async fn reported(&self, action: &str, status: &str, original: &str) {
        let known =
            self.world.count(&format!("SELECT count(*) FROM deliveries WHERE rfc_message_id = '{original}'"));
        let returned = if known > 0 { self.word(original, &self.author) } else { String::new() };
        let raw = self.report(action, status, original, &returned);
        self.lands(raw.as_bytes()).await;
    }

    /// The same report with these headers of the letter that it returns.
    fn report(&self, action: &str, status: &str, original: &str, returned: &str) -> String {
        let (author, ours) = (&self.author, &self.world.ours);
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {ours}\r\nSubject: Delivery Status\r\nMessage-ID: <{}>\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt happened.\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; \
             {author}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} said so\r\n\r\n--b\r\n\
             Content-Type: text/rfc822-headers\r\n\r\n{returned}Message-ID: <{original}>\r\nTo: {author}\r\n--b--\r\n",
            fresh_id()
        )
    }

    /// What stands against the newest report about the reply, and the reply's state.
    async fn doubted(&self) -> (Option<ReportDoubt>, DeliveryState) {
        let sent = self.deliveries(DeliveryKind::Reply).await.pop().expect("a reply");
        (sent.reports.last().expect("a report").doubt, sent.state)
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
async fn a_notice_without_an_id_finds_its_letter_by_our_number_and_waits_for_a_person() {
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
            desk.doubted().await,
            (Some(ReportDoubt::Unproven), DeliveryState::Accepted),
            "{}: a number is known to many",
            desk.world.on()
        );
        let row = desk.world.only().await;
        assert_eq!((row.response.state, row.unread), (ResponseState::Met, true), "a person looks at it");
        let sent = desk.deliveries(DeliveryKind::Reply).await[0].id;
        desk.world.desk.believe_report(&desk.world.head, sent).await.unwrap();
        assert_eq!(desk.doubted().await, (None, DeliveryState::Bounced), "a person believes it");
        assert_eq!(desk.world.only().await.response.state, ResponseState::Running);
        let error = desk.world.desk.believe_report(&desk.world.head, sent).await.unwrap_err();
        assert_eq!(error.code, "no-doubted-report");
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn a_forged_report_by_somebody_who_knows_our_message_id_moves_neither_delivery_nor_clock() {
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Merits]).await;
        let before = desk.world.only().await;
        let id = desk.id("reply");
        // The Message-ID and the recipient are known to whoever got a copy or a quotation; the word is not.
        for returned in ["", "X-Otklik-Delivery: abcdefghjkmnpqrst\r\n"] {
            for (action, status) in [("failed", "5.1.1"), ("delivered", "2.0.0")] {
                desk.lands(desk.report(action, status, &id, returned).as_bytes()).await;
                let expected = (Some(ReportDoubt::Unproven), DeliveryState::Accepted);
                assert_eq!(desk.doubted().await, expected, "{}: {action} {returned}", desk.world.on());
            }
        }
        // The letter's only recipient is not named: it stays beside the delivery and says so.
        let other =
            desk.report("failed", "5.1.1", &id, "").replace(&desk.author, "stranger@elsewhere.example");
        desk.lands(other.as_bytes()).await;
        assert_eq!(desk.doubted().await, (Some(ReportDoubt::OtherRecipient), DeliveryState::Accepted));
        let row = desk.world.only().await;
        assert_eq!((row.stage, row.response.met_at), (before.stage, before.response.met_at));
        assert_eq!(row.merits_met_at, before.merits_met_at);
        // The same with the word is the letter's own path, also where the author has it sent on elsewhere.
        let word = desk.word(&id, &desk.author);
        let sent_on =
            desk.report("failed", "5.1.1", &id, &word).replace(&desk.author, "stranger@elsewhere.example");
        desk.lands(sent_on.as_bytes()).await;
        assert_eq!(desk.doubted().await, (None, DeliveryState::Bounced), "{}", desk.world.on());
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn whoever_got_a_copy_cannot_say_that_the_author_s_letter_came_back() {
    for engine in engines() {
        let desk = Answered::new(engine, &[]).await;
        let friend = somebody();
        let seen = desk.world.show(desk.appeal).await.last_message;
        let request = ReplyRequest {
            appeal: desk.appeal,
            text: "Занимаемся".into(),
            kind: ReplyKind::Response,
            seen,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
            cc: vec![friend.clone()],
            files: Vec::new(),
        };
        desk.world.desk.send_reply(&desk.world.head, request).await.unwrap();
        desk.world.run().await;
        let id = desk.id("reply");
        let word = desk.word(&id, &friend);
        assert_ne!(word, desk.word(&id, &desk.author), "each gets a word of its own");
        // Their own word, the author's name.
        desk.lands(desk.report("failed", "5.1.1", &id, &word).as_bytes()).await;
        assert_eq!(desk.doubted().await, (Some(ReportDoubt::Unproven), DeliveryState::Accepted));
        // With their own name it is their copy alone that came back.
        let own = desk.report("failed", "5.1.1", &id, &word).replace(&desk.author, &friend);
        desk.lands(own.as_bytes()).await;
        assert_eq!(desk.deliveries(DeliveryKind::Copy).await[0].state, DeliveryState::Bounced);
        assert_eq!(desk.deliveries(DeliveryKind::Reply).await[0].state, DeliveryState::Accepted);
        assert_eq!(desk.world.only().await.response.state, ResponseState::Met, "{}", desk.world.on());
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn the_trusted_server_proves_a_mail_system_of_the_recipient_s_domain_and_disproves_a_forged_one() {
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Response]).await;
        let trust = ChannelTrust { authserv_id: Some("mx.union.example".into()), ..ChannelTrust::default() };
        desk.world.desk.trust_channel(&desk.world.head, "mail", trust).await.unwrap();
        let id = desk.id("reply");
        let from = |from: &str, verdict: &str, returned: &str| {
            let (_, domain) = from.split_once('@').unwrap();
            let raw = desk.report("failed", "5.1.1", &id, returned).replace("MAILER-DAEMON@mx.example", from);
            format!("Authentication-Results: mx.union.example; dmarc={verdict} header.from={domain}\r\n{raw}")
        };
        use ReportDoubt::{FailsAuthentication, Unproven};
        let word = desk.word(&id, &desk.author);
        let cases = [
            // Anybody may have a domain that passes, and at the recipient's provider an address.
            (from("MAILER-DAEMON@elsewhere.example", "pass", ""), Unproven),
            (from("somebody@example.org", "pass", ""), Unproven),
            (from("MAILER-DAEMON@example.org", "none", ""), Unproven),
            (from("MAILER-DAEMON@example.org", "fail", &word), FailsAuthentication),
        ];
        for (raw, expected) in cases {
            desk.lands(raw.as_bytes()).await;
            let found = desk.doubted().await;
            assert_eq!(found, (Some(expected), DeliveryState::Accepted), "{}: {raw}", desk.world.on());
        }
        assert_eq!(desk.world.only().await.response.state, ResponseState::Met);
        desk.lands(from("MAILER-DAEMON@mx.example.org", "pass", "").as_bytes()).await;
        assert_eq!(desk.doubted().await, (None, DeliveryState::Bounced), "{}", desk.world.on());
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn what_is_said_without_proof_is_counted_everywhere_until_a_person_believes_it_or_does_not() {
    for engine in engines() {
        let desk = Answered::new(engine, &[ReplyKind::Merits]).await;
        let (world, on) = (&desk.world, desk.world.on());
        let id = desk.id("reply");
        let counted = async || {
            let doubted = world.desk.deliveries(&world.head, DeliveryFilter::Doubted, 10).await.unwrap();
            assert!(doubted.iter().all(|sent| !sent.reports.is_empty()), "{on}: with what is said of them");
            [
                world.desk.queue_counts(&world.head).await.unwrap().doubted,
                world.channel().await.doubted,
                world.desk.digest(&world.head).await.unwrap().doubted,
                i64::try_from(doubted.len()).unwrap(),
            ]
        };
        assert_eq!(counted().await, [0; 4], "{on}");
        desk.lands(desk.report("failed", "5.1.1", &id, "").as_bytes()).await;
        desk.lands(desk.report("delivered", "2.0.0", &id, "").as_bytes()).await;
        assert_eq!(counted().await, [1; 4], "{on}: a letter is one, whatever is said of it");
        assert!(!world.desk.digest(&world.head).await.unwrap().is_quiet(), "{on}");

        let sent = desk.deliveries(DeliveryKind::Reply).await[0].id;
        world.desk.dismiss_report(&world.head, sent).await.unwrap();
        assert_eq!(counted().await, [0; 4], "{on}");
        assert_eq!(desk.doubted().await, (Some(ReportDoubt::Dismissed), DeliveryState::Accepted), "{on}");
        assert_eq!(world.only().await.response.state, ResponseState::Met, "{on}");
        let again = world.desk.dismiss_report(&world.head, sent).await.unwrap_err();
        assert_eq!(again.code, "no-doubted-report");
        let told = world.show(desk.appeal).await.journal;
        assert_eq!(told.iter().filter(|line| line.action == "report.dismissed").count(), 1, "{on}");

        // What was proved meanwhile makes the doubt idle: believing it would change nothing.
        desk.lands(desk.report("failed", "5.1.1", &id, "").as_bytes()).await;
        assert_eq!(counted().await, [1; 4], "{on}");
        desk.reported("failed", "5.1.1", &id).await;
        assert_eq!(desk.deliveries(DeliveryKind::Reply).await[0].state, DeliveryState::Bounced, "{on}");
        assert_eq!(counted().await, [0; 4], "{on}");
        world.holds().await;
    }
}

#[tokio::test]
async fn a_stranger_s_letter_that_says_it_is_an_automatic_answer_is_counted_where_somebody_looks() {
    for engine in engines() {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let headers = "Auto-Submitted: auto-replied\r\n";
        world.lands(MORNING, &plain(&somebody(), &world.ours, &fresh_id(), headers, "Меня уволили"));
        world.run().await;
        let channel = world.channel().await;
        let counted = (channel.new, channel.service, channel.unmatched_week, channel.auto_replies_week);
        assert_eq!(counted, (0, 1, 1, 1), "{}", world.on());
        world.pass(SignedDuration::from_hours(8 * 24));
        let later = world.channel().await;
        assert_eq!((later.service, later.unmatched_week, later.auto_replies_week), (1, 0, 0), "a week ago");
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

#[tokio::test]
async fn each_letter_leaves_for_a_server_with_the_word_of_its_own_delivery() {
    let Some(server) = mail_server() else { return };
    for engine in engines() {
        let world =
            World::new(engine, Plan { outgoing: &server.plain, receipts: false, ..Plan::default() }).await;
        let (author, friend) = (somebody(), somebody());
        world.lands(MORNING, &plain(&author, &world.ours, &fresh_id(), "", "Помогите"));
        world.run().await;
        let appeal = world.only().await.id;
        let request = ReplyRequest {
            appeal,
            text: "Занимаемся".into(),
            kind: ReplyKind::Response,
            seen: world.show(appeal).await.last_message,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
            cc: vec![friend.clone()],
            files: Vec::new(),
        };
        world.desk.send_reply(&world.head, request).await.unwrap();
        world.run().await;
        let mut words = Vec::new();
        for recipient in [&author, &friend] {
            let letter = server.mailbox.wait_for(recipient, 1).await.remove(0);
            let word = letter.header("X-Otklik-Delivery").expect("a word");
            let known = format!("SELECT token FROM deliveries WHERE recipient = '{recipient}'");
            assert_eq!((word.len(), &word), (17, &world.sql(&known)), "{}", world.on());
            words.push(word);
        }
        assert_ne!(words[0], words[1], "{}", world.on());
    }
}
