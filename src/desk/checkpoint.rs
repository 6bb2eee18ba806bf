//! Checkpoints: once an hour the journal so far is hashed into a root and signed (wall 2). The signature stands in the desk
//! and, so that whoever cuts the desk's own copy off is found out, in a file beside the key, outside the desk. Nothing here
//! ever signs over checkpoints that the desk has lost: that would make the loss look right.

use super::Desk;
use super::act::{detached, moment};
use super::journal::{feed, hex, unhex};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::journal::{self as store, CheckpointRecord, LinkRecord};
use crate::store::{Conn, Tx, desk_row};
use crate::types::Actor;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use uuid::Uuid;

/// The least time between two checkpoints.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Rows hashed at a time.
pub(crate) const CHUNK: i64 = 500;

/// A signed state of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckpointView {
    /// 1 for the first.
    pub n: i64,
    pub at: Timestamp,
    /// The newest row that it covers.
    pub last_seq: i64,
    /// All rows up to there, from the first.
    pub rows_covered: i64,
    /// SHA-256 in hexadecimal.
    pub root: String,
}

/// What became of a call for a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointOutcome {
    Made(CheckpointView),
    /// No row since the last one, or less than an hour.
    NotDue,
    /// This machine has no `journal.key` for the desk, so it does not sign; another one may.
    NoKey,
    /// The key of this machine is not the one that the desk names.
    ForeignKey,
    /// The file outside knows this checkpoint, the desk no longer does: nothing is signed until a person has looked.
    DeskBehind {
        outside: i64,
    },
}

impl Desk {
    /// Signs the journal, if an hour has passed and rows have come since the last time. For `Worker::Timer`; any number of
    /// calls and machines make one checkpoint. Errors: `journal-key-open`, `journal-key-damaged`.
    pub async fn checkpoint(&self, actor: &Actor) -> Result<CheckpointOutcome> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move { desk.seal(&actor, false).await }).await
    }

    /// The same without waiting for the hour: before a backup, at the end of a process.
    pub async fn checkpoint_now(&self, actor: &Actor) -> Result<CheckpointOutcome> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move { desk.seal(&actor, true).await }).await
    }

    async fn seal(&self, actor: &Actor, at_once: bool) -> Result<CheckpointOutcome> {
        let mut look = self.look(actor, UseCase::Checkpoint).await?;
        let now = look.now;
        let last = store::last_checkpoint(&mut look.reader.conn()).await?;
        let newest = store::newest(&mut look.reader.conn()).await?;
        let desk =
            desk_row::load(&mut look.reader.conn()).await?.ok_or_else(|| Error::not_found("no-desk"))?;
        drop(look);
        let Some(key) = signing_key(self.state_dir())? else { return Ok(CheckpointOutcome::NoKey) };
        if key.verifying_key().as_bytes()[..] != desk.journal_key {
            return Ok(CheckpointOutcome::ForeignKey);
        }
        let last_n = last.as_ref().map_or(0, |last| last.n);
        let outside = super::outside::newest(self.state_dir())?;
        if outside > last_n {
            return Ok(CheckpointOutcome::DeskBehind { outside });
        }
        self.write_outside(&key, outside).await?;
        let waited = last.as_ref().is_none_or(|last| {
            // A clock that was set back must not stop the signing.
            now.duration_since(moment(last.at)).abs() >= EVERY
        });
        if last.as_ref().map_or(0, |last| last.last_seq) >= newest || !(waited || at_once) {
            return Ok(CheckpointOutcome::NotDue);
        }
        let Some(made) = self.sign(actor, &key, last, now).await? else {
            return Ok(CheckpointOutcome::NotDue);
        };
        self.write_outside(&key, last_n).await?;
        Ok(CheckpointOutcome::Made(made))
    }

    /// The hashing stands between two short transactions, so that no writer waits for it: once every writer of a lower
    /// sequence is done, rows up to there never change. None when somebody else made the checkpoint meanwhile.
    async fn sign(
        &self,
        actor: &Actor,
        key: &SigningKey,
        last: Option<CheckpointRecord>,
        now: Timestamp,
    ) -> Result<Option<CheckpointView>> {
        let mut act = self.begin(actor, UseCase::Checkpoint).await?;
        store::quiesce(&mut act.conn()).await?;
        let last_seq = store::newest(&mut act.conn()).await?;
        act.tx.rollback().await?;

        let mut tx = self.store.snapshot().await?;
        let (root, rows) = root_of(&mut tx, last.as_ref(), last_seq).await?;
        tx.rollback().await?;
        let mut record = CheckpointRecord {
            n: last.as_ref().map_or(0, |last| last.n) + 1,
            at: now.as_millisecond(),
            last_seq,
            rows_covered: last.as_ref().map_or(0, |last| last.rows_covered) + rows,
            root,
            signature: Vec::new(),
        };
        record.signature = key.sign(&statement(self.id(), &record)).to_vec();

        let mut act = self.begin(actor, UseCase::Checkpoint).await?;
        store::quiesce(&mut act.conn()).await?;
        let before = store::last_checkpoint(&mut act.conn()).await?;
        if before.map(|before| before.n) != last.map(|last| last.n) {
            return Ok(None);
        }
        store::insert_checkpoint(&mut act.conn(), &record).await?;
        fail_point!("checkpoint.written");
        act.commit().await?;
        fail_point!("checkpoint.committed");
        Ok(Some(view(&record)))
    }

    /// Appends to the file outside every checkpoint after `known`: also one whose process died before it could.
    async fn write_outside(&self, key: &SigningKey, known: i64) -> Result<()> {
        let mut reader = self.store.read().await?;
        let missing = store::checkpoints_after(&mut reader.conn(), known).await?;
        let public = key.verifying_key();
        for record in &missing {
            if !is_signed(self.id(), record, &public) {
                return Err(Error::failed("journal-damaged"));
            }
        }
        super::outside::append(self.state_dir(), self.id(), &public, &missing)
    }
}

fn view(record: &CheckpointRecord) -> CheckpointView {
    CheckpointView {
        n: record.n,
        at: moment(record.at),
        last_seq: record.last_seq,
        rows_covered: record.rows_covered,
        root: hex(&record.root),
    }
}

/// A root in the making: SHA-256 over the former root and, in the order of sequence, each row and the links that lead to it.
pub(crate) struct Root(Sha256);

impl Root {
    pub fn after(former: &[u8]) -> Self {
        let mut hash = Sha256::new();
        feed(&mut hash, b"otklik journal root 1");
        feed(&mut hash, former);
        Self(hash)
    }

    pub fn row(&mut self, seq: i64, row_hash: &[u8]) {
        feed(&mut self.0, b"row");
        feed(&mut self.0, &seq.to_be_bytes());
        feed(&mut self.0, row_hash);
    }

    pub fn link(&mut self, link: &LinkRecord) {
        feed(&mut self.0, b"link");
        feed(&mut self.0, link.subject.as_bytes());
        feed(&mut self.0, &link.subject_seq.to_be_bytes());
        feed(&mut self.0, &link.hash);
    }

    pub fn finish(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

/// The links of rows in `(after, upto]`, in an order that does not depend on an engine's collation.
pub(crate) async fn links_in_order(conn: &mut Conn<'_>, after: i64, upto: i64) -> Result<Vec<LinkRecord>> {
    let mut links = store::links_between(conn, after, upto).await?;
    links.sort_by(|a, b| (a.seq, &a.subject, a.subject_seq).cmp(&(b.seq, &b.subject, b.subject_seq)));
    Ok(links)
}

/// The root over everything after `last` up to `last_seq`, and how many rows that is.
async fn root_of(tx: &mut Tx, last: Option<&CheckpointRecord>, last_seq: i64) -> Result<(Vec<u8>, i64)> {
    let mut root = Root::after(last.map_or(&[], |last| &last.root));
    let (mut after, mut count) = (last.map_or(0, |last| last.last_seq), 0);
    loop {
        let mut rows = store::after(&mut tx.conn(), after, CHUNK).await?;
        rows.retain(|row| row.seq <= last_seq);
        let Some(upto) = rows.last().map(|row| row.seq) else { break };
        let links = links_in_order(&mut tx.conn(), after, upto).await?;
        let mut links = links.iter().peekable();
        for row in &rows {
            root.row(row.seq, &row.row_hash);
            while links.next_if(|link| link.seq < row.seq).is_some() {}
            while let Some(link) = links.next_if(|link| link.seq == row.seq) {
                root.link(link);
            }
            count += 1;
        }
        after = upto;
    }
    Ok((root.finish(), count))
}

/// What is signed: every field on a line of its own, so that no two checkpoints have the same statement.
pub(crate) fn statement(desk: Uuid, record: &CheckpointRecord) -> Vec<u8> {
    format!(
        "otklik journal checkpoint 1\ndesk {desk}\nn {}\nat {}\nlast_seq {}\nrows {}\nroot {}\n",
        record.n,
        record.at,
        record.last_seq,
        record.rows_covered,
        hex(&record.root)
    )
    .into_bytes()
}

pub(crate) fn is_signed(desk: Uuid, record: &CheckpointRecord, key: &VerifyingKey) -> bool {
    let signature = Signature::from_slice(&record.signature);
    signature.is_ok_and(|signature| key.verify_strict(&statement(desk, record), &signature).is_ok())
}

/// The key of this machine for signing; none when it has none. A key that others may read signs nothing.
fn signing_key(state_dir: &Path) -> Result<Option<SigningKey>> {
    let path = state_dir.join(super::init::KEY_FILE);
    match std::fs::metadata(&path) {
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => {
            Err(Error::failed("journal-key-open").arg("file", path.display()))
        }
        _ => key_here(state_dir),
    }
}

/// The key of this machine, whoever may read it.
pub(crate) fn key_here(state_dir: &Path) -> Result<Option<SigningKey>> {
    let path = state_dir.join(super::init::KEY_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let bytes = unhex(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let bytes = bytes.ok_or_else(|| Error::failed("journal-key-damaged").arg("file", path.display()))?;
    Ok(Some(SigningKey::from_bytes(&bytes)))
}
