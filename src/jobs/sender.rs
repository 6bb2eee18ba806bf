//! Sending: lease, prepare, say that the message goes out, send it, record what became of it. `sending` is committed just
//! before the message, so that every failure before it retries by itself and none after it is ever repeated.

use super::outbox::Outbox;
use super::seal::Seals;
use super::{LEASE_SECONDS, rest, stopped};
use crate::desk::{Attempt, Desk, Leased};
use crate::error::Result;
use crate::mail::Trouble;
use crate::rules::roles::UseCase;
use crate::types::{Actor, Untrusted, Worker};
use jiff::Timestamp;
use std::time::{Duration, Instant};
use tokio::sync::watch;

const LEASE: &str = "sender";
/// Letters after which everything that waits is looked through anew, for what has been let go since with an earlier time.
const LOOK_THROUGH: usize = 64;
/// Between two looks for what is due.
const LOOK: Duration = Duration::from_millis(300);
/// Between two renewals of the worker's lease.
const RENEW: Duration = Duration::from_secs(10);
/// Between two renewals of a delivery's lease while its server is slow.
const HOLD: Duration = Duration::from_secs(20);
/// Between two tries to record what became of an attempt; in all less than a delivery's lease.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(4),
    Duration::from_secs(15),
    Duration::from_secs(40),
];
/// A session without letters is closed after this long.
const IDLE: Duration = Duration::from_secs(20);
/// How long a process that is told to stop waits for a server's answer to a letter that is out.
const GRACE: Duration = Duration::from_secs(20);

fn worker() -> Actor {
    Actor::Worker(Worker::Sender)
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    pub accepted: usize,
    pub not_accepted: usize,
}

/// Sends what is due, again and again, while the lease is ours.
pub(super) async fn run(desk: Desk, owner: String, mut stop: watch::Receiver<bool>) {
    let (mut outbox, mut seals) = (Outbox::default(), Seals::of(&desk));
    let (mut held_at, mut used_at): (Option<Instant>, Instant) = (None, Instant::now());
    loop {
        if held_at.is_none_or(|at| at.elapsed() >= RENEW) {
            held_at = matches!(hold(&desk, &owner).await, Ok(true)).then(Instant::now);
        }
        if held_at.is_some() {
            match pass(&desk, &owner, &mut outbox, &mut seals, &stop).await {
                Ok(sent) if sent.accepted + sent.not_accepted > 0 => used_at = Instant::now(),
                Ok(_) => {}
                Err(error) => tracing::warn!(error = %error, "sending"),
            }
        }
        if used_at.elapsed() >= IDLE {
            outbox.close().await;
        }
        if rest(&mut stop, LOOK).await {
            break;
        }
    }
    outbox.close().await;
    let _ = let_go(&desk, &owner).await;
}

/// Sends what is due now, once, if no other process does.
pub(super) async fn send_due(desk: &Desk, owner: &str) -> Result<Sent> {
    if !hold(desk, owner).await? {
        return Ok(Sent::default());
    }
    let (mut outbox, mut seals) = (Outbox::default(), Seals::of(desk));
    let (_goes_on, stop) = watch::channel(false);
    let sent = pass(desk, owner, &mut outbox, &mut seals, &stop).await;
    outbox.close().await;
    sent
}

async fn hold(desk: &Desk, owner: &str) -> Result<bool> {
    desk.hold(&worker(), UseCase::DeliveryLease, LEASE, owner, LEASE_SECONDS).await
}

pub(super) async fn let_go(desk: &Desk, owner: &str) -> Result<()> {
    desk.let_go(&worker(), UseCase::DeliveryLease, LEASE, owner).await
}

type Stop = watch::Receiver<bool>;

/// What every letter of a pass has in common, and where the next is looked for first.
struct Line<'a> {
    desk: &'a Desk,
    owner: &'a str,
    stop: &'a Stop,
    from: Option<Timestamp>,
}

async fn pass(desk: &Desk, owner: &str, outbox: &mut Outbox, seals: &mut Seals, stop: &Stop) -> Result<Sent> {
    let mut sent = Sent::default();
    desk.sweep_deliveries(&worker(), |gone| seals.take_away(gone)).await?;
    seals.forget();
    outbox.begin_pass();
    if desk.next_delivery_at(&worker()).await?.is_none_or(|at| at > desk.clock().now()) {
        return Ok(sent);
    }
    let mut next = lease(desk, owner, stop).await?;
    let mut leased_since = 0;
    while let Some(letter) = next.take() {
        leased_since = (leased_since + 1) % LOOK_THROUGH;
        let from = Some(letter.due).filter(|_| leased_since > 0);
        let line = Line { desk, owner, stop, from };
        let (accepted, leased) = deliver(&line, outbox, seals, &letter).await?;
        sent.accepted += usize::from(accepted);
        sent.not_accepted += usize::from(!accepted);
        next = leased;
    }
    Ok(sent)
}

/// The next letter, unless it is time to stop.
async fn lease(desk: &Desk, owner: &str, stop: &Stop) -> Result<Option<Leased>> {
    let goes_on = !*stop.borrow();
    if goes_on { desk.lease_delivery(&worker(), owner).await } else { Ok(None) }
}

/// One letter; whether the channel has it, and the next letter where its lease went with what was recorded.
async fn deliver(
    line: &Line<'_>,
    outbox: &mut Outbox,
    seals: &Seals,
    letter: &Leased,
) -> Result<(bool, Option<Leased>)> {
    let Line { desk, owner, stop, .. } = *line;
    let prepared = tokio::select! {
        prepared = outbox.prepare(letter) => prepared,
        // Nothing of the letter has gone out: whoever serves next sends it when this lease has run out.
        () = stopped(stop) => return Ok((false, None)),
    };
    let attempt = match prepared {
        Err(attempt) => attempt,
        Ok(way) => {
            let seal = seals.put(letter, owner);
            // An error leaves the seal: the commit may have happened.
            if !desk.start_delivery(&worker(), owner, letter.id).await? {
                seal.drop_unused();
                // Taken back, or the lease ran out: dropping the way drops the connection before the letter.
                return Ok((false, lease(desk, owner, stop).await?));
            }
            if !seal.break_open() {
                // Whoever took it away has let the letter be tried again.
                return Ok((false, lease(desk, owner, stop).await?));
            }
            fail_point!("sender.begun", _);
            tokio::select! {
                attempt = send_held(desk, owner, outbox.send(way, letter), letter) => attempt,
                () = stopped_long_since(stop) => given_up(),
            }
        }
    };
    fail_point!("sender.answered", _);
    let accepted = matches!(attempt, Attempt::Accepted { .. });
    match conclude(line, letter, attempt).await {
        // Taken back, or decided by a person, while the server was asked: what they decided holds.
        Err(error) if error.code == "lease-lost" => Ok((false, lease(desk, owner, stop).await?)),
        concluded => concluded.map(|next| (accepted, next)),
    }
}

async fn stopped_long_since(stop: &Stop) {
    stopped(stop).await;
    tokio::time::sleep(GRACE).await;
}

/// The process ends before the server has answered.
fn given_up() -> Attempt {
    Attempt::Unknown { why: Untrusted::new(Trouble::TimedOut.code()) }
}

/// Records what became of an attempt, again and again while the desk does not answer: an acceptance that is not recorded
/// would leave a person to find out what the server has long said.
async fn conclude(line: &Line<'_>, letter: &Leased, attempt: Attempt) -> Result<Option<Leased>> {
    let Line { desk, owner, stop, from } = *line;
    let record = async |attempt| {
        let stops = *stop.borrow();
        match stops {
            true => desk.conclude_delivery(&worker(), owner, letter.id, attempt).await.map(|()| None),
            false => desk.conclude_and_lease(&worker(), owner, letter.id, attempt, from).await,
        }
    };
    for pause in PAUSES {
        match record(attempt.clone()).await {
            Err(error) if error.code != "lease-lost" => {
                tracing::warn!(delivery.id = %letter.id, error = %error, "recording an attempt");
                tokio::time::sleep(pause).await;
            }
            concluded => return concluded,
        }
    }
    record(attempt).await
}

/// Sends, and renews the delivery's lease while the server takes its time.
async fn send_held(
    desk: &Desk,
    owner: &str,
    send: impl Future<Output = Attempt>,
    letter: &Leased,
) -> Attempt {
    let mut send = std::pin::pin!(send);
    loop {
        tokio::select! {
            attempt = &mut send => return attempt,
            () = tokio::time::sleep(HOLD) => {
                if let Err(error) = desk.renew_delivery(&worker(), owner, letter.id).await {
                    tracing::warn!(delivery.id = %letter.id, error = %error, "renewing a lease");
                }
            }
        }
    }
}
