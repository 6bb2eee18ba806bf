//! A reply being written: saved as it is typed, one for each person and appeal. Not journalled.

use super::Desk;
use super::act::detached;
use super::note::LONGEST_TEXT;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::drafts;
use crate::types::{Actor, AppealId, MessageId, ReplyKind};

impl Desk {
    /// Saves the actor's draft; an empty text deletes it.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        id: AppealId,
        text: String,
        kind: ReplyKind,
        seen: Option<MessageId>,
    ) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            if text.len() > LONGEST_TEXT {
                return Err(Error::usage("text-too-long").arg("limit", LONGEST_TEXT));
            }
            let mut act = desk.begin(&actor, UseCase::ReplyDraft).await?;
            let me = actor.staff().ok_or_else(|| Error::not_allowed("not-a-person"))?;
            act.appeal(id).await?;
            if text.is_empty() {
                drafts::delete(&mut act.conn(), id.0, me.0).await?;
            } else {
                let draft = drafts::DraftRecord {
                    text: text.replace('\0', "\u{fffd}"),
                    kind: kind.code().to_owned(),
                    seen_message_id: seen.map(|message| message.0),
                    updated_at: act.now_ms(),
                };
                drafts::save(&mut act.conn(), id.0, me.0, &draft).await?;
            }
            act.commit().await
        })
        .await
    }
}
