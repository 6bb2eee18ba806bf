//! What time alone makes due: the journal's hourly checkpoint, the morning digests.

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

/// Does what is due now; how many letters that made, which wait to be sent.
pub(super) async fn pass(desk: &Desk) -> Result<usize> {
    let worker = Actor::Worker(Worker::Timer);
    // A digest that cannot be made must not keep the journal from being signed, nor the other way round.
    let signed = desk.checkpoint(&worker).await.map(drop);
    let made = desk.make_digests(&worker).await?;
    signed.map(|()| made)
}
