//! A server that takes the connection and says nothing. The protocol gives it minutes, and so does the sender; people are told
//! long before that, while the attempt goes on. No decision, and so not journalled.

use super::Desk;
use super::act::detached;
use crate::error::Result;
use crate::mail::SmtpFailure;
use crate::rules::roles::UseCase;
use crate::store::{accounts, deliveries};
use crate::types::{Actor, DeliveryId, Untrusted};
use jiff::Timestamp;

/// Why and since when letters do not leave by an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    pub since: Timestamp,
    /// A code of `SmtpFailure`, or another that a delivery of this account has met last.
    pub error: String,
}

impl Desk {
    /// Notes that the server has not said a word for a while to the attempt that `owner` makes. What becomes of the attempt is
    /// recorded as ever, and takes the note away.
    pub async fn note_silence(&self, worker: &Actor, owner: &str, id: DeliveryId) -> Result<()> {
        let (desk, worker, owner) = (self.clone(), worker.clone(), owner.to_owned());
        detached(async move {
            let mut act = desk.begin(&worker, UseCase::DeliveryLease).await?;
            let delivery = deliveries::lock(&mut act.conn(), id.0).await?;
            let ours = delivery.filter(|delivery| delivery.lease_owner.as_deref() == Some(owner.as_str()));
            let Some(delivery) = ours else { return Ok(()) };
            let (now, said) = (act.now_ms(), Untrusted::new(format!("{}:", SmtpFailure::Silent.code())));
            deliveries::note(&mut act.conn(), id.0, &said).await?;
            accounts::set_out_down(&mut act.conn(), delivery.account_id, Some(now)).await?;
            act.commit().await
        })
        .await
    }
}
