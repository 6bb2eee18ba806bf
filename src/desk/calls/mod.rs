//! Calls to authors who are not members: whom to call, on which number, what was tried. What is read here; `work` changes it,
//! `join` writes to a chair, `answer` takes the chair's word. A call never goes out by itself: a person dials.

mod answer;
mod join;
mod query;
mod work;

pub(super) use answer::take_answer;
pub use join::JoinRequest;
pub(super) use query::of_appeal as queries_of;
pub use query::{QueryRequest, QueryView};
pub use work::NewCall;
pub(super) use work::{make, not_needed};

use super::Desk;
use super::act::{Look, moment, number};
use super::queue::response_view;
use super::views::{OrgRef, ResponseView, StaffRef};
use crate::error::{Error, Result};
use crate::rules::calls::{fill, is_late_entry, next_before, numbers, tel};
use crate::rules::roles::UseCase;
use crate::store::appeals::{self, AppealRecord};
use crate::store::calls::{self, ApplicationRecord, AttemptRecord, TaskRow};
use crate::store::{Conn, messages, orgs};
use crate::types::{
    Actor, AppealId, AppealNumber, ApplicationId, ApplicationState, CallEnd, CallId, CallOutcome, CallReason,
    Consent, DeliveryState, Direction, OrgId, OrgLevel, Purpose, StaffId, Stage, Untrusted,
};
use jiff::Timestamp;

/// One task of the list.
#[derive(Clone, Debug)]
pub struct CallRow {
    pub appeal: AppealId,
    pub number: AppealNumber,
    pub author: Untrusted,
    /// How the author can be written to, for one without a name.
    pub contact: Untrusted,
    /// What is dialled; none: the author gave none that can be read.
    pub phone: Option<Untrusted>,
    pub reason: CallReason,
    /// How it ended; none: it is open.
    pub ended: Option<CallEnd>,
    /// Attempts that were not taken back.
    pub attempts: i64,
    pub last: Option<(Timestamp, CallOutcome)>,
    /// When somebody means to call; none: as soon as may be, or it is done.
    pub next_at: Option<Timestamp>,
    pub made_at: Timestamp,
    pub response: ResponseView,
    pub stage: Stage,
    pub assignee: Option<StaffRef>,
    pub application: Option<ApplicationState>,
}

/// One attempt.
#[derive(Clone, Debug)]
pub struct CallAttempt {
    pub id: CallId,
    pub at: Timestamp,
    pub entered_at: Timestamp,
    /// Entered more than two hours after the call.
    pub late: bool,
    pub by: StaffRef,
    pub phone: Option<Untrusted>,
    pub outcome: CallOutcome,
    pub gist: Untrusted,
    /// Taken back: it counts for nothing.
    pub struck: bool,
}

/// An application to a primary organisation.
#[derive(Clone, Debug)]
pub struct ApplicationView {
    pub id: ApplicationId,
    pub organisation: OrgRef,
    pub recipient: String,
    pub delivery: DeliveryState,
    pub state: ApplicationState,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
}

/// One task, whole.
#[derive(Clone, Debug)]
pub struct CallView {
    pub row: CallRow,
    /// `tel:` and the number in E.164, for a telephone's camera; none where the number is not whole.
    pub tel: Option<String>,
    /// Other numbers that the author gave, in E.164.
    pub others: Vec<String>,
    /// The organisation's own script with names filled in; none: the program's own words are meant.
    pub script: Option<Untrusted>,
    /// Whom the script speaks for.
    pub union: String,
    pub subject: Untrusted,
    pub org_stated: Untrusted,
    /// In the order in which they were entered.
    pub attempts: Vec<CallAttempt>,
    /// When to call again if nobody answers now.
    pub proposed_next: Timestamp,
    /// The author's word on being named to a chair.
    pub name_to_chair: Consent,
    pub application: Option<ApplicationView>,
}

/// A primary organisation that an application can go to.
#[derive(Clone, Debug)]
pub struct JoinTarget {
    pub org: OrgId,
    pub code: Untrusted,
    pub name: Untrusted,
    /// The chair's mailbox, where the desk knows it.
    pub chair: Option<String>,
}

impl Desk {
    /// Tasks in the actor's scope: open ones that nobody has called yet, then by their next attempt; with `all` those that
    /// are done after them.
    pub async fn calls(&self, actor: &Actor, all: bool, limit: usize) -> Result<Vec<CallRow>> {
        let mut look = self.look(actor, UseCase::CallList).await?;
        let (scope, limit) = (look.scope.clone(), i64::try_from(limit.min(1000)).unwrap_or(1000));
        let found = calls::list(&mut look.reader.conn(), &scope, all, limit).await?;
        let mut rows = Vec::with_capacity(found.len());
        for record in found {
            let mut row = call_row(record, look.now);
            // Whoever wrote their number later is called all the same.
            if row.phone.is_none() && row.ended.is_none() {
                row.phone = given(&mut look.reader.conn(), row.appeal).await?.into_iter().next();
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// A task with its script and what was tried.
    ///
    /// # Errors
    /// `no-appeal` out of scope, `no-call` without a task.
    pub async fn call(&self, actor: &Actor, id: AppealId) -> Result<CallView> {
        let mut look = self.look(actor, UseCase::CallList).await?;
        view(&mut look, id).await
    }

    /// The organisations that somebody can join, with the mailbox of each chair.
    pub async fn join_targets(&self, actor: &Actor) -> Result<Vec<JoinTarget>> {
        let mut look = self.look(actor, UseCase::CallJoin).await?;
        let mut targets = Vec::new();
        for org in orgs::plain(&mut look.reader.conn()).await? {
            if org.level != OrgLevel::Primary.code() || org.closed_on.is_some() {
                continue;
            }
            let chairs = calls::chairs(&mut look.reader.conn(), org.id).await?;
            let chair = chairs.into_iter().find_map(|(_, mailbox)| mailbox);
            targets.push(JoinTarget { org: OrgId(org.id), code: org.code, name: org.name, chair });
        }
        Ok(targets)
    }
}

async fn view(look: &mut Look, id: AppealId) -> Result<CallView> {
    let scope = look.scope.clone();
    let record = calls::one(&mut look.reader.conn(), &scope, id.0).await?;
    let Some(record) = record else {
        super::queue::one_row(look, id).await?;
        return Err(Error::not_found("no-call"));
    };
    let appeal = appeals::load(&mut look.reader.conn(), id.0).await?;
    let appeal = appeal.ok_or_else(|| Error::not_found("no-appeal"))?;
    let mut row = call_row(record, look.now);
    let mut given = given(&mut look.reader.conn(), id).await?.into_iter();
    if row.phone.is_none() {
        row.phone = given.next();
    }
    let tel = row.phone.as_ref().and_then(|phone| tel(phone.raw_for(Purpose::Matching)));
    let dialled = tel.as_deref().and_then(|tel| tel.strip_prefix("tel:"));
    let others = given.map(|number| number.raw_for(Purpose::Matching).to_owned());
    let others = others.filter(|number| Some(number.as_str()) != dialled).collect();
    let settings = &look.ground.settings;
    let script = settings.call_script.as_ref().map(|script| {
        let name = row.author.display_line();
        Untrusted::new(fill(script, name.as_str(), row.number, &settings.organisation))
    });
    let attempts = calls::attempts(&mut look.reader.conn(), id.0).await?;
    let application = calls::application(&mut look.reader.conn(), id.0).await?;
    let now = look.now;
    let due = row.response.due_at.filter(|_| row.response.met_at.is_none());
    Ok(CallView {
        tel,
        others,
        script,
        union: look.ground.settings.organisation.clone(),
        subject: appeal.subject,
        org_stated: appeal.org_stated,
        attempts: attempts.into_iter().map(attempt_view).collect(),
        proposed_next: next_before(due, now, &look.ground.calendar, &look.ground.zone),
        name_to_chair: Consent::parse(&appeal.name_to_chair).unwrap_or(Consent::NotAsked),
        application: application.map(|record| application_view(record, now)),
        row,
    })
}

/// Calls to an appeal's author, for whoever sees the appeal.
pub(super) async fn attempts_of(conn: &mut Conn<'_>, id: AppealId) -> Result<Vec<CallAttempt>> {
    Ok(calls::attempts(conn, id.0).await?.into_iter().map(attempt_view).collect())
}

fn call_row(record: TaskRow, now: Timestamp) -> CallRow {
    let outcome = record.last_outcome.as_deref().and_then(CallOutcome::parse);
    let application = record.application.as_deref().and_then(ApplicationState::parse);
    let expires_at = record.application_expires_at.map(moment);
    CallRow {
        appeal: AppealId(record.appeal_id),
        number: number(record.year, record.seq),
        author: record.author_name,
        contact: record.author_email.or(record.author_phone).unwrap_or_default(),
        phone: record.number,
        reason: CallReason::parse(&record.reason).unwrap_or(CallReason::ByHand),
        ended: record.ended.as_deref().and_then(CallEnd::parse),
        attempts: record.attempts,
        last: record.last_at.map(moment).zip(outcome),
        next_at: record.next_at.map(moment),
        made_at: moment(record.made_at),
        response: response_view(record.response_due_at, record.response_met_at, now),
        stage: Stage::parse(&record.stage).unwrap_or(Stage::New),
        assignee: record
            .assignee_id
            .map(|id| StaffRef { id: StaffId(id), name: record.assignee_name.unwrap_or_default() }),
        application: application.map(|state| as_of(state, expires_at, now)),
    }
}

fn attempt_view(record: AttemptRecord) -> CallAttempt {
    let (at, entered_at) = (moment(record.at), moment(record.entered_at));
    CallAttempt {
        id: CallId(record.id),
        at,
        entered_at,
        late: is_late_entry(at, entered_at),
        by: StaffRef { id: StaffId(record.staff_id), name: record.staff_name },
        phone: record.number,
        outcome: CallOutcome::parse(&record.outcome).unwrap_or(CallOutcome::NoAnswer),
        gist: record.gist,
        struck: record.struck != 0,
    }
}

fn application_view(record: ApplicationRecord, now: Timestamp) -> ApplicationView {
    let state = ApplicationState::parse(&record.state).unwrap_or(ApplicationState::Waiting);
    let state = match state {
        // Taken back before it left.
        ApplicationState::Waiting if record.delivery_state == "cancelled" => ApplicationState::Withdrawn,
        state => state,
    };
    ApplicationView {
        id: ApplicationId(record.id),
        organisation: OrgRef { id: OrgId(record.org_id), code: record.org_code, name: record.org_name },
        recipient: record.recipient,
        delivery: DeliveryState::parse(&record.delivery_state).unwrap_or(DeliveryState::Unknown),
        state: as_of(state, Some(moment(record.expires_at)), now),
        made_at: moment(record.made_at),
        expires_at: moment(record.expires_at),
        confirmed_at: record.confirmed_at.map(moment),
    }
}

/// Nothing is written when a code expires: a waiting application is read so from then on.
fn as_of(state: ApplicationState, expires_at: Option<Timestamp>, now: Timestamp) -> ApplicationState {
    match state {
        ApplicationState::Waiting if expires_at.is_some_and(|at| at <= now) => ApplicationState::Expired,
        state => state,
    }
}

/// The numbers that an author gave, the stated contact first; what is written in a foreign alphabet or without its code is
/// none, but a stated contact that cannot be read is kept as it stands.
async fn given(conn: &mut Conn<'_>, id: AppealId) -> Result<Vec<Untrusted>> {
    let appeal = appeals::load(conn, id.0).await?.ok_or_else(|| Error::not_found("no-appeal"))?;
    given_by(conn, &appeal).await
}

async fn given_by(conn: &mut Conn<'_>, appeal: &AppealRecord) -> Result<Vec<Untrusted>> {
    let stated = appeal.author_phone.as_ref().map(|phone| phone.raw_for(Purpose::Matching).trim());
    let stated = stated.filter(|phone| !phone.is_empty());
    let thread = messages::of_appeal(conn, appeal.id).await?;
    let own = thread.iter().filter(|message| message.direction == Direction::In.code());
    let texts = own.map(|message| message.body.raw_for(Purpose::Matching));
    let mut found: Vec<Untrusted> = numbers(stated, texts).into_iter().map(Untrusted::new).collect();
    if let Some(stated) = stated.filter(|stated| tel(stated).is_none()) {
        found.insert(0, Untrusted::new(stated));
    }
    Ok(found)
}
