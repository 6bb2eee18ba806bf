//! What comes in (wall 4): stored raw before it is acknowledged, then given exactly one fate in a transaction of its own.

use super::act::{Act, detached, moment, number};
use super::journal::Entry;
use super::{Desk, queue, receipt, replay};
use crate::error::{Error, Result};
use crate::mail::{self, MailKind, Ours, ParsedMail};
use crate::rules::clock::{ClockEvent, replay as replay_clock};
use crate::rules::roles::UseCase;
use crate::rules::threading::{self, Referred, Thread};
use crate::store::accounts::AccountRecord;
use crate::store::messages::{NewAttachment, NewMessage, ThreadRecord};
use crate::store::raw::{NewRaw, RawRecord};
use crate::store::{accounts, appeals, desk_row, messages, raw, terms};
use crate::types::{
    AccountId, Actor, AppealId, AttachmentId, Channel, Direction, Fate, MessageId, Purpose, RawId, Stage,
    Untrusted, Urgency,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Something a channel gave, not yet acknowledged to it.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub transport_id: String,
    /// The server's or the platform's time; never the letter's own date, never the time of the fetch.
    pub received_at: Timestamp,
    /// The bytes as they came, or why they were not taken (`too-large`, `not-a-file`): then it is quarantined at once.
    pub bytes: std::result::Result<Vec<u8>, &'static str>,
}

/// How many raw items a run of the parser gave which fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    pub new: usize,
    pub appended: usize,
    pub duplicate: usize,
    pub service: usize,
    pub history: usize,
    pub quarantined: usize,
}

impl Settled {
    pub fn total(&self) -> usize {
        self.new + self.appended + self.duplicate + self.service + self.history + self.quarantined
    }

    fn count(&mut self, fate: Fate) {
        *match fate {
            Fate::New => &mut self.new,
            Fate::Appended => &mut self.appended,
            Fate::Duplicate => &mut self.duplicate,
            Fate::Service => &mut self.service,
            Fate::History => &mut self.history,
            Fate::Quarantined | Fate::Pending => &mut self.quarantined,
        } += 1;
    }
}

impl Desk {
    /// Stores raw items in one transaction; after it returns they may be acknowledged. What the channel gave before is
    /// passed over. The number that was new.
    pub async fn store_raw(&self, worker: &Actor, account: AccountId, items: Vec<Fetched>) -> Result<usize> {
        let (desk, worker) = (self.clone(), worker.clone());
        detached(async move {
            let mut act = desk.begin(&worker, UseCase::Ingest).await?;
            let mut stored = 0;
            for item in &items {
                let (bytes, refused) = match &item.bytes {
                    Ok(bytes) => (bytes.as_slice(), None),
                    Err(reason) => (&[][..], Some(*reason)),
                };
                let digest = Sha256::digest(bytes);
                let new = NewRaw {
                    id: RawId::new().0,
                    account_id: account.0,
                    transport_id: &item.transport_id,
                    received_at: item.received_at.as_millisecond(),
                    stored_at: act.now_ms(),
                    sha256: &digest,
                    bytes,
                    fate: if refused.is_some() { Fate::Quarantined.code() } else { Fate::Pending.code() },
                    reason: refused,
                };
                stored += usize::from(raw::insert(&mut act.conn(), &new).await?);
            }
            act.commit().await?;
            Ok(stored)
        })
        .await
    }

    /// What `fold` makes of each transport name of an account that is stored already; names are many, so what is kept of
    /// them is the caller's choice.
    pub async fn stored_names<C: Default + Extend<T>, T>(
        &self,
        worker: &Actor,
        account: AccountId,
        fold: impl Fn(&str) -> T,
    ) -> Result<C> {
        let mut look = self.look(worker, UseCase::Ingest).await?;
        let (mut kept, mut last) = (C::default(), 0);
        loop {
            let names = raw::names_after(&mut look.reader.conn(), account.0, last, 10_000).await?;
            let Some((pk, _)) = names.last() else { return Ok(kept) };
            last = *pk;
            kept.extend(names.iter().map(|(_, name)| fold(name)));
        }
    }

    /// Gives at most `limit` pending items their fate, in one transaction. An item that cannot be read is quarantined and
    /// never stops the next; only a failing database stops the run, and then everything stays pending.
    pub async fn parse_pending(&self, worker: &Actor, limit: usize) -> Result<Settled> {
        let (desk, worker) = (self.clone(), worker.clone());
        detached(async move { desk.parse_pending_now(&worker, limit).await }).await
    }

    async fn parse_pending_now(&self, worker: &Actor, limit: usize) -> Result<Settled> {
        let mut settled = Settled::default();
        let mut look = self.look(worker, UseCase::Parse).await?;
        let pending = raw::pending(&mut look.reader.conn(), i64::try_from(limit).unwrap_or(i64::MAX)).await?;
        if pending.is_empty() {
            return Ok(settled);
        }
        let accounts = accounts::all(&mut look.reader.conn()).await?;
        let ours = self.ours(&accounts);
        let mut read = Vec::with_capacity(pending.len());
        for record in pending {
            let bytes = raw::bytes(&mut look.reader.conn(), record.id).await;
            read.push((record, bytes));
        }
        drop(look);
        let parsed = tokio::task::spawn_blocking(move || {
            read.into_iter()
                .map(|(record, bytes)| (record, bytes.and_then(|bytes| read_letter(&bytes))))
                .collect()
        });
        let parsed: Vec<(RawRecord, Result<ParsedMail>)> =
            parsed.await.map_err(|error| Error::failed("interrupted").because(error))?;
        let mut act = self.begin(worker, UseCase::Parse).await?;
        for (record, letter) in parsed {
            let account = accounts.iter().find(|account| account.id == record.account_id);
            let fate = match (letter, account) {
                (Ok(letter), Some(account)) => {
                    let mut intake = Intake { desk: self, act: &mut act, account, ours: &ours };
                    intake.settle(&record, &letter).await?
                }
                (letter, _) => {
                    quarantine(&mut act, &record, letter.err().map_or("no-account", |e| e.code)).await?
                }
            };
            fate.into_iter().for_each(|fate| settled.count(fate));
        }
        act.commit().await?;
        Ok(settled)
    }

    /// Who we are to mail.
    fn ours(&self, accounts: &[AccountRecord]) -> Ours {
        Ours {
            addresses: accounts.iter().map(|account| account.address.to_lowercase()).collect(),
            desk_id: self.id().to_string(),
            message_id_host: String::new(),
        }
    }
}

/// The letter, or why it is none. The parser never fails, so what is refused here has nothing to read.
fn read_letter(bytes: &[u8]) -> Result<ParsedMail> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::failed("empty"));
    }
    let read = std::panic::catch_unwind(|| mail::parse(bytes));
    read.map_err(|_| Error::failed("parser-panic"))
}

async fn quarantine(act: &mut Act, record: &RawRecord, reason: &'static str) -> Result<Option<Fate>> {
    let done =
        raw::settle(&mut act.conn(), record.id, Fate::Quarantined.code(), Some(reason), None, None).await?;
    Ok(done.then_some(Fate::Quarantined))
}

/// One letter on its way into the desk.
struct Intake<'a> {
    desk: &'a Desk,
    act: &'a mut Act,
    account: &'a AccountRecord,
    ours: &'a Ours,
}

impl Intake<'_> {
    /// Gives the item its fate; none if another process has done so meanwhile.
    async fn settle(&mut self, record: &RawRecord, letter: &ParsedMail) -> Result<Option<Fate>> {
        if !raw::claim(&mut self.act.conn(), record.id).await? {
            return Ok(None);
        }
        if record.received_at < self.account.since {
            return self.close(record, Fate::History, None, None, None).await;
        }
        if let Some(reason) = service_reason(letter, self.ours) {
            return self.close(record, Fate::Service, Some(reason), None, None).await;
        }
        let same = self.same_message_id(letter).await?;
        let digest = body_digest(letter);
        if let Some(known) = same.iter().find(|known| known.body_sha256.as_deref() == Some(&digest[..])) {
            return self.close(record, Fate::Duplicate, None, Some(known.appeal_id), Some(known.id)).await;
        }
        let mark = (!same.is_empty()).then_some("same-message-id");
        match self.thread(letter).await? {
            Thread::Joins(appeal) => {
                let message = self.append(record, letter, appeal, digest).await?;
                self.close(record, Fate::Appended, mark, Some(appeal.0), Some(message.0)).await
            }
            thread => {
                let (appeal, message) = self.open(record, letter, thread, digest).await?;
                self.close(record, Fate::New, mark, Some(appeal.0), Some(message.0)).await
            }
        }
    }

    async fn close(
        &mut self,
        record: &RawRecord,
        fate: Fate,
        reason: Option<&str>,
        appeal: Option<Uuid>,
        message: Option<Uuid>,
    ) -> Result<Option<Fate>> {
        raw::settle(&mut self.act.conn(), record.id, fate.code(), reason, appeal, message).await?;
        Ok(Some(fate))
    }

    async fn same_message_id(&mut self, letter: &ParsedMail) -> Result<Vec<ThreadRecord>> {
        let Some(id) = &letter.message_id else { return Ok(Vec::new()) };
        let known = messages::by_rfc_id(&mut self.act.conn(), &Untrusted::new(id)).await?;
        Ok(known.into_iter().filter(|known| known.direction == Direction::In.code()).collect())
    }

    async fn thread(&mut self, letter: &ParsedMail) -> Result<Thread> {
        let mut known: Vec<ThreadRecord> = Vec::new();
        let wanted = letter.in_reply_to.iter().chain(letter.references.iter().rev());
        let mut asked: Vec<&str> = Vec::new();
        for id in wanted.take(24) {
            if !asked.contains(&id.as_str()) {
                asked.push(id);
                known.extend(messages::by_rfc_id(&mut self.act.conn(), &Untrusted::new(id)).await?);
            }
        }
        let referred: Vec<Referred<'_>> = known
            .iter()
            .map(|known| Referred {
                appeal: AppealId(known.appeal_id),
                participants: known.participants.raw_for(Purpose::Threading).lines().collect(),
            })
            .collect();
        let authors: Vec<&str> =
            letter.from.iter().chain(&letter.reply_to).map(|address| address.addr.as_str()).collect();
        let ours = |address: &str| self.ours.addresses.iter().any(|known| known == address);
        Ok(threading::decide(&referred, &authors, ours))
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
        let seq = desk_row::count_up(&mut self.act.conn(), &format!("appeal:{year}")).await?;
        let events = [ClockEvent::Received(received)];
        let state =
            replay_clock(&events, ground.settings.policy, &ground.calendar, &ground.zone, self.act.now);
        let id = AppealId::new();
        let author = letter.answer_to();
        let appeal = appeals::NewAppeal {
            id: id.0,
            year: i64::from(year),
            seq,
            origin: None,
            channel: Channel::Email.code(),
            account_id: Some(self.account.id),
            received_at: record.received_at,
            author_name: letter.from.as_ref().map(|from| from.name.clone()).unwrap_or_default(),
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
        let message = self.message(record, letter, id, digest).await?;
        let mut entry = Entry::new("appeal.received")
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
        let entry = Entry::new("message.received")
            .about_appeal(id)
            .occurred_at(moment(record.received_at))
            .refers("message", message);
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

    async fn message(
        &mut self,
        record: &RawRecord,
        letter: &ParsedMail,
        appeal: AppealId,
        digest: Vec<u8>,
    ) -> Result<MessageId> {
        let id = MessageId::new();
        let everybody = letter.from.iter().chain(&letter.reply_to).chain(&letter.to).chain(&letter.cc);
        let mut participants: Vec<&str> = everybody.map(|address| address.addr.as_str()).collect();
        participants.sort_unstable();
        participants.dedup();
        let from = letter.from.as_ref();
        let from_text = from.map(|from| match from.name.is_empty() {
            true => Untrusted::new(&from.addr),
            false => from.name.clone(),
        });
        let to: Vec<&str> = letter.to.iter().chain(&letter.cc).map(|to| to.addr.as_str()).collect();
        let message = NewMessage {
            id: id.0,
            appeal_id: appeal.0,
            direction: Direction::In.code(),
            channel: Channel::Email.code(),
            at: record.received_at,
            stored_at: self.act.now_ms(),
            from_text: from_text.unwrap_or_default(),
            from_address: from.map(|from| Untrusted::new(&from.addr)),
            to_text: Untrusted::new(to.join(", ")),
            participants: Untrusted::new(participants.join("\n")),
            subject: letter.subject.clone(),
            body: letter.text.clone(),
            rfc_message_id: letter.message_id.as_ref().map(Untrusted::new),
            rfc_references: Untrusted::new(letter.ancestors().join("\n")),
            body_sha256: Some(digest),
            raw_id: Some(record.id),
            ..Default::default()
        };
        let pk = messages::insert(&mut self.act.conn(), &message).await?;
        terms::insert(&mut self.act.conn(), pk, &queue::index_terms(&letter.subject, &letter.text)).await?;
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

/// Why a letter is about mail rather than to us: a report, an automatic answer, our own letter come back.
fn service_reason(letter: &ParsedMail, ours: &Ours) -> Option<&'static str> {
    if mail::is_own(letter, ours) {
        return Some("own");
    }
    match letter.kind {
        MailKind::Human | MailKind::Generated | MailKind::List => None,
        kind => Some(kind.code()),
    }
}

/// What makes two letters of one Message-ID the same: subject and text.
fn body_digest(letter: &ParsedMail) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(letter.subject.raw_for(Purpose::Threading).as_bytes());
    digest.update([0]);
    digest.update(letter.text.raw_for(Purpose::Threading).as_bytes());
    digest.finalize().to_vec()
}
