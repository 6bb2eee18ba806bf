//! What comes in (wall 4): stored raw before it is acknowledged, then given exactly one fate in a transaction of its own.

use super::Desk;
use super::act::{Act, Look, detached};
use super::journal::hex;
use super::known::Known;
use super::letter::Intake;
use super::queue::index_terms;
use super::team::Teams;
use crate::error::{Error, Result};
use crate::mail::{self, Ours, ParsedMail};
use crate::rules::roles::UseCase;
use crate::store::packed::{Packer, Unpacker};
use crate::store::raw::{NewRaw, PendingRecord, RawRecord};
use crate::store::{accounts, mailboxes, raw};
use crate::types::{AccountId, Actor, Fate, FolderRole, RawId};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Bytes of raw items that are parsed at once.
const BATCH_BYTES: i64 = 16 << 20;
/// Bytes of a batch beside which the next one may be read, and of that next one: two large letters are never in memory.
const AHEAD_BYTES: i64 = 4 << 20;
/// Letters whose words are folded together with the reading; those of a longer one are when they are written.
const FOLDED_BYTES: i64 = 256 << 10;
/// Bytes that are parsed where they are: less than a millisecond, which is not worth another thread.
const AT_ONCE_BYTES: i64 = 32 << 10;
/// Refusals by the store after which an item is quarantined.
const ATTEMPTS: i64 = 3;

/// Something a channel gave, not yet acknowledged to it.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub transport_id: String,
    /// The server's or the platform's time; never the letter's own date, never the time of the fetch.
    pub received_at: Timestamp,
    /// The bytes as they came, or why they were not taken (`too-large`, `not-a-file`): then it is quarantined at once.
    pub bytes: std::result::Result<Vec<u8>, &'static str>,
}

/// How far a folder of a mailbox has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadTo {
    /// As people call it.
    pub folder: String,
    pub role: FolderRole,
    /// UIDs mean something only together with this number.
    pub uidvalidity: u32,
    /// The least UID that has not been stored.
    pub uid_next: u32,
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
    /// Whether others may wait that were not looked at.
    pub more: bool,
}

impl Settled {
    pub fn total(&self) -> usize {
        self.new + self.appended + self.duplicate + self.service + self.history + self.quarantined
    }

    fn add(&mut self, other: Settled) {
        self.new += other.new;
        self.appended += other.appended;
        self.duplicate += other.duplicate;
        self.service += other.service;
        self.history += other.history;
        self.quarantined += other.quarantined;
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
        detached(async move { desk.store_now(&worker, account, items, None).await }).await
    }

    /// The same for letters of a mailbox's folder; how far the folder has been read is noted in the same transaction, which
    /// is the acknowledgement.
    pub async fn store_mail(
        &self,
        worker: &Actor,
        account: AccountId,
        items: Vec<Fetched>,
        read: ReadTo,
    ) -> Result<usize> {
        let (desk, worker) = (self.clone(), worker.clone());
        detached(async move { desk.store_now(&worker, account, items, Some(read)).await }).await
    }

    async fn store_now(
        &self,
        worker: &Actor,
        account: AccountId,
        items: Vec<Fetched>,
        read: Option<ReadTo>,
    ) -> Result<usize> {
        let mut act = self.begin(worker, UseCase::Ingest).await?;
        let role = read.as_ref().map_or(FolderRole::Inbox, |read| read.role);
        let stored = store_all(&mut act, account, role, &items).await?;
        if let Some(read) = read {
            let record = mailboxes::MailboxRecord {
                role: read.role.code().to_owned(),
                uidvalidity: i64::from(read.uidvalidity),
                uid_next: i64::from(read.uid_next),
            };
            let now = act.now_ms();
            mailboxes::advance(&mut act.conn(), account.0, &read.folder, &record, now).await?;
        }
        fail_point!("store.written");
        act.commit().await?;
        fail_point!("store.committed");
        if stored > 0 {
            self.tell_stored(stored);
        }
        Ok(stored)
    }

    /// How far a folder of a mailbox has been read; none if it never was.
    pub async fn read_to(&self, worker: &Actor, account: AccountId, folder: &str) -> Result<Option<ReadTo>> {
        let mut look = self.look(worker, UseCase::Ingest).await?;
        let found = mailboxes::by_name(&mut look.reader.conn(), account.0, folder).await?;
        Ok(found.map(|found| ReadTo {
            folder: folder.to_owned(),
            role: FolderRole::parse(&found.role).unwrap_or(FolderRole::Inbox),
            uidvalidity: u32::try_from(found.uidvalidity).unwrap_or(0),
            uid_next: u32::try_from(found.uid_next).unwrap_or(u32::MAX),
        }))
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
        let Some(batch) = self.read_pending(worker, limit, Room::first()).await? else {
            return Ok(Settled::default());
        };
        let more = batch.more;
        let settled = self.settle_batch(worker, batch.letters).await?;
        Ok(Settled { more, ..settled })
    }

    /// The same for everything that is pending, `limit` items in each transaction: while one batch is written, the next is
    /// read. What is passed over, because another process has it or the store refused it, is left for the next run.
    pub async fn parse_all_pending(&self, worker: &Actor, limit: usize) -> Result<Settled> {
        let mut settled = Settled::default();
        let mut next = self.read_pending(worker, limit, Room::first()).await?;
        while let Some(Batch { letters, more, last, bytes }) = next.take() {
            let ahead = more && bytes <= AHEAD_BYTES;
            let (desk, who) = (self.clone(), worker.clone());
            let room = Room { after: last, bytes: AHEAD_BYTES, takes_first: false };
            let reading =
                ahead.then(|| tokio::spawn(async move { desk.read_pending(&who, limit, room).await }));
            let done = self.settle_batch(worker, letters).await?;
            if done.total() == 0 {
                // Another process is at it. Two that went on side by side would wait for each other's appeals.
                return Ok(settled);
            }
            settled.add(done);
            next = match reading {
                Some(reading) => {
                    reading.await.map_err(|error| Error::failed("interrupted").because(error))??
                }
                None => None,
            };
            if next.is_none() && more {
                next = self.read_pending(worker, limit, Room { after: last, ..Room::first() }).await?;
            }
        }
        Ok(settled)
    }

    /// The next pending items with what stands in them; none if nothing waits there, or fits.
    async fn read_pending(&self, worker: &Actor, limit: usize, room: Room) -> Result<Option<Batch>> {
        let mut look = self.look(worker, UseCase::Parse).await?;
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let pending = raw::pending(&mut look.reader.conn(), room.after, most).await?;
        let full = pending.len() >= limit;
        let batch = read_letters(look, pending, room).await?;
        Ok(batch.map(|batch| Batch { more: full || batch.more, ..batch }))
    }

    /// Settles a batch to its end even if whoever asked for it goes away half-way.
    async fn settle_batch(&self, worker: &Actor, letters: Vec<Letter>) -> Result<Settled> {
        fail_point!("parse.read");
        let (desk, worker) = (self.clone(), worker.clone());
        detached(async move {
            match desk.settle_letters(&worker, &letters).await {
                Err(error) if !is_of_the_machine(&error) => {
                    tracing::warn!(error = %error, "a batch was refused; its items are tried one by one");
                    desk.settle_alone(&worker, &letters).await
                }
                settled => settled,
            }
        })
        .await
    }

    /// Settles letters in one transaction.
    async fn settle_letters(&self, worker: &Actor, letters: &[Letter]) -> Result<Settled> {
        let mut settled = Settled::default();
        let mut act = self.begin(worker, UseCase::Parse).await?;
        let accounts = accounts::all(&mut act.conn()).await?;
        let teams = Teams::load(&mut act.conn(), &accounts).await?;
        let ours = self.ours(&teams);
        let ids: Vec<Uuid> = letters.iter().map(|(record, _)| record.id).collect();
        let claimed = raw::claim(&mut act.conn(), &ids).await?;
        let ready = letters.iter().filter(|(record, _)| claimed.contains(&record.id));
        let mut known = Known::default();
        let readable = ready.clone().filter_map(|(_, read)| read.as_ref().ok());
        known.learn(&mut act, readable.map(|read| &read.letter)).await?;
        for (record, read) in ready {
            let account = accounts.iter().find(|account| account.id == record.account_id);
            let fate = match (read, account) {
                (Ok(Readable { letter, terms }), Some(account)) => {
                    known.set_terms(terms.as_deref());
                    let (ours, teams, known) = (&ours, &teams, &mut known);
                    let mut intake = Intake { desk: self, act: &mut act, account, ours, teams, known };
                    intake.settle(record, letter).await?
                }
                (Err(reason), _) => quarantine(&mut act, record, reason).await?,
                (_, None) => quarantine(&mut act, record, "no-account").await?,
            };
            settled.count(fate);
            fail_point!("parse.settled");
        }
        act.commit().await?;
        fail_point!("parse.committed");
        Ok(settled)
    }

    /// Settles letters each in a transaction of its own, so that one which the store refuses does not hold up the others;
    /// after three refusals it is quarantined.
    async fn settle_alone(&self, worker: &Actor, letters: &[Letter]) -> Result<Settled> {
        let mut settled = Settled::default();
        for letter in letters {
            match self.settle_letters(worker, std::slice::from_ref(letter)).await {
                Ok(one) => settled.add(one),
                Err(error) if is_of_the_machine(&error) => return Err(error),
                Err(error) => {
                    tracing::warn!(raw.id = %letter.0.id, error = %error, "an item was refused");
                    let mut act = self.begin(worker, UseCase::Parse).await?;
                    raw::count_attempt(&mut act.conn(), letter.0.id).await?;
                    let id = letter.0.id;
                    if letter.0.attempts + 1 >= ATTEMPTS && raw::claim(&mut act.conn(), &[id]).await? == [id]
                    {
                        settled.count(quarantine(&mut act, &letter.0, "refused-by-store").await?);
                    }
                    act.commit().await?;
                }
            }
        }
        Ok(settled)
    }

    /// Who we are to mail.
    pub(super) fn ours(&self, teams: &Teams) -> Ours {
        Ours { addresses: teams.addresses(), desk_id: self.id().to_string(), message_id_host: String::new() }
    }
}

/// A pending item with what stands in it, or why nothing can be read there.
type Letter = (RawRecord, std::result::Result<Readable, &'static str>);

/// A letter with the words by which it will be found, where they are folded already.
struct Readable {
    letter: ParsedMail,
    terms: Option<String>,
}

/// Letters that were read together.
struct Batch {
    letters: Vec<Letter>,
    /// Whether others may wait behind them.
    more: bool,
    /// The place of the last of them in the order of arrival.
    last: i64,
    /// Of the raw items.
    bytes: i64,
}

/// Where reading begins, and how much of it there is room for.
#[derive(Clone, Copy)]
struct Room {
    /// The place behind which the first stands.
    after: i64,
    bytes: i64,
    /// Whether the first is read however large it is.
    takes_first: bool,
}

impl Room {
    fn first() -> Self {
        Self { after: 0, bytes: BATCH_BYTES, takes_first: true }
    }
}

/// Reads pending items, as many as there is room for; none if that is none.
async fn read_letters(mut look: Look, pending: Vec<PendingRecord>, room: Room) -> Result<Option<Batch>> {
    let (mut read, mut bytes, count) = (Vec::with_capacity(pending.len()), 0, pending.len());
    let (mut unpacker, mut last) = (Unpacker::default(), room.after);
    for item in pending {
        let size = bytes + item.record.size;
        if size > room.bytes && !(room.takes_first && read.is_empty()) {
            break;
        }
        (bytes, last) = (size, item.pk);
        let whole = match item.bytes(&mut unpacker) {
            Some(whole) => whole,
            None => raw::bytes(&mut look.reader.conn(), item.record.id).await,
        };
        let whole = match whole {
            Ok(whole) => Ok(whole),
            Err(error) if error.code == "raw-damaged" => Err("raw-damaged"),
            Err(error) => return Err(error),
        };
        read.push((item.record, whole));
    }
    drop(look);
    if read.is_empty() {
        return Ok(None);
    }
    let more = read.len() < count;
    let parse = move || {
        let parsed = read.into_iter();
        let folds = |record: &RawRecord| record.size <= FOLDED_BYTES;
        parsed
            .map(|(record, whole)| {
                let read = whole.and_then(|whole| readable(whole, folds(&record)));
                (record, read)
            })
            .collect()
    };
    let letters = match bytes <= AT_ONCE_BYTES {
        true => parse(),
        false => {
            let parsed = tokio::task::spawn_blocking(parse).await;
            parsed.map_err(|error| Error::failed("interrupted").because(error))?
        }
    };
    Ok(Some(Batch { letters, more, last, bytes }))
}

fn readable(whole: Vec<u8>, folds: bool) -> std::result::Result<Readable, &'static str> {
    let letter = parse_letter(&whole)?;
    drop(whole);
    let terms = folds.then(|| index_terms(&letter.subject, &letter.text));
    Ok(Readable { letter, terms })
}

/// The letter, or why it is none. The parser never fails, so what is refused here has nothing to read.
pub(super) fn parse_letter(bytes: &[u8]) -> std::result::Result<ParsedMail, &'static str> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("empty");
    }
    std::panic::catch_unwind(|| mail::parse(bytes)).map_err(|_| "parser-panic")
}

/// Whether an error says that the machine or the desk does not work now, rather than that one item cannot be stored.
pub(super) fn is_of_the_machine(error: &Error) -> bool {
    matches!(
        error.code,
        "desk-unreachable"
            | "desk-busy"
            | "disk-full"
            | "desk-read-only"
            | "desk-damaged"
            | "desk-password"
            | "desk-newer"
            | "desk-older"
            | "interrupted"
            | "io"
    )
}

/// Stores what a channel gave; the number that was new.
async fn store_all(act: &mut Act, account: AccountId, role: FolderRole, items: &[Fetched]) -> Result<usize> {
    let (mut stored, mut packer) = (0, Packer::default());
    for item in items {
        let (bytes, refused) = match &item.bytes {
            Ok(bytes) => (bytes.as_slice(), None),
            Err(reason) => (&[][..], Some(*reason)),
        };
        let digest = Sha256::digest(bytes);
        let new = NewRaw {
            id: RawId::new().0,
            account_id: account.0,
            transport_id: &item.transport_id,
            role: role.code(),
            received_at: item.received_at.as_millisecond(),
            stored_at: act.now_ms(),
            sha256: &digest,
            bytes,
            fate: if refused.is_some() { Fate::Quarantined.code() } else { Fate::Pending.code() },
            reason: refused,
        };
        stored += usize::from(store_one(act, new, &mut packer).await?);
    }
    Ok(stored)
}

/// Stores an item, unless the channel gave the very same before. Another letter under a name that was used already, which no
/// channel should give, is kept under that name and its own digest: nothing is lost.
async fn store_one(act: &mut Act, mut item: NewRaw<'_>, packer: &mut Packer) -> Result<bool> {
    if raw::insert(&mut act.conn(), &item, packer).await? {
        return Ok(true);
    }
    let known = raw::digest_of(&mut act.conn(), item.account_id, item.transport_id).await?;
    if item.reason.is_some() || known.as_deref() == Some(item.sha256) {
        return Ok(false);
    }
    let name = format!("{}#{}", item.transport_id, hex(&item.sha256[..8]));
    item.transport_id = &name;
    raw::insert(&mut act.conn(), &item, packer).await
}

async fn quarantine(act: &mut Act, record: &RawRecord, reason: &'static str) -> Result<Fate> {
    raw::settle(&mut act.conn(), record.id, Fate::Quarantined.code(), Some(reason), None, None).await?;
    Ok(Fate::Quarantined)
}
