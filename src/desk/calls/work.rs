//! What people do with a call task: make it, log what came of an attempt, take an entry back, end it. Only a conversation is a
//! response; an attempt that reached nobody never is.

use super::super::act::{Act, detached, scope_of};
use super::super::journal::Entry;
use super::super::{Desk, replay, stage};
use super::given_by;
use crate::error::{Error, Result};
use crate::rules::calls::{is_late_entry, next_before};
use crate::rules::roles::UseCase;
use crate::store::appeals::AppealRecord;
use crate::store::calls::{self, AttemptRecord, NewAttempt, TaskRecord};
use crate::store::desk_row;
use crate::types::{Actor, AppealId, CallEnd, CallId, CallOutcome, CallReason, Stage, Untrusted};
use jiff::Timestamp;
use uuid::Uuid;

/// The longest gist of a conversation, and the longest script, in bytes.
const LONGEST: usize = 8 * 1024;
/// The longest number as somebody types it, in bytes.
const LONGEST_NUMBER: usize = 100;

/// An attempt as a person enters it.
#[derive(Clone, Debug)]
pub struct NewCall {
    pub outcome: CallOutcome,
    /// When the call was, if that is not now.
    pub at: Option<Timestamp>,
    /// What was said, in a few words.
    pub gist: String,
    /// When to call again; none: after an attempt that nobody answered as the rule proposes, else not by itself.
    pub next_at: Option<Timestamp>,
    /// Another number for the next attempts.
    pub number: Option<String>,
}

impl NewCall {
    pub fn of(outcome: CallOutcome) -> Self {
        Self { outcome, at: None, gist: String::new(), next_at: None, number: None }
    }
}

impl Desk {
    /// Makes a task for any appeal, or opens one that is done again.
    ///
    /// # Errors
    /// `not-open` for an appeal that is closed or set aside.
    pub async fn add_call(&self, actor: &Actor, id: AppealId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CallWork).await?;
            let appeal = act.appeal(id).await?;
            let stage = Stage::parse(&appeal.stage).unwrap_or(Stage::New);
            if !stage.is_open() && stage != Stage::Answered {
                return Err(Error::conflict("not-open").arg("stage", stage.code()));
            }
            make(&mut act, &appeal, CallReason::ByHand).await?;
            act.commit().await
        })
        .await
    }

    /// Says which number is dialled; none: what the author gave.
    pub async fn set_call_number(&self, actor: &Actor, id: AppealId, number: Option<String>) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CallWork).await?;
            let (_, task) = open_task(&mut act, id).await?;
            if !put_number(&mut act, id, &task, number).await? {
                return Ok(());
            }
            act.commit().await
        })
        .await
    }

    /// Logs an attempt. One that reached the author is the response from the moment of the call.
    ///
    /// # Errors
    /// `call-in-future`, `call-before-appeal`, `next-call-past`, `call-done` for a task that has ended.
    pub async fn log_call(&self, actor: &Actor, id: AppealId, call: NewCall) -> Result<CallId> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            if call.gist.len() > LONGEST {
                return Err(Error::usage("text-too-long").arg("limit", LONGEST));
            }
            let mut act = desk.begin(&actor, UseCase::CallWork).await?;
            let me = actor.staff().ok_or_else(|| Error::not_allowed("not-a-person"))?;
            let (appeal, task) = open_task(&mut act, id).await?;
            let (ground, now) = (act.ground.clone(), act.now);
            let response = replay::response(&mut act.conn(), &ground, id.0, now).await?;
            let due = response.due_at.filter(|_| response.met_at.is_none());
            let (at, next_at) = times(&act, &appeal, &call, due)?;
            let dialled = match &task.number {
                Some(number) => Some(number.clone()),
                None => given_by(&mut act.conn(), &appeal).await?.into_iter().next(),
            };
            let gist = Untrusted::new(call.gist.trim());
            let attempt = NewAttempt {
                id: CallId::new().0,
                appeal_id: id.0,
                at: at.as_millisecond(),
                entered_at: act.now_ms(),
                staff_id: me.0,
                number: dialled.clone(),
                outcome: call.outcome.code(),
                gist: gist.clone(),
            };
            calls::insert_attempt(&mut act.conn(), &attempt).await?;
            calls::set_next(&mut act.conn(), id.0, next_at.map(Timestamp::as_millisecond)).await?;
            let mut entry = Entry::new("call.logged")
                .about_appeal(id)
                .occurred_at(at)
                .refers("attempt", CallId(attempt.id))
                .code("outcome", None::<&str>, Some(call.outcome.code()))
                .code("next_at", task.next_at.map(super::moment), next_at)
                .text("phone", None, dialled);
            if is_late_entry(at, act.now) {
                entry = entry.code("entered_late", None::<&str>, Some("yes"));
            }
            if !gist.is_empty() {
                entry = entry.text("gist", None, Some(gist));
            }
            act.record(entry).await?;
            if call.number.is_some() {
                put_number(&mut act, id, &task, call.number).await?;
            }
            act.restore_clock(&appeal).await?;
            act.commit().await?;
            Ok(CallId(attempt.id))
        })
        .await
    }

    /// Takes the newest entry back, which was a mistake: what it had met is open again, at its original due.
    ///
    /// # Errors
    /// `no-attempt`; `application-waits` where an application rests on it.
    pub async fn strike_call(&self, actor: &Actor, id: AppealId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CallWork).await?;
            let appeal = act.appeal(id).await?;
            let attempts = calls::attempts(&mut act.conn(), id.0).await?;
            let last = attempts.into_iter().rev().find(|attempt| attempt.struck == 0);
            let last = last.ok_or_else(|| Error::conflict("no-attempt"))?;
            if last.outcome == CallOutcome::AskedToJoin.code() {
                super::join::refuse_waiting(&mut act, id).await?;
            }
            calls::strike(&mut act.conn(), last.id).await?;
            // What the entry had put off is due again.
            calls::set_next(&mut act.conn(), id.0, None).await?;
            let entry = Entry::new("call.struck").about_appeal(id).refers("attempt", CallId(last.id)).code(
                "outcome",
                Some(last.outcome),
                None::<&str>,
            );
            act.record(entry).await?;
            act.restore_clock(&appeal).await?;
            act.commit().await
        })
        .await
    }

    /// Ends a task; with `appeal_too` the appeal is closed with the same outcome.
    ///
    /// # Errors
    /// `not-advised` where nobody has spoken with the author and the end says so; `no-response`.
    pub async fn close_call(
        &self,
        actor: &Actor,
        id: AppealId,
        end: CallEnd,
        appeal_too: bool,
    ) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CallWork).await?;
            if appeal_too {
                scope_of(&act.actor, UseCase::AppealStage)?;
            }
            let (appeal, _) = open_task(&mut act, id).await?;
            let attempts = calls::attempts(&mut act.conn(), id.0).await?;
            if end == CallEnd::Advised && !attempts.iter().any(spoke) {
                return Err(Error::conflict("not-advised"));
            }
            finish(&mut act, id, end).await?;
            if appeal_too {
                stage::close_with(&mut act, &appeal, end.code()).await?;
            }
            act.commit().await
        })
        .await
    }

    /// The script of the organisation's own; none: the program's.
    pub async fn set_call_script(&self, actor: &Actor, script: Option<String>) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let script = script.map(|script| script.trim().to_owned());
            if script.as_ref().is_some_and(|script| script.is_empty()) {
                return Err(Error::usage("text-empty"));
            }
            if script.as_ref().is_some_and(|script| script.len() > LONGEST) {
                return Err(Error::usage("text-too-long").arg("limit", LONGEST));
            }
            let mut act = desk.begin(&actor, UseCase::SettingsEdit).await?;
            let before = act.ground.settings.call_script.clone();
            if before == script {
                return Ok(());
            }
            let mut settings: serde_json::Value = serde_json::from_str(&act.ground.source)
                .map_err(|error| Error::failed("settings-damaged").because(error))?;
            // What a newer program has written there is kept.
            settings["call_script"] = serde_json::json!(script);
            desk_row::set_settings(&mut act.conn(), &settings.to_string()).await?;
            let text = |script: Option<String>| script.map(Untrusted::new);
            let entry = Entry::new("settings.script").about("desk", desk.id()).text(
                "script",
                text(before),
                text(script),
            );
            act.record(entry).await?;
            act.commit().await?;
            desk.set_ground(super::super::settings::Ground::read(&settings.to_string())?);
            Ok(())
        })
        .await
    }
}

fn spoke(attempt: &AttemptRecord) -> bool {
    attempt.struck == 0 && CallOutcome::parse(&attempt.outcome).is_some_and(CallOutcome::is_conversation)
}

/// When the call was and when the next one is to be.
fn times(
    act: &Act,
    appeal: &AppealRecord,
    call: &NewCall,
    due: Option<Timestamp>,
) -> Result<(Timestamp, Option<Timestamp>)> {
    let at = call.at.unwrap_or(act.now);
    if at > act.now {
        return Err(Error::usage("call-in-future"));
    }
    if at < super::moment(appeal.received_at) {
        return Err(Error::usage("call-before-appeal"));
    }
    if call.next_at.is_some_and(|next| next <= act.now) {
        return Err(Error::usage("next-call-past"));
    }
    let proposed = match call.outcome {
        CallOutcome::NoAnswer => Some(next_before(due, act.now, &act.ground.calendar, &act.ground.zone)),
        _ => None,
    };
    Ok((at, call.next_at.or(proposed)))
}

/// The appeal, locked, with its task, which is open.
async fn open_task(act: &mut Act, id: AppealId) -> Result<(AppealRecord, TaskRecord)> {
    let appeal = act.appeal(id).await?;
    let task = calls::task(&mut act.conn(), id.0).await?.ok_or_else(|| Error::not_found("no-call"))?;
    match task.state.as_str() {
        "open" => Ok((appeal, task)),
        _ => Err(Error::conflict("call-done")),
    }
}

/// Writes the number, if it is another one.
async fn put_number(act: &mut Act, id: AppealId, task: &TaskRecord, number: Option<String>) -> Result<bool> {
    let number = number.map(|number| number.trim().to_owned());
    if let Some(number) = &number {
        let digits = number.chars().filter(char::is_ascii_digit).count();
        if number.len() > LONGEST_NUMBER || digits < 3 || number.contains(char::is_control) {
            return Err(Error::usage("bad-phone"));
        }
    }
    let number = number.map(Untrusted::new);
    if task.number == number {
        return Ok(false);
    }
    calls::set_number(&mut act.conn(), id.0, number.as_ref()).await?;
    let entry = Entry::new("call.number").about_appeal(id).text("phone", task.number.clone(), number);
    act.record(entry).await?;
    Ok(true)
}

/// Makes the task of an appeal, or opens it again; one that is open stays as it is.
pub(in crate::desk) async fn make(act: &mut Act, appeal: &AppealRecord, reason: CallReason) -> Result<()> {
    let known = calls::task(&mut act.conn(), appeal.id).await?;
    if known.is_some_and(|task| task.state == "open") {
        return Ok(());
    }
    let number = given_by(&mut act.conn(), appeal).await?.into_iter().next();
    let me = act.actor.staff().map_or(Uuid::nil(), |staff| staff.0);
    let now = act.now_ms();
    calls::open(&mut act.conn(), (appeal.id, me), reason.code(), number.as_ref(), now).await?;
    let entry = Entry::new("call.opened")
        .about_appeal(AppealId(appeal.id))
        .code("call_reason", None::<&str>, Some(reason.code()))
        .text("phone", None, number);
    act.record(entry).await.map(drop)
}

/// Ends a task that the program made because the author was no member, as long as nobody has called.
pub(in crate::desk) async fn not_needed(act: &mut Act, id: AppealId) -> Result<()> {
    let Some(task) = calls::task(&mut act.conn(), id.0).await? else { return Ok(()) };
    if task.state != "open" || task.reason != CallReason::NotMember.code() {
        return Ok(());
    }
    let attempts = calls::attempts(&mut act.conn(), id.0).await?;
    if attempts.iter().any(|attempt| attempt.struck == 0) {
        return Ok(());
    }
    finish(act, id, CallEnd::NotNeeded).await
}

async fn finish(act: &mut Act, id: AppealId, end: CallEnd) -> Result<()> {
    let me = act.actor.staff().map_or(Uuid::nil(), |staff| staff.0);
    let now = act.now_ms();
    calls::close(&mut act.conn(), (id.0, me), end.code(), now).await?;
    let entry = Entry::new("call.closed").about_appeal(id).code("ended", None::<&str>, Some(end.code()));
    act.record(entry).await.map(drop)
}
