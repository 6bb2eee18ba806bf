//! Trying now what waits for its next attempt: after a server was down, nobody wants to wait for the hour to pass.

use super::Desk;
use super::act::detached;
use crate::error::Result;
use crate::rules::roles::UseCase;
use crate::store::deliveries;
use crate::types::{AccountId, Actor};

impl Desk {
    /// Lets what waits for its next attempt go now, of one account or of every one; how many deliveries those are. No
    /// decision, and so not journalled: only the time of a retry moves.
    pub async fn hurry_deliveries(&self, actor: &Actor, account: Option<AccountId>) -> Result<u64> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::DeliveryRetry).await?;
            let (scope, now) = (act.scope.clone(), act.now_ms());
            let account = account.map(|account| account.0);
            let hurried = deliveries::hurry(&mut act.conn(), &scope, account, now).await?;
            act.commit().await?;
            Ok(hurried)
        })
        .await
    }
}
