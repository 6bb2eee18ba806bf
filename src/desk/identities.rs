//! Contacts of one person: linked with a row of the registry on evidence, carried to the next appeal from them as a proposal, taken
//! back with a reason. Equal addresses link nobody by themselves; every link has somebody who says so.

use super::act::{Act, detached, moment, number};
use super::journal::Entry;
use super::views::StaffRef;
use super::{Desk, conflicts, recipients};
use crate::error::{Error, Result};
use crate::rules::normalise::{email, mixes_scripts, phone_e164};
use crate::rules::roles::UseCase;
use crate::store::appeals::AppealRecord;
use crate::store::identities::{self, IdentityRecord, NewIdentity as NewRecord};
use crate::store::queue::{self, Scope};
use crate::store::{Conn, appeals, conflicts as claims, members, messages};
use crate::types::{
    Actor, AppealId, AppealNumber, Authentication, Channel, ContactKind, Direction, IdentityId, LinkGround,
    MemberId, Purpose, StaffId, UnlinkReason, Untrusted,
};
use jiff::Timestamp;
use uuid::Uuid;

/// The longest note and the longest account, in bytes.
const LONGEST: usize = 2_000;
const LONGEST_ACCOUNT: usize = 200;

/// A contact that is or was linked with a row of the registry.
#[derive(Clone, Debug)]
pub struct IdentityView {
    pub id: IdentityId,
    pub kind: ContactKind,
    pub value: Untrusted,
    pub member: MemberId,
    pub name: Untrusted,
    /// The code of the row's organisation.
    pub organisation: Option<Untrusted>,
    pub ground: LinkGround,
    /// The appeal that it rests on, if the actor may see it.
    pub appeal: Option<(AppealId, AppealNumber)>,
    pub note: Untrusted,
    pub by: StaffRef,
    pub at: Timestamp,
    pub ended: Option<IdentityEnd>,
}

/// When, by whom and why a link was taken back.
#[derive(Clone, Debug)]
pub struct IdentityEnd {
    pub at: Timestamp,
    pub by: StaffRef,
    pub reason: UnlinkReason,
    pub note: Untrusted,
}

/// Whose contacts are looked at.
#[derive(Clone, Debug)]
pub enum IdentitiesOf {
    Member(MemberId),
    /// Those that the author of an appeal gave.
    Appeal(AppealId),
    /// An address, a number or an account, as somebody types it.
    Contact(String),
    /// The newest of all.
    All(usize),
}

/// A contact as a person links it.
#[derive(Clone, Debug)]
pub struct NewIdentity {
    pub member: MemberId,
    /// An address, a number, or an account as `CHANNEL:ID`.
    pub contact: String,
    pub ground: LinkGround,
    /// The appeal that it rests on; needed for that ground.
    pub appeal: Option<AppealId>,
    /// What shows that it is theirs.
    pub note: String,
}

impl Desk {
    /// Linked contacts of rows in the actor's scope, the newest first; with `all` also those that were taken back.
    pub async fn identities(
        &self,
        actor: &Actor,
        whose: IdentitiesOf,
        all: bool,
    ) -> Result<Vec<IdentityView>> {
        let mut look = self.look(actor, UseCase::MatchShow).await?;
        let (scope, conn) = (look.scope.clone(), &mut look.reader.conn());
        let found = match whose {
            IdentitiesOf::Member(member) => {
                let row = members::by_id(conn, &scope, member.0).await?;
                row.ok_or_else(|| Error::not_found("no-member"))?;
                identities::of_member(conn, &scope, member.0, all).await?
            }
            IdentitiesOf::Appeal(id) => return of_appeal(conn, &scope, id, all).await,
            IdentitiesOf::Contact(typed) => {
                let (_, value) = read_contact(&typed)?;
                identities::of_contact(conn, &scope, &value, all).await?
            }
            IdentitiesOf::All(limit) => {
                let limit = i64::try_from(limit.min(10_000)).unwrap_or(10_000);
                identities::list(conn, &scope, all, limit).await?
            }
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// Links a contact with a row by hand. A contact that another row has too is a conflict, which waits for a person.
    ///
    /// # Errors
    /// `bad-contact`, `bad-address`, `own-address`, `reason-empty`, `no-member`, `identity-held`; `member-not-linked` where the
    /// ground is an appeal whose author is not confirmed to be the row.
    pub async fn link_identity(&self, actor: &Actor, new: NewIdentity) -> Result<IdentityId> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let note = checked_note(&new.note, true)?;
            let mut act = desk.begin(&actor, UseCase::MatchConfirm).await?;
            let (kind, value) = read_contact(&new.contact)?;
            refuse_look_alike(&value)?;
            if kind == ContactKind::Email {
                recipients::refuse_own(&mut act, &recipients::typed_address(&value)?).await?;
            }
            if let Some(appeal) = new.appeal {
                let appeal = act.appeal(appeal).await?;
                if new.ground == LinkGround::Appeal && appeal.member_id != Some(new.member.0) {
                    return Err(Error::conflict("member-not-linked"));
                }
            } else if new.ground == LinkGround::Appeal {
                return Err(Error::conflict("member-not-linked"));
            }
            let scope = act.scope.clone();
            let row = members::by_id(&mut act.conn(), &scope, new.member.0).await?;
            row.ok_or_else(|| Error::not_found("no-member"))?;
            let link = Link { kind, value: &value, member: new.member.0, ground: new.ground };
            let made = put(&mut act, link, new.appeal, note).await?;
            let id = made.ok_or_else(|| Error::conflict("identity-held"))?;
            conflicts::look(&mut act, new.member.0).await?;
            act.commit().await?;
            Ok(id)
        })
        .await
    }

    /// Takes a link back.
    ///
    /// # Errors
    /// `no-identity`, also out of scope; `identity-ended`; `reason-empty` where the reason is *other* and nothing is said.
    pub async fn unlink_identity(
        &self,
        actor: &Actor,
        id: IdentityId,
        reason: UnlinkReason,
        note: String,
    ) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let note = checked_note(&note, reason == UnlinkReason::Other)?;
            let mut act = desk.begin(&actor, UseCase::MatchUnlink).await?;
            let scope = act.scope.clone();
            let found = identities::one(&mut act.conn(), &scope, id.0).await?;
            let found = found.ok_or_else(|| Error::not_found("no-identity"))?;
            if found.ended_at.is_some() {
                return Err(Error::conflict("identity-ended"));
            }
            end(&mut act, &found, reason, note).await?;
            act.commit().await
        })
        .await
    }
}

/// What stands in a contact as somebody typed it.
fn read_contact(typed: &str) -> Result<(ContactKind, String)> {
    let bad = || Error::usage("bad-contact").arg("contact", typed);
    if let Some(number) = phone_e164(typed) {
        return Ok((ContactKind::Phone, number));
    }
    if let Some(address) = email(typed).filter(|address| !address.contains(':')) {
        return Ok((ContactKind::Email, address));
    }
    let account = typed.trim().to_lowercase();
    let (channel, id) = account.split_once(':').ok_or_else(bad)?;
    let is_plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control());
    match is_plain(channel) && is_plain(id) && account.len() <= LONGEST_ACCOUNT {
        true => Ok((ContactKind::Account, account.clone())),
        false => Err(bad()),
    }
}

/// A contact that is not the one it looks like is nobody's: signs that nobody sees, letters of two alphabets in one word.
fn refuse_look_alike(contact: &str) -> Result<()> {
    let mut words = contact.split(|c: char| !c.is_alphanumeric());
    let fault = match contact.contains(recipients::is_invisible) {
        true => "invisible",
        false if words.any(mixes_scripts) => "mixed",
        false => return Ok(()),
    };
    Err(Error::usage("bad-address").arg("address", contact).arg("address_fault", fault))
}

pub(super) fn checked_note(note: &str, is_needed: bool) -> Result<Untrusted> {
    let note = note.trim();
    match (note.len() > LONGEST, note.is_empty() && is_needed) {
        (true, _) => Err(Error::usage("text-too-long").arg("limit", LONGEST)),
        (_, true) => Err(Error::usage("reason-empty")),
        _ => Ok(Untrusted::new(note)),
    }
}

struct Link<'a> {
    kind: ContactKind,
    value: &'a str,
    member: Uuid,
    ground: LinkGround,
}

/// Links and journals it; none if the row has it.
async fn put(
    act: &mut Act,
    link: Link<'_>,
    appeal: Option<AppealId>,
    note: Untrusted,
) -> Result<Option<IdentityId>> {
    let me = act.actor.staff().map_or(Uuid::nil(), |staff| staff.0);
    let id = IdentityId::new();
    let new = NewRecord {
        id: id.0,
        kind: link.kind.code(),
        value: link.value,
        member_id: link.member,
        ground: link.ground.code(),
        appeal_id: appeal.map(|appeal| appeal.0),
        note: note.clone(),
        linked_by: me,
        linked_at: act.now_ms(),
    };
    if !identities::insert(&mut act.conn(), &new).await? {
        return Ok(None);
    }
    let entry = Entry::new("identity.linked")
        .about("member", MemberId(link.member))
        .refers("identity", id)
        .code("contact_kind", None::<&str>, Some(link.kind.code()))
        .code("link_ground", None::<&str>, Some(link.ground.code()))
        .code("member", None::<MemberId>, Some(MemberId(link.member)))
        .text("contact", None, Some(Untrusted::new(link.value)));
    let entry = if note.is_empty() { entry } else { entry.text("note", None, Some(note)) };
    let entry = match appeal {
        Some(appeal) => entry.about_appeal(appeal),
        None => entry,
    };
    act.record(entry).await?;
    Ok(Some(id))
}

/// Takes a link back, and with it the conflicts that it was a side of.
pub(super) async fn end(
    act: &mut Act,
    found: &IdentityRecord,
    reason: UnlinkReason,
    note: Untrusted,
) -> Result<()> {
    let me = act.actor.staff().map_or(Uuid::nil(), |staff| staff.0);
    let now = act.now_ms();
    if !identities::end(&mut act.conn(), (found.id, me), reason.code(), &note, now).await? {
        return Err(Error::conflict("identity-ended"));
    }
    let entry = Entry::new("identity.unlinked")
        .about("member", MemberId(found.member_id))
        .refers("identity", IdentityId(found.id))
        .code("member", Some(MemberId(found.member_id)), None::<MemberId>)
        .code("reason", None::<&str>, Some(reason.code()))
        .text("contact", Some(found.value.clone()), None);
    let entry = if note.is_empty() { entry } else { entry.text("note", None, Some(note)) };
    let entry = match found.appeal_id {
        Some(appeal) => entry.about_appeal(AppealId(appeal)),
        None => entry,
    };
    act.record(entry).await?;
    conflicts::side_is_gone(act, found.id).await
}

/// The contacts that the author of an appeal wrote from and gave in the fields: what is linked with the confirmation. An address
/// whose check failed may be anybody's.
async fn contacts_of(conn: &mut Conn<'_>, appeal: &AppealRecord) -> Result<Vec<(ContactKind, String)>> {
    let raw =
        |field: &Option<Untrusted>| field.as_ref().map(|field| field.raw_for(Purpose::Matching).to_owned());
    let mut found = Vec::new();
    let thread = messages::of_appeal(conn, appeal.id).await?;
    let from = wrote_from(conn, appeal, &thread).await?;
    if let Some(address) = raw(&from).as_deref().and_then(email)
        && !sender_failed(&thread)
    {
        found.push((ContactKind::Email, address));
    }
    let phone = raw(&appeal.author_phone).as_deref().and_then(phone_e164);
    found.extend(phone.map(|phone| (ContactKind::Phone, phone)));
    Ok(found)
}

/// Whether the letter that made the appeal failed the check of its sender.
pub(super) fn sender_failed(thread: &[messages::MessageRecord]) -> bool {
    first_of(thread)
        .is_some_and(|first| first.authentication.as_deref() == Some(Authentication::Failed.code()))
}

/// The letter that made the appeal.
fn first_of(thread: &[messages::MessageRecord]) -> Option<&messages::MessageRecord> {
    thread.iter().find(|message| message.direction == Direction::In.code())
}

/// The address that says who the author is: that of the letter's From. Where answers go says nothing of that, since anybody may
/// name anybody in Reply-To; only of a form that writes from our own address it is the author's word.
pub(super) async fn wrote_from(
    conn: &mut Conn<'_>,
    appeal: &AppealRecord,
    thread: &[messages::MessageRecord],
) -> Result<Option<Untrusted>> {
    let letter = first_of(thread).filter(|first| first.channel == Channel::Email.code());
    let Some(letter) = letter else { return Ok(appeal.author_email.clone()) };
    match &letter.from_address {
        Some(from) if recipients::is_ours(conn, from.raw_for(Purpose::Matching)).await? => {
            Ok(appeal.author_email.clone())
        }
        from => Ok(from.clone()),
    }
}

/// The same where answers go to another address.
pub(super) async fn wrote_from_elsewhere(
    conn: &mut Conn<'_>,
    id: AppealId,
    thread: &[messages::MessageRecord],
) -> Result<Option<Untrusted>> {
    let Some(appeal) = appeals::load(conn, id.0).await? else { return Ok(None) };
    let from = wrote_from(conn, &appeal, thread).await?;
    let raw = |address: &Untrusted| address.raw_for(Purpose::Matching).to_owned();
    let answers = appeal.author_email.as_ref().map(raw).unwrap_or_default();
    Ok(from.filter(|from| !recipients::is_same(&raw(from), &answers)))
}

/// Whether an address is known to be the author's: they wrote from it, answers go there, or it is linked with their row.
pub(super) async fn is_of_author(act: &mut Act, appeal: &AppealRecord, address: &str) -> Result<bool> {
    let conn = &mut act.conn();
    let thread = messages::of_appeal(conn, appeal.id).await?;
    let mut known = vec![appeal.author_email.clone(), wrote_from(conn, appeal, &thread).await?];
    known.push(recipients::author(conn, appeal.id, appeal.author_email.as_ref()).await?);
    let contacts: Vec<String> =
        contacts_of(conn, appeal).await?.into_iter().map(|(_, value)| value).collect();
    let mut rows: Vec<Uuid> = appeal.member_id.into_iter().collect();
    if !contacts.is_empty() {
        rows.extend(identities::held(conn, &contacts).await?.into_iter().map(|held| held.member_id));
    }
    let whole = Scope { whole: 1, staff: Uuid::nil(), roles: String::new() };
    for row in rows {
        let linked = identities::of_member(conn, &whole, row, false).await?;
        known.extend(linked.into_iter().map(|link| Some(link.value)));
    }
    Ok(known.iter().flatten().any(|known| recipients::is_same(known.raw_for(Purpose::Matching), address)))
}

/// The author of an appeal has just been confirmed to be the row: so are the contacts that they wrote from.
pub(super) async fn link_contacts(act: &mut Act, appeal: &AppealRecord, member: Uuid) -> Result<()> {
    for (kind, value) in contacts_of(&mut act.conn(), appeal).await? {
        let link = Link { kind, value: &value, member, ground: LinkGround::Appeal };
        put(act, link, Some(AppealId(appeal.id)), Untrusted::default()).await?;
    }
    Ok(())
}

/// A confirmation was taken back: what rests on it rests on another appeal of the same row and contact, or goes too.
pub(super) async fn unlink_resting(
    act: &mut Act,
    appeal: Uuid,
    member: Uuid,
    reason: UnlinkReason,
) -> Result<()> {
    let resting = identities::resting_on(&mut act.conn(), appeal, member).await?;
    if resting.is_empty() {
        return Ok(());
    }
    let whole = Scope { whole: 1, staff: Uuid::nil(), roles: String::new() };
    let mut others = Vec::new();
    for other in claims::claims(&mut act.conn(), member).await? {
        if other.id != appeal
            && let Some(record) = appeals::load(&mut act.conn(), other.id).await?
        {
            others.push((other.id, contacts_of(&mut act.conn(), &record).await?));
        }
    }
    for rests in resting {
        let value = rests.value.raw_for(Purpose::Matching);
        let same = |(kind, known): &(ContactKind, String)| kind.code() == rests.kind && known == value;
        match others.iter().find(|(_, contacts)| contacts.iter().any(same)) {
            Some((other, _)) => identities::rest_on(&mut act.conn(), rests.id, *other).await?,
            None => {
                let found = identities::one(&mut act.conn(), &whole, rests.id).await?;
                if let Some(found) = found {
                    end(act, &found, reason, Untrusted::default()).await?;
                }
            }
        }
    }
    Ok(())
}

/// Links of the contacts that an appeal's author gave, in scope.
pub(super) async fn of_appeal(
    conn: &mut Conn<'_>,
    scope: &Scope,
    id: AppealId,
    all: bool,
) -> Result<Vec<IdentityView>> {
    if queue::one(conn, scope, id.0).await?.is_none() {
        return Err(Error::not_found("no-appeal"));
    }
    let appeal = appeals::load(conn, id.0).await?.ok_or_else(|| Error::not_found("no-appeal"))?;
    let mut found = Vec::new();
    for (_, value) in contacts_of(conn, &appeal).await? {
        found.extend(of_value(conn, scope, &value, all).await?);
    }
    Ok(found)
}

/// Links of one contact, in scope.
pub(super) async fn of_value(
    conn: &mut Conn<'_>,
    scope: &Scope,
    value: &str,
    all: bool,
) -> Result<Vec<IdentityView>> {
    let found = identities::of_contact(conn, scope, value, all).await?;
    Ok(found.into_iter().map(view).collect())
}

pub(super) fn view(record: IdentityRecord) -> IdentityView {
    let staff = |id: Uuid, name: Option<String>| StaffRef { id: StaffId(id), name: name.unwrap_or_default() };
    let seen = record.appeal_id.zip(record.year.zip(record.seq));
    IdentityView {
        id: IdentityId(record.id),
        kind: ContactKind::parse(&record.kind).unwrap_or(ContactKind::Account),
        value: record.value,
        member: MemberId(record.member_id),
        name: record.member_name,
        organisation: record.org_code,
        ground: LinkGround::parse(&record.ground).unwrap_or(LinkGround::Document),
        appeal: seen.map(|(id, (year, seq))| (AppealId(id), number(year, seq))),
        note: record.note,
        by: staff(record.linked_by, Some(record.linked_name)),
        at: moment(record.linked_at),
        ended: record.ended_at.map(|at| IdentityEnd {
            at: moment(at),
            by: staff(record.ended_by.unwrap_or_default(), record.ended_name),
            reason: record
                .ended_reason
                .as_deref()
                .and_then(UnlinkReason::parse)
                .unwrap_or(UnlinkReason::Other),
            note: record.ended_note,
        }),
    }
}
