//! What a process runs besides answering its person: workers, until it is told to stop. Composition only: which workers
//! there are and how they end. It decides nothing about appeals and opens no store.

use crate::desk::{AccountRoutes, Desk};
use crate::error::Result;
use crate::jobs;
use crate::mail::imap::{self, ImapEndpoint};
use crate::mail::{Folder, Maildir, Session, SmtpEndpoint, SmtpFailure, app_password};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use crate::jobs::{Done, census, parse, reconcile};

/// Does what is due and returns (`serve --once`).
pub async fn serve_once(desk: &Desk) -> Result<Done> {
    jobs::run_once(desk, &jobs::owner_name()).await
}

/// Workers at work. Dropped without `stop`, they are cut off; what they had leased is then free when the lease ends.
pub struct Workers {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Workers {
    /// Starts every worker of this process. A worker whose lease another process holds waits for it to become free.
    pub fn start(desk: &Desk) -> Self {
        Self::start_after(desk, Duration::ZERO)
    }

    /// The same, so much later: a console shows itself first.
    pub fn start_after(desk: &Desk, pause: Duration) -> Self {
        let (stop, stopped) = watch::channel(false);
        // Said before anybody can ask.
        desk.set_intake_starts(true);
        let task = tokio::spawn(jobs::run_after(desk.clone(), jobs::owner_name(), pause, stopped));
        Self { stop, task }
    }

    /// Lets the workers end what they have begun.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

/// Serves until SIGINT or SIGTERM, then lets the workers end what they have begun.
///
/// # Errors
/// `io` when signals cannot be waited for.
pub async fn serve(desk: &Desk) -> Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let workers = Workers::start(desk);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    workers.stop().await;
    Ok(())
}

/// What stands in the way of an account's mail, as codes; none where it works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// `maildir-missing`, `maildir-unreadable`, `bad-mail-in`, `password-file`, `password-file-mode`, a code of
    /// `ImapFailure`.
    pub incoming: Option<String>,
    /// `folder`, `bad-mail-out`, `password-file`, `password-file-mode`, a code of `SmtpFailure`.
    pub outgoing: Option<String>,
}

/// Goes as far as a letter would on an account's ways, without sending or taking one.
pub async fn probe(routes: &AccountRoutes) -> Probe {
    let incoming = match routes.incoming.starts_with("maildir:") {
        true => probe_maildir(routes).await,
        false => probe_mailbox(routes).await.err(),
    };
    let outgoing = probe_outgoing(routes).await.err();
    Probe { incoming: incoming.map(str::to_owned), outgoing: outgoing.map(str::to_owned) }
}

async fn probe_maildir(routes: &AccountRoutes) -> Option<&'static str> {
    let folder = routes.incoming.strip_prefix("maildir:").unwrap_or_default().to_owned();
    let readable =
        tokio::task::spawn_blocking(move || match std::path::Path::new(&folder).join("new").is_dir() {
            false => Some("maildir-missing"),
            true => Maildir::new(folder).list_new().err().map(|_| "maildir-unreadable"),
        });
    readable.await.unwrap_or(Some("maildir-unreadable"))
}

/// Signs in and opens the folder, which marks and moves nothing.
async fn probe_mailbox(routes: &AccountRoutes) -> Result<(), &'static str> {
    let endpoint = ImapEndpoint::parse(&routes.incoming).map_err(|_| "bad-mail-in")?;
    let password = routes.password_file.as_deref().map(jobs::read_password).transpose()?;
    let connected = imap::Session::connect(&endpoint, password.as_ref()).await;
    let mut session = connected.map_err(|error| jobs::mailbox_refusal(&endpoint, &error))?;
    session.open(endpoint.folder()).await.map_err(|error| error.failure.code())?;
    session.quit().await;
    Ok(())
}

async fn probe_outgoing(routes: &AccountRoutes) -> Result<(), &'static str> {
    if routes.outgoing.is_empty() {
        return Ok(());
    }
    if let Some(folder) = routes.outgoing.strip_prefix("folder:") {
        Folder::new(folder).create().map_err(|_| "folder")?;
        return tempfile::tempfile_in(folder).map(|_| ()).map_err(|_| "folder");
    }
    let endpoint = SmtpEndpoint::parse(&routes.outgoing).map_err(|_| "bad-mail-out")?;
    let password = routes.password_file.as_deref().map(jobs::read_password).transpose()?;
    let connected = Session::connect(&endpoint, password.as_ref()).await;
    let session = connected.map_err(|error| match error.failure {
        SmtpFailure::Auth | SmtpFailure::AuthUnsupported => {
            app_password(endpoint.host(), &error.text).unwrap_or_else(|| error.failure.code())
        }
        other => other.code(),
    })?;
    session.quit().await;
    Ok(())
}
