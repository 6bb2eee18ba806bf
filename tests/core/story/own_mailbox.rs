//! A lawyer sends a thread to her own mailbox, works on it in Outlook, and mails text and files back: into the draft, never to
//! the author, and only where it is proved to be hers.

use super::letters::{fresh_id, html_with_file};
use super::world::{Plan, World, somebody};
use crate::support::{Engine, engines};
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::{ChannelTrust, DigestWish, Quarantined};
use otklik_core::mail;
use otklik_core::types::{
    Actor, AppealId, DeliveryKind, DeliveryState, Purpose, ReplyKind, ResponseState, Role, StaffId,
};
use std::path::PathBuf;

const AT: &str = "2026-11-16T10:30:00+03:00";

struct Desk {
    world: World,
    lawyer: Actor,
    mailbox: String,
    author: String,
    appeal: AppealId,
    out: PathBuf,
}

impl Desk {
    async fn new(engine: Engine, trust: ChannelTrust) -> Self {
        let out = engine.folder().join("out");
        let outgoing = format!("folder:{}", out.display());
        let world =
            World::new(engine, Plan { outgoing: &outgoing, receipts: false, ..Plan::default() }).await;
        world.desk.trust_channel(&world.head, "mail", trust).await.expect("the administrator says so");
        let lawyer = world.person("Ахметов Т. Р.", Role::Lawyer, None).await;
        let (author, mailbox) = (somebody(), somebody());
        world.lands("2026-11-16T09:00:00+03:00", &html_with_file(&author, &world.ours, &fresh_id()));
        world.run().await;
        let appeal = world.only().await.id;
        let desk = Self { world, lawyer, mailbox, author, appeal, out };
        desk.register(Some(&desk.mailbox)).await.expect("registered");
        // The morning's digest would be a second letter there.
        let off = DigestWish::default();
        desk.world.desk.set_digest(&desk.world.head, desk.me(), off).await.expect("switched off");
        desk
    }

    fn me(&self) -> StaffId {
        self.lawyer.staff().expect("a person")
    }

    async fn register(&self, mailbox: Option<&str>) -> Result<(), otklik_core::error::Error> {
        self.world.desk.set_mailbox(&self.world.head, self.me(), mailbox).await
    }

    /// Sends the thread to the mailbox; the letter as it came there.
    async fn mails_thread(&self) -> (mail::ParsedMail, String) {
        let sent = self.world.desk.mail_thread(&self.lawyer, self.appeal).await.expect("sent");
        assert_eq!(sent.kind, DeliveryKind::ToStaff);
        assert_eq!(sent.recipient.raw_for(Purpose::Store), self.mailbox);
        let known: Vec<_> = self.letters();
        self.world.run().await;
        let fresh: Vec<_> = self.letters().into_iter().filter(|path| !known.contains(path)).collect();
        assert_eq!(fresh.len(), 1, "{}", self.world.on());
        let bytes = std::fs::read(&fresh[0]).expect("a letter");
        (mail::parse(&bytes), String::from_utf8(bytes).expect("ASCII"))
    }

    fn letters(&self) -> Vec<PathBuf> {
        std::fs::read_dir(&self.out).into_iter().flatten().flatten().map(|file| file.path()).collect()
    }

    /// A letter with text and a file, as Outlook writes it.
    fn written(&self, from: &str, to: &str, headers: &str) -> Vec<u8> {
        let id = fresh_id();
        format!(
            "From: {from}\r\nTo: {to}\r\nMessage-ID: <{id}>\r\nSubject: RE: question\r\n{headers}MIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
             Уволить за это нельзя.\r\n\r\n> Вся переписка\r\n> и файлы.\r\n--b\r\n\
             Content-Type: application/pdf; name=ruling.pdf\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=ruling.pdf\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"
        )
        .into_bytes()
    }

    async fn comes(&self, letter: &[u8]) {
        self.world.lands(AT, letter);
        self.world.run().await;
    }

    /// Text and names of the files of the lawyer's draft.
    async fn draft(&self) -> (String, Vec<String>) {
        let view = self.world.desk.appeal(&self.lawyer, self.appeal).await.expect("the appeal");
        let Some(draft) = view.draft else { return Default::default() };
        let names = draft.files.iter().map(|file| file.file_name.raw_for(Purpose::Store).to_owned());
        (draft.text, names.collect())
    }

    async fn unproven(&self) -> usize {
        let rows = self.world.desk.quarantine(&self.world.head, Some("draft-unproven"), 100).await;
        rows.expect("the quarantine").len()
    }

    /// Whatever came, it is no message, and nothing went to the author.
    async fn nothing_else_happened(&self) {
        let on = self.world.on();
        assert_eq!(self.world.show(self.appeal).await.messages.len(), 1, "{on}");
        let row = self.world.only().await;
        assert_eq!((row.response.state, row.response.met_at), (ResponseState::Running, None), "{on}");
        for delivery in
            self.world.desk.deliveries(&self.world.head, DeliveryFilter::All, 100).await.expect("deliveries")
        {
            assert_eq!(
                (delivery.kind, delivery.state),
                (DeliveryKind::ToStaff, DeliveryState::Accepted),
                "{on}"
            );
            assert_ne!(delivery.recipient.raw_for(Purpose::Store), self.author, "{on}");
        }
        self.world.holds().await;
    }
}

fn tokens() -> ChannelTrust {
    ChannelTrust { plus_addressing: Some(true), ..ChannelTrust::default() }
}

#[tokio::test]
async fn a_thread_goes_to_the_registered_mailbox_with_its_files_and_answers_nobody() {
    for engine in engines() {
        let desk = Desk::new(engine, ChannelTrust::default()).await;
        let on = desk.world.on();
        let (letter, _) = desk.mails_thread().await;
        assert_eq!(letter.to[0].addr, desk.mailbox, "{on}");
        assert!(letter.text.raw_for(Purpose::Store).contains("по субботам"), "{on}");
        assert!(letter.reply_to.is_empty(), "{on}: nothing can come back here, and the letter says so");
        assert_eq!(letter.attachments.len(), 1, "{on}");
        assert_eq!(letter.attachments[0].file_name.raw_for(Purpose::Store), "list.pdf", "{on}");
        let told = desk.world.show(desk.appeal).await.journal;
        assert!(told.iter().any(|line| line.action == "thread.mailed"), "{on}: who took it out is told");
        desk.nothing_else_happened().await;
        let error = desk.register(Some(&desk.world.ours)).await.expect_err("our own address");
        assert_eq!(error.code, "mailbox-ours", "{on}");
        let error = desk.world.desk.mail_thread(&desk.world.head, desk.appeal).await.expect_err("no mailbox");
        assert_eq!(error.code, "no-mailbox", "{on}");
        desk.register(None).await.expect("taken away");
        let error = desk.world.desk.mail_thread(&desk.lawyer, desk.appeal).await.expect_err("no mailbox");
        assert_eq!(error.code, "no-mailbox", "{on}");
    }
}

#[tokio::test]
async fn text_and_files_mailed_to_the_one_time_address_are_in_the_draft_once_and_by_nobody_else() {
    for engine in engines() {
        let desk = Desk::new(engine, tokens()).await;
        let on = desk.world.on();
        let save = async |text: &str| {
            let saved =
                desk.world.desk.save_draft(&desk.lawyer, desk.appeal, text.into(), ReplyKind::Merits, None);
            saved.await.expect("saved");
        };
        save("Здравствуйте!").await;
        let (letter, _) = desk.mails_thread().await;
        let address = letter.reply_to[0].addr.clone();
        desk.comes(&desk.written(&somebody(), &address, "")).await;
        assert_eq!((desk.unproven().await, desk.draft().await.1.len()), (1, 0), "{on}: not from her mailbox");
        desk.comes(&desk.written(&desk.mailbox, &address, "")).await;
        let whole = "Здравствуйте!\n\nУволить за это нельзя.";
        assert_eq!(
            desk.draft().await,
            (whole.into(), vec!["ruling.pdf".into()]),
            "{on}: without what it quotes"
        );
        desk.comes(&desk.written(&desk.mailbox, &address, "")).await;
        assert_eq!((desk.unproven().await, desk.draft().await.1.len()), (2, 1), "{on}: it holds once");
        // A screen that was open before it came saves without it, and takes nothing away.
        save("Здравствуйте, Алёна Игоревна!").await;
        assert!(desk.draft().await.0.ends_with("Уволить за это нельзя."), "{on}");
        save("Здравствуйте, Алёна Игоревна!\n\nУволить за это нельзя.\n").await;
        save("Здравствуйте, Алёна Игоревна!").await;
        assert_eq!(
            desk.draft().await.0,
            "Здравствуйте, Алёна Игоревна!",
            "{on}: what was taken up may be deleted"
        );
        // Its time runs out, too.
        let (letter, _) = desk.mails_thread().await;
        desk.world.pass(jiff::SignedDuration::from_hours(24 * 15));
        desk.comes(&desk.written(&desk.mailbox, &letter.reply_to[0].addr, "")).await;
        assert_eq!(desk.unproven().await, 3, "{on}");
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn an_answer_counts_where_the_trusted_server_vouches_for_it_and_waits_in_quarantine_where_not() {
    for engine in engines() {
        let trust = ChannelTrust { authserv_id: Some("mx.union.example".into()), ..ChannelTrust::default() };
        let desk = Desk::new(engine, trust).await;
        let on = desk.world.on();
        let (letter, _) = desk.mails_thread().await;
        let answers = format!("In-Reply-To: <{}>\r\n", letter.message_id.expect("an id"));
        let judged = |server: &str, dmarc: &str| {
            format!("Authentication-Results: {server}; dmarc={dmarc} header.from=example.org\r\n{answers}")
        };
        let unproven =
            [judged("mx.union.example", "fail"), judged("mx.evil.example", "pass"), answers.clone()];
        for (n, headers) in unproven.iter().enumerate() {
            desk.comes(&desk.written(&desk.mailbox, &desk.world.ours, headers)).await;
            assert_eq!(
                (desk.unproven().await, desk.draft().await.0),
                (n + 1, String::new()),
                "{on}: {headers}"
            );
        }
        let proven = judged("mx.union.example", "pass");
        desk.comes(&desk.written(&desk.mailbox, &desk.world.ours, &proven)).await;
        assert_eq!(desk.draft().await, ("Уволить за это нельзя.".into(), vec!["ruling.pdf".into()]), "{on}");
        desk.nothing_else_happened().await;
        // Whoever may no longer write to the author adds nothing; read again, it is as unproven as it was.
        desk.world
            .desk
            .set_role(&desk.world.head, desk.me(), Role::Lawyer, None, false)
            .await
            .expect("taken");
        desk.comes(&desk.written(&desk.mailbox, &desk.world.ours, &proven)).await;
        assert_eq!(desk.unproven().await, 4, "{on}");
        let all = Quarantined::All { reason: Some("draft-unproven".into()) };
        desk.world.desk.retry_quarantined(&desk.world.head, all).await.expect("read again");
        desk.world.run().await;
        assert_eq!((desk.unproven().await, desk.world.rows().await.len()), (4, 1), "{on}");
        desk.world.holds().await;
    }
}
