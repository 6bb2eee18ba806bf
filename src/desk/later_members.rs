//! Whether who joined the union after the day that an appeal is about counts as a member for it: a setting of the desk.

use super::Desk;
use super::act::detached;
use super::journal::Entry;
use super::settings::Ground;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::desk_row;
use crate::types::Actor;

impl Desk {
    /// Says whether they count. Cards that are looked at from now on are judged so; what was confirmed stays.
    pub async fn set_later_members(&self, actor: &Actor, count: bool) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::SettingsEdit).await?;
            let before = act.ground.settings.later_members_count;
            if before == count {
                return Ok(());
            }
            let mut settings: serde_json::Value = serde_json::from_str(&act.ground.source)
                .map_err(|error| Error::failed("settings-damaged").because(error))?;
            // What a newer program has written there is kept.
            settings["later_members_count"] = serde_json::json!(count);
            desk_row::set_settings(&mut act.conn(), &settings.to_string()).await?;
            let word = |count: bool| Some(if count { "yes" } else { "no" });
            let entry = Entry::new("settings.later-members").about("desk", desk.id()).code(
                "later_members",
                word(before),
                word(count),
            );
            act.record(entry).await?;
            act.commit().await?;
            desk.set_ground(Ground::read(&settings.to_string())?);
            Ok(())
        })
        .await
    }
}
