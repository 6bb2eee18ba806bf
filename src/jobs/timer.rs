//! What time alone makes due: the journal's hourly checkpoint.

use super::rest;
use crate::desk::Desk;
use crate::error::Result;
use crate::types::{Actor, Worker};
use std::time::Duration;
use tokio::sync::watch;

const LOOK: Duration = Duration::from_secs(20);

pub(super) async fn run(desk: Desk, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = pass(&desk).await {
            tracing::warn!(error = %error, "timer");
        }
        if rest(&mut stop, LOOK).await {
            return;
        }
    }
}

/// Does what is due now.
pub(super) async fn pass(desk: &Desk) -> Result<()> {
    desk.checkpoint(&Actor::Worker(Worker::Timer)).await?;
    Ok(())
}
