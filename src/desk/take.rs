//! Taking an appeal: atomic, so that of two who press at once one gets it and the other is told who.

use super::Desk;
use super::act::detached;
use super::journal::Entry;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::appeals;
use crate::types::{Actor, AppealId, Stage};

impl Desk {
    /// Makes the actor the assignee of an open appeal that nobody has. Taking one's own again does nothing.
    pub async fn take(&self, actor: &Actor, id: AppealId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::AppealTake).await?;
            let me = actor.staff().ok_or_else(|| Error::not_allowed("not-a-person"))?;
            let appeal = act.appeal(id).await?;
            if let Some(other) = appeal.assignee_id {
                if other == me.0 {
                    return Ok(());
                }
                return Err(
                    Error::conflict("taken-by-other").arg("name", appeal.assignee_name.unwrap_or_default())
                );
            }
            let stage = Stage::parse(&appeal.stage).unwrap_or(Stage::New);
            if !stage.is_open() {
                return Err(Error::conflict("not-open").arg("stage", stage.code()));
            }
            let now = act.now_ms();
            let taken = if stage == Stage::UnderControl { stage } else { Stage::Taken };
            appeals::set_assignee(&mut act.conn(), id.0, Some(me.0), now).await?;
            appeals::set_stage(&mut act.conn(), id.0, taken.code(), true, now).await?;
            let entry = Entry::new("appeal.taken")
                .about_appeal(id)
                .code("assignee", None::<&str>, Some(me))
                .code("stage", Some(stage.code()), Some(taken.code()));
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }
}
