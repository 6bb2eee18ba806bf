//! Putting copies of replies that have left into the mailbox's folder of sent letters. The folder is searched for the letter
//! first, so that one which the server put there itself, or a worker that died put there, is not put there twice. It sends
//! nothing and changes nothing else in the mailbox.

use super::mailbox::{Mailbox, failed};
use super::{rest, stopped};
use crate::desk::{Account, Desk, SentLetter};
use crate::error::{Error, Result};
use crate::mail::imap::ImapFailure;
use crate::types::{AccountId, Actor, Worker};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks for what is due.
const LOOK: Duration = Duration::from_secs(5);

fn worker() -> Actor {
    Actor::Worker(Worker::Sender)
}

/// Makes copies as they fall due, until `stop`. A copy that is broken off then is looked for later.
pub(super) async fn run(desk: Desk, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            done = due(&desk) => if let Err(error) = done {
                tracing::warn!(error = %error, "copies of sent letters");
            },
            () = stopped(&stop) => return,
        }
        if rest(&mut stop, LOOK).await {
            return;
        }
    }
}

/// Makes every copy that is due and that nobody else makes. How many there are now that were not.
pub(super) async fn due(desk: &Desk) -> Result<usize> {
    let (mut made, mut silent) = (0, HashSet::new());
    let mut open: Option<(AccountId, Mailbox)> = None;
    for (id, account) in desk.copies_due(&worker()).await? {
        let Some(letter) = desk.claim_copy(&worker(), id).await? else { continue };
        let done = match silent.contains(&account.id) {
            true => Err(Error::failed(ImapFailure::Connect.code())),
            false => copy(&mut open, &account, &letter).await,
        };
        if let Err(error) = &done {
            tracing::warn!(delivery.id = %id, account.id = %account.id, error = %error, "copying a sent letter");
            // The line may be broken in the middle of an answer.
            (open, _) = (None, silent.insert(account.id));
        }
        made += usize::from(done.is_ok());
        desk.end_copy(&worker(), id, done.is_ok()).await?;
    }
    if let Some((_, mailbox)) = open {
        mailbox.session.quit().await;
    }
    Ok(made)
}

/// Sees to it that the letter lies in the folder.
async fn copy(open: &mut Option<(AccountId, Mailbox)>, account: &Account, letter: &SentLetter) -> Result<()> {
    if open.as_ref().is_none_or(|(of, _)| *of != account.id) {
        if let Some((_, other)) = open.take() {
            other.session.quit().await;
        }
        *open = Some((account.id, Mailbox::open(account).await?));
    }
    let Some((_, mailbox)) = open else { return Ok(()) };
    let Some(folder) = mailbox.sent.clone() else { return Err(Error::failed(ImapFailure::Folder.code())) };
    // Opened anew, so that what came meanwhile is found.
    mailbox.session.open(&folder).await.map_err(failed)?;
    if mailbox.session.has_message_id(&letter.message_id).await.map_err(failed)? {
        return Ok(());
    }
    fail_point!("copy.searched");
    mailbox.session.append(&folder, &letter.bytes).await.map_err(failed)?;
    fail_point!("copy.appended");
    Ok(())
}
