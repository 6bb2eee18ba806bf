//! `journal verify`: proves the journal, or finds what was done to it (wall 2). It reads one moment of the desk as a
//! stream, so that a million rows need no more memory than five hundred, and changes nothing.

use super::checkpoint::{CHUNK, Root, is_signed, key_here, links_in_order};
use super::findings::{Finding, Findings, LISTED};
use super::journal::{Details, link_hash, row_hash, salted_digest};
use super::{Desk, outside, replay};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::appeals::{self, ClockFields};
use crate::store::journal::{self as store, ChainRecord, CheckpointRecord, JournalRecord, SaltedRecord};
use crate::store::{Tx, desk_row};
use crate::types::{Actor, FindingCode};
use ed25519_dalek::VerifyingKey;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Whether this machine has the key that signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    Here,
    Absent,
    Foreign,
}

/// The result of `journal verify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Nothing was found.
    pub ok: bool,
    pub rows: i64,
    pub subjects: i64,
    pub checkpoints: i64,
    /// Rows after the last checkpoint: chained, not yet signed for, so that a thorough forger could still change them.
    pub unproven: i64,
    /// Checkpoints in the file outside the desk; none when this machine has no such file, so that a desk whose last
    /// checkpoints were cut off would not be found out here.
    pub outside: Option<i64>,
    pub key: KeyState,
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub more: i64,
}

/// The result of comparing the stored clocks with the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockVerification {
    pub ok: bool,
    pub appeals: i64,
    pub findings: Vec<Finding>,
    pub more: i64,
}

impl Desk {
    /// Verifies rows, chains, heads, values, checkpoints and their copy outside the desk. It fails only when it cannot read;
    /// what it finds stands in the result.
    pub async fn verify_journal(&self, actor: &Actor) -> Result<Verification> {
        self.scope_now(actor, UseCase::JournalVerify).await?;
        self.verify().await
    }

    /// The same for who has no actor yet: the end of a restore.
    pub(crate) async fn verify(&self) -> Result<Verification> {
        // Read first: a checkpoint stands in the desk before it stands outside, so whatever is read here the desk must know.
        let outside = outside::read(self.state_dir(), self.id())?;
        let mut tx = self.store.snapshot().await?;
        let mut findings = Findings::default();
        let desk = desk_row::load(&mut tx.conn()).await?.ok_or_else(|| Error::not_found("no-desk"))?;
        let checkpoints = store::checkpoints_after(&mut tx.conn(), i64::MIN).await?;
        let rows = Walk::new(&checkpoints).run(&mut tx, &mut findings).await?;
        let subjects = verify_chains(&mut tx, &mut findings).await?;
        tx.rollback().await?;
        verify_signatures(self.id(), &desk.journal_key, &checkpoints, &mut findings);
        let key = self.compare_key(&desk.journal_key, &mut findings)?;
        if let Some(copy) = &outside {
            compare_outside(copy, &desk.journal_key, &checkpoints, &mut findings);
        }
        Ok(Verification {
            ok: findings.listed.is_empty(),
            rows: rows.all,
            subjects,
            checkpoints: count(&checkpoints),
            unproven: rows.after_last,
            outside: outside.map(|copy| count(&copy.checkpoints)),
            key,
            findings: findings.listed,
            more: findings.more,
        })
    }

    fn compare_key(&self, public: &[u8], findings: &mut Findings) -> Result<KeyState> {
        let Some(key) = key_here(self.state_dir())? else { return Ok(KeyState::Absent) };
        if key.verifying_key().as_bytes()[..] == *public {
            return Ok(KeyState::Here);
        }
        findings.add(FindingCode::KeyForeign, None, None, None);
        Ok(KeyState::Foreign)
    }

    /// Replays every appeal's clocks from the journal and compares the stored columns (wall 8). The place in the queue of an
    /// appeal with statutory dates also depends on the day on which it was last stored, so it is not compared for those.
    pub async fn verify_clocks(&self, actor: &Actor) -> Result<ClockVerification> {
        self.scope_now(actor, UseCase::JournalVerify).await?;
        let mut tx = self.store.snapshot().await?;
        let (ground, now) = (self.ground(), self.clock.now());
        let (mut findings, mut appeals, mut after) = (Findings::default(), 0, i64::MIN);
        loop {
            let stored = store::clocks_after(&mut tx.conn(), after, CHUNK).await?;
            let Some(last) = stored.last() else { break };
            after = last.pk;
            for stored in &stored {
                appeals += 1;
                let mut conn = tx.conn();
                let state = replay::response(&mut conn, &ground, stored.id, now).await?;
                let Some(appeal) = appeals::load(&mut conn, stored.id).await? else { continue };
                let mut replayed = replay::fields(&mut conn, &ground, &appeal, &state, now).await?;
                if stored.has_limits != 0 {
                    replayed.next_due_at = stored.next_due_at;
                }
                let columns = ClockFields {
                    response_due_at: stored.response_due_at,
                    response_met_at: stored.response_met_at,
                    merits_met_at: stored.merits_met_at,
                    next_due_at: stored.next_due_at,
                    unanswered_due_at: stored.unanswered_due_at,
                };
                if columns != replayed {
                    let subject = format!("appeal:{}", stored.id);
                    findings.add(FindingCode::ClockDiffers, Some(&subject), None, None);
                }
            }
        }
        let ok = findings.listed.is_empty();
        Ok(ClockVerification { ok, appeals, findings: findings.listed, more: findings.more })
    }
}

fn count<T>(of: &[T]) -> i64 {
    i64::try_from(of.len()).unwrap_or(i64::MAX)
}

/// What was written down outside the desk must stand in it, unchanged and under the same key.
fn compare_outside(
    copy: &outside::Copy,
    public: &[u8],
    checkpoints: &[CheckpointRecord],
    findings: &mut Findings,
) {
    if !copy.damaged.is_empty() {
        findings.add(FindingCode::OutsideDamaged, None, None, None);
    }
    for known in &copy.checkpoints {
        let n = known.record.n;
        if known.key != public {
            findings.add(FindingCode::KeyForeign, None, None, None);
        }
        let at = checkpoints.binary_search_by_key(&n, |own| own.n).ok();
        match at.map(|at| &checkpoints[at]) {
            None => findings.checkpoint(FindingCode::CheckpointLost, n),
            Some(own) if own.root != known.record.root || own.last_seq != known.record.last_seq => {
                findings.checkpoint(FindingCode::CheckpointDiffers, n);
            }
            Some(_) => {}
        }
    }
}

fn verify_signatures(desk: Uuid, public: &[u8], checkpoints: &[CheckpointRecord], findings: &mut Findings) {
    let key = <[u8; 32]>::try_from(public).ok().and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let (mut n, mut last_seq) = (0, 0);
    for checkpoint in checkpoints {
        if checkpoint.n != n + 1 || checkpoint.last_seq < last_seq {
            findings.checkpoint(FindingCode::CheckpointGap, checkpoint.n);
        }
        (n, last_seq) = (checkpoint.n, checkpoint.last_seq);
        if !key.as_ref().is_some_and(|key| is_signed(desk, checkpoint, key)) {
            findings.checkpoint(FindingCode::SignatureWrong, checkpoint.n);
        }
    }
}

/// One pass over the rows in their order, past the checkpoints.
struct Walk<'a> {
    checkpoints: std::slice::Iter<'a, CheckpointRecord>,
    /// The checkpoint whose rows are being read.
    current: Option<&'a CheckpointRecord>,
    root: Root,
    rows: Rows,
    /// Rows read and rows claimed at the checkpoint before.
    former: (i64, i64),
}

#[derive(Clone, Copy, Default)]
struct Rows {
    all: i64,
    after_last: i64,
}

impl<'a> Walk<'a> {
    fn new(checkpoints: &'a [CheckpointRecord]) -> Self {
        let mut checkpoints = checkpoints.iter();
        let current = checkpoints.next();
        Self { checkpoints, current, root: Root::after(&[]), rows: Rows::default(), former: (0, 0) }
    }

    async fn run(mut self, tx: &mut Tx, findings: &mut Findings) -> Result<Rows> {
        let mut after = i64::MIN;
        loop {
            let rows = store::after(&mut tx.conn(), after, CHUNK).await?;
            // The last round also takes what stands behind the newest row and belongs to none.
            let upto = rows.last().map_or(i64::MAX, |row| row.seq);
            let links = links_in_order(&mut tx.conn(), after, upto).await?;
            let mut values = by_row(store::values_between(&mut tx.conn(), after, upto).await?);
            let mut links = links.iter().peekable();
            for row in &rows {
                self.close_before(row.seq, findings);
                self.count();
                self.root.row(row.seq, &row.row_hash);
                verify_row(row, values.remove(&row.seq).unwrap_or_default(), findings);
                while links.next_if(|link| link.seq < row.seq).is_some() {}
                let mut linked = false;
                while let Some(link) = links.next_if(|link| link.seq == row.seq) {
                    linked = true;
                    self.root.link(link);
                }
                if !linked {
                    findings.row(FindingCode::RowUnlinked, row.seq);
                }
            }
            let mut foreign: Vec<i64> = values.into_keys().collect();
            foreign.sort_unstable();
            foreign.into_iter().for_each(|seq| findings.row(FindingCode::ValueForeign, seq));
            if rows.is_empty() {
                break;
            }
            after = upto;
        }
        let newest = after;
        while let Some(checkpoint) = self.current {
            if checkpoint.last_seq > newest {
                findings.checkpoint(FindingCode::TailCut, checkpoint.n);
            }
            self.close(findings);
        }
        Ok(self.rows)
    }

    fn count(&mut self) {
        self.rows.all += 1;
        self.rows.after_last += i64::from(self.current.is_none());
    }

    /// Ends every checkpoint that does not reach this row.
    fn close_before(&mut self, seq: i64, findings: &mut Findings) {
        while self.current.is_some_and(|checkpoint| checkpoint.last_seq < seq) {
            self.close(findings);
        }
    }

    /// Compares a checkpoint with what was read. The next one is then begun from its stored root, so that each finding names
    /// the checkpoint between which and the former one something was done.
    fn close(&mut self, findings: &mut Findings) {
        let Some(checkpoint) = self.current else { return };
        self.current = self.checkpoints.next();
        let root = std::mem::replace(&mut self.root, Root::after(&checkpoint.root)).finish();
        if root != checkpoint.root {
            findings.checkpoint(FindingCode::RootMismatch, checkpoint.n);
        }
        let (read, claimed) = self.former;
        if self.rows.all - read != checkpoint.rows_covered - claimed {
            findings.checkpoint(FindingCode::RowCount, checkpoint.n);
        }
        self.former = (self.rows.all, checkpoint.rows_covered);
    }
}

fn by_row(values: Vec<SaltedRecord>) -> HashMap<i64, Vec<SaltedRecord>> {
    let mut found: HashMap<i64, Vec<SaltedRecord>> = HashMap::new();
    for value in values {
        found.entry(value.seq).or_default().push(value);
    }
    found
}

/// A row's hash, and the values whose digests it has.
fn verify_row(row: &JournalRecord, mut values: Vec<SaltedRecord>, findings: &mut Findings) {
    let details = Details::parse(&row.details).ok();
    if row_hash(row) != row.row_hash || details.is_none() {
        findings.row(FindingCode::RowAltered, row.seq);
    }
    for (position, field, side, digest) in details.iter().flat_map(Details::digests) {
        let found = values.iter().position(|value| value.position == position && value.side == side);
        let Some(found) = found else {
            findings.row(FindingCode::ValueMissing, row.seq);
            continue;
        };
        let stored = values.swap_remove(found);
        // A blanked value proves nothing and breaks nothing: that is what erasure is for.
        let Some(value) = &stored.value else { continue };
        if stored.field != field || salted_digest(stored.salt.as_deref().unwrap_or_default(), value) != digest
        {
            findings.row(FindingCode::ValueAltered, row.seq);
        }
    }
    if !values.is_empty() {
        findings.row(FindingCode::ValueForeign, row.seq);
    }
}

/// The chain of one subject as far as it was read.
struct Chain {
    subject: String,
    subject_seq: i64,
    hash: Vec<u8>,
    head: Option<(i64, Vec<u8>)>,
}

impl Chain {
    fn begin(link: &ChainRecord) -> Self {
        let head = link.head_seq.zip(link.head_hash.clone());
        Self { subject: link.subject.clone(), subject_seq: 0, hash: Vec::new(), head }
    }

    fn follow(&mut self, link: &ChainRecord, findings: &mut Findings) {
        let subject = Some(self.subject.as_str());
        let follows = link.subject_seq == self.subject_seq + 1;
        match &link.row_hash {
            None => findings.add(FindingCode::RowRemoved, subject, Some(link.seq), None),
            // The hash of the link before is gone with it, so this one cannot be judged.
            Some(_) if !follows => findings.add(FindingCode::RowRemoved, subject, None, None),
            Some(row) => {
                let expected = link_hash(&self.hash, row, &self.subject, link.subject_seq, link.seq);
                if expected != link.hash {
                    findings.add(FindingCode::ChainBroken, subject, Some(link.seq), None);
                }
            }
        }
        self.subject_seq = link.subject_seq;
        self.hash.clone_from(&link.hash);
    }

    fn end(self, findings: &mut Findings) {
        let code = match &self.head {
            Some((seq, _)) if *seq > self.subject_seq => FindingCode::TailCut,
            Some((seq, hash)) if *seq == self.subject_seq && *hash == self.hash => return,
            _ => FindingCode::HeadAltered,
        };
        findings.add(code, Some(&self.subject), None, None);
    }
}

/// Every chain from its first link to its head; how many there are.
async fn verify_chains(tx: &mut Tx, findings: &mut Findings) -> Result<i64> {
    let (mut chain, mut subjects): (Option<Chain>, i64) = (None, 0);
    let (mut subject, mut subject_seq) = (String::new(), i64::MIN);
    loop {
        let links = store::chains_after(&mut tx.conn(), &subject, subject_seq, CHUNK).await?;
        let Some(last) = links.last() else { break };
        (subject, subject_seq) = (last.subject.clone(), last.subject_seq);
        for link in &links {
            if chain.as_ref().is_none_or(|chain| chain.subject != link.subject) {
                subjects += 1;
                if let Some(former) = chain.replace(Chain::begin(link)) {
                    former.end(findings);
                }
            }
            if let Some(chain) = &mut chain {
                chain.follow(link, findings);
            }
        }
    }
    if let Some(chain) = chain {
        chain.end(findings);
    }
    let limit = i64::try_from(LISTED).unwrap_or(i64::MAX);
    for subject in store::bare_heads(&mut tx.conn(), limit).await? {
        findings.add(FindingCode::SubjectDropped, Some(&subject), None, None);
    }
    for appeal in store::unjournalled_appeals(&mut tx.conn(), limit).await? {
        findings.add(FindingCode::SubjectDropped, Some(&format!("appeal:{appeal}")), None, None);
    }
    Ok(subjects)
}
