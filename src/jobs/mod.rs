//! What runs by itself: fetching, comparing, parsing, sending, keeping time. Each worker works where it holds a lease, records results
//! only through the desk, and holds no transaction open while it talks to the world.

mod census;
mod copies;
mod intake;
mod mailbox;
mod outbox;
mod reconcile;
mod seal;
mod sender;
mod timer;

pub use census::census;
pub(crate) use mailbox::refusal as mailbox_refusal;
pub(crate) use outbox::read_password;
pub use reconcile::reconcile;

use crate::desk::Desk;
use crate::error::Result;
use crate::types::{Actor, Worker};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a worker's lease holds without renewal, in seconds by the desk's clock.
const LEASE_SECONDS: i64 = 30;

/// What one pass has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub fetched: usize,
    pub parsed: usize,
    /// Of the parsed.
    pub quarantined: usize,
    pub accepted: usize,
    pub not_accepted: usize,
    /// Accounts that could not be read in the last pass, by name, and why (the code that `channel list` has).
    pub unread: Vec<(String, &'static str)>,
}

impl Done {
    /// Whether there was nothing to do; what cannot be read is not done by doing it again.
    fn is_nothing(&self) -> bool {
        let Self { fetched, parsed, quarantined, accepted, not_accepted, unread: _ } = self;
        [fetched, parsed, quarantined, accepted, not_accepted].into_iter().all(|count| *count == 0)
    }
}

/// A process's name in leases: host, process, and a fresh part, so that a new process never inherits a dead one's lease.
pub fn owner_name() -> String {
    let host = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok()).unwrap_or_default();
    format!("{host}:{}:{}", std::process::id(), uuid::Uuid::new_v4().simple())
}

/// Fetches, parses and sends until nothing is due, then returns (`serve --once`). It never asks: what waits for a person
/// keeps waiting. An account that cannot be read is told in its error and does not stop the others.
///
/// # Errors
/// What stopped it, with `fetched` and `sent`: what had been done before holds.
pub async fn run_once(desk: &Desk, owner: &str) -> Result<Done> {
    let (before, mut all) = (desk.letters_stored(), Done::default());
    match passes(desk, owner, &mut all).await {
        Ok(()) => Ok(all),
        Err(error) => {
            // Whoever mends what stopped it should not have to wait for the leases' end.
            if let Err(held) = let_go(desk, owner).await {
                tracing::warn!(error = %held, "letting the leases go");
            }
            Err(error.arg("fetched", desk.letters_stored() - before).arg("sent", all.accepted))
        }
    }
}

async fn let_go(desk: &Desk, owner: &str) -> Result<()> {
    for account in &desk.intake_accounts(&Actor::Worker(Worker::Intake)).await? {
        intake::let_go(desk, account, owner).await?;
    }
    sender::let_go(desk, owner).await
}

async fn passes(desk: &Desk, owner: &str, all: &mut Done) -> Result<()> {
    loop {
        let (mut pass, before) = (Done::default(), desk.letters_stored());
        let accounts = desk.intake_accounts(&Actor::Worker(Worker::Intake)).await?;
        for account in &accounts {
            if intake::hold(desk, account, owner).await? {
                match intake::fetch_all(desk, account).await? {
                    Ok(_) => {}
                    Err(code) => pass.unread.push((account.name.clone(), code)),
                }
            }
        }
        // Also of an account that failed in the middle.
        pass.fetched = desk.letters_stored() - before;
        (pass.parsed, pass.quarantined) = intake::parse_all(desk).await?;
        let sent = sender::send_due(desk, owner).await?;
        pass.accepted += sent.accepted;
        pass.not_accepted += sent.not_accepted;
        *all = Done {
            fetched: all.fetched + pass.fetched,
            parsed: all.parsed + pass.parsed,
            quarantined: all.quarantined + pass.quarantined,
            accepted: all.accepted + pass.accepted,
            not_accepted: all.not_accepted + pass.not_accepted,
            unread: pass.unread.clone(),
        };
        if pass.is_nothing() {
            if copies::due(desk).await? + reconcile::due(desk, owner).await? > 0 {
                continue;
            }
            match timer::pass(desk).await {
                // Somebody writes at this very moment: the next one to come by makes the checkpoint.
                Err(error) if error.code == "desk-busy" => tracing::warn!(error = %error, "timer"),
                Ok(made) if made > 0 => continue,
                passed => drop(passed?),
            }
            return let_go(desk, owner).await;
        }
    }
}

/// As `run`, after a pause.
pub async fn run_after(desk: Desk, owner: String, pause: Duration, mut stop: watch::Receiver<bool>) {
    if pause.is_zero() || !rest(&mut stop, pause).await {
        run(desk, owner, stop).await;
    }
}

/// Runs every worker until `stop` turns true or its sender is gone; then lets the leases go. Errors of a worker are logged
/// and it goes on: the desk may come back.
pub async fn run(desk: Desk, owner: String, stop: watch::Receiver<bool>) {
    let mut workers = JoinSet::new();
    workers.spawn(intake::run(desk.clone(), owner.clone(), stop.clone()));
    workers.spawn(copies::run(desk.clone(), stop.clone()));
    workers.spawn(reconcile::run(desk.clone(), owner.clone(), stop.clone()));
    workers.spawn(sender::run(desk.clone(), owner, stop.clone()));
    workers.spawn(timer::run(desk, stop));
    while workers.join_next().await.is_some() {}
}

/// Gives every item that waits for it its fate. How many those were.
pub async fn parse(desk: &Desk) -> Result<usize> {
    intake::parse_all(desk).await.map(|(parsed, _)| parsed)
}

/// Sleeps, or returns true because it is time to stop.
async fn rest(stop: &mut watch::Receiver<bool>, time: Duration) -> bool {
    if *stop.borrow() {
        return true;
    }
    tokio::select! {
        () = tokio::time::sleep(time) => *stop.borrow(),
        changed = stop.changed() => changed.is_err() || *stop.borrow(),
    }
}

/// Returns when it is time to stop.
async fn stopped(stop: &watch::Receiver<bool>) {
    // A sender that is gone has stopped too.
    let _ = stop.clone().wait_for(|stop| *stop).await;
}
