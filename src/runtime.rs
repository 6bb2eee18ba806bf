//! What a process runs besides answering its person: workers, until it is told to stop. Composition only: which workers
//! there are and how they end. It decides nothing about appeals and opens no store.

use crate::desk::Desk;
use crate::error::Result;
use crate::jobs;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use crate::jobs::Done;

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
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(jobs::run(desk.clone(), jobs::owner_name(), stopped));
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
