//! Moving an appeal by hand: sorted, closed, reopened, spam, thanks.

use super::Desk;
use super::act::detached;
use super::journal::Entry;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::appeals;
use crate::types::{Actor, AppealId, Stage};

impl Desk {
    /// Sets the stage. `taken` is set by taking, `answered` by an accepted answer, `duplicate` and `merged` by merging.
    pub async fn set_stage(&self, actor: &Actor, id: AppealId, stage: Stage) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::AppealStage).await?;
            let appeal = act.appeal(id).await?;
            let before = Stage::parse(&appeal.stage).unwrap_or(Stage::New);
            if before == stage {
                return Ok(());
            }
            let by_hand =
                matches!(stage, Stage::Sorted | Stage::Closed | Stage::Spam | Stage::Thanks | Stage::New);
            let reopened = stage == Stage::Taken && !before.is_open() && appeal.assignee_id.is_some();
            if !by_hand && !reopened {
                return Err(Error::conflict("stage-not-by-hand").arg("stage", stage.code()));
            }
            let now = act.now_ms();
            appeals::set_stage(&mut act.conn(), id.0, stage.code(), stage.is_open(), now).await?;
            let entry = Entry::new("appeal.stage").about_appeal(id).code(
                "stage",
                Some(before.code()),
                Some(stage.code()),
            );
            act.record(entry).await?;
            act.restore_clock(&appeal).await?;
            act.commit().await
        })
        .await
    }
}
