//! One letter on its way into the desk: which fate it has, and the rows that follow from it.

use super::act::{Act, moment, number};
use super::journal::Entry;
use super::known::{self, Known};
use super::team::Teams;
use super::{Desk, calls, from_staff, receipt, replay, reply_address, sent_mail};
use crate::error::{Error, Result};
use crate::mail::{self, Address, Dmarc, MailKind, Ours, ParseNote, ParsedMail, dmarc};
use crate::rules::clock::{ClockEvent, replay as replay_clock};
use crate::rules::threading::{self, Referred, Thread};
use crate::store::accounts::AccountRecord;
use crate::store::messages::{NewAttachment, NewMessage, ThreadRecord};
use crate::store::raw::RawRecord;
use crate::store::{appeals, messages, raw, terms};
use crate::types::{
    AppealId, AttachmentId, Authentication, Channel, ChannelKind, Direction, Fate, FolderRole, MessageId,
    Purpose, Stage, Untrusted, Urgency,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// One letter on its way into the desk.
pub(super) struct Intake<'a> {
    pub desk: &'a Desk,
    pub act: &'a mut Act,
    pub account: &'a AccountRecord,
    pub ours: &'a Ours,
    pub teams: &'a Teams,
    pub known: &'a mut Known,
}

impl Intake<'_> {
    /// Gives an item that is claimed its fate.
    pub async fn settle(&mut self, record: &RawRecord, letter: &ParsedMail) -> Result<Fate> {
        if let Some(known) = self.renumbered(record).await? {
            let fate = if known.fate == Fate::History.code() { Fate::History } else { Fate::Duplicate };
            return self.close(record, fate, Some("same-bytes"), known.appeal_id, known.message_id).await;
        }
        if record.received_at < self.account.since {
            self.keep_history(record, letter).await?;
            return self.close(record, Fate::History, None, None, None).await;
        }
        if record.role == FolderRole::Sent.code() {
            return sent_mail::settle(self, record, letter).await;
        }
        if let Some(reason) = service_reason(letter, self.ours) {
            let (reason, appeal) = match &letter.report {
                Some(report) if reason != OWN => self.report(record, letter, report).await?,
                _ => (reason, None),
            };
            return self.close(record, Fate::Service, Some(reason), appeal, None).await;
        }
        if let Some(fate) = from_staff::take(self, record, letter).await? {
            return Ok(fate);
        }
        if let Some(fate) = calls::take_answer(self, record, letter).await? {
            return Ok(fate);
        }
        let same = self.same_message_id(letter).await?;
        let digest = body_digest(letter);
        if let Some(known) = same.iter().find(|known| known.body_sha256.as_deref() == Some(&digest[..])) {
            let (appeal, message) = (known.appeal_id, known.id);
            self.share(AppealId(appeal), letter).await?;
            return self.close(record, Fate::Duplicate, None, Some(appeal), Some(message)).await;
        }
        let mark = (!same.is_empty()).then_some("same-message-id");
        match self.thread(letter).await? {
            Thread::Joins(appeal) => {
                let message = self.append(record, letter, appeal, digest).await?;
                self.share(appeal, letter).await?;
                self.close(record, Fate::Appended, mark, Some(appeal.0), Some(message.0)).await
            }
            thread => {
                let (appeal, message) = self.open(record, letter, thread, digest).await?;
                self.close(record, Fate::New, mark, Some(appeal.0), Some(message.0)).await
            }
        }
    }

    /// Makes an appeal of an item because a person says so, whatever a rule would have said of it.
    pub async fn open_by_person(
        &mut self,
        record: &RawRecord,
        letter: &ParsedMail,
    ) -> Result<(AppealId, MessageId)> {
        let thread = match self.thread(letter).await? {
            Thread::Joins(other) => Thread::PossibleFollowUp(other),
            thread => thread,
        };
        self.open(record, letter, thread, body_digest(letter)).await
    }

    /// What became of the same letter when its folder was numbered otherwise. A mailbox that changes its UIDVALIDITY gives
    /// everything again under new names (RFC 3501 section 2.3.1.1); files of a Maildir keep theirs.
    async fn renumbered(&mut self, record: &RawRecord) -> Result<Option<raw::SameBytes>> {
        if self.account.kind != ChannelKind::Imap.code() {
            return Ok(None);
        }
        raw::same_bytes(&mut self.act.conn(), record).await
    }

    pub(super) async fn close(
        &mut self,
        record: &RawRecord,
        fate: Fate,
        reason: Option<&str>,
        appeal: Option<Uuid>,
        message: Option<Uuid>,
    ) -> Result<Fate> {
        raw::settle(&mut self.act.conn(), record.id, fate.code(), reason, appeal, message).await?;
        Ok(fate)
    }

    async fn same_message_id(&mut self, letter: &ParsedMail) -> Result<Vec<ThreadRecord>> {
        self.known.learn(self.act, [letter]).await?;
        let Some(id) = &letter.message_id else { return Ok(Vec::new()) };
        let of_letters = self.known.of(id).iter().filter(|known| known.direction == Direction::In.code());
        Ok(of_letters.cloned().collect())
    }

    async fn thread(&mut self, letter: &ParsedMail) -> Result<Thread> {
        let known = self.referred(letter).await?;
        let token = reply_address::named(self.act, letter, self.ours).await?;
        let everybody = self.everybody(token, &known).await?;
        let (tokened, others) = everybody.split_at(usize::from(token.is_some()));
        let named = known.iter().map(|known| Referred {
            appeal: AppealId(known.appeal_id),
            participants: known.participants.raw_for(Purpose::Threading).lines().collect(),
        });
        let referred: Vec<Referred<'_>> =
            tokened.iter().map(whole).chain(named).chain(others.iter().map(whole)).collect();
        let authors: Vec<&str> = authors(letter, self.ours).map(|address| address.addr.as_str()).collect();
        let ours = |address: &str| self.ours.addresses.iter().any(|known| known == address);
        Ok(threading::decide(&referred, &authors, ours))
    }

    /// The messages that a letter refers to, the strongest reference first.
    pub(super) async fn referred(&mut self, letter: &ParsedMail) -> Result<Vec<ThreadRecord>> {
        self.known.learn(self.act, [letter]).await?;
        Ok(known::references(letter).into_iter().flat_map(|id| self.known.of(id)).cloned().collect())
    }

    /// Everybody who takes part in the appeal of the address, if the letter was sent to one, then in those whose messages
    /// of ours it refers to: whoever was copied on one letter of a thread may answer another.
    async fn everybody(
        &mut self,
        token: Option<AppealId>,
        known: &[ThreadRecord],
    ) -> Result<Vec<(AppealId, Vec<String>)>> {
        let ours = known.iter().filter(|known| known.direction == Direction::Out.code());
        let mut appeals: Vec<AppealId> = token.into_iter().collect();
        for appeal in ours.map(|known| AppealId(known.appeal_id)) {
            if !appeals[usize::from(token.is_some())..].contains(&appeal) {
                appeals.push(appeal);
            }
        }
        let mut everybody = Vec::with_capacity(appeals.len());
        for appeal in appeals {
            everybody.push((appeal, reply_address::everybody(self.act, appeal).await?));
        }
        Ok(everybody)
    }

    /// A new appeal with its first message, and the receipt to its author where one is due.
    async fn open(
        &mut self,
        record: &RawRecord,
        letter: &ParsedMail,
        thread: Thread,
        digest: Vec<u8>,
    ) -> Result<(AppealId, MessageId)> {
        let received = moment(record.received_at);
        let ground = self.act.ground.clone();
        let year = received.to_zoned(ground.zone.clone()).year();
        let seq = self.known.next_number(self.act, year).await?;
        let events = [ClockEvent::Received(received)];
        let state =
            replay_clock(&events, ground.settings.policy, &ground.calendar, &ground.zone, self.act.now);
        let id = AppealId::new();
        let author = letter.answer_to();
        // A form that writes from our address has no name to give but its visitor's.
        let named = letter.from.as_ref().filter(|from| !self.ours.has(from)).or(author);
        let appeal = appeals::NewAppeal {
            id: id.0,
            year: i64::from(year),
            seq,
            origin: None,
            channel: Channel::Email.code(),
            account_id: Some(self.account.id),
            received_at: record.received_at,
            author_name: named.map(|named| named.name.clone()).unwrap_or_default(),
            author_email: author.map(|author| Untrusted::new(&author.addr)),
            author_phone: None,
            org_stated: Untrusted::default(),
            subject: letter.subject.clone(),
            stage: Stage::New.code(),
            urgency: Urgency::Normal.code(),
            ground: ground.settings.ground.clone(),
            clock: replay::columns(&ground, &state, []),
            imported: false,
            now: self.act.now_ms(),
        };
        appeals::insert(&mut self.act.conn(), &appeal).await?;
        self.share(id, letter).await?;
        let message = self.message(record, letter, id, digest).await?;
        let mut entry = Entry::new("appeal.received")
            .first()
            .about_appeal(id)
            .occurred_at(received)
            .code("channel", None::<&str>, Some(Channel::Email.code()))
            .refers("message", message);
        if let Thread::PossibleFollowUp(other) = thread {
            let now = self.act.now_ms();
            appeals::insert_link(&mut self.act.conn(), id.0, other.0, "possible_follow_up", now).await?;
            entry = entry.refers("possible_follow_up", other);
        }
        let new = receipt::NewAppeal {
            id,
            number: number(i64::from(year), seq),
            due: state.due_at,
            letter,
            account: self.account,
            ours: self.ours,
        };
        if let Some(delivery) = receipt::schedule(self.desk, self.act, &new).await? {
            entry = entry.refers("receipt", delivery);
        }
        self.act.record(entry).await?;
        Ok((id, message))
    }

    /// One more message of an appeal; one that was answered or closed comes back to whoever had it.
    async fn append(
        &mut self,
        record: &RawRecord,
        letter: &ParsedMail,
        id: AppealId,
        digest: Vec<u8>,
    ) -> Result<MessageId> {
        let message = self.message(record, letter, id, digest).await?;
        let appeal = appeals::lock(&mut self.act.conn(), id.0).await?;
        let appeal = appeal.ok_or_else(|| Error::not_found("no-appeal"))?;
        appeals::set_unread(&mut self.act.conn(), id.0, true).await?;
        let mut entry = Entry::new("message.received")
            .about_appeal(id)
            .occurred_at(moment(record.received_at))
            .refers("message", message);
        if fails_authentication(self.account, letter) {
            entry = entry.code("authentication", None::<&str>, Some(Authentication::Failed.code()));
        }
        self.act.record(entry).await?;
        let stage = Stage::parse(&appeal.stage).unwrap_or(Stage::New);
        if matches!(stage, Stage::Answered | Stage::Closed) {
            let back = if appeal.assignee_id.is_some() { Stage::Taken } else { Stage::New };
            let now = self.act.now_ms();
            appeals::set_stage(&mut self.act.conn(), id.0, back.code(), true, now).await?;
            let entry = Entry::new("appeal.stage").about_appeal(id).code(
                "stage",
                Some(stage.code()),
                Some(back.code()),
            );
            self.act.record(entry).await?;
            self.act.restore_clock(&appeal).await?;
        }
        Ok(message)
    }

    pub(super) async fn message(
        &mut self,
        record: &RawRecord,
        letter: &ParsedMail,
        appeal: AppealId,
        digest: Vec<u8>,
    ) -> Result<MessageId> {
        let id = MessageId::new();
        let direction = if record.role == FolderRole::Sent.code() { Direction::Out } else { Direction::In };
        let from = letter.from.as_ref();
        let from_text = from.map(|from| match from.name.is_empty() {
            true => Untrusted::new(&from.addr),
            false => from.name.clone(),
        });
        let to: Vec<&str> = letter.to.iter().chain(&letter.cc).map(|to| to.addr.as_str()).collect();
        let is_refused = direction == Direction::In && fails_authentication(self.account, letter);
        let message = NewMessage {
            id: id.0,
            appeal_id: appeal.0,
            direction: direction.code(),
            channel: Channel::Email.code(),
            at: record.received_at,
            stored_at: self.act.now_ms(),
            from_text: from_text.unwrap_or_default(),
            from_address: from.map(|from| Untrusted::new(&from.addr)),
            to_text: Untrusted::new(to.join(", ")),
            participants: match is_refused {
                // A forger adds nobody: whom else the letter names, it names in somebody else's name.
                true => from.map(|from| Untrusted::new(&from.addr)).unwrap_or_default(),
                false => participants(letter, self.ours),
            },
            authentication: is_refused.then_some(Authentication::Failed.code()),
            subject: letter.subject.clone(),
            body: letter.text.clone(),
            rfc_message_id: letter.message_id.as_ref().map(Untrusted::new),
            rfc_references: Untrusted::new(letter.ancestors().join("\n")),
            body_sha256: Some(digest),
            raw_id: Some(record.id),
            left_out: letter.left_out().map(ParseNote::code).collect::<Vec<_>>().join("\n"),
            ..Default::default()
        };
        messages::insert(&mut self.act.conn(), &message).await?;
        if let (Some(rfc_message_id), body_sha256) = (message.rfc_message_id, message.body_sha256) {
            let (direction, participants) = (message.direction.to_owned(), message.participants);
            let (id, appeal_id) = (id.0, appeal.0);
            let known = ThreadRecord { id, appeal_id, participants, body_sha256, direction, rfc_message_id };
            self.known.add(known);
        }
        let terms = self.known.terms_of(letter);
        terms::insert(&mut self.act.conn(), id.0, &terms).await?;
        for (position, file) in (0i64..).zip(&letter.attachments) {
            let attachment = NewAttachment {
                id: AttachmentId::new().0,
                message_id: id.0,
                position,
                part_path: Some(file.path.clone()),
                file_name: file.file_name.clone(),
                content_type: Untrusted::new(&file.content_type),
                size: i64::try_from(file.size).unwrap_or(i64::MAX),
                sha256: Some(file.sha256.to_vec()),
            };
            messages::insert_attachment(&mut self.act.conn(), &attachment).await?;
        }
        Ok(id)
    }
}

/// A reference to an appeal as a whole.
fn whole((appeal, people): &(AppealId, Vec<String>)) -> Referred<'_> {
    Referred { appeal: *appeal, participants: people.iter().map(String::as_str).collect() }
}

/// Who a letter is from: its From. Reply-To is no author, since anybody may name anybody there; only where From is an
/// address of ours, as a form on a site writes it, does it say whose letter that is.
fn authors<'a>(letter: &'a ParsedMail, ours: &Ours) -> impl Iterator<Item = &'a Address> {
    let by_us = letter.from.as_ref().is_some_and(|from| ours.has(from));
    let form = letter.reply_to.iter().filter(move |_| by_us);
    letter.from.iter().chain(form)
}

/// Every address that takes part in a letter, one a line.
pub(super) fn participants(letter: &ParsedMail, ours: &Ours) -> Untrusted {
    let everybody = authors(letter, ours).chain(&letter.to).chain(&letter.cc);
    let mut participants: Vec<&str> = everybody.map(|address| address.addr.as_str()).collect();
    participants.sort_unstable();
    participants.dedup();
    Untrusted::new(participants.join("\n"))
}

/// Whether the server that the account trusts says that the letter is not from whom it says.
pub(super) fn fails_authentication(account: &AccountRecord, letter: &ParsedMail) -> bool {
    let Some(authserv_id) = &account.authserv_id else { return false };
    let domain = letter.from.as_ref().map_or("", Address::domain);
    dmarc(&letter.authentication, authserv_id, domain) == Dmarc::Fail
}

/// What the reason of our own letter that came back is.
const OWN: &str = "own";

/// Why a letter is about mail rather than to us: a report, an automatic answer, our own letter come back.
fn service_reason(letter: &ParsedMail, ours: &Ours) -> Option<&'static str> {
    if mail::is_own(letter, ours) {
        return Some(OWN);
    }
    match letter.kind {
        MailKind::Human | MailKind::Generated | MailKind::List => None,
        kind => Some(kind.code()),
    }
}

/// What makes two letters of one Message-ID the same: subject, text and files.
pub(super) fn body_digest(letter: &ParsedMail) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(letter.subject.raw_for(Purpose::Threading).as_bytes());
    digest.update([0]);
    digest.update(letter.text.raw_for(Purpose::Threading).as_bytes());
    for file in &letter.attachments {
        digest.update([0]);
        digest.update(file.sha256);
    }
    digest.finalize().to_vec()
}
