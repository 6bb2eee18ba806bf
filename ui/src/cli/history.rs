//! `otklik history`: letters older than their account's start. They are found and read; a person may make an appeal of one.

use super::args::HistoryVerb;
use super::out::Table;
use super::shapes::Shapes;
use super::{Run, Seat, ask};
use otklik_core::desk::views::HistoryRow;
use otklik_core::error::{Error, Result};
use otklik_core::types::RawId;
use serde_json::{Value, json};

impl Run {
    pub async fn history(&self, verb: HistoryVerb) -> Result<()> {
        let seat = self.seat().await?;
        match verb {
            HistoryVerb::Find { words, limit } => self.history_find(&seat, &words.join(" "), limit).await,
            HistoryVerb::Show { id } => self.history_show(&seat, letter_id(&id)?).await,
            HistoryVerb::Appeal { id, yes } => {
                let id = letter_id(&id)?;
                ask::confirm(&self.out, yes, &self.out.tr.text("cli-ask-make-appeal"))?;
                let made = seat.desk.appeal_from_history(&seat.actor, id).await?;
                let args = [("number", made.number.to_string().into())];
                let sentence = self.out.tr.with("cli-said-history-appeal", &args);
                self.out.done(&sentence, json!({ "done": "appealed", "id": made.raw, "number": made.number }))
            }
        }
    }

    async fn history_find(&self, seat: &Seat, words: &str, limit: usize) -> Result<()> {
        let found = seat.desk.find_history(&seat.actor, words, limit).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        if self.out.json {
            return self.out.value(&found.iter().map(|row| shapes.history_row(row)).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if found.is_empty() {
            return self.out.line(tr.text("cli-said-no-history"));
        }
        let headings = ["when", "channel", "author", "subject", "number", "id"];
        let mut table = Table::of(tr, &headings);
        for row in &found {
            table.row(vec![
                tr.date_full(row.at, &shapes.zone).into(),
                row.account.clone(),
                row.from.display_line().into_string(),
                row.subject.display_line().into_string(),
                row.number.map(|number| number.to_string()).unwrap_or_default(),
                row.id.to_string(),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    async fn history_show(&self, seat: &Seat, id: RawId) -> Result<()> {
        let letter = seat.desk.history_letter(&seat.actor, id).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        if self.out.json {
            return self.out.value(&shapes.history_letter(&letter));
        }
        self.history_lines(&letter.row, &shapes)?;
        self.out.line("")?;
        self.out.line(letter.text.display().as_str())
    }

    /// What an earlier letter is, in two lines.
    pub(super) fn history_lines(&self, row: &HistoryRow, shapes: &Shapes) -> Result<()> {
        let args = [
            ("at", self.out.tr.date_full(row.at, &shapes.zone).into()),
            ("from", row.from.display_line().into_string().into()),
            ("to", row.to.display_line().into_string().into()),
            ("channel", row.account.clone().into()),
            ("files", row.files.into()),
        ];
        self.out.line(self.out.tr.with("cli-history-letter", &args))?;
        self.out.line(row.subject.display_line().as_str())
    }
}

fn letter_id(text: &str) -> Result<RawId> {
    RawId::parse(text).ok_or_else(|| Error::not_found("no-history-letter"))
}
