//! A reply being written: saved as it is typed, one for each person and appeal. Not journalled.

use super::Desk;
use super::act::{Act, detached};
use super::note::LONGEST_TEXT;
use super::recipients;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::draft_files;
use crate::store::drafts::{self, DraftRecord};
use crate::types::{Actor, AppealId, MessageId, ReplyKind, StaffId};

impl Desk {
    /// Saves the text of the actor's draft; an empty text deletes a draft that has neither files nor copies.
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
            let me = writer(&actor)?;
            act.appeal(id).await?;
            let mut draft = of(&mut act, id, me).await?;
            draft.text = text.replace('\0', "\u{fffd}");
            take_up(&mut draft);
            kind.code().clone_into(&mut draft.kind);
            draft.seen_message_id = seen.map(|message| message.0);
            keep(&mut act, id, me, draft).await?;
            act.commit().await
        })
        .await
    }

    /// Says who gets a carbon copy of the reply being written.
    pub async fn copy_draft_to(&self, actor: &Actor, id: AppealId, cc: Vec<String>) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ReplyDraft).await?;
            let me = writer(&actor)?;
            let appeal = act.appeal(id).await?;
            let copies = recipients::copies(&mut act, &appeal, &cc).await?;
            let mut draft = of(&mut act, id, me).await?;
            draft.cc = copies.iter().map(|copy| copy.addr.as_str()).collect::<Vec<_>>().join("\n");
            keep(&mut act, id, me, draft).await?;
            act.commit().await
        })
        .await
    }

    /// Throws the draft away, text, copies and files.
    pub async fn discard_draft(&self, actor: &Actor, id: AppealId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ReplyDraft).await?;
            let me = writer(&actor)?;
            act.appeal(id).await?;
            drafts::delete(&mut act.conn(), id.0, me.0).await?;
            act.commit().await
        })
        .await
    }
}

/// Whose draft it is: a person's.
pub(super) fn writer(actor: &Actor) -> Result<StaffId> {
    actor.staff().ok_or_else(|| Error::not_allowed("not-a-person"))
}

/// The draft as it stands, or an empty one.
pub(super) async fn of(act: &mut Act, id: AppealId, me: StaffId) -> Result<DraftRecord> {
    let known = drafts::load(&mut act.conn(), id.0, me.0).await?;
    Ok(known.unwrap_or_else(|| DraftRecord {
        text: String::new(),
        kind: ReplyKind::Response.code().to_owned(),
        seen_message_id: None,
        updated_at: 0,
        cc: String::new(),
        mailed: String::new(),
    }))
}

/// Saves a draft; one in which nothing is left is deleted.
pub(super) async fn keep(act: &mut Act, id: AppealId, me: StaffId, mut draft: DraftRecord) -> Result<()> {
    let files = draft_files::of_draft(&mut act.conn(), id.0, me.0).await?;
    if draft.text.is_empty() && draft.cc.is_empty() && draft.mailed.is_empty() && files.is_empty() {
        return drafts::delete(&mut act.conn(), id.0, me.0).await;
    }
    draft.updated_at = act.now_ms();
    drafts::save(&mut act.conn(), id.0, me.0, &draft).await
}

/// The text with what came to it by mail since it was last written.
pub(super) fn whole_text(draft: &DraftRecord) -> String {
    match (draft.text.is_empty(), draft.mailed.is_empty()) {
        (_, true) => draft.text.clone(),
        (true, false) => draft.mailed.clone(),
        (false, false) => format!("{}\n\n{}", draft.text.trim_end(), draft.mailed),
    }
}

/// What came by mail is part of the text as soon as the text holds it. Until then it waits beside the text: a screen that
/// was open before it came saves a text without it, and must not take it away.
pub(super) fn take_up(draft: &mut DraftRecord) {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    if bare(&draft.text).contains(&bare(&draft.mailed)) {
        draft.mailed = String::new();
    }
}
