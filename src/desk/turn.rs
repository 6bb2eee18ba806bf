//! The sender's transaction (wall 3): what became of letters, which of them may go out now, and which are next, for however many
//! are under way at once. A commit costs the disk what it costs, so everything that waits for one shares it.

use super::act::{Act, detached, moment};
use super::delivery::state_of;
use super::outgoing::{self, Attempt, Ended, LARGEST, Leased, Way, lease_end};
use super::{Desk, reply_address};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::deliveries::{self, DeliveryRecord, LeasedRecord};
use crate::store::packed;
use crate::types::{AccountId, Actor, DeliveryId, DeliveryState, Purpose};
use jiff::Timestamp;
use uuid::Uuid;

/// What a sender says and asks at once.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// Attempts that have come to an end.
    pub ended: Vec<(DeliveryId, Attempt)>,
    /// Deliveries whose message is about to go out.
    pub ready: Vec<DeliveryId>,
    /// How many more it takes.
    pub room: usize,
    /// Those due since then or later come first, if there are any: what waits for other reasons need not be walked through
    /// each time.
    pub from: Option<Timestamp>,
    /// Accounts of which it takes no more now; at most eight.
    pub except: Vec<AccountId>,
}

/// What it is told.
#[derive(Clone, Debug, Default)]
pub struct Turned {
    /// Attempts that were not recorded: the lease was lost, or a person has decided meanwhile. What they decided holds.
    pub lost: Vec<DeliveryId>,
    /// Of the ready those that may go out. The others must not: their lease was lost, or they were taken back.
    pub started: Vec<DeliveryId>,
    /// Leased to the sender, those that are longest due first.
    pub leased: Vec<Leased>,
}

impl Desk {
    /// Records what became of attempts, marks what is ready as `sending`, and leases what is due next: all in one
    /// transaction, or nothing. A worker whose lease ran out while it sent may still turn an untouched `unknown` into
    /// `accepted`; anything else that it says then is too late.
    pub async fn take_turn(&self, worker: &Actor, owner: &str, turn: Turn) -> Result<Turned> {
        let (desk, worker, owner) = (self.clone(), worker.clone(), owner.to_owned());
        detached(async move { desk.take_turn_now(&worker, &owner, turn).await }).await
    }

    async fn take_turn_now(&self, worker: &Actor, owner: &str, turn: Turn) -> Result<Turned> {
        let mut act = self.begin(worker, UseCase::DeliveryLease).await?;
        let mut turned = Turned::default();
        let named: Vec<_> =
            turn.ended.iter().map(|(id, _)| id.0).chain(turn.ready.iter().map(|id| id.0)).collect();
        let deliveries = deliveries::lock_all(&mut act.conn(), &named).await?;
        let find = |id: DeliveryId| deliveries.iter().find(|delivery| delivery.id == id.0);
        let (mut ended, mut ways) = (Vec::new(), Vec::new());
        for (id, attempt) in turn.ended {
            match find(id).filter(|delivery| may_end(delivery, owner, &attempt)) {
                Some(delivery) => {
                    ways.push((delivery, Way::of(&attempt)));
                    ended.push(Ended::new(delivery, state_of(delivery), attempt));
                }
                None => turned.lost.push(id),
            }
        }
        outgoing::conclude(&mut act, ended).await?;
        let (now, until) = (act.now_ms(), lease_end(act.now));
        for id in turn.ready {
            if find(id).is_some_and(|delivery| may_start(delivery, owner, now)) {
                deliveries::start(&mut act.conn(), id.0, until).await?;
                turned.started.push(id);
            }
        }
        let records = lease(&mut act, owner, turn.room, turn.from, &turn.except).await?;
        fail_point!("lease.written", in !records.is_empty());
        fail_point!("start.written", in !turned.started.is_empty());
        fail_point!("conclude.written", in !ways.is_empty());
        if !(records.is_empty() && turned.started.is_empty() && ways.is_empty()) {
            act.commit().await?;
        }
        fail_point!("lease.committed", in !records.is_empty());
        fail_point!("start.committed", in !turned.started.is_empty());
        fail_point!("conclude.committed", in !ways.is_empty());
        for (delivery, way) in ways {
            if let Err(error) = self.note_way(worker, delivery, way).await {
                tracing::warn!(delivery.id = %delivery.id, error = %error, "noting whether a server answers");
            }
        }
        for record in records {
            let id = record.id;
            match leased(record) {
                Ok(leased) => turned.leased.push(leased),
                // The others go on; this one is tried again when its lease has run out.
                Err(error) => {
                    tracing::error!(delivery.id = %id, error = %error, "a frozen letter cannot be read")
                }
            }
        }
        Ok(turned)
    }

    /// Leases the next due delivery to `owner`.
    pub async fn lease_delivery(&self, worker: &Actor, owner: &str) -> Result<Option<Leased>> {
        let turned = self.take_turn(worker, owner, Turn { room: 1, ..Turn::default() }).await?;
        Ok(turned.leased.into_iter().next())
    }

    /// Says that the message itself goes out now; false if the lease was lost or the delivery taken back: then it must not.
    pub async fn start_delivery(&self, worker: &Actor, owner: &str, id: DeliveryId) -> Result<bool> {
        let turned = self.take_turn(worker, owner, Turn { ready: vec![id], ..Turn::default() }).await?;
        Ok(!turned.started.is_empty())
    }

    /// Records what became of one attempt (`lease-lost`: it is not ours to record).
    pub async fn conclude_delivery(
        &self,
        worker: &Actor,
        owner: &str,
        id: DeliveryId,
        attempt: Attempt,
    ) -> Result<()> {
        let turn = Turn { ended: vec![(id, attempt)], ..Turn::default() };
        let turned = self.take_turn(worker, owner, turn).await?;
        if turned.lost.is_empty() { Ok(()) } else { Err(Error::conflict("lease-lost")) }
    }
}

fn may_end(delivery: &DeliveryRecord, owner: &str, attempt: &Attempt) -> bool {
    use DeliveryState::{Retry, Scheduled, Sending, Unknown};
    let state = state_of(delivery);
    let late = state == Unknown && matches!(attempt, Attempt::Accepted { .. });
    delivery.lease_owner.as_deref() == Some(owner) && (matches!(state, Scheduled | Retry | Sending) || late)
}

fn may_start(delivery: &DeliveryRecord, owner: &str, now: i64) -> bool {
    delivery.lease_owner.as_deref() == Some(owner)
        && delivery.lease_until.is_some_and(|until| until >= now)
        && matches!(state_of(delivery), DeliveryState::Scheduled | DeliveryState::Retry)
        && delivery.reason.is_none()
}

/// The next due deliveries with the bytes that go out; a copy's are those of the reply.
async fn lease(
    act: &mut Act,
    owner: &str,
    room: usize,
    from: Option<Timestamp>,
    except: &[AccountId],
) -> Result<Vec<LeasedRecord>> {
    let except = std::array::from_fn(|n| except.get(n).map_or(Uuid::nil(), |account| account.0));
    let (now, until, most) = (act.now_ms(), lease_end(act.now), i64::try_from(room).unwrap_or(i64::MAX));
    let mut records = Vec::new();
    for from in from.map(|from| from.as_millisecond()).into_iter().chain([i64::MIN]) {
        if most > 0 && records.is_empty() {
            records = deliveries::lease(&mut act.conn(), owner, now, until, from, most, &except).await?;
        }
    }
    records.sort_unstable_by_key(|record| (record.next_at, record.id));
    for record in &mut records {
        if record.token.is_none() {
            let token = reply_address::random_token();
            deliveries::set_token(&mut act.conn(), record.id, &token).await?;
            record.token = Some(token);
        }
        if record.payload.is_empty() {
            record.payload = deliveries::payload(&mut act.conn(), record.id).await?;
        }
    }
    Ok(records)
}

fn leased(record: LeasedRecord) -> Result<Leased> {
    let id = record.rfc_message_id.as_ref();
    Ok(Leased {
        id: DeliveryId(record.id),
        account: AccountId(record.account_id),
        outgoing: record.outgoing,
        password_file: record.password_file,
        from: record.address,
        recipient: record.recipient.raw_for(Purpose::Store).to_owned(),
        message_id: id.map(|id| id.raw_for(Purpose::Store).to_owned()).unwrap_or_default(),
        bytes: packed::unpack(&record.payload, LARGEST)?,
        token: record.token.unwrap_or_default(),
        attempts: record.attempts,
        due: moment(record.next_at),
    })
}
