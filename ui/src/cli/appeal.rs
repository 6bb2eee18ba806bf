//! `otklik appeal`: the verbs that change an appeal, and the list.

use super::args::{AppealEdit, AppealList, AppealReply, AppealVerb};
use super::shapes::Shapes;
use super::{Run, Seat, ask, body};
use otklik_core::desk::Confirmation;
use otklik_core::desk::reply::{AppealEdit as Edit, ReplyRequest};
use otklik_core::desk::views::{PageFrom, QueueFilter, QueueRow};
use otklik_core::error::{Error, Result};
use otklik_core::types::{AppealId, MemberProof, MessageId, NumberQuery, ReplyKind, Stage, Untrusted};
use serde_json::{Value, json};

/// Rows that the desk gives at once.
const PAGE: usize = 500;

impl Run {
    pub async fn appeal(&self, verb: AppealVerb) -> Result<()> {
        let seat = self.seat().await?;
        let find = |number: NumberQuery| seat.desk.find_number(&seat.actor, number);
        match verb {
            AppealVerb::List(list) => self.appeal_list(&seat, list).await,
            AppealVerb::Show { number } => self.appeal_show(&seat, find(number).await?).await,
            AppealVerb::Take { number } => {
                let id = find(number).await?;
                seat.desk.take(&seat.actor, id).await?;
                self.appeal_done(&seat, id, "taken").await
            }
            AppealVerb::Edit(edit) => self.appeal_edit(&seat, edit).await,
            AppealVerb::Reply(reply) => self.appeal_reply(&seat, reply).await,
            AppealVerb::Note { number, body_file } => {
                let id = find(number).await?;
                seat.desk.note(&seat.actor, id, body::text(&body_file)?).await?;
                self.appeal_done(&seat, id, "noted").await
            }
            AppealVerb::Stage { number, stage } => {
                let id = find(number).await?;
                seat.desk.set_stage(&seat.actor, id, stage).await?;
                self.appeal_done(&seat, id, "stage").await
            }
            AppealVerb::Close { number, without_response } => {
                let id = find(number).await?;
                match without_response {
                    true => seat.desk.close_unanswered(&seat.actor, id).await?,
                    false => seat.desk.set_stage(&seat.actor, id, Stage::Closed).await?,
                }
                self.appeal_done(&seat, id, "stage").await
            }
            AppealVerb::Mail { number } => {
                let sent = seat.desk.mail_thread(&seat.actor, find(number).await?).await?;
                let sentence = self.out.tr.text("cli-said-thread-mailed");
                self.out.done(&sentence, Shapes { zone: seat.desk.zone() }.delivery(&sent))
            }
            AppealVerb::Outside(outside) => self.appeal_outside(&seat, outside).await,
            AppealVerb::Import(import) => self.appeal_import(&seat, &import).await,
            AppealVerb::Save(save) => self.appeal_save(&seat, save).await,
            AppealVerb::Match { number } => self.appeal_match(&seat, find(number).await?).await,
            AppealVerb::Confirm { number, member, proof, told, without_contacts, yes } => {
                let id = find(number).await?;
                let told = (proof == Some(MemberProof::ChairCall)).then(|| told.unwrap_or_default());
                let with = Confirmation { told, contacts: !without_contacts };
                self.appeal_confirm(&seat, id, &member, with, yes).await
            }
            AppealVerb::Unlink { number, reason } => {
                let id = find(number).await?;
                seat.desk.unlink_member(&seat.actor, id, reason).await?;
                self.appeal_done(&seat, id, "unlinked").await
            }
        }
    }

    /// Says where the appeal stands now: the same object as the list's under `--json`.
    pub(super) async fn appeal_done(&self, seat: &Seat, id: AppealId, done: &str) -> Result<()> {
        let row = seat.desk.appeal(&seat.actor, id).await?.row;
        let tr = &self.out.tr;
        let number = || ("number", row.number.into());
        let nobody = || tr.text("cli-word-nobody").to_string();
        let sentence = match done {
            "taken" => tr.with("cli-said-taken", &[number()]),
            "noted" => tr.with("cli-said-noted", &[number()]),
            "unlinked" => tr.with("cli-said-unlinked", &[number()]),
            "outside-confirmed" => tr.with("cli-said-outside-confirmed", &[number()]),
            "outside-declined" => tr.with("cli-said-outside-declined", &[number()]),
            "stage" => tr.with("cli-said-stage", &[number(), ("stage", tr.word(row.stage).into())]),
            _ => {
                let topics = self.topics(&row);
                let assignee = row.assignee.as_ref().map_or_else(nobody, |staff| staff.name.clone());
                tr.with(
                    "cli-said-edited",
                    &[
                        number(),
                        ("topics", topics.into()),
                        ("urgency", tr.word(row.urgency).into()),
                        ("assignee", assignee.into()),
                    ],
                )
            }
        };
        self.out.done(&sentence, Shapes { zone: seat.desk.zone() }.row(&row))
    }

    async fn appeal_list(&self, seat: &Seat, list: AppealList) -> Result<()> {
        let assignee = match list.assignee.as_deref() {
            Some(name) => Some(self.staff_named(seat, name).await?),
            None => None,
        };
        let filter = QueueFilter {
            any_stage: true,
            stage: list.stage,
            assignee,
            topic: list.topic,
            channel: list.channel,
            overdue: list.overdue,
            search: list.search.clone(),
            ..QueueFilter::default()
        };
        let rows = every_row(seat, &filter, list.after, list.limit).await?;
        if self.out.json {
            let shapes = Shapes { zone: seat.desk.zone() };
            let list: Vec<Value> = rows.iter().map(|row| shapes.row(row)).collect();
            return self.out.value(&list);
        }
        self.list_lines(seat, &rows)
    }

    async fn appeal_edit(&self, seat: &Seat, edit: AppealEdit) -> Result<()> {
        let id = seat.desk.find_number(&seat.actor, edit.number).await?;
        if edit.topic.is_none() && edit.urgency.is_none() && edit.assignee.is_none() {
            return Err(Error::usage("nothing-to-edit"));
        }
        let assignee = match edit.assignee.as_deref() {
            None => None,
            Some("" | "none") => Some(None),
            Some(name) => Some(Some(self.staff_named(seat, name).await?)),
        };
        let change = Edit { topics: edit.topic, urgency: edit.urgency, assignee };
        seat.desk.edit(&seat.actor, id, change).await?;
        self.appeal_done(seat, id, "edited").await
    }

    async fn appeal_reply(&self, seat: &Seat, reply: AppealReply) -> Result<()> {
        let id = seat.desk.find_number(&seat.actor, reply.number).await?;
        let text = body::text(&reply.body_file)?;
        let view = seat.desk.appeal(&seat.actor, id).await?;
        let kind = if reply.merits { ReplyKind::Merits } else { ReplyKind::Response };
        // The files stand with the draft first, so that what is too much is said before anything is asked.
        let mut files = Vec::new();
        let sent = async {
            for path in &reply.attach {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                let name = Untrusted::new(name.unwrap_or_default());
                files.push(seat.desk.attach_to_draft(&seat.actor, id, name, body::bytes(path)?).await?);
            }
            if view.messages.iter().any(|message| message.authentication.is_some()) {
                self.out.aside(self.out.tr.text("reply-doubted"));
            }
            if !reply.yes {
                self.show_before_sending(&view, &text, kind, &reply.cc, &files)?;
            }
            ask::confirm(&self.out, reply.yes, &self.out.tr.text("cli-ask-send"))?;
            let request = ReplyRequest {
                appeal: id,
                text,
                kind,
                seen: view.last_message,
                idempotency_key: MessageId::new().0,
                immediately: reply.yes,
                cc: reply.cc.clone(),
                files: files.iter().map(|file| file.id).collect(),
            };
            match reply.again {
                true => seat.desk.send_reply_again(&seat.actor, request).await,
                false => seat.desk.send_reply(&seat.actor, request).await,
            }
        };
        let sent = sent.await;
        if sent.is_err() {
            // What this command put there, and no more, is taken back: the files are where they were.
            for file in &files {
                let _ = seat.desk.detach_from_draft(&seat.actor, id, file.id).await;
            }
        }
        let delivery = sent?;
        let number = delivery.number.map(|number| number.to_string()).unwrap_or_default();
        let args = [("number", number.into()), ("id", delivery.id.to_string().into())];
        let sentence = self.out.tr.with("cli-said-reply", &args);
        let zone = seat.desk.zone();
        self.out.done(
            &sentence,
            json!({ "number": delivery.number, "delivery": Shapes { zone }.delivery(&delivery) }),
        )
    }
}

/// Rows of a list, page by page, as many as were asked for.
async fn every_row(
    seat: &Seat,
    filter: &QueueFilter,
    after: Option<NumberQuery>,
    limit: usize,
) -> Result<Vec<QueueRow>> {
    let mut from = match after {
        Some(number) => {
            let id = seat.desk.find_number(&seat.actor, number).await?;
            PageFrom::After(seat.desk.queue_key(&seat.actor, id).await?)
        }
        None => PageFrom::Start,
    };
    let mut rows: Vec<QueueRow> = Vec::new();
    while rows.len() < limit {
        let page = seat.desk.queue_page(&seat.actor, filter, from, PAGE.min(limit - rows.len())).await?;
        let Some(last) = page.rows.last() else { break };
        from = PageFrom::After(last.key);
        rows.extend(page.rows);
        if page.at_end {
            break;
        }
    }
    Ok(rows)
}
