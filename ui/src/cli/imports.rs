//! Imports: what a file would do is shown first, then asked, then done in one transaction.

use super::args::Import;
use super::{Run, Seat, ask, body};
use crate::i18n::Phrase;
use otklik_core::desk::{read_former_appeals, read_orgs};
use otklik_core::error::{Error, Result};
use serde_json::{Value, json};

/// Unreadable lines that are named one by one.
const NAMED: usize = 10;

/// What an import does, said for people and for programs.
struct Report {
    sentence: Phrase,
    value: Value,
    /// Nothing would change: there is nothing to ask.
    empty: bool,
}

impl Run {
    /// Nothing is written before somebody has said yes to what they saw: whether to go on.
    fn goes_on(&self, import: &Import, report: &Report) -> Result<bool> {
        if import.dry_run || report.empty {
            self.import_said(report, false)?;
            return Ok(false);
        }
        if !import.yes {
            if self.out.json || !ask::somebody_is_there() {
                return Err(Error::usage("needs-yes"));
            }
            self.out.aside(&report.sentence);
            ask::confirm(&self.out, false, &self.out.tr.text("cli-ask-import"))?;
        }
        Ok(true)
    }

    fn import_said(&self, report: &Report, applied: bool) -> Result<()> {
        let mut value = report.value.clone();
        value["applied"] = applied.into();
        self.out.done(&report.sentence, value)
    }

    /// The places of what could not be read; it is not imported and does not stop the rest.
    fn unreadable(&self, unreadable: &[(usize, &'static str)]) {
        if self.out.json {
            return;
        }
        let tr = &self.out.tr;
        for (place, why) in unreadable.iter().take(NAMED) {
            let why = tr.coded("cli-unreadable", why);
            self.out
                .aside(tr.with("cli-said-unreadable", &[("place", (*place).into()), ("why", why.into())]));
        }
        if unreadable.len() > NAMED {
            self.out.aside(tr.with("cli-said-unreadable-more", &[("n", (unreadable.len() - NAMED).into())]));
        }
    }

    pub async fn org_import(&self, seat: &Seat, import: &Import) -> Result<()> {
        let file = read_orgs(&body::bytes(&import.file)?)?;
        self.unreadable(&file.unreadable);
        let unreadable = places(&file.unreadable);
        let report = |done: otklik_core::desk::OrgImport| Report {
            sentence: self.counts(done.new, done.changed, done.same),
            value: json!({
                "new": done.new, "changed": done.changed, "same": done.same, "unreadable": unreadable,
            }),
            empty: done.new + done.changed == 0,
        };
        let (desk, actor) = (&seat.desk, &seat.actor);
        let would = report(desk.import_orgs(actor, file.rows.clone(), false).await?);
        if self.goes_on(import, &would)? {
            self.import_said(&report(desk.import_orgs(actor, file.rows, true).await?), true)?;
        }
        Ok(())
    }

    pub async fn appeal_import(&self, seat: &Seat, import: &Import) -> Result<()> {
        let (former, unreadable) = read_former_appeals(&body::bytes(&import.file)?)?;
        self.unreadable(&unreadable);
        let report = |done: otklik_core::desk::AppealImport| Report {
            sentence: self.counts(done.new.len(), 0, done.known),
            value: json!({ "new": done.new, "known": done.known, "unreadable": places(&unreadable) }),
            empty: done.new.is_empty(),
        };
        let (desk, actor) = (&seat.desk, &seat.actor);
        let would = report(desk.import_appeals(actor, former.clone(), false).await?);
        if self.goes_on(import, &would)? {
            self.import_said(&report(desk.import_appeals(actor, former, true).await?), true)?;
        }
        Ok(())
    }

    fn counts(&self, new: usize, changed: usize, same: usize) -> Phrase {
        let args = [("new", new.into()), ("changed", changed.into()), ("same", same.into())];
        self.out.tr.with("cli-said-import", &args)
    }
}

fn places(unreadable: &[(usize, &'static str)]) -> Vec<Value> {
    unreadable.iter().map(|(place, why)| json!({ "place": place, "why": why })).collect()
}
