//! Who the author is, as a person decides it: confirmed with the evidence that was shown, undone, or stated not to be found.

use super::Desk;
use super::act::{Act, detached};
use super::journal::Entry;
use super::matching::evidence;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::appeals;
use crate::store::members::{self, MemberRecord};
use crate::types::{Actor, AppealId, MemberId, MemberState, MemberStatus};
use uuid::Uuid;

impl Desk {
    /// Links the author with a row of the registry. The facts for and against are journalled as they stood; the appeal
    /// goes to the row's organisation.
    pub async fn confirm_member(&self, actor: &Actor, id: AppealId, member: MemberId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::MatchConfirm).await?;
            let appeal = act.appeal(id).await?;
            let row = in_scope(&mut act, member).await?;
            if appeal.member_id == Some(row.id) {
                return Ok(());
            }
            if appeal.member_id.is_some() {
                return Err(Error::conflict("member-linked"));
            }
            let state = match MemberStatus::parse(&row.status) {
                Some(MemberStatus::Left) => MemberState::Lapsed,
                _ => MemberState::Member,
            };
            let (facts_for, facts_against) = evidence(&mut act.conn(), &appeal, &row).await?;
            let now = act.now_ms();
            let org = row.org_id.or(appeal.org_id);
            appeals::set_membership(&mut act.conn(), id.0, Some(state.code()), Some(row.id), org, now)
                .await?;
            let entry = Entry::new("membership.confirmed")
                .about_appeal(id)
                .about("member", member)
                .code("member", None::<MemberId>, Some(member))
                .code("member_state", appeal.member_state.as_deref(), Some(state.code()))
                .code("organisation", appeal.org_id, org)
                .code("facts_for", None::<&str>, Some(facts_for.join(",")))
                .code("facts_against", None::<&str>, Some(facts_against.join(",")));
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }

    /// Takes a link back: the author is nobody in particular again.
    pub async fn unlink_member(&self, actor: &Actor, id: AppealId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::MatchUnlink).await?;
            let appeal = act.appeal(id).await?;
            let member = appeal.member_id.ok_or_else(|| Error::conflict("member-not-linked"))?;
            let now = act.now_ms();
            // The organisation came with the link and goes with it, or the appeal would stay in a scope it has no reason for.
            appeals::set_membership(&mut act.conn(), id.0, None, None, None, now).await?;
            let entry = Entry::new("membership.unlinked")
                .about_appeal(id)
                .about("member", MemberId(member))
                .code("member", Some(MemberId(member)), None::<MemberId>)
                .code("member_state", appeal.member_state.as_deref(), None::<&str>)
                .code("organisation", appeal.org_id, None::<Uuid>);
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }

    /// States what is known without a row: not a member, several candidates, a gap in the registry, too little to say.
    pub async fn set_member_state(&self, actor: &Actor, id: AppealId, state: MemberState) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::MatchConfirm).await?;
            let appeal = act.appeal(id).await?;
            use MemberState::{Ambiguous, NotMember, RegistryGap, Unverifiable};
            if !matches!(state, NotMember | Ambiguous | RegistryGap | Unverifiable) {
                return Err(Error::usage("state-needs-member").arg("state", state.code()));
            }
            if appeal.member_id.is_some() {
                return Err(Error::conflict("member-linked"));
            }
            if appeal.member_state.as_deref() == Some(state.code()) {
                return Ok(());
            }
            let now = act.now_ms();
            appeals::set_membership(&mut act.conn(), id.0, Some(state.code()), None, appeal.org_id, now)
                .await?;
            let entry = Entry::new("membership.stated").about_appeal(id).code(
                "member_state",
                appeal.member_state.as_deref(),
                Some(state.code()),
            );
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }
}

async fn in_scope(act: &mut Act, member: MemberId) -> Result<MemberRecord> {
    let scope = act.scope.clone();
    let row = members::by_id(&mut act.conn(), &scope, member.0).await?;
    row.ok_or_else(|| Error::not_found("no-member"))
}
