//! Copies of replies for the mailbox's folder of sent letters, so that whoever looks there sees the whole correspondence. They
//! are made after the channel has the letter, and nothing that becomes of them changes what became of the letter.

use super::Desk;
use super::act::moment;
use super::channels::{Account, account_of};
use super::outgoing::LARGEST;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::{accounts, copies};
use crate::types::{Actor, DeliveryId, Purpose, SentCopy};
use jiff::{SignedDuration, Timestamp};

/// Some servers put what leaves by them into that folder themselves; they get time to.
pub(super) const AFTER: SignedDuration = SignedDuration::from_secs(30);
/// Whoever makes a copy is taken for dead after this. It is longer than servers wait for the rest of a letter, so that one
/// who is only slow is not joined by another.
const CLAIM: SignedDuration = SignedDuration::from_mins(45);
/// How long it is tried.
const EXPIRY: SignedDuration = SignedDuration::from_hours(72);
/// Between two tries, by how long ago the letter left: half of that, within these.
const SOONEST: SignedDuration = SignedDuration::from_mins(1);
const LATEST: SignedDuration = SignedDuration::from_hours(1);
/// Copies in one pass.
const MOST: i64 = 200;

/// A letter that was sent.
#[derive(Clone, Debug)]
pub struct SentLetter {
    /// Without angle brackets.
    pub message_id: String,
    pub bytes: Vec<u8>,
}

impl Desk {
    /// Deliveries whose copy may be made now, each with the account whose mailbox it belongs into.
    pub async fn copies_due(&self, worker: &Actor) -> Result<Vec<(DeliveryId, Account)>> {
        let mut look = self.look(worker, UseCase::DeliveryLease).await?;
        let now = look.now.as_millisecond();
        let due = copies::due(&mut look.reader.conn(), now, MOST).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let all = accounts::all(&mut look.reader.conn()).await?;
        let with_account = |(delivery, account)| {
            let account = all.iter().find(|known| known.id == account)?;
            Some((DeliveryId(delivery), account_of(account.clone())))
        };
        Ok(due.into_iter().filter_map(with_account).collect())
    }

    /// Takes a copy upon oneself; none if somebody else is at it or has made it.
    pub async fn claim_copy(&self, worker: &Actor, id: DeliveryId) -> Result<Option<SentLetter>> {
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let (now, until) = (act.now_ms(), after(act.now, CLAIM));
        if !copies::claim(&mut act.conn(), id.0, now, until).await? {
            return Ok(None);
        }
        let carried = copies::carried(&mut act.conn(), id.0).await?;
        let carried = carried.ok_or_else(|| Error::not_found("no-delivery"))?;
        act.commit().await?;
        fail_point!("copy.claimed");
        let message_id = carried.rfc_message_id.map(|id| id.raw_for(Purpose::Store).to_owned());
        let bytes = zstd::bulk::decompress(&carried.payload, LARGEST)?;
        Ok(Some(SentLetter { message_id: message_id.unwrap_or_default(), bytes }))
    }

    /// Says whether the copy lies in the folder; one that does not is tried again, ever more slowly, and given up after three
    /// days.
    pub async fn end_copy(&self, worker: &Actor, id: DeliveryId, made: bool) -> Result<()> {
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let carried = copies::carried(&mut act.conn(), id.0).await?;
        let left = carried.and_then(|carried| carried.accepted_at).map_or(act.now, moment);
        let age = act.now.duration_since(left);
        let state = match made {
            true => SentCopy::Made,
            false if age > EXPIRY => SentCopy::Failed,
            false => SentCopy::Due,
        };
        let next_at = after(act.now, (age / 2).clamp(SOONEST, LATEST));
        copies::set(&mut act.conn(), id.0, state.code(), next_at).await?;
        fail_point!("copy.written");
        act.commit().await?;
        fail_point!("copy.committed");
        Ok(())
    }
}

/// So long after a moment, in milliseconds of the epoch.
pub(super) fn after(now: Timestamp, time: SignedDuration) -> i64 {
    now.saturating_add(time).unwrap_or(Timestamp::MAX).as_millisecond()
}
