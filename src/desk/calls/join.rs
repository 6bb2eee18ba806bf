//! An application to a primary organisation: a letter to its chair with the author's name, number and workplace and a one-time
//! code, only on the author's own word (wall 13). It names no appeal and carries none of its text, and it answers nobody.

use super::super::Desk;
use super::super::act::{Act, detached};
use super::super::copies;
use super::super::identities::is_of_author;
use super::super::journal::Entry;
use super::super::recipients;
use super::super::send::{compose_error, our_address, outgoing_account};
use super::given_by;
use crate::error::{Error, Result};
use crate::mail::Address;
use crate::mail::application_letter::{ApplicationData, application_letter, application_subject};
use crate::mail::compose::{OutgoingMail, compose, new_message_id};
use crate::rules::calls::{CODE_LENGTH, CODE_LETTERS, read_code, shown_code};
use crate::rules::roles::UseCase;
use crate::store::appeals::{self, AppealRecord};
use crate::store::calls::{self, ApplicationRecord, NewApplication};
use crate::store::{deliveries, orgs, packed, queries};
use crate::types::{
    Actor, AppealId, ApplicationId, ApplicationState, CallOutcome, Consent, DeliveryId, DeliveryKind, OrgId,
    OrgLevel, Untrusted,
};
use jiff::SignedDuration;
use rand::Rng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long a code holds.
const HOLDS: SignedDuration = SignedDuration::from_hours(24 * 30);
/// The longest workplace, in bytes.
const LONGEST_WORKPLACE: usize = 500;

/// Where an application goes.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    pub org: OrgId,
    /// None: the mailbox of the organisation's chair.
    pub to: Option<String>,
    /// The author said that name and number may go to the chair of this organisation. It is journalled as the author's word.
    pub agreed: bool,
    /// Where the author works, in their words; none: as the letter said.
    pub workplace: Option<String>,
    /// Without the time in which it can be taken back.
    pub immediately: bool,
}

impl Desk {
    /// Writes to the chair of a primary organisation that the author wants to join it. An application that waits elsewhere is
    /// withdrawn: its code no longer holds.
    ///
    /// # Errors
    /// `not-asked-to-join` without a call in which the author asked for it; `needs-consent`; `no-chair-address`; `chair-is-author`;
    /// `application-waits`, `application-confirmed`; `no-account`.
    pub async fn join_call(&self, actor: &Actor, id: AppealId, join: JoinRequest) -> Result<ApplicationId> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CallJoin).await?;
            let me = actor.staff().ok_or_else(|| Error::not_allowed("not-a-person"))?;
            let appeal = act.appeal(id).await?;
            calls::task(&mut act.conn(), id.0).await?.ok_or_else(|| Error::not_found("no-call"))?;
            let attempts = calls::attempts(&mut act.conn(), id.0).await?;
            let asked = CallOutcome::AskedToJoin.code();
            if !attempts.iter().any(|attempt| attempt.struck == 0 && attempt.outcome == asked) {
                return Err(Error::conflict("not-asked-to-join"));
            }
            consent(&mut act, &appeal, join.org, join.agreed).await?;
            let to = chair(&mut act, &appeal, (join.org, join.to.as_deref()), Purpose::Application).await?;
            replace_earlier(&mut act, id, &join, &to).await?;
            let application = ApplicationId::new();
            send(&desk, &mut act, &appeal, (me.0, application), &join, &to).await?;
            act.commit().await?;
            Ok(application)
        })
        .await
    }

    /// Takes the code that a chair gave by telephone or on paper.
    ///
    /// # Errors
    /// `no-application`; `application-code` for a wrong code; `application-confirmed`, `application-expired`,
    /// `application-withdrawn`. None of them changes anything.
    pub async fn confirm_application(&self, actor: &Actor, id: AppealId, code: &str) -> Result<()> {
        let (desk, actor, code) = (self.clone(), actor.clone(), read_code(code));
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CallJoin).await?;
            act.appeal(id).await?;
            let newest = calls::application(&mut act.conn(), id.0).await?;
            newest.ok_or_else(|| Error::not_found("no-application"))?;
            let wrong = || Error::conflict("application-code");
            let digest = digest_of(&code.ok_or_else(wrong)?);
            let found = calls::by_code(&mut act.conn(), &digest).await?;
            let found = found.filter(|found| found.appeal_id == id.0).ok_or_else(wrong)?;
            if !confirm(&mut act, &found).await? {
                return Err(match found.state.as_str() {
                    "confirmed" => Error::conflict("application-confirmed"),
                    "withdrawn" => Error::conflict("application-withdrawn"),
                    _ => Error::conflict("application-expired"),
                });
            }
            act.commit().await
        })
        .await
    }
}

pub(super) fn digest_of(code: &str) -> Vec<u8> {
    Sha256::digest(code.as_bytes()).to_vec()
}

/// Takes an application's code, once; false if it does not hold. By whoever acts.
pub(super) async fn confirm(act: &mut Act, found: &ApplicationRecord) -> Result<bool> {
    let (staff, now) = (act.actor.staff().map(|staff| staff.0), act.now_ms());
    if !calls::confirm(&mut act.conn(), found.id, staff, now).await? {
        return Ok(false);
    }
    let entry = Entry::new("application.confirmed")
        .about_appeal(AppealId(found.appeal_id))
        .refers("application", ApplicationId(found.id))
        .code(
            "application_state",
            Some(ApplicationState::Waiting.code()),
            Some(ApplicationState::Confirmed.code()),
        )
        .code("organisation", None::<Uuid>, Some(found.org_id));
    act.record(entry).await?;
    Ok(true)
}

/// An entry on which an application rests is not taken back under it.
pub(super) async fn refuse_waiting(act: &mut Act, id: AppealId) -> Result<()> {
    let newest = calls::application(&mut act.conn(), id.0).await?;
    let holds = |newest: &ApplicationRecord| {
        newest.state != ApplicationState::Withdrawn.code() && newest.delivery_state != "cancelled"
    };
    match newest.is_some_and(|newest| holds(&newest)) {
        true => Err(Error::conflict("application-waits")),
        false => Ok(()),
    }
}

/// The author's word on being named to the chair of this organisation: said before or said now. A word on which somebody else's
/// chair was written to is none for this one.
pub(super) async fn consent(act: &mut Act, appeal: &AppealRecord, org: OrgId, agreed: bool) -> Result<()> {
    let is_said = appeal.name_to_chair == Consent::Yes.code();
    let named = queries::named_to(&mut act.conn(), appeal.id).await?;
    let is_for_it = named.is_empty() || named.contains(&org.0);
    if is_said && (is_for_it || agreed) {
        return Ok(());
    }
    if !agreed {
        return Err(Error::conflict("needs-consent"));
    }
    let now = act.now_ms();
    appeals::set_name_to_chair(&mut act.conn(), appeal.id, Consent::Yes.code(), now).await?;
    let entry = Entry::new("appeal.edited").about_appeal(AppealId(appeal.id)).code(
        "name_to_chair",
        Some(&appeal.name_to_chair),
        Some(Consent::Yes.code()),
    );
    act.record(entry).await.map(drop)
}

/// The address that was typed, or that of the organisation's chair; never the author's, whom the code would prove anything.
///
/// # Errors
/// `no-organisation`, `not-primary`, `no-chair-address`, `bad-address`, `own-address`; `chair-is-author`.
pub(super) async fn chair(
    act: &mut Act,
    appeal: &AppealRecord,
    (org, to): (OrgId, Option<&str>),
    purpose: Purpose,
) -> Result<Address> {
    let found = chairs_address(act, org, to, purpose).await?;
    match is_of_author(act, appeal, &found.addr).await? {
        true => Err(Error::conflict("chair-is-author").arg("address", &found.addr)),
        false => Ok(found),
    }
}

async fn chairs_address(act: &mut Act, id: OrgId, to: Option<&str>, purpose: Purpose) -> Result<Address> {
    let all = orgs::plain(&mut act.conn()).await?;
    let org = all.into_iter().find(|org| org.id == id.0);
    let org = org.ok_or_else(|| Error::not_found("no-organisation").arg("code", id))?;
    if purpose == Purpose::Application && org.level != OrgLevel::Primary.code() {
        return Err(Error::conflict("not-primary"));
    }
    if let Some(to) = to.map(str::trim).filter(|to| !to.is_empty()) {
        let to = recipients::typed_address(to)?;
        recipients::refuse_own(act, &to).await?;
        return Ok(to);
    }
    let chairs = calls::chairs(&mut act.conn(), id.0).await?;
    let mailbox = chairs.into_iter().find_map(|(_, mailbox)| mailbox);
    mailbox.and_then(|mailbox| Address::new("", &mailbox)).ok_or_else(|| Error::conflict("no-chair-address"))
}

/// One application at a time: the same once more is refused, another one takes its place.
async fn replace_earlier(act: &mut Act, id: AppealId, join: &JoinRequest, to: &Address) -> Result<()> {
    let Some(newest) = calls::application(&mut act.conn(), id.0).await? else { return Ok(()) };
    if newest.state == ApplicationState::Confirmed.code() {
        return Err(Error::conflict("application-confirmed"));
    }
    let holds = newest.state == ApplicationState::Waiting.code() && newest.expires_at > act.now_ms();
    let same = newest.org_id == join.org.0 && newest.recipient.eq_ignore_ascii_case(&to.addr);
    // A letter that did not arrive is no reason to wait for its answer.
    let lost = matches!(newest.delivery_state.as_str(), "failed" | "bounced" | "blocked" | "cancelled");
    if holds && same && !lost {
        return Err(Error::conflict("application-waits"));
    }
    calls::withdraw(&mut act.conn(), id.0).await
}

/// What a chair is written to for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// People join primary organisations only.
    Application,
    Query,
}

/// When a letter to a chair may leave: it can be taken back as long as a reply.
pub(super) fn not_before(act: &Act, immediately: bool) -> i64 {
    let undo = if immediately { 0 } else { act.ground.settings.undo_seconds.max(0) };
    copies::after(act.now, SignedDuration::from_secs(undo))
}

pub(super) fn new_code() -> String {
    let mut random = rand::thread_rng();
    (0..CODE_LENGTH).map(|_| char::from(CODE_LETTERS[random.gen_range(0..CODE_LETTERS.len())])).collect()
}

async fn send(
    desk: &Desk,
    act: &mut Act,
    appeal: &AppealRecord,
    (me, application): (Uuid, ApplicationId),
    join: &JoinRequest,
    to: &Address,
) -> Result<()> {
    let account = outgoing_account(act, appeal).await?;
    if account.outgoing.is_empty() {
        return Err(Error::conflict("no-account"));
    }
    let from = our_address(act, &account)?;
    let name = orgs::name(&mut act.conn(), join.org.0).await?.unwrap_or_default();
    let task = calls::task(&mut act.conn(), appeal.id).await?;
    let phone = match task.and_then(|task| task.number) {
        Some(number) => Some(number),
        None => given_by(&mut act.conn(), appeal).await?.into_iter().next(),
    };
    let workplace = join.workplace.as_deref().map(str::trim).filter(|words| !words.is_empty());
    if workplace.is_some_and(|words| words.len() > LONGEST_WORKPLACE) {
        return Err(Error::usage("text-too-long").arg("limit", LONGEST_WORKPLACE));
    }
    let workplace = workplace.map_or_else(|| appeal.org_stated.clone(), Untrusted::new);
    let (code, expires_at) = (new_code(), copies::after(act.now, HOLDS));
    let data = ApplicationData {
        union: &act.ground.settings.organisation,
        organisation: &name,
        author: &appeal.author_name,
        phone: phone.as_ref(),
        workplace: &workplace,
        code: &shown_code(&code),
        until: act.ground.today(super::moment(expires_at)),
    };
    let delivery = DeliveryId::new();
    let letter = OutgoingMail {
        message_id: new_message_id(delivery.0, from.domain()),
        from,
        reply_to: None,
        to: vec![to.clone()],
        cc: Vec::new(),
        subject: application_subject(&name),
        text: application_letter(&data),
        in_reply_to: None,
        references: Vec::new(),
        auto_submitted: None,
        attachments: Vec::new(),
        date: act.now,
        desk_id: desk.id().to_string(),
    };
    let payload = compose(&letter).map_err(compose_error)?;
    let row = deliveries::NewDelivery {
        id: delivery.0,
        kind: DeliveryKind::Application.code(),
        appeal_id: Some(appeal.id),
        message_id: None,
        rfc_message_id: Some(Untrusted::new(letter.message_id)),
        account_id: account.id,
        recipient: Untrusted::new(&to.addr),
        reason: None,
        now: act.now_ms(),
        not_before: not_before(act, join.immediately),
        payload: packed::pack(&payload)?,
    };
    deliveries::insert(&mut act.conn(), &row).await?;
    let new = NewApplication {
        id: application.0,
        appeal_id: appeal.id,
        org_id: join.org.0,
        recipient: &to.addr,
        delivery_id: delivery.0,
        code_sha256: &digest_of(&code),
        made_by: me,
        made_at: act.now_ms(),
        expires_at,
    };
    calls::insert_application(&mut act.conn(), &new).await?;
    let entry = Entry::new("application.sent")
        .about_appeal(AppealId(appeal.id))
        .refers("application", application)
        .refers("delivery", delivery)
        .code("organisation", None::<OrgId>, Some(join.org))
        .text("address", None, Some(Untrusted::new(&to.addr)));
    let entry = match join.agreed {
        true => entry.code("name_to_chair", None::<&str>, Some(Consent::Yes.code())),
        false => entry,
    };
    act.record(entry).await.map(drop)
}
