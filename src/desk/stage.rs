//! Moving an appeal by hand: sorted, closed, reopened, spam, thanks. An appeal that nobody has answered is never closed by the way.

use super::act::{Act, detached};
use super::journal::Entry;
use super::{Desk, replay};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::appeals::{self, AppealRecord};
use crate::types::{Actor, AppealId, Stage};

impl Desk {
    /// Sets the stage. `taken` is set by taking, `answered` by an accepted answer, `duplicate` and `merged` by merging.
    ///
    /// # Errors
    /// `no-response`: closing what no person's answer has reached; `close_unanswered` does that.
    pub async fn set_stage(&self, actor: &Actor, id: AppealId, stage: Stage) -> Result<()> {
        self.move_to(actor, id, stage, false).await
    }

    /// Closes an appeal though no response was given: the decision is journalled as one, and the promise stays unmet.
    pub async fn close_unanswered(&self, actor: &Actor, id: AppealId) -> Result<()> {
        self.move_to(actor, id, Stage::Closed, true).await
    }

    async fn move_to(&self, actor: &Actor, id: AppealId, stage: Stage, unanswered: bool) -> Result<()> {
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
            let unmet = stage == Stage::Closed && is_unmet(&mut act, id).await?;
            if unmet && !unanswered {
                return Err(Error::conflict("no-response"));
            }
            let mut entry = staged(id, before, stage);
            if unmet {
                entry = entry.code("unanswered", None::<&str>, Some("yes"));
            }
            put(&mut act, &appeal, stage, entry).await?;
            act.commit().await
        })
        .await
    }
}

fn staged(id: AppealId, before: Stage, after: Stage) -> Entry {
    Entry::new("appeal.stage").about_appeal(id).code("stage", Some(before.code()), Some(after.code()))
}

async fn put(act: &mut Act, appeal: &AppealRecord, stage: Stage, entry: Entry) -> Result<()> {
    let now = act.now_ms();
    appeals::set_stage(&mut act.conn(), appeal.id, stage.code(), stage.is_open(), now).await?;
    act.record(entry).await?;
    act.restore_clock(appeal).await
}

/// Closes an appeal with what came of it, in a transaction that has just journalled that.
///
/// # Errors
/// `no-response` where no person's answer has reached the author.
pub(super) async fn close_with(act: &mut Act, appeal: &AppealRecord, outcome: &'static str) -> Result<()> {
    let id = AppealId(appeal.id);
    let before = Stage::parse(&appeal.stage).unwrap_or(Stage::New);
    if before == Stage::Closed {
        return Ok(());
    }
    if is_unmet(act, id).await? {
        return Err(Error::conflict("no-response"));
    }
    let entry = staged(id, before, Stage::Closed).code("ended", None::<&str>, Some(outcome));
    put(act, appeal, Stage::Closed, entry).await
}

/// Whether no person's answer has reached the author, by the journal and whatever the stage.
async fn is_unmet(act: &mut Act, id: AppealId) -> Result<bool> {
    let (ground, now) = (act.ground.clone(), act.now);
    Ok(replay::response(&mut act.conn(), &ground, id.0, now).await?.met_at.is_none())
}
