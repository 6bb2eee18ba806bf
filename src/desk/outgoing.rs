//! What the sender does at the desk: lease a delivery, say that the message goes out, say what became of it (wall 3).

use super::act::{Act, detached};
use super::journal::{Details, Entry};
use super::{Desk, copies, reply_address};
use crate::error::{Error, Result};
use crate::rules::refusal;
use crate::rules::roles::UseCase;
use crate::store::appeals::AppealRecord;
use crate::store::deliveries::{self, DeliveryRecord, LeasedRecord, Outcome};
use crate::store::{self, accounts, appeals, packed};
use crate::types::{
    AccountId, Actor, AppealId, DeliveryId, DeliveryKind, DeliveryState, Purpose, ReplyKind, Stage, Untrusted,
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

/// What is leased together with the end of an attempt.
#[derive(Clone, Copy)]
enum Next {
    None,
    /// The next delivery, looked for from here on first.
    From(Option<Timestamp>),
}

/// Whether letters can leave by an account's way out, by what an attempt met.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    Closed,
    /// The attempt says nothing of it.
    Unsaid,
}

impl Way {
    fn of(attempt: &Attempt) -> Self {
        match attempt {
            Attempt::Again { why } if refusal::without_session(why) => Way::Closed,
            Attempt::Accepted { .. } | Attempt::Refused { .. } | Attempt::Again { .. } => Way::Open,
            Attempt::Unknown { .. } => Way::Unsaid,
        }
    }
}

impl Desk {
    /// Leases the next due delivery to `owner`.
    pub async fn lease_delivery(&self, worker: &Actor, owner: &str) -> Result<Option<Leased>> {
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let Some(record) = lease(&mut act, owner, None).await? else { return Ok(None) };
        fail_point!("lease.written");
        act.commit().await?;
        fail_point!("lease.committed");
        leased(record).map(Some)
    }

    /// Says that the message itself goes out now; false if the lease was lost or the delivery taken back: then it must not.
    pub async fn start_delivery(&self, worker: &Actor, owner: &str, id: DeliveryId) -> Result<bool> {
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let (now, until) = (act.now_ms(), lease_end(act.now));
        let started = deliveries::start(&mut act.conn(), id.0, owner, now, until).await?;
        fail_point!("start.written");
        act.commit().await?;
        fail_point!("start.committed");
        Ok(started)
    }

    /// Renews the lease of a delivery whose message is on its way.
    pub async fn renew_delivery(&self, worker: &Actor, owner: &str, id: DeliveryId) -> Result<()> {
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let until = lease_end(act.now);
        deliveries::renew(&mut act.conn(), id.0, owner, until).await?;
        act.commit().await
    }

    /// Records what became of an attempt. A worker whose lease ran out while it sent may still turn an untouched
    /// `unknown` into `accepted`; anything else that it says then is too late.
    pub async fn conclude_delivery(
        &self,
        worker: &Actor,
        owner: &str,
        id: DeliveryId,
        attempt: Attempt,
    ) -> Result<()> {
        self.conclude_then(worker, owner, id, attempt, Next::None).await.map(|_| ())
    }

    /// The same, and leases the next due delivery in the same transaction: of those due since `from` or later, if there is
    /// any. With `from` what waits for other reasons need not be walked through each time.
    pub async fn conclude_and_lease(
        &self,
        worker: &Actor,
        owner: &str,
        id: DeliveryId,
        attempt: Attempt,
        from: Option<Timestamp>,
    ) -> Result<Option<Leased>> {
        self.conclude_then(worker, owner, id, attempt, Next::From(from)).await
    }

    async fn conclude_then(
        &self,
        worker: &Actor,
        owner: &str,
        id: DeliveryId,
        attempt: Attempt,
        next: Next,
    ) -> Result<Option<Leased>> {
        let (desk, worker, owner) = (self.clone(), worker.clone(), owner.to_owned());
        detached(async move {
            let mut act = desk.begin(&worker, UseCase::DeliveryLease).await?;
            let delivery = deliveries::lock(&mut act.conn(), id.0).await?;
            let delivery = delivery.ok_or_else(|| Error::not_found("no-delivery"))?;
            let ours = delivery.lease_owner.as_deref() == Some(owner.as_str());
            let state = DeliveryState::parse(&delivery.state).unwrap_or(DeliveryState::Unknown);
            let late = state == DeliveryState::Unknown && matches!(attempt, Attempt::Accepted { .. });
            use DeliveryState::{Retry, Scheduled, Sending};
            if !ours || !(matches!(state, Scheduled | Retry | Sending) || late) {
                return Err(Error::conflict("lease-lost"));
            }
            let way = Way::of(&attempt);
            conclude(&mut act, &delivery, state, attempt).await?;
            let record = match next {
                Next::From(from) => lease(&mut act, &owner, from).await?,
                Next::None => None,
            };
            fail_point!("conclude.written");
            act.commit().await?;
            fail_point!("conclude.committed");
            if let Err(error) = desk.note_way(&worker, &delivery, way).await {
                tracing::warn!(delivery.id = %id, error = %error, "noting whether a server answers");
            }
            record.map(leased).transpose()
        })
        .await
    }

    /// Notes since when an account's server does not answer. Once it answers again, whatever waits for it goes at once. A
    /// transaction of its own, since it touches other deliveries than the one whose appeal is locked. What was recorded
    /// before holds whatever happens here.
    async fn note_way(&self, worker: &Actor, delivery: &DeliveryRecord, way: Way) -> Result<()> {
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

fn lease_end(now: Timestamp) -> i64 {
    now.as_millisecond() + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}

/// The next due delivery with the bytes that go out; a copy's are those of the reply.
async fn lease(act: &mut Act, owner: &str, from: Option<Timestamp>) -> Result<Option<LeasedRecord>> {
    let (now, until) = (act.now_ms(), lease_end(act.now));
    let (token, mut leased) = (reply_address::random_token(), None);
    if let Some(from) = from {
        let from = from.as_millisecond();
        leased = deliveries::lease(&mut act.conn(), owner, now, until, &token, from).await?;
    }
    if leased.is_none() {
        leased = deliveries::lease(&mut act.conn(), owner, now, until, &token, i64::MIN).await?;
    }
    if let Some(record) = leased.as_mut().filter(|record| record.payload.is_empty()) {
        record.payload = deliveries::payload(&mut act.conn(), record.id).await?;
    }
    Ok(leased)
}

fn leased(record: LeasedRecord) -> Result<Leased> {
    let id = record.rfc_message_id.as_ref();
    Ok(Leased {
        id: DeliveryId(record.id),
        outgoing: record.outgoing,
        password_file: record.password_file,
        from: record.address,
        recipient: record.recipient.raw_for(Purpose::Store).to_owned(),
        message_id: id.map(|id| id.raw_for(Purpose::Store).to_owned()).unwrap_or_default(),
        bytes: packed::unpack(&record.payload, LARGEST)?,
        token: record.token,
        attempts: record.attempts,
        due: super::act::moment(record.next_at),
    })
}

/// When a delivery is given up for a person: counted from when it first might leave, or was last tried again by a person.
pub(super) fn expires_at(delivery: &DeliveryRecord) -> Timestamp {
    super::act::moment(delivery.not_before).saturating_add(EXPIRY).unwrap_or(Timestamp::MAX)
}

/// Seconds before the next attempt: one minute, doubled each time, at most an hour.
fn backoff(attempts: i64) -> SignedDuration {
    SignedDuration::from_secs(60 << attempts.clamp(0, 6)).min(SignedDuration::from_hours(1))
}

pub(super) async fn conclude(
    act: &mut Act,
    delivery: &DeliveryRecord,
    before: DeliveryState,
    attempt: Attempt,
) -> Result<()> {
    end(act, delivery, before, attempt, None).await
}

/// A person says that a letter has arrived of which nobody knew since `at`, and how they know: that is its proof.
pub(super) async fn confirm(
    act: &mut Act,
    delivery: &DeliveryRecord,
    at: Timestamp,
    reason: Untrusted,
) -> Result<()> {
    let taken = Attempt::Accepted { proof: reason.clone() };
    end(act, delivery, DeliveryState::Unknown, taken, Some((at, reason))).await
}

async fn end(
    act: &mut Act,
    delivery: &DeliveryRecord,
    before: DeliveryState,
    attempt: Attempt,
    confirmed: Option<(Timestamp, Untrusted)>,
) -> Result<()> {
    let now = act.now;
    let expired = now > expires_at(delivery);
    let (state, action, why, proof) = match attempt {
        Attempt::Accepted { proof } => (DeliveryState::Accepted, "delivery.accepted", None, Some(proof)),
        Attempt::Again { why } if !expired => (DeliveryState::Retry, "", Some(why), None),
        Attempt::Again { why } | Attempt::Refused { why } => {
            (DeliveryState::Failed, "delivery.failed", Some(why), None)
        }
        Attempt::Unknown { why } => (DeliveryState::Unknown, "delivery.unknown", Some(why), None),
    };
    // An attempt that ended before `sending` was not counted by `start`; a demonstration's own never started.
    let count_attempt = confirmed.is_none() && (before != DeliveryState::Sending || delivery.attempts == 0);
    // What has come to an end stands at the moment at which it did.
    let next_at = match state {
        DeliveryState::Retry => now.saturating_add(backoff(delivery.attempts)).unwrap_or(now),
        _ => now,
    };
    let error = why;
    let outcome = Outcome {
        state: state.code(),
        accepted_at: (state == DeliveryState::Accepted)
            .then(|| confirmed.as_ref().map_or(now, |(at, _)| *at).as_millisecond()),
        next_at: next_at.as_millisecond(),
        error: error.as_ref(),
        proof: proof.as_ref(),
        count_attempt,
    };
    deliveries::conclude(&mut act.conn(), delivery.id, &outcome).await?;
    if state == DeliveryState::Retry {
        return Ok(());
    }
    // The appeal is locked before its chain of the journal, as every use case does: in the other order two would wait for
    // each other.
    let appeal = match delivery.appeal_id {
        Some(appeal) => appeals::lock(&mut act.conn(), appeal).await?,
        None => None,
    };
    let reply = answer_of(delivery);
    let mut entry = changed(delivery, action, before, state, reply);
    if let Some((at, reason)) = confirmed {
        entry = entry.occurred_at(at).text("reason", None, Some(reason));
    }
    act.record(entry).await?;
    if state == DeliveryState::Accepted && reply.is_some() {
        let from = copies::after(act.now, copies::AFTER);
        store::copies::schedule(&mut act.conn(), delivery.id, from).await?;
    }
    if let (DeliveryState::Accepted, Some(reply), Some(appeal)) = (state, reply, appeal) {
        answered(act, &appeal, reply).await?;
    }
    Ok(())
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
pub(super) async fn answered(act: &mut Act, appeal: &AppealRecord, reply: ReplyKind) -> Result<()> {
    let stage = Stage::parse(&appeal.stage).unwrap_or(Stage::Taken);
    if reply == ReplyKind::Merits && stage.is_open() {
        let now = act.now_ms();
        appeals::set_stage(&mut act.conn(), appeal.id, Stage::Answered.code(), false, now).await?;
        let entry = Entry::new("appeal.stage").about_appeal(AppealId(appeal.id)).code(
            "stage",
            Some(stage.code()),
            Some(Stage::Answered.code()),
        );
        act.record(entry).await?;
    }
    act.restore_clock(appeal).await
}
