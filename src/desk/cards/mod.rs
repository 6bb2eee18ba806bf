//! Digital membership cards: issued for a row of the registry, shown as a QR code, checked, taken back. A card proves that its
//! holder was a member when it was issued, and leads to what the registry says now; it tells nothing else, and whoever may not
//! see the row learns nothing of it. The card itself is kept nowhere: it is signed anew whenever it is shown.

mod keys;
mod token;

use super::Desk;
use super::act::{Act, Look, detached, moment};
use super::journal::Entry;
use super::views::{OrgRef, StaffRef};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::cards::{self, CardRecord, NewCard};
use crate::store::members::{self, MemberRecord};
use crate::store::{Conn, store_is_unique_violation};
use crate::types::{Actor, CardId, CardReason, CardState, MemberId, MemberStatus, OrgId, StaffId, Untrusted};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::path::Path;
use token::Token;
use uuid::Uuid;

/// Years for which a card counts unless somebody says until when, and at most.
const YEARS: i16 = 1;
const MOST_YEARS: i16 = 5;

/// Whom a card is for: what a check may tell, and no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardHolder {
    pub member: MemberId,
    pub name: Untrusted,
    pub organisation: Option<OrgRef>,
    /// As the registry says now.
    pub status: MemberStatus,
    /// Since when the row is no longer in its organisation's file, which does not mean that the holder has left.
    pub missing_since: Option<Timestamp>,
}

/// A card that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardView {
    pub id: CardId,
    pub holder: CardHolder,
    /// The fingerprint of the key that signed it, 8 hexadecimal digits.
    pub key: String,
    pub issued_at: Timestamp,
    pub issued_by: StaffRef,
    /// The last day on which it counts, in the desk's zone.
    pub expires_on: Date,
    pub revoked_at: Option<Timestamp>,
    pub revoked_by: Option<StaffRef>,
    pub reason: Option<CardReason>,
    /// What a check of it would say now.
    pub state: CardState,
}

/// A row of the registry with the card that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberCard {
    pub holder: CardHolder,
    /// The card that nobody has taken back; it may have expired.
    pub card: Option<CardView>,
    /// What stands in its QR code; none where the key that signs it is not on this machine.
    pub token: Option<String>,
    /// It was issued just now.
    pub is_new: bool,
}

/// What a check of a card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCheck {
    pub state: CardState,
    /// The card and its holder, where the desk knows the card and the asker may see the row.
    pub card: Option<CardView>,
}

/// A key that signs cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardKeyView {
    /// Its fingerprint: 8 hexadecimal digits.
    pub id: String,
    pub made_at: Timestamp,
    pub retired_at: Option<Timestamp>,
    /// Its private half is on this machine.
    pub here: bool,
}

/// How a card is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CardRequest {
    /// The last day on which it counts; a year from today if nothing is said.
    pub until: Option<Date>,
    /// Another one even if the row holds a card that counts; the former is taken back.
    pub anew: bool,
}

/// A card by its own id or by its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardRef {
    Card(CardId),
    Of(MemberId),
}

impl Desk {
    /// A row of the registry and the card that it holds, to be shown.
    ///
    /// # Errors
    /// `no-member`; `card-key-open`, `card-key-damaged`.
    pub async fn member_card(&self, actor: &Actor, member: MemberId) -> Result<MemberCard> {
        let mut look = self.look(actor, UseCase::CardShow).await?;
        let scope = look.scope.clone();
        let row = members::by_id(&mut look.reader.conn(), &scope, member.0).await?;
        let row = row.ok_or_else(|| Error::not_found("no-member"))?;
        let held = cards::held_by(&mut look.reader.conn(), member.0).await?;
        let today = today(look.now, &look.ground.zone);
        let token = match &held {
            Some(card) => self.token_of(&mut look.reader.conn(), card).await?,
            None => None,
        };
        let card = held.map(|card| view(card, today));
        Ok(MemberCard { holder: holder_of_row(row), card, token, is_new: false })
    }

    /// Issues a card for a row of the registry, or gives the one that it holds if that still counts.
    ///
    /// # Errors
    /// `no-member`; `card-member-left`; `card-until` for a day in the past or too far away; `card-meanwhile` when somebody else
    /// has just issued one; those of the key: `card-key-absent`, `card-key-open`, `card-key-damaged`.
    pub async fn issue_card(
        &self,
        actor: &Actor,
        member: MemberId,
        request: CardRequest,
    ) -> Result<MemberCard> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CardIssue).await?;
            let row = in_scope(&mut act, member).await?;
            if MemberStatus::parse(&row.status) == Some(MemberStatus::Left) {
                return Err(Error::conflict("card-member-left"));
            }
            let today = today(act.now, &act.ground.zone);
            let held = cards::held_by(&mut act.conn(), member.0).await?;
            if let Some(card) = held.clone().filter(|_| !request.anew && request.until.is_none())
                && state_of(&card, today) == CardState::Valid
            {
                let token = desk.token_of(&mut act.conn(), &card).await?;
                let card = Some(view(card, today));
                return Ok(MemberCard { holder: holder_of_row(row), card, token, is_new: false });
            }
            if let Some(card) = held {
                revoke(&mut act, &card, CardReason::Replaced).await?;
            }
            let (id, token) = issue(&mut act, (desk.id(), desk.state_dir()), member, request, today).await?;
            let card = cards::by_id(&mut act.conn(), id.0).await?.map(|card| view(card, today));
            act.commit().await?;
            Ok(MemberCard { holder: holder_of_row(row), card, token: Some(token), is_new: true })
        })
        .await
    }

    /// Takes a card back: from now on a check says so.
    ///
    /// # Errors
    /// `no-card`; `card-revoked` when it was taken back before.
    pub async fn revoke_card(&self, actor: &Actor, which: CardRef, reason: CardReason) -> Result<CardView> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CardIssue).await?;
            let card = match which {
                CardRef::Card(id) => cards::by_id(&mut act.conn(), id.0).await?,
                CardRef::Of(member) => cards::held_by(&mut act.conn(), member.0).await?,
            };
            let card = card.ok_or_else(|| Error::not_found("no-card"))?;
            if in_scope(&mut act, MemberId(card.member_id)).await.is_err() {
                return Err(Error::not_found("no-card"));
            }
            if card.revoked_at.is_some() {
                return Err(Error::conflict("card-revoked"));
            }
            revoke(&mut act, &card, reason).await?;
            let today = today(act.now, &act.ground.zone);
            let card = cards::by_id(&mut act.conn(), card.id).await?;
            act.commit().await?;
            card.map(|card| view(card, today)).ok_or_else(|| Error::not_found("no-card"))
        })
        .await
    }

    /// Cards of the rows in the actor's scope, the newest first.
    pub async fn cards(&self, actor: &Actor, with_revoked: bool, limit: usize) -> Result<Vec<CardView>> {
        let mut look = self.look(actor, UseCase::CardShow).await?;
        let (scope, limit) = (look.scope.clone(), i64::try_from(limit).unwrap_or(i64::MAX));
        let found = cards::in_scope(&mut look.reader.conn(), &scope, with_revoked, limit).await?;
        let today = today(look.now, &look.ground.zone);
        Ok(found.into_iter().map(|card| view(card, today)).collect())
    }

    /// Checks a card by its text, which may be anything: whether this desk has signed it, whether it still counts, and what the
    /// registry says of its holder now. It changes nothing.
    pub async fn check_card(&self, actor: &Actor, text: &str) -> Result<CardCheck> {
        let mut look = self.look(actor, UseCase::CardShow).await?;
        let bare = |state| Ok(CardCheck { state, card: None });
        let Some(token) = Token::read(text) else { return bare(CardState::Damaged) };
        let Some(key) = keys::public(&mut look.reader.conn(), token.key).await? else {
            return bare(CardState::UnknownKey);
        };
        if !token.is_signed(self.id(), &key) {
            return bare(CardState::Forged);
        }
        let Some(card) = cards::by_id(&mut look.reader.conn(), token.id).await? else {
            return bare(CardState::UnknownCard);
        };
        if !sees(&mut look, card.member_id).await? {
            return bare(CardState::OutOfScope);
        }
        let card = view(card, today(look.now, &look.ground.zone));
        Ok(CardCheck { state: card.state, card: Some(card) })
    }

    /// The text of a card, if its key is here: the same signature every time.
    async fn token_of(&self, conn: &mut Conn<'_>, card: &CardRecord) -> Result<Option<String>> {
        let Some(key) = cards::key(conn, &card.key_id).await? else { return Ok(None) };
        let Some(signing) = keys::private(self.state_dir(), &key)? else { return Ok(None) };
        let day = card.expires_on.parse().ok().and_then(token::day_number);
        let day = day.ok_or_else(|| Error::failed("desk-damaged"))?;
        Ok(Some(Token::sign(self.id(), &signing, card.id, day).text()))
    }
}

async fn sees(look: &mut Look, member: Uuid) -> Result<bool> {
    let scope = look.scope.clone();
    Ok(members::by_id(&mut look.reader.conn(), &scope, member).await?.is_some())
}

async fn in_scope(act: &mut Act, member: MemberId) -> Result<MemberRecord> {
    let scope = act.scope.clone();
    let row = members::by_id(&mut act.conn(), &scope, member.0).await?;
    row.ok_or_else(|| Error::not_found("no-member"))
}

/// Signs a new card and writes it down; its id and its text.
async fn issue(
    act: &mut Act,
    (desk, state_dir): (Uuid, &Path),
    member: MemberId,
    request: CardRequest,
    today: Date,
) -> Result<(CardId, String)> {
    let until = request.until.unwrap_or_else(|| today.saturating_add(YEARS.years()));
    let latest = today.saturating_add(MOST_YEARS.years());
    let day = token::day_number(until).filter(|_| until >= today && until <= latest);
    let day = day.ok_or_else(|| Error::usage("card-until").arg("day", until).arg("latest", latest))?;
    let (key, signing) = keys::current(act, state_dir).await?;
    let id = CardId(Uuid::new_v4());
    let staff = act.actor.staff().map_or(Uuid::nil(), |staff| staff.0);
    let (at, expires_on) = (act.now_ms(), until.to_string());
    let card = NewCard { id: id.0, member: member.0, key: &key, at, by: staff, expires_on: &expires_on };
    cards::insert(&mut act.conn(), &card).await.map_err(|error| {
        if store_is_unique_violation(&error) {
            Error::conflict("card-meanwhile").because(error)
        } else {
            error
        }
    })?;
    let entry = Entry::new("card.issued")
        .about("member", member)
        .code("card", None::<CardId>, Some(id))
        .code("expires_on", None::<&str>, Some(until))
        .refers("key", &key);
    act.record(entry).await?;
    Ok((id, Token::sign(desk, &signing, id.0, day).text()))
}

async fn revoke(act: &mut Act, card: &CardRecord, reason: CardReason) -> Result<()> {
    let staff = act.actor.staff().map_or(Uuid::nil(), |staff| staff.0);
    let now = act.now_ms();
    if !cards::revoke(&mut act.conn(), card.id, staff, reason.code(), now).await? {
        return Err(Error::conflict("card-revoked"));
    }
    let entry = Entry::new("card.revoked")
        .about("member", MemberId(card.member_id))
        .code("card", Some(CardId(card.id)), None::<CardId>)
        .code("reason", None::<&str>, Some(reason.code()));
    act.record(entry).await.map(drop)
}

fn today(now: Timestamp, zone: &jiff::tz::TimeZone) -> Date {
    now.to_zoned(zone.clone()).date()
}

fn unreadable_key(path: &Path) -> Error {
    Error::failed("card-key-damaged").arg("file", path.display())
}

/// What a check of a card that the desk knows says.
fn state_of(card: &CardRecord, today: Date) -> CardState {
    // A day that cannot be read proves nothing.
    let has_expired = card.expires_on.parse::<Date>().map_or(true, |last| today > last);
    let has_left = MemberStatus::parse(&card.status) == Some(MemberStatus::Left);
    match (card.revoked_at, card.key_retired_at) {
        (Some(_), _) => CardState::Revoked,
        (None, Some(_)) => CardState::KeyRetired,
        _ if has_expired => CardState::Expired,
        _ if has_left => CardState::HolderLeft,
        _ => CardState::Valid,
    }
}

fn holder(
    member: Uuid,
    name: Untrusted,
    org: (Option<Uuid>, Option<Untrusted>, Option<Untrusted>),
    status: &str,
    missing_at: Option<i64>,
) -> CardHolder {
    let (id, code, org_name) = org;
    CardHolder {
        member: MemberId(member),
        name,
        organisation: id.map(|id| OrgRef {
            id: OrgId(id),
            code: code.unwrap_or_default(),
            name: org_name.unwrap_or_default(),
        }),
        status: MemberStatus::parse(status).unwrap_or(MemberStatus::Unknown),
        missing_since: missing_at.map(moment),
    }
}

fn holder_of_row(row: MemberRecord) -> CardHolder {
    holder(row.id, row.name_raw, (row.org_id, row.org_code, row.org_name), &row.status, row.missing_at)
}

fn view(card: CardRecord, today: Date) -> CardView {
    let state = state_of(&card, today);
    let staff = |id, name| StaffRef { id: StaffId(id), name };
    CardView {
        id: CardId(card.id),
        key: card.key_id,
        issued_at: moment(card.issued_at),
        issued_by: staff(card.issued_by, card.issuer),
        expires_on: card.expires_on.parse().unwrap_or(Date::MIN),
        revoked_at: card.revoked_at.map(moment),
        revoked_by: card.revoked_by.zip(card.revoker).map(|(id, name)| staff(id, name)),
        reason: card.reason.as_deref().and_then(CardReason::parse),
        state,
        holder: holder(
            card.member_id,
            card.name_raw,
            (card.org_id, card.org_code, card.org_name),
            &card.status,
            card.missing_at,
        ),
    }
}
