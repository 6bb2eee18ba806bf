//! `otklik call`: whom to call, what is said, what came of it, and the application that follows.

use super::call_args::{CallLog, CallVerb};
use super::out::Table;
use super::shapes::Shapes;
use super::{Run, Seat, ask, body};
use crate::i18n::{Arg, Phrase, typed_moment};
use crate::screens::calls::model::script_text;
use jiff::Timestamp;
use otklik_core::desk::views::{ApplicationView, CallAttempt, CallRow, CallView};
use otklik_core::desk::{JoinRequest, NewCall};
use otklik_core::error::{Error, Result};
use otklik_core::types::{AppealId, NumberQuery, ResponseState, Untrusted};
use serde_json::{Value, json};

impl Run {
    pub async fn call(&self, verb: CallVerb) -> Result<()> {
        let seat = self.seat().await?;
        let Seat { desk, actor } = &seat;
        let tr = &self.out.tr;
        let id = async |number: NumberQuery| desk.find_number(actor, number).await;
        match verb {
            CallVerb::List { all, limit } => self.call_list(&seat, all, limit).await,
            CallVerb::Show { number } => self.call_show(&seat, id(number).await?).await,
            CallVerb::Add { number } => {
                let id = id(number).await?;
                desk.add_call(actor, id).await?;
                self.call_done(&seat, id, "added", &tr.text("cli-said-call-added")).await
            }
            CallVerb::Number { number, phone } => {
                let id = id(number).await?;
                desk.set_call_number(actor, id, phone).await?;
                self.call_done(&seat, id, "number", &tr.text("cli-said-call-number")).await
            }
            CallVerb::Log(log) => self.call_log(&seat, id(log.number).await?, log).await,
            CallVerb::Undo { number } => {
                let id = id(number).await?;
                desk.strike_call(actor, id).await?;
                self.call_done(&seat, id, "undone", &tr.text("cli-said-call-undone")).await
            }
            CallVerb::Close { number, end, appeal } => {
                let id = id(number).await?;
                desk.close_call(actor, id, end, appeal).await?;
                let key = if appeal { "cli-said-call-closed-appeal" } else { "cli-said-call-closed" };
                self.call_done(&seat, id, "closed", &tr.with(key, &[("end", tr.word(end).into())])).await
            }
            CallVerb::Join { number, org, to, agreed, workplace } => {
                let to = (to, workplace);
                self.call_join(&seat, id(number).await?, &org, to, agreed).await
            }
            CallVerb::Application { number, code } => {
                let id = id(number).await?;
                desk.confirm_application(actor, id, &code).await?;
                self.call_done(&seat, id, "confirmed", &tr.text("cli-said-application-confirmed")).await
            }
            CallVerb::Script { file, standard } => {
                let script = match file {
                    Some(file) => Some(body::text(&file)?),
                    None if standard => None,
                    None => return self.call_script(&seat),
                };
                desk.set_call_script(actor, script).await?;
                self.out.done(&tr.text("cli-said-call-script"), json!({ "done": "script" }))
            }
        }
    }

    async fn call_list(&self, seat: &Seat, all: bool, limit: usize) -> Result<()> {
        let found = seat.desk.calls(&seat.actor, all, limit).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        if self.out.json {
            return self.out.value(&found.iter().map(|row| shapes.call(row)).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if found.is_empty() {
            return self.out.line(tr.text("cli-said-no-calls"));
        }
        let mut table = Table::of(tr, &["number", "author", "phone", "attempts", "last", "next-call", "due"]);
        for row in &found {
            let at = |at: Timestamp| String::from(tr.date_full(at, &shapes.zone));
            let last = row.last.map(|(_, outcome)| String::from(tr.word(outcome))).unwrap_or_default();
            let next = match (row.ended, row.next_at) {
                (Some(end), _) => tr.word(end).into(),
                (None, Some(next)) => at(next),
                (None, None) if row.last.is_some_and(|(_, outcome)| outcome.is_conversation()) => {
                    tr.text("call-spoken").into()
                }
                (None, None) => tr.text("call-now").into(),
            };
            table.row(vec![
                row.number.to_string(),
                line(if row.author.is_empty() { &row.contact } else { &row.author }),
                row.phone.as_ref().map_or_else(|| tr.text("call-no-number").into(), line),
                row.attempts.to_string(),
                last,
                next,
                match (row.response.state, row.response.due_at) {
                    (ResponseState::Running, Some(due)) => at(due),
                    (ResponseState::Breached, Some(due)) => {
                        format!("{} ({})", at(due), tr.word(ResponseState::Breached))
                    }
                    (state, _) => tr.word(state).into(),
                },
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    async fn call_show(&self, seat: &Seat, id: AppealId) -> Result<()> {
        let call = seat.desk.call(&seat.actor, id).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        if self.out.json {
            return self.out.value(&shapes.call_whole(&call));
        }
        let tr = &self.out.tr;
        let row = &call.row;
        let said = |text: &Untrusted| Arg::from(line(text));
        self.out
            .line(tr.with("call-title", &[("number", row.number.into()), ("author", said(&row.author))]))?;
        match &row.phone {
            Some(phone) => self.out.line(tr.with("call-number", &[("phone", said(phone))]))?,
            None => self.out.line(tr.text("call-number-none"))?,
        }
        if !call.others.is_empty() {
            self.out.line(tr.with("call-others", &[("phones", call.others.join(", ").into())]))?;
        }
        if let Some(end) = row.ended {
            self.out.line(tr.with("call-ended", &[("end", tr.word(end).into())]))?;
        }
        self.out.line("")?;
        self.out.line(script_text(&call, tr))?;
        self.out.line("")?;
        call.attempts.iter().try_for_each(|attempt| self.out.line(attempt_line(attempt, &shapes, tr)))?;
        match &call.application {
            Some(application) => self.out.line(application_line(application, &shapes, tr)),
            None => Ok(()),
        }
    }

    async fn call_log(&self, seat: &Seat, id: AppealId, log: CallLog) -> Result<()> {
        let (now, zone) = (seat.desk.clock().now(), seat.desk.zone());
        let at = |text: Option<String>| match text {
            None => Ok(None),
            Some(text) => {
                let at = typed_moment(&text, now, &zone);
                at.map(Some).ok_or_else(|| Error::usage("bad-moment").arg("text", text))
            }
        };
        let call = NewCall {
            outcome: log.outcome,
            at: at(log.at)?,
            gist: log.text.unwrap_or_default(),
            next_at: at(log.next)?,
            number: log.phone,
        };
        seat.desk.log_call(&seat.actor, id, call).await?;
        let tr = &self.out.tr;
        let row = seat.desk.call(&seat.actor, id).await?.row;
        let outcome = ("outcome", tr.word(log.outcome).into());
        let sentence = match row.next_at {
            Some(next) => {
                tr.with("cli-said-call-logged-next", &[outcome, ("next", tr.date_full(next, &zone).into())])
            }
            None => tr.with("cli-said-call-logged", &[outcome]),
        };
        self.call_done(seat, id, "logged", &sentence).await
    }

    async fn call_join(
        &self,
        seat: &Seat,
        id: AppealId,
        org: &str,
        (to, workplace): (Option<String>, Option<String>),
        agreed: bool,
    ) -> Result<()> {
        let Seat { desk, actor } = seat;
        let wanted = org.trim();
        let all = desk.join_targets(actor).await?;
        let target = all.into_iter().find(|target| line(&target.code) == wanted);
        let target = target.ok_or_else(|| Error::not_found("no-primary").arg("code", wanted))?;
        let request = JoinRequest { org: target.org, to, agreed, workplace, immediately: true };
        match desk.join_call(actor, id, request.clone()).await {
            Err(error) if error.code == "needs-consent" => {
                ask::confirm(&self.out, false, &self.out.tr.text("cli-ask-agreed"))?;
                desk.join_call(actor, id, JoinRequest { agreed: true, ..request }).await?;
            }
            sent => drop(sent?),
        }
        let application = desk.call(actor, id).await?.application;
        let to = application.map(|application| application.recipient).unwrap_or_default();
        let args = [("organisation", line(&target.name).into()), ("to", to.into())];
        self.call_done(seat, id, "applied", &self.out.tr.with("cli-said-application-sent", &args)).await
    }

    /// The script as it is kept, with its marks.
    fn call_script(&self, seat: &Seat) -> Result<()> {
        let own = seat.desk.settings().call_script;
        if self.out.json {
            return self.out.value(&json!({ "script": own, "standard": own.is_none() }));
        }
        match own {
            Some(script) => self.out.line(script),
            None => self.out.line(self.out.tr.text("cli-said-call-script-standard")),
        }
    }

    /// What was done, and for a program the task as it is now.
    async fn call_done(&self, seat: &Seat, id: AppealId, done: &str, sentence: &Phrase) -> Result<()> {
        if !self.out.json {
            return self.out.line(sentence);
        }
        let call = seat.desk.call(&seat.actor, id).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        self.out.value(&json!({ "done": done, "call": shapes.call_whole(&call) }))
    }
}

fn line(text: &Untrusted) -> String {
    text.display_line().into_string()
}

fn attempt_line(attempt: &CallAttempt, shapes: &Shapes, tr: &crate::i18n::Tr) -> Phrase {
    let args = [
        ("at", tr.date_full(attempt.at, &shapes.zone).into()),
        ("who", attempt.by.name.clone().into()),
        ("outcome", tr.word(attempt.outcome).into()),
        ("phone", attempt.phone.as_ref().map(line).unwrap_or_default().into()),
        ("gist", line(&attempt.gist).into()),
        ("entered", tr.date_full(attempt.entered_at, &shapes.zone).into()),
    ];
    let key = match (attempt.struck, attempt.late) {
        (true, _) => "call-attempt-struck",
        (false, true) => "call-attempt-late",
        (false, false) => "call-attempt",
    };
    tr.with(key, &args)
}

fn application_line(application: &ApplicationView, shapes: &Shapes, tr: &crate::i18n::Tr) -> Phrase {
    let args = [
        ("organisation", line(&application.organisation.name).into()),
        ("to", application.recipient.clone().into()),
        ("state", tr.word(application.state).into()),
        ("delivery", tr.word(application.delivery).into()),
        ("until", tr.date_full(application.expires_at, &shapes.zone).into()),
    ];
    tr.with("call-application", &args)
}

impl Shapes {
    /// One item of `call list`.
    fn call(&self, row: &CallRow) -> Value {
        json!({
            "number": row.number,
            "author": row.author.for_json(),
            "contact": row.contact.for_json(),
            "phone": row.phone.as_ref().map(Untrusted::for_json),
            "reason": row.reason,
            "state": if row.ended.is_none() { "open" } else { "done" },
            "ended": row.ended,
            "attempts": row.attempts,
            "last_at": self.maybe_at(row.last.map(|(at, _)| at)),
            "last_outcome": row.last.map(|(_, outcome)| outcome),
            "next_at": self.maybe_at(row.next_at),
            "made_at": self.at(row.made_at),
            "response_due_at": self.maybe_at(row.response.due_at),
            "response_met_at": self.maybe_at(row.response.met_at),
            "response_state": row.response.state,
            "stage": row.stage,
            "assignee": row.assignee.as_ref().map(|who| who.name.as_str()),
            "application": row.application,
        })
    }

    /// `call show`.
    fn call_whole(&self, call: &CallView) -> Value {
        let mut whole = self.call(&call.row);
        let attempt = |attempt: &CallAttempt| {
            json!({
                "at": self.at(attempt.at),
                "entered_at": self.at(attempt.entered_at),
                "late": attempt.late,
                "by": attempt.by.name,
                "phone": attempt.phone.as_ref().map(Untrusted::for_json),
                "outcome": attempt.outcome,
                "gist": attempt.gist.for_json(),
                "struck": attempt.struck,
            })
        };
        let application = call.application.as_ref().map(|application| {
            json!({
                "organisation": application.organisation.code.for_json(),
                "recipient": application.recipient,
                "state": application.state,
                "delivery_state": application.delivery,
                "made_at": self.at(application.made_at),
                "expires_at": self.at(application.expires_at),
                "confirmed_at": self.maybe_at(application.confirmed_at),
            })
        });
        let more = json!({
            "tel": call.tel,
            "other_phones": call.others,
            "script": call.script.as_ref().map(Untrusted::for_json),
            "proposed_next_at": self.at(call.proposed_next),
            "name_to_chair": call.name_to_chair,
            "tried": call.attempts.iter().map(attempt).collect::<Vec<_>>(),
            "application": application,
        });
        if let (Value::Object(whole), Value::Object(more)) = (&mut whole, more) {
            whole.extend(more);
        }
        whole
    }
}
