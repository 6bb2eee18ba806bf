//! A question to a chair whether somebody is a member: a letter with a name, an organisation and a one-time code, only on the author's
//! own word (wall 13). It names no appeal and carries none of its text. What the chair answers is evidence that a person weighs; it
//! confirms nobody.

use super::super::Desk;
use super::super::act::{Act, Look, detached, moment};
use super::super::copies;
use super::super::identities::checked_note;
use super::super::journal::Entry;
use super::super::send::{compose_error, our_address, outgoing_account};
use super::super::views::{OrgRef, StaffRef};
use super::join::{Purpose as Asking, chair, consent, digest_of, new_code, not_before};
use crate::error::{Error, Result};
use crate::mail::Address;
use crate::mail::compose::{OutgoingMail, compose, new_message_id};
use crate::mail::query_letter::{QueryData, query_letter, query_subject};
use crate::rules::calls::shown_code;
use crate::rules::roles::UseCase;
use crate::store::appeals::AppealRecord;
use crate::store::queries::{self, NewQuery, QueryRecord};
use crate::store::{Conn, deliveries, orgs, packed};
use crate::types::{
    Actor, AppealId, ChairAnswer, Consent, DeliveryId, DeliveryKind, DeliveryState, OrgId, QueryId,
    QueryState, StaffId, Untrusted,
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How long a code holds.
const HOLDS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Whom a question goes to.
#[derive(Clone, Debug)]
pub struct QueryRequest {
    pub org: OrgId,
    /// None: the mailbox of the organisation's chair.
    pub to: Option<String>,
    /// The author said that their name may go to the chair of this organisation. It is journalled as the author's word.
    pub agreed: bool,
    /// Without the time in which it can be taken back.
    pub immediately: bool,
}

/// What a chair was asked, and what came of it.
#[derive(Clone, Debug)]
pub struct QueryView {
    pub id: QueryId,
    pub organisation: OrgRef,
    pub recipient: String,
    /// Whom the chair was asked about.
    pub name: Untrusted,
    pub delivery: DeliveryState,
    pub state: QueryState,
    pub answer: Option<ChairAnswer>,
    /// What the chair added.
    pub told: Untrusted,
    pub by: StaffRef,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    /// Who entered the answer; none where the chair's own letter brought it.
    pub answered_by: Option<StaffRef>,
}

impl Desk {
    /// Asks the chair of an organisation whether the author is a member there. One that waits there is withdrawn.
    ///
    /// # Errors
    /// `query-no-name`, `needs-consent`, `no-organisation`, `no-chair-address`, `bad-address`, `own-address`,
    /// `chair-is-author`, `no-account`.
    pub async fn ask_chair(&self, actor: &Actor, id: AppealId, ask: QueryRequest) -> Result<QueryId> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CallJoin).await?;
            let me = actor.staff().ok_or_else(|| Error::not_allowed("not-a-person"))?;
            let appeal = act.appeal(id).await?;
            if appeal.author_name.is_empty() {
                return Err(Error::conflict("query-no-name"));
            }
            consent(&mut act, &appeal, ask.org, ask.agreed).await?;
            let to = chair(&mut act, &appeal, (ask.org, ask.to.as_deref()), Asking::Query).await?;
            queries::withdraw(&mut act.conn(), id.0, ask.org.0).await?;
            let query = QueryId::new();
            send(&desk, &mut act, &appeal, (me.0, query), &ask, &to).await?;
            act.commit().await?;
            Ok(query)
        })
        .await
    }

    /// Takes the answer that a chair gave by telephone or on paper to the newest question that waits.
    ///
    /// # Errors
    /// `no-query` where none waits; `text-too-long`.
    pub async fn answer_query(
        &self,
        actor: &Actor,
        id: AppealId,
        answer: ChairAnswer,
        told: String,
    ) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let told = checked_note(&told, false)?;
            let mut act = desk.begin(&actor, UseCase::CallJoin).await?;
            act.appeal(id).await?;
            let all = queries::of_appeal(&mut act.conn(), id.0).await?;
            let waits = |query: &&QueryRecord| query.state == QueryState::Waiting.code();
            let newest = all.iter().find(waits).ok_or_else(|| Error::not_found("no-query"))?;
            if !take(&mut act, newest, answer, told).await? {
                return Err(Error::not_found("no-query"));
            }
            act.commit().await
        })
        .await
    }

    /// What chairs were asked about an appeal's author, the newest first.
    pub async fn chair_queries(&self, actor: &Actor, id: AppealId) -> Result<Vec<QueryView>> {
        let mut look: Look = self.look(actor, UseCase::CallList).await?;
        super::super::queue::one_row(&mut look, id).await?;
        let now = look.now;
        of_appeal(&mut look.reader.conn(), id, now).await
    }
}

/// What chairs were asked about an appeal's author, for whoever sees the appeal.
pub(in crate::desk) async fn of_appeal(
    conn: &mut Conn<'_>,
    id: AppealId,
    now: Timestamp,
) -> Result<Vec<QueryView>> {
    let found = queries::of_appeal(conn, id.0).await?;
    Ok(found.into_iter().map(|record| view(record, now)).collect())
}

/// Takes an answer, once; false if the query does not wait for one.
pub(super) async fn take(
    act: &mut Act,
    found: &QueryRecord,
    answer: ChairAnswer,
    told: Untrusted,
) -> Result<bool> {
    let (staff, now) = (act.actor.staff().map(|staff| staff.0), act.now_ms());
    if !queries::answer(&mut act.conn(), found.id, (answer.code(), &told), staff, now).await? {
        return Ok(false);
    }
    let entry = Entry::new("query.answered")
        .about_appeal(AppealId(found.appeal_id))
        .refers("query", QueryId(found.id))
        .code("chair_answer", None::<&str>, Some(answer.code()))
        .code("organisation", None::<Uuid>, Some(found.org_id));
    let entry = if told.is_empty() { entry } else { entry.text("chair_said", None, Some(told)) };
    act.record(entry).await?;
    Ok(true)
}

async fn send(
    desk: &Desk,
    act: &mut Act,
    appeal: &AppealRecord,
    (me, query): (Uuid, QueryId),
    ask: &QueryRequest,
    to: &Address,
) -> Result<()> {
    let account = outgoing_account(act, appeal).await?;
    if account.outgoing.is_empty() {
        return Err(Error::conflict("no-account"));
    }
    let from = our_address(act, &account)?;
    let name = orgs::name(&mut act.conn(), ask.org.0).await?.unwrap_or_default();
    let (code, expires_at) = (new_code(), copies::after(act.now, HOLDS));
    let data = QueryData {
        union: &act.ground.settings.organisation,
        organisation: &name,
        person: &appeal.author_name,
        code: &shown_code(&code),
        until: act.ground.today(moment(expires_at)),
    };
    let delivery = DeliveryId::new();
    let letter = OutgoingMail {
        message_id: new_message_id(delivery.0, from.domain()),
        from,
        reply_to: None,
        to: vec![to.clone()],
        cc: Vec::new(),
        subject: query_subject(&name),
        text: query_letter(&data),
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
        kind: DeliveryKind::MemberQuery.code(),
        appeal_id: Some(appeal.id),
        message_id: None,
        rfc_message_id: Some(Untrusted::new(letter.message_id)),
        account_id: account.id,
        recipient: Untrusted::new(&to.addr),
        reason: None,
        now: act.now_ms(),
        not_before: not_before(act, ask.immediately),
        payload: packed::pack(&payload)?,
    };
    deliveries::insert(&mut act.conn(), &row).await?;
    let new = NewQuery {
        id: query.0,
        appeal_id: appeal.id,
        org_id: ask.org.0,
        recipient: &to.addr,
        delivery_id: delivery.0,
        name: &appeal.author_name,
        code_sha256: &digest_of(&code),
        made_by: me,
        made_at: act.now_ms(),
        expires_at,
    };
    queries::insert(&mut act.conn(), &new).await?;
    let entry = Entry::new("query.sent")
        .about_appeal(AppealId(appeal.id))
        .refers("query", query)
        .refers("delivery", delivery)
        .code("organisation", None::<OrgId>, Some(ask.org))
        .text("address", None, Some(Untrusted::new(&to.addr)));
    let entry = match ask.agreed {
        true => entry.code("name_to_chair", None::<&str>, Some(Consent::Yes.code())),
        false => entry,
    };
    act.record(entry).await.map(drop)
}

fn view(record: QueryRecord, now: Timestamp) -> QueryView {
    let staff = |id: Uuid, name: Option<String>| StaffRef { id: StaffId(id), name: name.unwrap_or_default() };
    let (delivery, expires_at) = (
        DeliveryState::parse(&record.delivery_state).unwrap_or(DeliveryState::Unknown),
        moment(record.expires_at),
    );
    let state = match QueryState::parse(&record.state).unwrap_or(QueryState::Waiting) {
        QueryState::Waiting if delivery == DeliveryState::Cancelled => QueryState::Withdrawn,
        QueryState::Waiting if expires_at <= now => QueryState::Expired,
        state => state,
    };
    QueryView {
        id: QueryId(record.id),
        organisation: OrgRef { id: OrgId(record.org_id), code: record.org_code, name: record.org_name },
        recipient: record.recipient,
        name: record.name,
        delivery,
        state,
        answer: record.answer.as_deref().and_then(ChairAnswer::parse),
        told: record.told,
        by: staff(record.made_by, Some(record.made_name)),
        made_at: moment(record.made_at),
        expires_at,
        answered_at: record.answered_at.map(moment),
        answered_by: record.answered_by.map(|id| staff(id, record.answered_name)),
    }
}
