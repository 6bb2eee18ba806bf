//! A first look at a mailbox, before anything is taken from it: which letters lie there and when they were received. It
//! stores nothing and marks nothing.

use super::{mailbox, read_password};
use crate::desk::AccountRoutes;
use crate::mail::Maildir;
use crate::mail::imap::{ImapEndpoint, ImapError, Session};
use crate::mail::maildir::MaildirError;
use crate::types::Census;
use jiff::Timestamp;

/// Looks at where an account's letters come from; a code where that cannot be done (those of a probe).
pub async fn census(routes: &AccountRoutes) -> Result<Census, &'static str> {
    let received = match routes.incoming.strip_prefix("maildir:") {
        Some(folder) => of_maildir(Maildir::new(folder)).await?,
        None => of_mailbox(routes).await?,
    };
    Ok(Census::of(received))
}

async fn of_maildir(maildir: Maildir) -> Result<Vec<Timestamp>, &'static str> {
    let listed = tokio::task::spawn_blocking(move || maildir.list()).await;
    match listed.map_err(|_| "maildir-unreadable")? {
        Ok(entries) => Ok(entries.iter().map(|entry| entry.received_at).collect()),
        Err(MaildirError::Missing(_)) => Err("maildir-missing"),
        Err(MaildirError::Unreadable(..)) => Err("maildir-unreadable"),
    }
}

async fn of_mailbox(routes: &AccountRoutes) -> Result<Vec<Timestamp>, &'static str> {
    let endpoint = ImapEndpoint::parse(&routes.incoming).map_err(|_| "bad-mail-in")?;
    let password = routes.password_file.as_deref().map(read_password).transpose()?;
    let code = |error: ImapError| error.failure.code();
    let connected = Session::connect(&endpoint, password.as_ref()).await;
    let mut session = connected.map_err(|error| mailbox::refusal(&endpoint, &error))?;
    let opened = session.open(endpoint.folder()).await.map_err(code)?;
    let end = mailbox::end_of(&mut session, &opened).await.map_err(code)?;
    let mut received = Vec::new();
    mailbox::each_window(&mut session, 1, end, |entries| {
        received.extend(entries.iter().map(|entry| entry.received_at));
    })
    .await
    .map_err(code)?;
    session.quit().await;
    Ok(received)
}
