//! What contradicts itself about who is who: two people confirmed to be one row, one contact linked with two rows. Found as links
//! are made and by a check over all; settled by a person with a reason. No confirmed membership changes by being in conflict.

use super::Desk;
use super::act::{Act, detached, moment, number};
use super::identities::{self, checked_note};
use super::journal::Entry;
use super::member::member_view;
use super::membership::unlink_in;
use super::views::{MemberView, StaffRef};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::conflicts::{Claim, Claimed, claimed_twice, contradict};
use crate::rules::roles::UseCase;
use crate::store::conflicts::{self, ClaimRecord, ConflictRecord, NewConflict, PairRecord};
use crate::store::queue::{self, Scope};
use crate::store::{Conn, desk_row, identities as links, members};
use crate::types::{
    Actor, AppealId, AppealNumber, ConflictId, ConflictKind, ConflictState, ContactKind, LinkGround,
    MemberId, Purpose, StaffId, UnlinkReason, Untrusted,
};
use jiff::Timestamp;
use uuid::Uuid;

/// Rows that the check looks at together.
const BATCH: i64 = 500;

/// A conflict with both its sides.
#[derive(Clone, Debug)]
pub struct ConflictView {
    pub id: ConflictId,
    pub kind: ConflictKind,
    pub state: ConflictState,
    /// The contact that two rows have.
    pub contact: Option<(ContactKind, Untrusted)>,
    pub first: ConflictSide,
    pub second: ConflictSide,
    pub found_at: Timestamp,
    pub settled: Option<(Timestamp, StaffRef)>,
    pub reason: Untrusted,
}

/// One of two that cannot both be right. What the actor may not see is absent.
#[derive(Clone, Debug, Default)]
pub struct ConflictSide {
    /// The row of the registry; none out of scope.
    pub member: Option<MemberView>,
    pub appeal: Option<(AppealId, AppealNumber)>,
    /// As the author of the appeal wrote it.
    pub author: Untrusted,
    pub ground: Option<LinkGround>,
    /// Who said so, and when.
    pub by: Option<StaffRef>,
    pub at: Option<Timestamp>,
}

/// Another author who is confirmed to be a row, and cannot be this one.
#[derive(Clone, Debug)]
pub struct ClaimView {
    /// None out of scope, and then no author either.
    pub appeal: Option<(AppealId, AppealNumber)>,
    pub author: Untrusted,
    pub by: Option<StaffRef>,
    pub at: Option<Timestamp>,
}

impl Desk {
    /// Conflicts about rows in the actor's scope, open ones first and the oldest of them on top; with `all` also what is settled.
    pub async fn conflicts(&self, actor: &Actor, all: bool, limit: usize) -> Result<Vec<ConflictView>> {
        let mut look = self.look(actor, UseCase::MatchShow).await?;
        let (scope, limit) = (look.scope.clone(), i64::try_from(limit.min(1000)).unwrap_or(1000));
        let found = conflicts::list(&mut look.reader.conn(), &scope, all, limit).await?;
        let mut views = Vec::with_capacity(found.len());
        for record in found {
            views.push(view(&mut look.reader.conn(), &scope, record).await?);
        }
        Ok(views)
    }

    /// Settles a conflict: one side is unlinked and the other stands, or both are right.
    ///
    /// # Errors
    /// `reason-empty`, `no-conflict`, `conflict-settled`; `conflict-elsewhere` where the side that would go is out of scope, or
    /// either is and both would be right.
    pub async fn settle_conflict(
        &self,
        actor: &Actor,
        id: ConflictId,
        decision: ConflictState,
        reason: String,
    ) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let reason = checked_note(&reason, true)?;
            let mut act = desk.begin(&actor, UseCase::MatchUnlink).await?;
            let scope = act.scope.clone();
            let found = conflicts::one(&mut act.conn(), &scope, id.0).await?;
            let found = found.ok_or_else(|| Error::not_found("no-conflict"))?;
            if found.state != ConflictState::Open.code() {
                return Err(Error::conflict("conflict-settled"));
            }
            let goes = match decision {
                ConflictState::KeptFirst => Some(found.second_id),
                ConflictState::KeptSecond => Some(found.first_id),
                ConflictState::BothRight => None,
                ConflictState::Open | ConflictState::Gone => {
                    return Err(Error::usage("conflict-decision").arg("state", decision.code()));
                }
            };
            if goes.is_none() {
                refuse_hidden(&mut act.conn(), &scope, &found).await?;
            }
            // Before the side goes, or it would count as gone by itself.
            settle(&mut act, &found.pair(), decision, reason.clone()).await?;
            match goes {
                Some(side) if found.kind == ConflictKind::RowClaimed.code() => {
                    unlink_in(&mut act, AppealId(side), UnlinkReason::OtherPerson)
                        .await
                        .map_err(elsewhere)?;
                }
                Some(side) => {
                    let link = links::one(&mut act.conn(), &scope, side).await?;
                    let link = link.ok_or_else(|| Error::conflict("conflict-elsewhere"))?;
                    identities::end(&mut act, &link, UnlinkReason::OtherPerson, reason).await?;
                }
                None => {}
            }
            act.commit().await
        })
        .await
    }

    /// Looks over everything that is linked for what contradicts itself and was not found before; how much was.
    pub async fn check_conflicts(&self, actor: &Actor) -> Result<usize> {
        let (mut after, mut found) = (Uuid::nil(), 0);
        loop {
            let (desk, actor) = (self.clone(), actor.clone());
            let batch = detached(async move {
                let mut act = desk.begin(&actor, UseCase::MatchUnlink).await?;
                let rows = conflicts::suspects(&mut act.conn(), after, BATCH).await?;
                let mut found = 0;
                for row in &rows {
                    found += look(&mut act, *row).await?;
                }
                if found > 0 {
                    act.commit().await?;
                }
                Ok((rows.last().copied(), found))
            });
            let (last, in_batch) = batch.await?;
            found += in_batch;
            match last {
                Some(last) => after = last,
                None => return Ok(found),
            }
        }
    }
}

/// Who says that both sides are right must see both.
async fn refuse_hidden(conn: &mut Conn<'_>, scope: &Scope, found: &ConflictRecord) -> Result<()> {
    for side in [found.first_id, found.second_id] {
        let is_seen = match found.kind == ConflictKind::RowClaimed.code() {
            true => queue::one(conn, scope, side).await?.is_some(),
            false => links::one(conn, scope, side).await?.is_some(),
        };
        if !is_seen {
            return Err(Error::conflict("conflict-elsewhere"));
        }
    }
    Ok(())
}

/// Out of scope an appeal is as if it were not there; here its conflict is.
fn elsewhere(error: Error) -> Error {
    match error.kind {
        ErrorKind::NotFound => Error::conflict("conflict-elsewhere"),
        _ => error,
    }
}

impl ConflictRecord {
    fn pair(&self) -> PairRecord {
        PairRecord {
            id: self.id,
            kind: self.kind.clone(),
            first_id: self.first_id,
            second_id: self.second_id,
            state: self.state.clone(),
        }
    }
}

fn raw(text: &Untrusted) -> &str {
    text.raw_for(Purpose::Matching)
}

/// Looks whether a row that was just linked is in conflict, and writes down what was not known; how much that was. Nobody else
/// looks meanwhile: two who link at once would not see each other.
pub(super) async fn look(act: &mut Act, member: Uuid) -> Result<usize> {
    desk_row::hold_counter(&mut act.conn(), "conflicts").await?;
    let known = conflicts::of_member(&mut act.conn(), member).await?;
    let shared = conflicts::shared_with(&mut act.conn(), member).await?;
    let mut found = Vec::new();
    if let Some((name, former)) = conflicts::names_of(&mut act.conn(), member).await? {
        let claims = conflicts::claims(&mut act.conn(), member).await?;
        let claims: Vec<Claim> = claims.iter().map(claim).collect();
        let is_told = |pair: &&PairRecord| pair.state == "open" || pair.state == "both_right";
        let told: Vec<(Uuid, Uuid)> =
            known.iter().filter(is_told).map(|pair| (pair.first_id, pair.second_id)).collect();
        let row = Claimed { name: raw(&name), former: raw(&former) };
        for (one, other) in claimed_twice(&claims, row, &told) {
            found.push(new(ConflictKind::RowClaimed, (one, member), (other, member), act.now_ms()));
        }
    }
    for pair in shared {
        let (one, other) = ((pair.first_id, pair.first_member), (pair.second_id, pair.second_member));
        found.push(new(ConflictKind::ContactShared, one, other, act.now_ms()));
    }
    let mut made = 0;
    for new in found {
        let same = |pair: &&PairRecord| pair.first_id == new.first_id && pair.second_id == new.second_id;
        match known.iter().find(same) {
            Some(pair) if pair.state == ConflictState::Open.code() => continue,
            Some(pair) if pair.state == ConflictState::BothRight.code() => continue,
            Some(pair) => conflicts::reopen(&mut act.conn(), pair.id, new.found_at).await?,
            None => conflicts::insert(&mut act.conn(), &new).await?,
        }
        made += 1;
        let entry = of_pair("conflict.found", new.kind, (new.first_id, new.second_id))
            .about("member", MemberId(new.member_id))
            .code("conflict_kind", None::<&str>, Some(new.kind));
        act.record(entry).await?;
    }
    Ok(made)
}

fn claim(record: &ClaimRecord) -> Claim {
    Claim { appeal: record.id, name: raw(&record.author_name).to_owned() }
}

/// A pair in its one order.
fn new(kind: ConflictKind, one: (Uuid, Uuid), other: (Uuid, Uuid), now: i64) -> NewConflict {
    let (first, second) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    NewConflict {
        id: ConflictId::new().0,
        kind: kind.code(),
        first_id: first.0,
        second_id: second.0,
        member_id: first.1,
        other_member_id: Some(second.1).filter(|other| *other != first.1),
        found_at: now,
    }
}

/// The entry stands in the history of both appeals, where the sides are appeals.
fn of_pair(action: &'static str, kind: &str, (first, second): (Uuid, Uuid)) -> Entry {
    let entry = Entry::new(action);
    match kind == ConflictKind::RowClaimed.code() {
        true => entry.about_appeal(AppealId(first)).about_appeal(AppealId(second)),
        false => entry,
    }
}

async fn settle(act: &mut Act, pair: &PairRecord, state: ConflictState, reason: Untrusted) -> Result<()> {
    let me = act.actor.staff().map(|staff| staff.0);
    let now = act.now_ms();
    if !conflicts::settle(&mut act.conn(), (pair.id, me), state.code(), &reason, now).await? {
        return Err(Error::conflict("conflict-settled"));
    }
    let entry = of_pair("conflict.settled", &pair.kind, (pair.first_id, pair.second_id))
        .about("conflict", ConflictId(pair.id))
        .code("conflict_state", Some(&pair.state), Some(state.code()));
    let entry = if reason.is_empty() { entry } else { entry.text("reason", None, Some(reason)) };
    act.record(entry).await.map(drop)
}

/// A side of conflicts was unlinked: they are none any more.
pub(super) async fn side_is_gone(act: &mut Act, side: Uuid) -> Result<()> {
    for pair in conflicts::open_with(&mut act.conn(), side).await? {
        settle(act, &pair, ConflictState::Gone, Untrusted::default()).await?;
    }
    Ok(())
}

/// The others who are confirmed to be a row and cannot be this author: told before anybody confirms.
pub(super) async fn claims_against(
    conn: &mut Conn<'_>,
    scope: &Scope,
    appeal: Uuid,
    author: &str,
    row: &members::MemberRecord,
) -> Result<Vec<ClaimView>> {
    let mut against = Vec::new();
    let claimed = Claimed { name: raw(&row.name_raw), former: raw(&row.former_raw) };
    for other in conflicts::claims(conn, row.id).await? {
        if other.id != appeal && contradict(author, raw(&other.author_name), claimed) {
            let seen = seen(conn, scope, other.id).await?;
            against.push(ClaimView {
                author: if seen.is_some() { other.author_name.clone() } else { Untrusted::default() },
                by: by(&other),
                at: other.proved_at.map(moment),
                appeal: seen,
            });
        }
    }
    Ok(against)
}

fn by(claim: &ClaimRecord) -> Option<StaffRef> {
    let name = claim.by_name.clone().unwrap_or_default();
    claim.by_id.map(|id| StaffRef { id: StaffId(id), name })
}

async fn seen(conn: &mut Conn<'_>, scope: &Scope, appeal: Uuid) -> Result<Option<(AppealId, AppealNumber)>> {
    let row = queue::one(conn, scope, appeal).await?;
    Ok(row.map(|row| (AppealId(row.id), number(row.year, row.seq))))
}

async fn view(conn: &mut Conn<'_>, scope: &Scope, record: ConflictRecord) -> Result<ConflictView> {
    let kind = ConflictKind::parse(&record.kind).unwrap_or(ConflictKind::RowClaimed);
    let other = record.other_member_id.unwrap_or(record.member_id);
    let mut contact = None;
    let mut sides = Vec::with_capacity(2);
    for (side, member) in [(record.first_id, record.member_id), (record.second_id, other)] {
        let member = members::by_id(conn, scope, member).await?;
        let member_seen = member.clone().map(member_view);
        sides.push(match kind {
            ConflictKind::RowClaimed => claim_side(conn, scope, side, record.member_id, member_seen).await?,
            ConflictKind::ContactShared => match links::one(conn, scope, side).await?.map(identities::view) {
                Some(link) => {
                    contact = Some((link.kind, link.value));
                    ConflictSide {
                        member: member_seen,
                        appeal: link.appeal,
                        author: Untrusted::default(),
                        ground: Some(link.ground),
                        by: Some(link.by),
                        at: Some(link.at),
                    }
                }
                None => ConflictSide::default(),
            },
        });
    }
    let settled_by = record.settled_by.unwrap_or_default();
    let settled = record.settled_at.map(|at| {
        let name = record.settled_name.unwrap_or_default();
        (moment(at), StaffRef { id: StaffId(settled_by), name })
    });
    let (second, first) = (sides.pop().unwrap_or_default(), sides.pop().unwrap_or_default());
    Ok(ConflictView {
        id: ConflictId(record.id),
        kind,
        state: ConflictState::parse(&record.state).unwrap_or(ConflictState::Open),
        contact,
        first,
        second,
        found_at: moment(record.found_at),
        settled,
        reason: record.reason,
    })
}

async fn claim_side(
    conn: &mut Conn<'_>,
    scope: &Scope,
    appeal: Uuid,
    row: Uuid,
    member: Option<MemberView>,
) -> Result<ConflictSide> {
    let appeal_row = queue::one(conn, scope, appeal).await?;
    let claims = conflicts::claims(conn, row).await?;
    let claim = claims.into_iter().find(|claim| claim.id == appeal);
    Ok(ConflictSide {
        member,
        appeal: appeal_row.as_ref().map(|row| (AppealId(row.id), number(row.year, row.seq))),
        author: appeal_row.map(|row| row.author_name).unwrap_or_default(),
        ground: claim.as_ref().map(|_| LinkGround::Appeal),
        by: claim.as_ref().and_then(by),
        at: claim.and_then(|claim| claim.proved_at.map(moment)),
    })
}
