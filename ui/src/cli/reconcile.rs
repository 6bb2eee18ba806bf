//! `otklik channel reconcile`: what is stored against what lies in the mailbox, now. What is missing is fetched; nothing is
//! removed.

use super::out::Table;
use super::{Run, Seat};
use otklik_core::error::{Error, Result};
use serde_json::{Value, json};

impl Run {
    /// Exit code 1 when a mailbox could not be compared.
    pub(super) async fn channel_reconcile(&self, seat: &Seat, name: Option<&str>) -> Result<u8> {
        let accounts = seat.desk.accounts_to_reconcile(&seat.actor, name).await?;
        let (mut rows, mut sick) = (Vec::new(), false);
        for account in accounts {
            let found = self.composition.reconcile(&seat.desk, &account).await;
            sick |= found.is_err();
            rows.push((account.name, found));
        }
        let tr = &self.out.tr;
        if self.out.json {
            let values = rows.iter().flat_map(|(name, found)| values(name, found));
            self.out.value(&values.collect::<Vec<Value>>())?;
        } else if rows.is_empty() {
            self.out.line(tr.text("cli-said-no-channels"))?;
        } else {
            let headings = ["name", "folder", "in-mailbox", "stored", "missing", "gone", "error"];
            let mut table = Table::of(tr, &headings);
            for (name, found) in &rows {
                match found {
                    Ok(folders) => folders.iter().for_each(|found| {
                        let counts = [found.in_mailbox, found.stored, found.missing, found.gone];
                        let mut row = vec![name.clone(), found.mailbox.clone()];
                        row.extend(counts.iter().map(usize::to_string));
                        row.push(String::new());
                        table.row(row);
                    }),
                    Err(error) => {
                        let mut row = vec![name.clone()];
                        row.resize(6, String::new());
                        row.push(self.why(error));
                        table.row(row);
                    }
                }
            }
            table.lines().iter().try_for_each(|line| self.out.line(line))?;
        }
        Ok(if sick { 1 } else { 0 })
    }

    fn why(&self, error: &Error) -> String {
        let known = self.out.tr.find(&format!("cli-trouble-{}", error.code.replace('_', "-")), &[]);
        known.unwrap_or_else(|| self.out.tr.error(error)).into()
    }
}

fn values(name: &str, found: &Result<Vec<otklik_core::desk::Compared>>) -> Vec<Value> {
    match found {
        Ok(folders) => {
            let value = |found: &otklik_core::desk::Compared| {
                json!({
                    "name": name,
                    "folder": found.mailbox,
                    "in_mailbox": found.in_mailbox,
                    "stored": found.stored,
                    "missing": found.missing,
                    "gone": found.gone,
                    "error": null,
                })
            };
            folders.iter().map(value).collect()
        }
        Err(error) => vec![json!({
            "name": name,
            "folder": null,
            "in_mailbox": null,
            "stored": null,
            "missing": null,
            "gone": null,
            "error": error.code,
        })],
    }
}
