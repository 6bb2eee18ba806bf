//! `otklik query`: asking a chair whether an author is a member, and what was answered. The answer confirms nobody.

use super::person_args::QueryVerb;
use super::registry::line_of;
use super::shapes::Shapes;
use super::{Run, Seat, ask};
use crate::i18n::Arg;
use otklik_core::desk::{QueryRequest, QueryView};
use otklik_core::error::{Error, Result};
use otklik_core::types::AppealId;
use serde_json::{Value, json};

impl Run {
    pub async fn query(&self, verb: QueryVerb) -> Result<()> {
        let seat = self.seat().await?;
        let Seat { desk, actor } = &seat;
        let tr = &self.out.tr;
        match verb {
            QueryVerb::Ask { number, org, to, agreed } => {
                let id = desk.find_number(actor, number).await?;
                let all = desk.organisations(actor).await?;
                let found = all.into_iter().find(|known| line_of(&known.code) == org.trim());
                let found =
                    found.ok_or_else(|| Error::not_found("no-organisation").arg("code", org.trim()))?;
                let request = QueryRequest { org: found.id, to, agreed, immediately: true };
                match desk.ask_chair(actor, id, request.clone()).await {
                    Err(error) if error.code == "needs-consent" => {
                        ask::confirm(&self.out, false, &tr.text("cli-ask-named"))?;
                        desk.ask_chair(actor, id, QueryRequest { agreed: true, ..request }).await?;
                    }
                    asked => drop(asked?),
                }
                let sentence =
                    tr.with("cli-said-chair-asked", &[("organisation", line_of(&found.name).into())]);
                self.query_done(&seat, id, "asked", &sentence).await
            }
            QueryVerb::List { number } => {
                let id = desk.find_number(actor, number).await?;
                let found = desk.chair_queries(actor, id).await?;
                let shapes = Shapes { zone: desk.zone() };
                if self.out.json {
                    return self
                        .out
                        .value(&found.iter().map(|one| shapes.query(one)).collect::<Vec<Value>>());
                }
                if found.is_empty() {
                    return self.out.line(tr.text("cli-said-no-queries"));
                }
                found.iter().try_for_each(|one| self.query_line(one, &shapes))
            }
            QueryVerb::Answer { number, answer, told } => {
                let id = desk.find_number(actor, number).await?;
                desk.answer_query(actor, id, answer, told).await?;
                self.query_done(&seat, id, "answered", &tr.text("cli-said-query-answered")).await
            }
        }
    }

    fn query_line(&self, one: &QueryView, shapes: &Shapes) -> Result<()> {
        let tr = &self.out.tr;
        let mut args = vec![
            ("organisation", Arg::from(line_of(&one.organisation.name))),
            ("to", one.recipient.clone().into()),
            ("at", tr.date_full(one.answered_at.unwrap_or(one.made_at), &shapes.zone).into()),
            ("delivery", tr.word(one.delivery).into()),
            ("state", tr.word(one.state).into()),
            ("told", line_of(&one.told).into()),
        ];
        let key = match one.answer {
            None => "query-open",
            Some(answer) => {
                args.push(("answer", tr.word(answer).into()));
                if one.told.is_empty() { "query-answered" } else { "query-answered-told" }
            }
        };
        self.out.line(tr.with(key, &args))
    }

    async fn query_done(
        &self,
        seat: &Seat,
        id: AppealId,
        done: &str,
        sentence: &crate::i18n::Phrase,
    ) -> Result<()> {
        if !self.out.json {
            return self.out.line(sentence);
        }
        let found = seat.desk.chair_queries(&seat.actor, id).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        self.out.value(&json!({ "done": done, "query": found.first().map(|one| shapes.query(one)) }))
    }
}

impl Shapes {
    /// One item of `query list`.
    pub(super) fn query(&self, one: &QueryView) -> Value {
        json!({
            "id": one.id,
            "organisation": one.organisation.code.for_json(),
            "recipient": one.recipient,
            "name": one.name.for_json(),
            "delivery_state": one.delivery,
            "state": one.state,
            "answer": one.answer,
            "told": one.told.for_json(),
            "by": one.by.name,
            "made_at": self.at(one.made_at),
            "expires_at": self.at(one.expires_at),
            "answered_at": self.maybe_at(one.answered_at),
            "answered_by": one.answered_by.as_ref().map(|by| by.name.as_str()),
        })
    }
}
