//! Every night, and when a person asks: what lies in a mailbox is compared with what is stored of it, and what is missing is
//! fetched. That finds what reading on from where we stopped cannot: letters under numbers that were read already, as after
//! a server was put back from a copy, and files that another program laid among the old ones. It removes nothing, here or there.

use super::intake::{self, worker};
use super::mailbox::{self, Mailbox};
use super::{LEASE_SECONDS, rest, stopped};
use crate::desk::{Account, Compared, Desk, StoredItem, reconcile_lease};
use crate::error::{Error, Result};
use crate::mail::imap::{Entry, ImapError, ImapFailure};
use crate::rules::roles::UseCase;
use crate::types::FolderRole;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks whether it is time.
const LOOK: Duration = Duration::from_secs(30);
/// Between two renewals of a lease.
const RENEW: Duration = Duration::from_secs(10);
/// Letters fetched again in one transaction.
const BATCH: usize = 32;

/// Compares what is due, until `stop`.
pub(super) async fn run(desk: Desk, owner: String, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            done = due(&desk, &owner) => if let Err(error) = done {
                tracing::warn!(error = %error, "reconciliation");
            },
            () = stopped(&stop) => return,
        }
        if rest(&mut stop, LOOK).await {
            return;
        }
    }
}

/// Compares every account that it is time for and that nobody else compares now. How many letters were missing.
pub(super) async fn due(desk: &Desk, owner: &str) -> Result<usize> {
    let mut missing = 0;
    for account in desk.reconciliations_due(&worker()).await? {
        let lease = reconcile_lease(account.id);
        if !desk.hold(&worker(), UseCase::Ingest, &lease, owner, LEASE_SECONDS).await? {
            continue;
        }
        // Whoever held it until now may have done it.
        let still_due = desk.reconciliations_due(&worker()).await?;
        if still_due.iter().any(|due| due.id == account.id) {
            let done = tokio::select! {
                done = reconcile(desk, &account) => done,
                () = keep(desk, &lease, owner) => Err(Error::failed("interrupted")),
            };
            match done {
                Ok(folders) => missing += folders.iter().map(|folder| folder.missing).sum::<usize>(),
                Err(error) => tracing::warn!(account.id = %account.id, error = %error, "reconciliation"),
            }
        }
        desk.let_go(&worker(), UseCase::Ingest, &lease, owner).await?;
    }
    Ok(missing)
}

/// Renews the lease until it is lost.
async fn keep(desk: &Desk, lease: &str, owner: &str) {
    loop {
        tokio::time::sleep(RENEW).await;
        let held = desk.hold(&worker(), UseCase::Ingest, lease, owner, LEASE_SECONDS).await;
        if matches!(held, Ok(false)) {
            return;
        }
    }
}

/// Compares one account now, fetches what is missing, and notes what was found, also a failure. Two that do it at once fetch
/// nothing twice.
pub async fn reconcile(desk: &Desk, account: &Account) -> Result<Vec<Compared>> {
    let found = match mailbox::is_mailbox(account) {
        true => of_mailbox(desk, account).await,
        false => of_maildir(desk, account).await,
    };
    fail_point!("reconcile.compared");
    let noted = found.as_ref().map(Vec::clone).map_err(|error| error.code);
    desk.record_reconciliation(&worker(), account.id, noted).await?;
    found
}

async fn of_mailbox(desk: &Desk, account: &Account) -> Result<Vec<Compared>> {
    // What is merely new is no difference.
    mailbox::fetch_once(desk, account).await?;
    let mut mailbox = Mailbox::open(account).await?;
    let mut found = Vec::new();
    let folders =
        [(Some(mailbox.inbox.clone()), FolderRole::Inbox), (mailbox.sent.clone(), FolderRole::Sent)];
    for (folder, role) in folders {
        let Some(folder) = folder else { continue };
        match compare_folder(&mut mailbox, desk, account, &folder, role).await {
            Err(error) if role == FolderRole::Sent && error.code == ImapFailure::Folder.code() => {}
            compared => found.push(compared?),
        }
    }
    mailbox.session.quit().await;
    Ok(found)
}

/// One folder. A letter is known by its UID and by when the server received it: the same UID with another time is another
/// letter, and whether its bytes are stored already is looked at when it is fetched.
async fn compare_folder(
    mailbox: &mut Mailbox,
    desk: &Desk,
    account: &Account,
    folder: &str,
    role: FolderRole,
) -> Result<Compared> {
    let opened = mailbox.session.open(folder).await.map_err(mailbox::failed)?;
    let end = mailbox::end_of(&mut mailbox.session, &opened).await.map_err(mailbox::failed)?;
    let mut there: Vec<Entry> = Vec::new();
    let each = |entries: &[Entry]| there.extend_from_slice(entries);
    mailbox::each_window(&mut mailbox.session, 1, end, each).await.map_err(mailbox::failed)?;
    // After the mailbox was looked at, so that what another process stored meanwhile is no difference.
    let prefix = mailbox::folder_prefix(folder, opened.uidvalidity);
    let known: Vec<(u32, Timestamp)> = desk
        .stored_items(&worker(), account.id, |item: StoredItem<'_>| {
            let uid = item.transport_id.strip_prefix(&prefix)?;
            let uid = uid.split_once('#').map_or(uid, |(uid, _)| uid);
            Some((uid.parse().ok()?, item.received_at))
        })
        .await?;
    let mut stored: HashMap<u32, Vec<Timestamp>> = HashMap::new();
    known.into_iter().for_each(|(uid, at)| stored.entry(uid).or_default().push(at));
    let is_known = |entry: &Entry| stored.get(&entry.uid).is_some_and(|at| at.contains(&entry.received_at));
    let unknown: Vec<Entry> = there.iter().filter(|entry| !is_known(entry)).copied().collect();
    let missing = fetch(mailbox, desk, account, (folder, role, opened.uidvalidity), &unknown).await?;
    let uids: HashSet<u32> = there.iter().map(|entry| entry.uid).collect();
    Ok(Compared {
        mailbox: folder.to_owned(),
        in_mailbox: there.len(),
        stored: there.len() - missing.min(there.len()),
        missing,
        gone: stored.keys().filter(|uid| !uids.contains(uid)).count(),
    })
}

/// Fetches letters that are not stored. How many were not.
async fn fetch(
    mailbox: &mut Mailbox,
    desk: &Desk,
    account: &Account,
    (folder, role, uidvalidity): (&str, FolderRole, u32),
    letters: &[Entry],
) -> Result<usize> {
    let mut missing = 0;
    for batch in letters.chunks(BATCH) {
        let items = mailbox.letters(batch, folder, uidvalidity).await?;
        let read = desk.read_to(&worker(), account.id, folder).await?;
        let read = read.filter(|read| read.uidvalidity == uidvalidity && read.role == role);
        let read = read.ok_or_else(|| mailbox::failed(ImapError::new(ImapFailure::Folder)))?;
        missing += desk.store_mail(&worker(), account.id, items, read).await?;
    }
    Ok(missing)
}

async fn of_maildir(desk: &Desk, account: &Account) -> Result<Vec<Compared>> {
    // What is merely new is no difference.
    intake::fetch_new(desk, account).await?;
    let maildir = intake::maildir_of(account)?;
    let listed = maildir.clone();
    let there = intake::blocking(move || listed.ids()).await?.map_err(intake::unreadable)?;
    let stored: HashSet<String> =
        desk.stored_items(&worker(), account.id, |item| Some(item.transport_id.to_owned())).await?;
    let unknown = there.iter().filter(|id| !stored.contains(*id)).count();
    let missing = if unknown == 0 { 0 } else { intake::fetch_everything(desk, account).await? };
    let is_there =
        |id: &str| there.contains(id) || id.rsplit_once('#').is_some_and(|(id, _)| there.contains(id));
    Ok(vec![Compared {
        mailbox: "Maildir".to_owned(),
        in_mailbox: there.len(),
        stored: there.len() - missing.min(there.len()),
        missing,
        gone: stored.iter().filter(|id| !is_there(id)).count(),
    }])
}
