//! Fetching: from a channel's folder into raw items, then acknowledged, then parsed. Only I/O errors wait for another try.

use super::{LEASE_SECONDS, mailbox, rest};
use crate::desk::{Account, Desk, Fetched, intake_lease};
use crate::error::{Error, Result};
use crate::mail::Maildir;
use crate::mail::maildir::{Entry, MaildirError, ReadError, Refusal};
use crate::rules::roles::UseCase;
use crate::types::{Actor, Worker};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Between two looks at `new`; a letter is in the queue well within two seconds.
const LOOK: Duration = Duration::from_millis(400);
/// Between two looks at everything, `cur` included, for what other programs moved there.
const FULL_LOOK: Duration = Duration::from_secs(900);
/// Between two notes that intake is well; a note is a commit.
const PULSE: Duration = Duration::from_secs(30);
/// Between two renewals of a lease.
const RENEW: Duration = Duration::from_secs(10);
/// Letters stored in one transaction, and the bytes at which one is closed early.
const BATCH: usize = 64;
const BATCH_BYTES: usize = 8 << 20;
/// Letters parsed in one transaction.
const PARSE_BATCH: usize = 32;

pub(super) fn worker() -> Actor {
    Actor::Worker(Worker::Intake)
}

/// What is remembered of an account between two looks.
struct State {
    held_at: Option<Instant>,
    full_at: Option<Instant>,
    pulsed_at: Option<Instant>,
    error: Option<String>,
}

/// Looks at every account again and again.
pub(super) async fn run(desk: Desk, owner: String, mut stop: watch::Receiver<bool>) {
    let mut states: HashMap<crate::types::AccountId, State> = HashMap::new();
    let mut mailboxes = Mailboxes::default();
    loop {
        match desk.intake_accounts(&worker()).await {
            Ok(accounts) => {
                mailboxes.keep(&desk, &accounts, &owner, &stop);
                for account in accounts.iter().filter(|account| !mailbox::is_mailbox(account)) {
                    let fresh = || State { held_at: None, full_at: None, pulsed_at: None, error: None };
                    let state = states.entry(account.id).or_insert_with(fresh);
                    look_and_tell(&desk, account, &owner, state).await;
                }
            }
            Err(error) => tracing::warn!(error = %error, "intake: the desk does not answer"),
        }
        desk.set_intake_starts(false);
        if let Err(error) = parse_all(&desk).await {
            tracing::warn!(error = %error, "parsing");
        }
        let ends = tokio::select! {
            ends = rest(&mut stop, LOOK) => ends,
            () = desk.stored() => false,
        };
        if ends {
            break;
        }
    }
    mailboxes.end().await;
    if let Ok(accounts) = desk.intake_accounts(&worker()).await {
        for account in accounts.iter().filter(|account| !mailbox::is_mailbox(account)) {
            let _ = let_go(&desk, account, &owner).await;
        }
    }
}

/// A task for each mailbox: waiting for one must not keep the others from being read.
#[derive(Default)]
struct Mailboxes {
    tasks: HashMap<crate::types::AccountId, (Account, JoinHandle<()>)>,
}

impl Mailboxes {
    /// Starts what is not read yet, begins anew with what was set up otherwise, ends what is gone.
    fn keep(&mut self, desk: &Desk, accounts: &[Account], owner: &str, stop: &watch::Receiver<bool>) {
        self.tasks.retain(|_, (known, task)| {
            let stays = accounts.contains(known) && !task.is_finished();
            if !stays {
                task.abort();
            }
            stays
        });
        for account in accounts.iter().filter(|account| mailbox::is_mailbox(account)) {
            self.tasks.entry(account.id).or_insert_with(|| {
                let reading = mailbox::run(desk.clone(), account.clone(), owner.to_owned(), stop.clone());
                (account.clone(), tokio::spawn(reading))
            });
        }
    }

    /// Waits for those that have been told to stop.
    async fn end(self) {
        for (_, task) in self.tasks.into_values() {
            let _ = task.await;
        }
    }
}

fn is_due(at: Option<Instant>, every: Duration) -> bool {
    at.is_none_or(|at| at.elapsed() >= every)
}

/// One look. A failure that the desk could not record is kept in this process; a desk that is only busy is asked again.
async fn look_and_tell(desk: &Desk, account: &Account, owner: &str, state: &mut State) {
    let recorded = look(desk, account, owner, state).await;
    match &recorded {
        Err(error) if error.code == "desk-busy" => {}
        other => desk.note_trouble(account.id, other.as_ref().err().map(|error| error.code)),
    }
    if let Err(error) = recorded {
        tracing::warn!(account.id = %account.id, error = %error, "intake");
    }
}

/// One look at one account, if its lease is ours. An error is one that could not be written down.
async fn look(desk: &Desk, account: &Account, owner: &str, state: &mut State) -> Result<()> {
    if is_due(state.held_at, RENEW) {
        if !hold(desk, account, owner).await? {
            state.full_at = None;
            return Ok(());
        }
        state.held_at = Some(Instant::now());
    }
    let full = is_due(state.full_at, FULL_LOOK);
    let fetched = if full { fetch_everything(desk, account).await } else { fetch_new(desk, account).await };
    if let Err(error) = &fetched {
        tracing::warn!(account.id = %account.id, error = %error, "intake");
    }
    let error = fetched.as_ref().err().map(|error| error.code.to_owned());
    if fetched.is_ok() && full {
        state.full_at = Some(Instant::now());
    }
    if state.error != error || is_due(state.pulsed_at, PULSE) {
        desk.pulse(&worker(), account.id, error.as_deref()).await?;
        state.pulsed_at = Some(Instant::now());
        state.error = error;
    }
    Ok(())
}

pub(super) async fn hold(desk: &Desk, account: &Account, owner: &str) -> Result<bool> {
    desk.hold(&worker(), UseCase::Ingest, &intake_lease(account.id.0), owner, LEASE_SECONDS).await
}

pub(super) async fn let_go(desk: &Desk, account: &Account, owner: &str) -> Result<()> {
    desk.let_go(&worker(), UseCase::Ingest, &intake_lease(account.id.0), owner).await
}

/// Everything there is, once, with a note of how it went.
/// The inner error is the code of what stood in the way.
pub(super) async fn fetch_all(
    desk: &Desk,
    account: &Account,
) -> Result<std::result::Result<usize, &'static str>> {
    let fetched = fetch_everything(desk, account).await;
    let error = fetched.as_ref().err().map(|error| error.code);
    desk.pulse(&worker(), account.id, error).await?;
    Ok(fetched.map_err(|error| {
        tracing::warn!(account.id = %account.id, error = %error, "intake");
        error.code
    }))
}

pub(super) async fn fetch_new(desk: &Desk, account: &Account) -> Result<usize> {
    let maildir = maildir_of(account)?;
    let listed = maildir.clone();
    let entries = blocking(move || listed.list_new()).await?.map_err(unreadable)?;
    if entries.is_empty() {
        return Ok(0);
    }
    store(desk, account, &maildir, entries).await
}

pub(super) async fn fetch_everything(desk: &Desk, account: &Account) -> Result<usize> {
    if mailbox::is_mailbox(account) {
        return mailbox::fetch_once(desk, account).await;
    }
    let maildir = maildir_of(account)?;
    let hasher = RandomState::new();
    let known: HashSet<u64> = desk.stored_names(&worker(), account.id, |name| hasher.hash_one(name)).await?;
    let listed = maildir.clone();
    let entries =
        blocking(move || listed.list_unknown(|name| known.contains(&hasher.hash_one(name)))).await?;
    store(desk, account, &maildir, entries.map_err(unreadable)?).await
}

pub(super) fn maildir_of(account: &Account) -> Result<Maildir> {
    let folder = account.incoming.strip_prefix("maildir:");
    folder.map(Maildir::new).ok_or_else(|| Error::failed("bad-mail-in"))
}

pub(super) fn unreadable(error: MaildirError) -> Error {
    match error {
        MaildirError::Missing(_) => Error::failed("maildir-missing"),
        MaildirError::Unreadable(_, source) => Error::failed("maildir-unreadable").because(source),
    }
}

/// Stores letters, batch by batch, each batch acknowledged after it is durable. The number that was new.
async fn store(desk: &Desk, account: &Account, maildir: &Maildir, entries: Vec<Entry>) -> Result<usize> {
    let mut stored = 0;
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        let (mut items, mut done, mut bytes) = (Vec::new(), Vec::new(), 0);
        for entry in entries.by_ref() {
            let (from, of) = (maildir.clone(), entry.clone());
            let read = match &entry.refusal {
                Some(refusal) => Err(ReadError::Refused(*refusal)),
                None => blocking(move || from.read(&of)).await?,
            };
            let read = match read {
                Ok(read) => Ok(read),
                Err(ReadError::Refused(Refusal::TooLarge { .. })) => Err("too-large"),
                Err(ReadError::Refused(Refusal::NotAFile)) => Err("not-a-file"),
                // Gone, or still being written: the next look sees what became of it.
                Err(ReadError::Vanished | ReadError::Busy) => continue,
                Err(ReadError::Io(error)) => return Err(Error::failed("maildir-unreadable").because(error)),
            };
            bytes += read.as_ref().map_or(0, Vec::len);
            let taken = read.is_ok();
            items.push(Fetched {
                transport_id: entry.transport_id.clone(),
                received_at: entry.received_at,
                bytes: read,
            });
            if taken {
                done.push(entry);
            }
            if items.len() >= BATCH || bytes >= BATCH_BYTES {
                break;
            }
        }
        fail_point!("intake.read");
        stored += desk.store_raw(&worker(), account.id, items).await?;
        fail_point!("intake.stored");
        let maildir = maildir.clone();
        blocking(move || done.iter().try_for_each(|entry| maildir.acknowledge(entry).map(|_| ()))).await??;
        fail_point!("intake.acknowledged");
    }
    Ok(stored)
}

/// Gives every pending item its fate. How many those were, and how many of them were quarantined.
pub(super) async fn parse_all(desk: &Desk) -> Result<(usize, usize)> {
    let settled = desk.parse_all_pending(&worker(), PARSE_BATCH).await?;
    Ok((settled.total(), settled.quarantined))
}

pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::failed("interrupted").because(error))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::desk::settings::Settings;
    use crate::desk::views::Intake;
    use crate::desk::{DeskUrl, InitRequest, NewAccount};
    use crate::types::Role;

    async fn desk(folder: &std::path::Path) -> (Desk, Actor) {
        for part in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(folder.join("in").join(part)).unwrap();
        }
        desk_at(folder, format!("maildir:{}", folder.join("in").display()), String::new(), None).await
    }

    /// A desk with one account that sends nothing, and its head.
    pub(in crate::jobs) async fn desk_at(
        folder: &std::path::Path,
        incoming: String,
        outgoing: String,
        password: Option<std::path::PathBuf>,
    ) -> (Desk, Actor) {
        let clock = Clock::starting_at("2026-11-16T10:00:00+03:00".parse().unwrap());
        let settings = Settings { organisation: "Обком".into(), ..Settings::default() };
        let request =
            InitRequest { settings, me: "Орлова".into(), role: Role::Head, os_user: None, demo: true };
        let url = DeskUrl::Sqlite(folder.join("desk.sqlite"));
        let desk = Desk::init(&url, clock.clone(), &folder.join("state"), request).await.unwrap();
        let head = desk.act_as("Орлова").await.unwrap();
        let account = NewAccount {
            name: "mail".into(),
            address: "appeals@example.org".into(),
            incoming,
            outgoing,
            password_file: password.map(|file| file.display().to_string()),
            since: clock.now(),
            org: None,
            sent_folder: None,
            without_copies: false,
        };
        desk.add_channel(&head, account).await.unwrap();
        (desk, head)
    }

    #[tokio::test]
    async fn a_full_disk_is_told_as_a_failing_intake_until_there_is_space_and_loses_no_letter() {
        let folder = tempfile::tempdir().unwrap();
        let (desk, head) = desk(folder.path()).await;
        let account = desk.intake_accounts(&worker()).await.unwrap().remove(0);
        let mut state = State { held_at: None, full_at: None, pulsed_at: None, error: None };
        look_and_tell(&desk, &account, "test", &mut state).await;
        let told = desk.channels(&head).await.unwrap().remove(0);
        assert_eq!((told.state, told.error.as_deref()), ("running", None));

        // No page more than there is: neither the letter nor the note that it could not be stored finds room.
        desk.store.limit_pages(1).await.unwrap();
        let letter = folder.path().join("in/new/letter.test");
        std::fs::write(&letter, [b"Subject: x\r\n\r\n".as_slice(), &random_text(1 << 20)].concat()).unwrap();
        look_and_tell(&desk, &account, "test", &mut state).await;
        let told = desk.channels(&head).await.unwrap().remove(0);
        assert_eq!((told.state, told.error.as_deref()), ("failing", Some("disk-full")));
        assert!(matches!(desk.intake(&head).await.unwrap(), Intake::StoppedSince(_)));
        assert!(letter.exists(), "what is not stored is not acknowledged");

        desk.store.limit_pages(1 << 20).await.unwrap();
        look_and_tell(&desk, &account, "test", &mut state).await;
        let told = desk.channels(&head).await.unwrap().remove(0);
        assert_eq!((told.state, told.error.as_deref(), told.fetched), ("running", None, 1));
        assert_eq!(desk.intake(&head).await.unwrap(), Intake::Running);
    }

    /// Text that does not compress to a page that is free already.
    fn random_text(len: usize) -> Vec<u8> {
        let hasher = RandomState::new();
        (0..len).map(|n| b'a' + (hasher.hash_one(n) % 26) as u8).collect()
    }
}
