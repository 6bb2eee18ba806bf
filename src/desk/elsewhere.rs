//! What a person says of a colleague's own reply from another program, which was found among what the mailbox sent: it is a
//! response or the answer on the merits, and then the clock stops at the moment at which it was sent, or it is none. The
//! reply itself stays in the thread whatever is said of it.

use super::act::{Act, detached, moment};
use super::journal::Entry;
use super::outgoing::answered;
use super::{Desk, replay};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::appeals::AppealRecord;
use crate::store::messages::MessageRecord;
use crate::store::{appeals, messages};
use crate::types::{Actor, AppealId, MessageId, Outside, ReplyKind, Stage};
use jiff::Timestamp;

impl Desk {
    /// Says that a reply which a colleague sent from another program is a response, or the answer on the merits. The clock
    /// stops at the moment at which it was sent; one that was late stays late. A response may be raised to the merits.
    pub async fn confirm_outside(
        &self,
        actor: &Actor,
        appeal: AppealId,
        message: MessageId,
        kind: ReplyKind,
    ) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::OutsideConfirm).await?;
            let appeal = act.appeal(appeal).await?;
            let (found, record) = found(&mut act, &appeal, message).await?;
            let known = record.kind.as_deref().and_then(ReplyKind::parse);
            if found.state == Outside::Confirmed && (known == Some(kind) || kind == ReplyKind::Response) {
                return Err(Error::conflict("outside-decided").arg("outside", found.state.code()));
            }
            confirm(&mut act, &appeal, &found, kind).await?;
            appeals::count_outside(&mut act.conn(), appeal.id).await?;
            act.commit().await
        })
        .await
    }

    /// Says that such a reply is no answer. It stays in the thread; what it had met is open again, at the original due.
    pub async fn decline_outside(&self, actor: &Actor, appeal: AppealId, message: MessageId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::OutsideDecline).await?;
            let appeal = act.appeal(appeal).await?;
            let (found, _) = found(&mut act, &appeal, message).await?;
            if found.state == Outside::Declined {
                return Err(Error::conflict("outside-decided").arg("outside", found.state.code()));
            }
            let conn = &mut act.conn();
            messages::set_outside(conn, message.0, Outside::Declined.code(), None).await?;
            appeals::count_outside(conn, appeal.id).await?;
            let entry = Entry::new("outside.declined")
                .about_appeal(AppealId(appeal.id))
                .code("outside", Some(found.state.code()), Some(Outside::Declined.code()))
                .refers("message", message);
            act.record(entry).await?;
            act.restore_clock(&appeal).await?;
            reopen(&mut act, &appeal).await?;
            act.commit().await
        })
        .await
    }
}

/// A message that was sent from another program.
pub(super) struct Found {
    pub message: MessageId,
    /// When it was sent.
    pub at: Timestamp,
    pub state: Outside,
}

async fn found(act: &mut Act, appeal: &AppealRecord, id: MessageId) -> Result<(Found, MessageRecord)> {
    let record = messages::by_id(&mut act.conn(), id.0).await?;
    let record = record.filter(|message| message.appeal_id == appeal.id);
    let record = record.ok_or_else(|| Error::not_found("no-message"))?;
    let state = record.outside.as_deref().and_then(Outside::parse);
    let state = state.ok_or_else(|| Error::conflict("not-outside"))?;
    Ok((Found { message: id, at: moment(record.at), state }, record))
}

/// In one transaction with whatever found it.
pub(super) async fn confirm(
    act: &mut Act,
    appeal: &AppealRecord,
    found: &Found,
    kind: ReplyKind,
) -> Result<()> {
    let state = Outside::Confirmed.code();
    messages::set_outside(&mut act.conn(), found.message.0, state, Some(kind.code())).await?;
    let entry = Entry::new("outside.confirmed")
        .about_appeal(AppealId(appeal.id))
        .occurred_at(found.at)
        .code("outside", Some(found.state.code()), Some(state))
        .refers("message", found.message)
        .refers("reply", kind.code());
    act.record(entry).await?;
    answered(act, appeal.clone(), kind).await
}

/// An appeal that stood answered by nothing but what was declined comes back to whoever had it.
async fn reopen(act: &mut Act, appeal: &AppealRecord) -> Result<()> {
    if appeal.stage != Stage::Answered.code() {
        return Ok(());
    }
    let (ground, now) = (act.ground.clone(), act.now);
    if replay::response(&mut act.conn(), &ground, appeal.id, now).await?.merits_met_at.is_some() {
        return Ok(());
    }
    let now = act.now_ms();
    let back = if appeal.assignee_id.is_some() { Stage::Taken } else { Stage::New };
    appeals::set_stage(&mut act.conn(), appeal.id, back.code(), true, now).await?;
    let entry = Entry::new("appeal.stage").about_appeal(AppealId(appeal.id)).code(
        "stage",
        Some(Stage::Answered.code()),
        Some(back.code()),
    );
    act.record(entry).await?;
    act.restore_clock(appeal).await
}
