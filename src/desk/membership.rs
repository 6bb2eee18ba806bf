//! Who the author is, as a person decides it: confirmed with the evidence that was shown, undone, or stated not to be found.
//! Where the evidence is weak, one person alone decides nothing: a second one, or a call to the chair that names no appeal,
//! has to agree.

use super::act::{Act, detached};
use super::journal::Entry;
use super::matching::evidence;
use super::views::{Candidate, SaidLink, StaffRef};
use super::{Desk, calls, conflicts, identities};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::Conn;
use crate::store::appeals::{self, AppealRecord};
use crate::store::member_links::{self, LinkRecord};
use crate::store::members::{self, MemberRecord};
use crate::types::{
    Actor, AppealId, CallReason, MatchClass, MemberId, MemberProof, MemberState, StaffId, UnlinkReason,
    Untrusted,
};
use uuid::Uuid;

/// What has become of somebody's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The author is linked with the row.
    Linked(MemberProof),
    /// The evidence is weak: nobody is linked until a second person says the same.
    Awaits,
}

/// What a word on an author's membership comes with.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// What the chair said, who was called at the registry's number and was told nothing of the appeal.
    pub told: Option<String>,
    /// The contacts that the author wrote from are linked with the row too, for their next appeal. Not for a mailbox that
    /// several people share.
    pub contacts: bool,
}

/// The longest word on a call to a chair, in bytes.
const LONGEST_WORD: usize = 2_000;

impl Desk {
    /// Says that the author is a row of the registry. Where the evidence is strong or likely, or somebody else has said the same,
    /// that links them: the facts for and against are journalled as they stood, and the appeal goes to the row's
    /// organisation. Otherwise it waits for a second person.
    pub async fn confirm_member(&self, actor: &Actor, id: AppealId, member: MemberId) -> Result<Confirmed> {
        self.confirm_as(actor, id, member, Confirmation { told: None, contacts: true }).await
    }

    /// The same on the word of the chair, who was called at the registry's number and was told nothing of the appeal;
    /// `told` is what the chair said, for the history.
    pub async fn confirm_by_call(
        &self,
        actor: &Actor,
        id: AppealId,
        member: MemberId,
        told: String,
    ) -> Result<Confirmed> {
        self.confirm_as(actor, id, member, Confirmation { told: Some(told), contacts: true }).await
    }

    /// Either, and whether the author's contacts are linked with the row.
    pub async fn confirm_as(
        &self,
        actor: &Actor,
        id: AppealId,
        member: MemberId,
        with: Confirmation,
    ) -> Result<Confirmed> {
        let Confirmation { told, contacts } = with;
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            if told.as_ref().is_some_and(|told| told.len() > LONGEST_WORD) {
                return Err(Error::usage("text-too-long").arg("limit", LONGEST_WORD));
            }
            let mut act = desk.begin(&actor, UseCase::MatchConfirm).await?;
            let appeal = act.appeal(id).await?;
            let row = in_scope(&mut act, member).await?;
            let said = member_links::of_appeal(&mut act.conn(), id.0).await?;
            if appeal.member_id == Some(row.id) {
                let proof = said.and_then(|said| MemberProof::parse(&said.proof?));
                return Ok(Confirmed::Linked(proof.unwrap_or(MemberProof::Evidence)));
            }
            if appeal.member_id.is_some() {
                return Err(Error::conflict("member-linked"));
            }
            let ground = act.ground.clone();
            let found = evidence(&mut act.conn(), &ground, &appeal, &row).await?;
            let said = said.filter(|said| said.member_id == row.id);
            let me = actor.staff().map_or(Uuid::nil(), |staff| staff.0);
            let proof = proof_of(found.class, told.is_some(), said.as_ref(), me);
            match (proof, &said) {
                (None, Some(_)) => return Ok(Confirmed::Awaits),
                (Some(proof), Some(said)) => {
                    let second = (said.first_by != me).then_some(me);
                    let now = act.now_ms();
                    member_links::prove(&mut act.conn(), id.0, proof.code(), second, now).await?;
                }
                (proof, None) => {
                    let (class, code, now) = (found.class.code(), proof.map(MemberProof::code), act.now_ms());
                    member_links::say(&mut act.conn(), (id.0, row.id, me), class, code, now).await?;
                }
            }
            let told = told.filter(|told| !told.trim().is_empty());
            match proof {
                Some(proof) => {
                    link(&mut act, &appeal, &row, &found, proof, told).await?;
                    if contacts {
                        identities::link_contacts(&mut act, &appeal, row.id).await?;
                    }
                    conflicts::look(&mut act, row.id).await?;
                }
                None => act.record(entry("membership.proposed", id, member, &found)).await.map(drop)?,
            }
            act.commit().await?;
            Ok(proof.map_or(Confirmed::Awaits, Confirmed::Linked))
        })
        .await
    }

    /// Takes a link back, or what somebody said and nobody has proved: the author is nobody in particular again.
    pub async fn unlink_member(&self, actor: &Actor, id: AppealId, reason: UnlinkReason) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::MatchUnlink).await?;
            unlink_in(&mut act, id, reason).await?;
            act.commit().await
        })
        .await
    }

    /// States what is known without a row: not a member, several candidates, a gap in the registry, too little to say. Whoever
    /// is no member is to be called: the task is made in the same transaction, and goes when the state is another one before
    /// anybody has called.
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
            member_links::forget(&mut act.conn(), id.0).await?;
            appeals::set_membership(&mut act.conn(), id.0, Some(state.code()), None, appeal.org_id, now)
                .await?;
            let entry = Entry::new("membership.stated").about_appeal(id).code(
                "member_state",
                appeal.member_state.as_deref(),
                Some(state.code()),
            );
            act.record(entry).await?;
            match state {
                NotMember => calls::make(&mut act, &appeal, CallReason::NotMember).await?,
                _ => calls::not_needed(&mut act, id).await?,
            }
            act.commit().await
        })
        .await
    }
}

/// Takes a link or a word back in a transaction that goes on.
pub(super) async fn unlink_in(act: &mut Act, id: AppealId, reason: UnlinkReason) -> Result<()> {
    let appeal = act.appeal(id).await?;
    let said = member_links::of_appeal(&mut act.conn(), id.0).await?;
    let member = appeal.member_id.or(said.map(|said| said.member_id));
    let member = member.ok_or_else(|| Error::conflict("member-not-linked"))?;
    let now = act.now_ms();
    member_links::forget(&mut act.conn(), id.0).await?;
    let entry = Entry::new("membership.unlinked")
        .about_appeal(id)
        .about("member", MemberId(member))
        .code("member", Some(MemberId(member)), None::<MemberId>)
        .code("reason", None::<&str>, Some(reason.code()));
    let entry = match appeal.member_id {
        None => entry,
        Some(_) => {
            // The organisation came with the link and goes with it, or the appeal would stay in a scope it has no reason
            // for.
            appeals::set_membership(&mut act.conn(), id.0, None, None, None, now).await?;
            identities::unlink_resting(act, id.0, member, reason).await?;
            conflicts::side_is_gone(act, id.0).await?;
            entry.code("member_state", appeal.member_state.as_deref(), None::<&str>).code(
                "organisation",
                appeal.org_id,
                None::<Uuid>,
            )
        }
    };
    act.record(entry).await.map(drop)
}

async fn in_scope(act: &mut Act, member: MemberId) -> Result<MemberRecord> {
    let scope = act.scope.clone();
    let row = members::by_id(&mut act.conn(), &scope, member.0).await?;
    row.ok_or_else(|| Error::not_found("no-member"))
}

/// What makes it certain that the author is the row; `None`: nothing yet.
fn proof_of(class: MatchClass, is_called: bool, said: Option<&LinkRecord>, me: Uuid) -> Option<MemberProof> {
    match class {
        MatchClass::Strong | MatchClass::Likely => Some(MemberProof::Evidence),
        _ if is_called => Some(MemberProof::ChairCall),
        _ if said.is_some_and(|said| said.first_by != me) => Some(MemberProof::Person),
        _ => None,
    }
}

fn entry(action: &'static str, id: AppealId, member: MemberId, found: &Candidate) -> Entry {
    Entry::new(action)
        .about_appeal(id)
        .about("member", member)
        .code("member", None::<MemberId>, Some(member))
        .code("class", None::<&str>, Some(found.class.code()))
        .code("facts_for", None::<&str>, Some(found.facts_for.join(",")))
        .code("facts_against", None::<&str>, Some(found.facts_against.join(",")))
}

async fn link(
    act: &mut Act,
    appeal: &AppealRecord,
    row: &MemberRecord,
    found: &Candidate,
    proof: MemberProof,
    told: Option<String>,
) -> Result<()> {
    let state = found.state;
    let (now, org) = (act.now_ms(), row.org_id.or(appeal.org_id));
    appeals::set_membership(&mut act.conn(), appeal.id, Some(state.code()), Some(row.id), org, now).await?;
    let entry = entry("membership.confirmed", AppealId(appeal.id), MemberId(row.id), found)
        .code("member_state", appeal.member_state.as_deref(), Some(state.code()))
        .code("organisation", appeal.org_id, org)
        .code("proof", None::<&str>, Some(proof.code()));
    let entry = match told {
        Some(told) => entry.text("chair_said", None, Some(Untrusted::new(told))),
        None => entry,
    };
    act.record(entry).await?;
    calls::not_needed(act, AppealId(appeal.id)).await
}

/// What somebody says of an appeal's author.
pub(super) async fn said(conn: &mut Conn<'_>, id: AppealId) -> Result<Option<SaidLink>> {
    let said = member_links::of_appeal(conn, id.0).await?;
    Ok(said.map(|said| SaidLink {
        member: MemberId(said.member_id),
        class: MatchClass::parse(&said.class).unwrap_or(MatchClass::None),
        proof: said.proof.as_deref().and_then(MemberProof::parse),
        by: StaffRef { id: StaffId(said.first_by), name: said.first_name },
    }))
}
