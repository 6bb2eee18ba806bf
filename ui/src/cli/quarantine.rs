//! `otklik quarantine`: what no rule could give a fate. Shown as it came, never interpreted; decided by a person.

use super::args::{QuarantineItems, QuarantineVerb};
use super::out::Table;
use super::shapes::Shapes;
use super::{Run, Seat, ask};
use otklik_core::desk::Quarantined;
use otklik_core::error::{Error, Result};
use otklik_core::types::{Fate, RawId};
use serde_json::{Value, json};

impl Run {
    pub async fn quarantine(&self, verb: QuarantineVerb) -> Result<()> {
        let seat = self.seat().await?;
        let Seat { desk, actor } = &seat;
        let tr = &self.out.tr;
        match verb {
            QuarantineVerb::List { reason, limit } => {
                self.quarantine_list(&seat, reason.map(|reason| reason.code()), limit).await
            }
            QuarantineVerb::Show { id } => self.quarantine_show(&seat, raw_id(&id)?).await,
            QuarantineVerb::Retry(items) => {
                let done = desk.retry_quarantined(actor, chosen(&items)?).await?;
                let sentence = tr.with("cli-said-quarantine-retried", &[("n", done.len().into())]);
                self.out.done(&sentence, json!({ "done": "retried", "items": done }))
            }
            QuarantineVerb::Settle(items) => {
                ask::confirm(&self.out, items.yes, &tr.text("cli-ask-settle"))?;
                let done = desk.settle_quarantined(actor, chosen(&items)?).await?;
                let sentence = tr.with("cli-said-quarantine-settled", &[("n", done.len().into())]);
                self.out.done(&sentence, json!({ "done": "settled", "items": done }))
            }
            QuarantineVerb::Appeal(items) => {
                ask::confirm(&self.out, items.yes, &tr.text("cli-ask-make-appeal"))?;
                let made = desk.appeal_quarantined(actor, chosen(&items)?).await?;
                let numbers: Vec<String> = made.iter().map(|made| made.number.to_string()).collect();
                let args = [("n", made.len().into()), ("numbers", numbers.join(", ").into())];
                let sentence = tr.with("cli-said-quarantine-appeal", &args);
                let items = made.iter().map(|made| json!({ "id": made.raw, "number": made.number }));
                let items = items.collect::<Vec<Value>>();
                self.out.done(&sentence, json!({ "done": "appealed", "items": items }))
            }
        }
    }

    async fn quarantine_list(&self, seat: &Seat, reason: Option<&str>, limit: usize) -> Result<()> {
        let found = seat.desk.quarantine(&seat.actor, reason, limit).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        if self.out.json {
            return self.out.value(&found.iter().map(|row| shapes.quarantined(row)).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if found.is_empty() {
            return self.out.line(tr.text("cli-said-no-quarantine"));
        }
        let headings = ["when", "channel", "size", "reason", "id"];
        let mut table = Table::of(tr, &headings);
        for row in &found {
            table.row(vec![
                tr.date_full(row.received_at, &shapes.zone).into(),
                row.account.clone(),
                row.size.to_string(),
                tr.coded("quarantine-reason", &row.reason).into(),
                row.id.to_string(),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    /// The item as it came. Each line is made safe for the terminal; nothing of it is decoded or followed.
    async fn quarantine_show(&self, seat: &Seat, id: RawId) -> Result<()> {
        let item = seat.desk.quarantined_item(&seat.actor, id).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        if self.out.json {
            return self.out.value(&shapes.raw_item(&item));
        }
        let tr = &self.out.tr;
        let row = &item.row;
        let family = if row.fate == Fate::Quarantined { "quarantine-reason" } else { "fate-reason" };
        let reason = tr.coded(family, &row.reason);
        let args = [
            ("channel", row.account.clone().into()),
            ("at", tr.date_full(row.received_at, &shapes.zone).into()),
            ("size", row.size.into()),
            ("fate", tr.word(row.fate).into()),
            ("reason", reason.into()),
        ];
        self.out.line(tr.with("cli-quarantine-item", &args))?;
        for part in [&item.head, &item.body] {
            self.out.line("")?;
            self.out.line(part.display().as_str())?;
        }
        if item.shown < row.size {
            self.out.line("")?;
            self.out.line(
                tr.with("cli-quarantine-cut", &[("shown", item.shown.into()), ("size", row.size.into())]),
            )?;
        }
        Ok(())
    }
}

fn chosen(items: &QuarantineItems) -> Result<Quarantined> {
    if items.all {
        return Ok(Quarantined::All { reason: items.reason.map(|reason| reason.code().to_owned()) });
    }
    Ok(Quarantined::Items(items.ids.iter().map(|id| raw_id(id)).collect::<Result<Vec<RawId>>>()?))
}

fn raw_id(text: &str) -> Result<RawId> {
    RawId::parse(text).ok_or_else(|| Error::not_found("no-raw-item"))
}
