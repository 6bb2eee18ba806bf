//! `otklik delivery`: what goes out, and what a person decides about it.

use super::args::DeliveryVerb;
use super::out::Table;
use super::shapes::Shapes;
use super::{Run, Seat};
use crate::screens::thread::Trouble;
use jiff::tz::TimeZone;
use otklik_core::desk::views::{DeliveryFilter, DeliveryView};
use otklik_core::error::{Error, Result};
use otklik_core::types::DeliveryId;
use serde_json::{Value, json};

impl Run {
    pub async fn delivery(&self, verb: DeliveryVerb) -> Result<()> {
        let seat = self.seat().await?;
        let Seat { desk, actor } = &seat;
        match verb {
            DeliveryVerb::List { all, doubted, today, limit } => {
                let filter = match (all, doubted, today) {
                    (true, _, _) => DeliveryFilter::All,
                    (_, true, _) => DeliveryFilter::Doubted,
                    (_, _, true) => DeliveryFilter::Today,
                    _ => DeliveryFilter::Open,
                };
                self.delivery_list(&seat, filter, limit).await
            }
            DeliveryVerb::Undo { id } => {
                let id = delivery_id(&id)?;
                desk.undo_delivery(actor, id).await?;
                self.delivery_done("undone", id)
            }
            DeliveryVerb::Release { id: None, .. } => {
                let n = desk.release_held(actor).await?;
                let sentence = self.out.tr.with("cli-said-released", &[("n", n.into())]);
                self.out.done(&sentence, json!({ "done": "scheduled", "count": n }))
            }
            DeliveryVerb::Retry { id: None, channel, .. } => self.delivery_hurry(&seat, channel).await,
            DeliveryVerb::Retry { id: Some(id), to: Some(address), .. } => {
                let failed = delivery_id(&id)?;
                let made = desk.redirect_delivery(actor, failed, &address, true).await?;
                let to = ("address", made.recipient.display_line().as_str().into());
                let sentence = self.out.tr.with("cli-said-redirected", &[to]);
                self.out.done(&sentence, json!({ "id": made.id, "done": "redirected", "instead_of": failed }))
            }
            DeliveryVerb::Retry { id: Some(id), .. } | DeliveryVerb::Release { id: Some(id), .. } => {
                let id = delivery_id(&id)?;
                desk.retry_delivery(actor, id).await?;
                self.delivery_done("scheduled", id)
            }
            DeliveryVerb::Drop { id } => {
                let id = delivery_id(&id)?;
                desk.drop_delivery(actor, id).await?;
                self.delivery_done("dropped", id)
            }
            DeliveryVerb::Believe { id } => {
                let id = delivery_id(&id)?;
                desk.believe_report(actor, id).await?;
                self.delivery_done("believed", id)
            }
            DeliveryVerb::Dismiss { id } => {
                let id = delivery_id(&id)?;
                desk.dismiss_report(actor, id).await?;
                self.delivery_done("dismissed", id)
            }
            DeliveryVerb::Arrived { id, reason } => {
                let id = delivery_id(&id)?;
                desk.confirm_delivery(actor, id, &reason).await?;
                self.delivery_done("arrived", id)
            }
        }
    }

    /// Tries now whatever waits for its next attempt.
    async fn delivery_hurry(&self, seat: &Seat, channel: Option<String>) -> Result<()> {
        let account = match channel {
            None => None,
            Some(name) => {
                let channels = seat.desk.channels(&seat.actor).await?;
                let found = channels.into_iter().find(|channel| channel.name == name);
                Some(found.ok_or_else(|| Error::not_found("no-channel").arg("name", name))?.id)
            }
        };
        let n = seat.desk.hurry_deliveries(&seat.actor, account).await?;
        let sentence = self.out.tr.with("cli-said-hurried", &[("n", n.into())]);
        self.out.done(&sentence, json!({ "done": "hurried", "count": n }))
    }

    fn delivery_done(&self, done: &'static str, id: DeliveryId) -> Result<()> {
        let sentence = match done {
            "undone" => self.out.tr.text("cli-said-delivery-undone"),
            "scheduled" => self.out.tr.text("cli-said-delivery-scheduled"),
            "believed" => self.out.tr.text("cli-said-report-believed"),
            "dismissed" => self.out.tr.text("cli-said-report-dismissed"),
            "arrived" => self.out.tr.text("cli-said-delivery-arrived"),
            _ => self.out.tr.text("cli-said-delivery-dropped"),
        };
        self.out.done(&sentence, json!({ "id": id, "done": done }))
    }

    async fn delivery_list(&self, seat: &Seat, filter: DeliveryFilter, limit: usize) -> Result<()> {
        let found = seat.desk.deliveries(&seat.actor, filter, limit).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        if self.out.json {
            let list: Vec<Value> = found.iter().map(|delivery| shapes.delivery(delivery)).collect();
            return self.out.value(&list);
        }
        let tr = &self.out.tr;
        if found.is_empty() {
            return self.out.line(tr.text(match filter {
                DeliveryFilter::Open => "cli-said-no-deliveries",
                DeliveryFilter::Doubted => "cli-said-no-doubted",
                DeliveryFilter::Today | DeliveryFilter::All => "cli-said-nothing-sent",
            }));
        }
        let headings = ["cli-column-state", "cli-column-number", "cli-column-kind", "cli-column-when"];
        let mut headings: Vec<_> = headings.iter().map(|key| tr.text(key)).collect();
        headings.extend([
            tr.text("cli-column-recipient"),
            tr.text("cli-column-id"),
            tr.text("cli-column-error"),
        ]);
        let mut table = Table::new(headings);
        for delivery in &found {
            let state = match delivery.reason.as_deref() {
                Some("held") => tr.text("cli-word-held"),
                Some("restored") => tr.text("cli-word-restored"),
                _ => tr.word(delivery.state),
            };
            table.row(vec![
                state.into(),
                delivery.number.map(|number| number.to_string()).unwrap_or_default(),
                tr.word(delivery.kind).into(),
                tr.date_full(delivery.accepted_at.unwrap_or(delivery.next_at), &shapes.zone).into(),
                delivery.recipient.display_line().to_string(),
                delivery.id.to_string(),
                delivery.error.as_ref().map(|error| error.display_line().to_string()).unwrap_or_default(),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))?;
        found.iter().try_for_each(|delivery| self.delivery_trouble(delivery, &shapes.zone))
    }

    /// What went wrong with one of the list, in plain words, and what is said of it without proof.
    fn delivery_trouble(&self, delivery: &DeliveryView, zone: &TimeZone) -> Result<()> {
        let tr = &self.out.tr;
        for report in &delivery.reports {
            if let Some(said) = self.doubted(report, delivery.id) {
                self.out.line("")?;
                self.out.line(format!("{}: {said}", delivery.id))?;
            }
        }
        let Some(trouble) = Trouble::of_view(delivery) else { return Ok(()) };
        self.out.line("")?;
        self.out.line(format!("{}: {}", delivery.id, trouble.happened(tr)))?;
        trouble.then(tr, zone).iter().try_for_each(|text| self.out.line(format!("    {text}")))
    }
}

fn delivery_id(text: &str) -> Result<DeliveryId> {
    DeliveryId::parse(text).ok_or_else(|| Error::not_found("no-delivery"))
}
