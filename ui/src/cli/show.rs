//! `appeal list` and `appeal show` as text: what the queue and the thread of the console say, on plain lines.

use super::out::Table;
use super::shapes::Shapes;
use super::{Run, Seat};
use crate::i18n::{Due, Phrase};
use crate::screens::thread::outside_words;
use otklik_core::desk::views::{
    AppealView, DeliveryView, DraftFileView, JournalActor, JournalLine, LimitationView, MessageView,
    QueueRow, ReportView, ResponseView,
};
use otklik_core::error::Result;
use otklik_core::types::{
    AppealId, DeliveryId, DeliveryState, ReplyKind, ReportDoubt, ResponseState, Untrusted,
};

/// What the first column says of the response clock.
fn due(response: &ResponseView) -> Due {
    match (response.state, response.due_at) {
        (ResponseState::Running | ResponseState::Breached, Some(at)) => Due::At(at),
        (ResponseState::Met, _) => Due::Met,
        (ResponseState::Late, _) => Due::Late,
        _ => Due::None,
    }
}

fn line_of(text: &Untrusted) -> String {
    text.display_line().into_string()
}

impl Run {
    pub(super) fn list_lines(&self, seat: &Seat, rows: &[QueueRow]) -> Result<()> {
        let tr = &self.out.tr;
        if rows.is_empty() {
            return self.out.line(tr.text("cli-said-no-appeals"));
        }
        let zone = seat.desk.zone();
        let now = seat.desk.clock().now();
        let today = now.to_zoned(zone.clone()).date();
        let mut headings: Vec<Phrase> =
            vec![tr.text("cli-column-due"), tr.text("cli-column-file-by"), tr.text("cli-column-number")];
        headings.extend([
            tr.text("cli-column-stage"),
            tr.text("cli-column-assignee"),
            tr.text("cli-column-author"),
        ]);
        headings.extend([tr.text("cli-column-member"), tr.text("cli-column-subject")]);
        let mut table = Table::new(headings);
        for row in rows {
            let limit = row.limitations.first();
            let limit = limit.map(|limit| (limit.rule.as_str(), limit.state, limit.file_by));
            let member =
                row.member_state.map_or_else(|| tr.text("member-unknown-cell"), |state| tr.short_word(state));
            table.row(vec![
                tr.due_cell(now, due(&row.response), &zone).text.to_string(),
                tr.file_by_cell(today, limit).text.to_string(),
                row.number.to_string(),
                tr.word(row.stage).into(),
                row.assignee.as_ref().map(|staff| staff.name.clone()).unwrap_or_default(),
                self.author(row),
                member.into(),
                line_of(&row.subject),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    fn author(&self, row: &QueueRow) -> String {
        match row.author_name.is_empty() {
            true if row.author_contact.is_empty() => self.out.tr.text("cli-word-nameless").into(),
            true => line_of(&row.author_contact),
            false => line_of(&row.author_name),
        }
    }

    /// What it is about, in words; a word for none.
    pub(super) fn topics(&self, row: &QueueRow) -> String {
        let tr = &self.out.tr;
        let topics: Vec<String> = row.topics.iter().map(|topic| tr.word(*topic).to_string()).collect();
        if topics.is_empty() { tr.text("thread-no-topic").into() } else { topics.join(", ") }
    }

    pub(super) async fn appeal_show(&self, seat: &Seat, id: AppealId) -> Result<()> {
        let view = seat.desk.appeal(&seat.actor, id).await?;
        if self.out.json {
            return self.out.value(&Shapes { zone: seat.desk.zone() }.appeal(&view));
        }
        self.head_lines(seat, &view)?;
        let shapes = Shapes { zone: seat.desk.zone() };
        for letter in &view.earlier {
            self.out.line("")?;
            self.history_lines(&letter.row, &shapes)?;
            self.out.line(letter.text.display().as_str())?;
        }
        let mut files = 0;
        for message in &view.messages {
            self.message_lines(seat, message, &mut files)?;
        }
        if !view.journal.is_empty() {
            self.out.line("")?;
            self.out.line(self.out.tr.text("cli-head-journal"))?;
            view.journal.iter().try_for_each(|line| self.journal_line(seat, line))?;
        }
        Ok(())
    }

    fn head_lines(&self, seat: &Seat, view: &AppealView) -> Result<()> {
        let (tr, row) = (&self.out.tr, &view.row);
        let (zone, now) = (seat.desk.zone(), seat.desk.clock().now());
        let field = |name: Phrase, value: String| self.out.line(format!("{name}: {value}"));
        self.out.line(format!("{}  {}", row.number, line_of(&row.subject)))?;
        let author = match row.author_name.is_empty() || row.author_contact.is_empty() {
            true => self.author(row),
            false => format!("{} <{}>", line_of(&row.author_name), line_of(&row.author_contact)),
        };
        field(tr.text("cli-column-author"), author)?;
        let received = tr.date_full(row.received_at, &zone);
        field(tr.text("cli-column-received"), format!("{received}, {}", tr.word(row.channel)))?;
        field(tr.text("cli-column-stage"), tr.word(row.stage).into())?;
        let nobody = || tr.text("cli-word-nobody").to_string();
        field(
            tr.text("cli-column-assignee"),
            row.assignee.as_ref().map_or_else(nobody, |staff| staff.name.clone()),
        )?;
        let response = tr.due_cell(now, due(&row.response), &zone).text;
        field(tr.text("cli-column-due"), response.as_str().trim().to_owned())?;
        field(tr.text("cli-column-topics"), format!("{}; {}", self.topics(row), tr.word(row.urgency)))?;
        let state = row.member_state.map_or_else(|| tr.text("member-unknown"), |state| tr.word(state));
        let name =
            view.member.as_ref().map(|member| format!(": {}", line_of(&member.name))).unwrap_or_default();
        field(tr.text("cli-column-member"), format!("{state}{name}"))?;
        for limit in &row.limitations {
            field(tr.text("cli-column-file-by"), self.limit_words(limit))?;
        }
        for link in &view.links {
            field(tr.text("cli-column-link"), link.number.to_string())?;
        }
        Ok(())
    }

    fn limit_words(&self, limit: &LimitationView) -> String {
        let tr = &self.out.tr;
        let rule = tr.coded("rule", &limit.rule);
        match limit.file_by {
            Some(file_by) => format!("{} ({rule}; {})", tr.day_full(file_by), tr.word(limit.state)),
            None => format!("{} ({rule})", tr.word(limit.state)),
        }
    }

    /// `files` counts through the whole thread: `appeal save` takes that number.
    fn message_lines(&self, seat: &Seat, message: &MessageView, files: &mut usize) -> Result<()> {
        let tr = &self.out.tr;
        let at = tr.date_full(message.at, &seat.desk.zone());
        let kind = match message.kind {
            _ if message.outside.is_some() => tr.text("thread-outside"),
            Some(kind @ (ReplyKind::Response | ReplyKind::Merits)) if !message.automatic => tr.word(kind),
            _ if message.automatic => tr.text("cli-word-automatic"),
            _ => tr.word(message.direction),
        };
        self.out.line("")?;
        self.out.line(format!("--- {at}  {kind}  {}", line_of(&message.from)))?;
        if !message.cc.is_empty() {
            self.out.line(tr.with("reply-copies", &[("list", line_of(&message.cc).into())]))?;
        }
        if let Some(found) = message.authentication {
            self.out.line(tr.word(found))?;
        }
        self.out.line(message.text.display().as_str().trim_end())?;
        if let Some(state) = message.outside {
            self.out.line(format!("    {}", outside_words(tr, state, message.kind)))?;
        }
        for file in &message.attachments {
            *files += 1;
            let size = format!("{}", file.size.div_euclid(1024) + 1);
            let args = [
                ("n", (*files).into()),
                ("name", line_of(&file.file_name).into()),
                ("kb", size.into()),
                ("id", file.id.to_string().into()),
            ];
            self.out.line(tr.with("cli-said-file", &args))?;
        }
        message.deliveries.iter().try_for_each(|delivery| self.delivery_line(seat, delivery))
    }

    fn delivery_line(&self, seat: &Seat, delivery: &DeliveryView) -> Result<()> {
        let tr = &self.out.tr;
        let when = match delivery.state {
            DeliveryState::Accepted => delivery.accepted_at,
            _ => Some(delivery.next_at),
        };
        let when = when.map(|at| tr.date_full(at, &seat.desk.zone()).to_string()).unwrap_or_default();
        let error = delivery.error.as_ref().map(|error| format!(" ({})", line_of(error))).unwrap_or_default();
        self.out.line(format!(
            "    -> {}: {} {when}{error}",
            line_of(&delivery.recipient),
            tr.word(delivery.state)
        ))?;
        for report in &delivery.reports {
            let Some(said) = self.doubted(report, delivery.id) else { continue };
            self.out.line(format!("       {said}"))?;
        }
        Ok(())
    }

    /// What a report says that is not believed, and what can be done about it.
    pub(super) fn doubted(&self, report: &ReportView, delivery: DeliveryId) -> Option<Phrase> {
        let (tr, doubt) = (&self.out.tr, report.doubt?);
        let args = [
            ("kind", tr.word(report.kind).into()),
            ("doubt", tr.word(doubt).into()),
            ("words", line_of(&report.diagnostic).into()),
            ("id", delivery.to_string().into()),
        ];
        let dismissed = doubt == ReportDoubt::Dismissed;
        let key = if dismissed { "cli-said-report-was-dismissed" } else { "cli-said-report-doubted" };
        Some(tr.with(key, &args))
    }

    fn journal_line(&self, seat: &Seat, line: &JournalLine) -> Result<()> {
        let tr = &self.out.tr;
        let who = match &line.actor {
            JournalActor::Person(person) => person.name.clone(),
            JournalActor::Worker(code) => tr.coded("worker", code).into(),
        };
        let side = |field: &str, side: &Option<Untrusted>| {
            let text = side.as_ref().map(Untrusted::display_line).filter(|text| !text.as_str().is_empty())?;
            let name = line.names.iter().find(|(id, _)| id.as_str() == text.as_str());
            Some(name.map_or_else(|| tr.field_value(field, &text).into(), |(_, name)| name.clone()))
        };
        let none = || tr.text("cli-word-none").to_string();
        let told = line.changes.iter().filter_map(|change| {
            let field = tr.coded("field", &change.field);
            match (side(&change.field, &change.before), side(&change.field, &change.after)) {
                // What was empty and stays empty is nothing to tell.
                (None, None) => None,
                (None, Some(after)) => Some(format!("{field}: {after}")),
                (Some(before), after) => Some(format!("{field}: {before} -> {}", after.unwrap_or_else(none))),
            }
        });
        let changes: Vec<String> = told.collect();
        let at = tr.date_full(line.recorded_at, &seat.desk.zone());
        let changes = if changes.is_empty() { String::new() } else { format!(" ({})", changes.join("; ")) };
        self.out.line(format!("{at}  {who}  {}{changes}", tr.coded("action", &line.action)))
    }

    /// What is about to leave, for the person who is asked.
    pub(super) fn show_before_sending(
        &self,
        view: &AppealView,
        text: &str,
        kind: ReplyKind,
        cc: &[String],
        files: &[DraftFileView],
    ) -> Result<()> {
        let tr = &self.out.tr;
        let to = view.reply_to.as_ref().map(line_of).unwrap_or_default();
        self.out.aside(tr.with("cli-head-reply", &[("to", to.into()), ("kind", tr.word(kind).into())]));
        let list = |items: Vec<String>| [("list", items.join(", ").into())];
        let others: Vec<String> = view.others.iter().map(line_of).collect();
        let added: Vec<String> = cc.iter().filter(|cc| !others.contains(cc)).cloned().collect();
        let dropped: Vec<String> = others.iter().filter(|other| !cc.contains(other)).cloned().collect();
        let names: Vec<String> = files.iter().map(|file| line_of(&file.file_name)).collect();
        let said = [
            ("reply-copies", cc.to_vec()),
            ("reply-added", added),
            ("reply-dropped", dropped),
            ("reply-files", names),
        ];
        for (key, items) in said.into_iter().filter(|(_, items)| !items.is_empty()) {
            self.out.aside(tr.with(key, &list(items)));
        }
        self.out.aside(text);
        Ok(())
    }
}
