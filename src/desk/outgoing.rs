//! What became of deliveries: outcomes with their journal and clocks, leases that ran out (wall 3). The sender's own transaction
//! stands in `turn`.

use super::act::Act;
use super::journal::{Details, Entry};
use super::{Desk, copies};
use crate::error::Result;
use crate::rules::refusal;
use crate::rules::roles::UseCase;
use crate::store::appeals::AppealRecord;
use crate::store::deliveries::{self, DeliveryRecord, Outcome};
use crate::store::{self, accounts, appeals, journal as journal_rows};
use crate::types::{
    AccountId, Actor, AppealId, DeliveryId, DeliveryKind, DeliveryState, ReplyKind, Stage, Untrusted,
};
use jiff::{SignedDuration, Timestamp};

/// How long a worker may hold a delivery without renewing its lease before it is taken for dead.
pub const LEASE: SignedDuration = SignedDuration::from_secs(90);
/// How long a delivery is tried again before it is given up for a person.
const EXPIRY: SignedDuration = SignedDuration::from_hours(72);
/// The largest letter that is ever unpacked.
pub(super) const LARGEST: usize = 64 << 20;

/// A delivery to be made, frozen.
#[derive(Clone, Debug)]
pub struct Leased {
    pub id: DeliveryId,
    pub account: AccountId,
    /// `smtp://…`, `smtps://…` or `folder:DIR`.
    pub outgoing: String,
    pub password_file: Option<String>,
    pub from: String,
    pub recipient: String,
    /// Without angle brackets.
    pub message_id: String,
    pub bytes: Vec<u8>,
    /// What only the path of this delivery's letter knows; see `mail::with_delivery_token`.
    pub token: String,
    /// How many attempts have begun the message before.
    pub attempts: i64,
    /// Since when it has been due.
    pub due: Timestamp,
}

/// A delivery in `sending` whose worker has let its lease run out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abandoned {
    pub id: DeliveryId,
    /// The number of the attempt that was left.
    pub attempts: i64,
    /// The worker whose lease it was.
    pub owner: String,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The channel has it; its words are the proof.
    Accepted { proof: Untrusted },
    /// It failed before the message, or the channel asks to come again.
    Again { why: Untrusted },
    /// The channel will not take it.
    Refused { why: Untrusted },
    /// The connection broke after the message began: nobody knows.
    Unknown { why: Untrusted },
}

/// Whether letters can leave by an account's way out, by what an attempt met.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Open,
    Closed,
    /// The attempt says nothing of it.
    Unsaid,
}

impl Way {
    pub fn of(attempt: &Attempt) -> Self {
        match attempt {
            Attempt::Again { why } if refusal::without_session(why) => Way::Closed,
            Attempt::Accepted { .. } | Attempt::Refused { .. } | Attempt::Again { .. } => Way::Open,
            Attempt::Unknown { .. } => Way::Unsaid,
        }
    }
}

impl Desk {
    /// Renews the lease of a delivery whose message is on its way.
    pub async fn renew_delivery(&self, worker: &Actor, owner: &str, id: DeliveryId) -> Result<()> {
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let until = lease_end(act.now);
        deliveries::renew(&mut act.conn(), id.0, owner, until).await?;
        act.commit().await
    }

    /// Notes since when an account's server does not answer. Once it answers again, whatever waits for it goes at once. A
    /// transaction of its own, since it touches other deliveries than the one whose appeal is locked. What was recorded
    /// before holds whatever happens here.
    pub(super) async fn note_way(&self, worker: &Actor, delivery: &DeliveryRecord, way: Way) -> Result<()> {
        let since = match (way, delivery.down_since) {
            (Way::Closed, None) => Some(self.clock().now().as_millisecond()),
            (Way::Open, Some(_)) => None,
            _ => return Ok(()),
        };
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let now = act.now_ms();
        accounts::set_out_down(&mut act.conn(), delivery.account_id, since).await?;
        if since.is_none() {
            deliveries::wake(&mut act.conn(), delivery.account_id, now).await?;
        }
        act.commit().await
    }

    /// Deliveries whose worker died while the message may have been on its way. Where `unsent` has proof that nothing of the
    /// message went out nor will, it is tried again; otherwise nobody knows, so a person decides. How many there were.
    pub async fn sweep_deliveries(
        &self,
        worker: &Actor,
        mut unsent: impl FnMut(&Abandoned) -> bool + Send,
    ) -> Result<usize> {
        let mut look = self.look(worker, UseCase::DeliveryLease).await?;
        let now = look.now.as_millisecond();
        let abandoned = deliveries::abandoned(&mut look.reader.conn(), now).await?;
        drop(look);
        let mut swept = 0;
        for (id, attempts, owner) in abandoned {
            fail_point!("sweep.found");
            let gone = Abandoned { id: DeliveryId(id), attempts, owner };
            let done = match unsent(&gone) {
                true => self.put_back(worker, &gone, now).await?,
                false => self.abandon(worker, gone.id, now).await?,
            };
            swept += usize::from(done);
        }
        Ok(swept)
    }

    async fn put_back(&self, worker: &Actor, gone: &Abandoned, now: i64) -> Result<bool> {
        fail_point!("sweep.proven");
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let done = deliveries::put_back(&mut act.conn(), gone.id.0, gone.attempts, now).await?;
        fail_point!("sweep.put-back");
        act.commit().await?;
        Ok(done)
    }

    /// One at a time, so that no transaction ever holds two appeals.
    async fn abandon(&self, worker: &Actor, id: DeliveryId, now: i64) -> Result<bool> {
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let delivery = deliveries::lock(&mut act.conn(), id.0).await?;
        let Some(delivery) = delivery else { return Ok(false) };
        if let Some(appeal) = delivery.appeal_id {
            appeals::lock(&mut act.conn(), appeal).await?;
        }
        if !deliveries::abandon(&mut act.conn(), id.0, now).await? {
            return Ok(false);
        }
        let (before, after) = (DeliveryState::Sending, DeliveryState::Unknown);
        journal(&mut act, &delivery, "delivery.unknown", before, after, None).await?;
        fail_point!("sweep.written");
        act.commit().await?;
        fail_point!("sweep.committed");
        Ok(true)
    }

    /// When the next delivery may be leased, if any waits.
    pub async fn next_delivery_at(&self, worker: &Actor) -> Result<Option<Timestamp>> {
        let mut look = self.look(worker, UseCase::DeliveryLease).await?;
        let next = deliveries::next_due(&mut look.reader.conn()).await?;
        Ok(next.map(super::act::moment))
    }
}

pub(super) fn lease_end(now: Timestamp) -> i64 {
    now.as_millisecond() + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}

/// When a delivery is given up for a person: counted from when it first might leave, or was last tried again by a person.
pub(super) fn expires_at(delivery: &DeliveryRecord) -> Timestamp {
    super::act::moment(delivery.not_before).saturating_add(EXPIRY).unwrap_or(Timestamp::MAX)
}

/// Seconds before the next attempt: one minute, doubled each time, at most an hour.
fn backoff(attempts: i64) -> SignedDuration {
    SignedDuration::from_secs(60 << attempts.clamp(0, 6)).min(SignedDuration::from_hours(1))
}

/// An attempt that has come to an end.
pub(super) struct Ended<'a> {
    pub delivery: &'a DeliveryRecord,
    pub before: DeliveryState,
    pub attempt: Attempt,
    /// Where a person says that the letter has arrived: since when nobody knew, and how they know.
    pub confirmed: Option<(Timestamp, Untrusted)>,
}

impl<'a> Ended<'a> {
    pub fn new(delivery: &'a DeliveryRecord, before: DeliveryState, attempt: Attempt) -> Self {
        Self { delivery, before, attempt, confirmed: None }
    }
}

/// A person says that a letter has arrived of which nobody knew since `at`, and how they know: that is its proof.
pub(super) async fn confirm(
    act: &mut Act,
    delivery: &DeliveryRecord,
    at: Timestamp,
    reason: Untrusted,
) -> Result<()> {
    let taken = Attempt::Accepted { proof: reason.clone() };
    let ended = Ended::new(delivery, DeliveryState::Unknown, taken);
    conclude(act, vec![Ended { confirmed: Some((at, reason)), ..ended }]).await
}

/// What became of a delivery that is not tried again by itself.
struct Over<'a> {
    delivery: &'a DeliveryRecord,
    before: DeliveryState,
    after: DeliveryState,
    action: &'static str,
    confirmed: Option<(Timestamp, Untrusted)>,
}

/// Records how attempts at locked deliveries ended: the deliveries, the journal, the clocks.
pub(super) async fn conclude(act: &mut Act, ended: Vec<Ended<'_>>) -> Result<()> {
    let mut over = Vec::with_capacity(ended.len());
    for one in ended {
        over.extend(set_outcome(act, one).await?);
    }
    // Appeals are locked before their chains of the journal, as every use case does: in the other order two would wait for
    // each other.
    let mut ids: Vec<_> = over.iter().filter_map(|over| over.delivery.appeal_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut appeals = appeals::lock_all(&mut act.conn(), &ids).await?;
    let subjects: Vec<String> = ids.iter().map(|id| format!("appeal:{id}")).collect();
    journal_rows::hold_heads(&mut act.conn(), &subjects).await?;
    let mut replied = Vec::new();
    for Over { delivery, before, after, action, confirmed } in over {
        let reply = answer_of(delivery);
        let mut entry = changed(delivery, action, before, after, reply);
        if let Some((at, reason)) = confirmed {
            entry = entry.occurred_at(at).text("reason", None, Some(reason));
        }
        act.record(entry).await?;
        let Some(reply) = reply.filter(|_| after == DeliveryState::Accepted) else { continue };
        let from = copies::after(act.now, copies::AFTER);
        store::copies::schedule(&mut act.conn(), delivery.id, from).await?;
        if let Some(appeal) = appeals.iter_mut().find(|appeal| Some(appeal.id) == delivery.appeal_id) {
            move_stage(act, appeal, reply).await?;
            replied.push(appeal.id);
        }
    }
    let replied: Vec<&AppealRecord> = appeals.iter().filter(|appeal| replied.contains(&appeal.id)).collect();
    act.restore_clocks(&replied).await
}

/// Sets a delivery's state after an attempt; none if it is tried again.
async fn set_outcome<'a>(act: &mut Act, ended: Ended<'a>) -> Result<Option<Over<'a>>> {
    let Ended { delivery, before, attempt, confirmed } = ended;
    let now = act.now;
    let expired = now > expires_at(delivery);
    let (after, action, error, proof) = match attempt {
        Attempt::Accepted { proof } => (DeliveryState::Accepted, "delivery.accepted", None, Some(proof)),
        Attempt::Again { why } if !expired => (DeliveryState::Retry, "", Some(why), None),
        Attempt::Again { why } | Attempt::Refused { why } => {
            (DeliveryState::Failed, "delivery.failed", Some(why), None)
        }
        Attempt::Unknown { why } => (DeliveryState::Unknown, "delivery.unknown", Some(why), None),
    };
    // What has come to an end stands at the moment at which it did.
    let next_at = match after {
        DeliveryState::Retry => now.saturating_add(backoff(delivery.attempts)).unwrap_or(now),
        _ => now,
    };
    let outcome = Outcome {
        state: after.code(),
        accepted_at: (after == DeliveryState::Accepted)
            .then(|| confirmed.as_ref().map_or(now, |(at, _)| *at).as_millisecond()),
        next_at: next_at.as_millisecond(),
        error: error.as_ref(),
        proof: proof.as_ref(),
        // An attempt that ended before `sending` was not counted by `start`; a demonstration's own never started.
        count_attempt: confirmed.is_none() && (before != DeliveryState::Sending || delivery.attempts == 0),
    };
    deliveries::conclude(&mut act.conn(), delivery.id, &outcome).await?;
    let is_over = after != DeliveryState::Retry;
    Ok(is_over.then_some(Over { delivery, before, after, action, confirmed }))
}

/// What a person said that the message delivered to its author is; none for what the program sent and for what went to
/// anybody else.
pub(super) fn answer_of(delivery: &DeliveryRecord) -> Option<ReplyKind> {
    let is_reply = delivery.kind == DeliveryKind::Reply.code() && delivery.automatic == 0;
    let kind = delivery.message_kind.as_deref().filter(|_| is_reply);
    kind.and_then(ReplyKind::parse)
}

pub(super) async fn journal(
    act: &mut Act,
    delivery: &DeliveryRecord,
    action: &'static str,
    before: DeliveryState,
    after: DeliveryState,
    reply: Option<ReplyKind>,
) -> Result<()> {
    act.record(changed(delivery, action, before, after, reply)).await?;
    Ok(())
}

fn changed(
    delivery: &DeliveryRecord,
    action: &'static str,
    before: DeliveryState,
    after: DeliveryState,
    reply: Option<ReplyKind>,
) -> Entry {
    let entry = about(Entry::new(action), delivery)
        .code("delivery_state", Some(before.code()), Some(after.code()))
        .refers("delivery", DeliveryId(delivery.id));
    match reply {
        Some(reply) => entry.refers("reply", reply.code()),
        None => entry,
    }
}

/// Since when nobody knows what became of a delivery, by its journal: the attempt ended then or before, so that whatever is
/// counted from there is never too early. What is about no appeal counts from now.
pub(super) async fn unknown_since(act: &mut Act, delivery: &DeliveryRecord) -> Result<Timestamp> {
    let Some(appeal) = delivery.appeal_id else { return Ok(act.now) };
    let id = DeliveryId(delivery.id).to_string();
    let rows = store::journal::of_subject(&mut act.conn(), &format!("appeal:{appeal}")).await?;
    for row in rows.iter().rev().filter(|row| row.action == "delivery.unknown") {
        if Details::parse(&row.details)?.get("delivery") == Some(id.as_str()) {
            return Ok(super::act::moment(row.occurred_at));
        }
    }
    Ok(act.now)
}

/// What a row of a delivery is about: its appeal, or the account of what is about none.
pub(super) fn about(entry: Entry, delivery: &DeliveryRecord) -> Entry {
    match delivery.appeal_id {
        Some(appeal) => entry.about_appeal(AppealId(appeal)),
        None => entry.about("channel", AccountId(delivery.account_id)),
    }
}

/// The channel has a person's answer: the clocks are replayed, and an answer on the merits moves the stage.
pub(super) async fn answered(act: &mut Act, mut appeal: AppealRecord, reply: ReplyKind) -> Result<()> {
    move_stage(act, &mut appeal, reply).await?;
    act.restore_clock(&appeal).await
}

/// An answer on the merits answers what is open.
async fn move_stage(act: &mut Act, appeal: &mut AppealRecord, reply: ReplyKind) -> Result<()> {
    let stage = Stage::parse(&appeal.stage).unwrap_or(Stage::Taken);
    if reply != ReplyKind::Merits || !stage.is_open() {
        return Ok(());
    }
    let now = act.now_ms();
    let answered = Stage::Answered.code();
    appeals::set_stage(&mut act.conn(), appeal.id, answered, false, now).await?;
    answered.clone_into(&mut appeal.stage);
    let entry = Entry::new("appeal.stage").about_appeal(AppealId(appeal.id)).code(
        "stage",
        Some(stage.code()),
        Some(answered),
    );
    act.record(entry).await?;
    Ok(())
}
