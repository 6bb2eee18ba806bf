//! One appeal, whole: thread, files, deliveries, history, the actor's own draft.

use super::act::{Look, moment, number, scope_of};
use super::draft::whole_text;
use super::draft_file::file_view;
use super::journal::Details;
use super::member::seen_by;
use super::outgoing::expires_at;
use super::report::report_view;
use super::team::Teams;
use super::views::{
    AppealView, AttachmentView, DeliveryView, DraftView, JournalActor, JournalChange, JournalLine, LinkView,
    MessageView, StaffRef,
};
use super::{Desk, calls, identities, mail_history, membership, queue as rows, recipients};
use crate::error::{Error, Result};
use crate::mail::compose::reply_subject;
use crate::mail::{Address, Ours};
use crate::rules::refusal;
use crate::rules::roles::{self, UseCase};
use crate::rules::threading;
use crate::store::deliveries::DeliveryRecord;
use crate::store::{
    accounts, appeals, deliveries, draft_files, drafts, journal, messages, orgs, queue, reports, staff,
};
use crate::types::{
    AccountId, Actor, AppealId, AttachmentId, Authentication, Channel, DeliveryId, DeliveryKind,
    DeliveryState, Direction, MemberId, MessageId, Outside, Purpose, ReplyKind, SentCopy, StaffId, Untrusted,
};
use std::collections::HashMap;
use uuid::Uuid;

impl Desk {
    /// Everything about an appeal that the actor may see.
    pub async fn appeal(&self, actor: &Actor, id: AppealId) -> Result<AppealView> {
        let mut look = self.look(actor, UseCase::AppealShow).await?;
        let actor = &look.actor.clone();
        let row = rows::one_row(&mut look, id).await?;
        let record = appeals::load(&mut look.reader.conn(), id.0).await?;
        let record = record.ok_or_else(|| Error::not_found("no-appeal"))?;
        let last_message = messages::newest(&mut look.reader.conn(), id.0).await?.map(MessageId);
        let journal = match roles::permits(actor, UseCase::HistoryShow) {
            true => history(&mut look, actor, &format!("appeal:{id}")).await?,
            false => Vec::new(),
        };
        let links = links_in_scope(&mut look, id).await?;
        let member = match row.member_id {
            Some(member) => seen_by(actor, &mut look.reader.conn(), member).await?,
            None => None,
        };
        let draft = match actor.staff() {
            Some(me) => my_draft(&mut look, id, me).await?,
            None => None,
        };
        let ours = our_addresses(&mut look).await?;
        let records = messages::of_appeal(&mut look.reader.conn(), id.0).await?;
        let author = record.author_email.as_ref();
        let reply_to = recipients::author(&mut look.reader.conn(), id.0, author).await?;
        let others = recipients::others(&records, record.author_email.as_ref(), |known| {
            ours.iter().any(|ours| ours == known)
        });
        let wrote_from = identities::wrote_from_elsewhere(&mut look.reader.conn(), id, &records).await?;
        let earlier = mail_history::earlier(&mut look, &records, &ours).await?;
        let messages = thread(&mut look, id, records).await?;
        let said = membership::said(&mut look.reader.conn(), id).await?;
        let identities = match scope_of(actor, UseCase::MatchShow) {
            Ok(scope) => identities::of_appeal(&mut look.reader.conn(), &scope, id, false).await?,
            Err(_) => Vec::new(),
        };
        let reply_subject = Untrusted::new(reply_subject(&record.subject, row.number));
        Ok(AppealView {
            row,
            earlier,
            messages,
            journal,
            links,
            member,
            author_email: record.author_email,
            wrote_from,
            author_phone: record.author_phone,
            org_stated: record.org_stated,
            said,
            calls: calls::attempts_of(&mut look.reader.conn(), id).await?,
            identities,
            event_date: record.event_date.as_deref().and_then(|date| date.parse().ok()),
            last_message,
            draft,
            reply_to,
            reply_subject,
            others,
        })
    }

    /// An appeal's history alone; for those who may read it without the text.
    pub async fn history(&self, actor: &Actor, id: AppealId) -> Result<Vec<JournalLine>> {
        let mut look = self.look(actor, UseCase::HistoryShow).await?;
        let actor = &look.actor.clone();
        rows::one_row(&mut look, id).await?;
        history(&mut look, actor, &format!("appeal:{id}")).await
    }

    /// Notes that somebody has seen what is new. Not journalled: it is a cursor.
    pub async fn mark_read(&self, actor: &Actor, id: AppealId) -> Result<()> {
        let mut act = self.begin(actor, UseCase::AppealShow).await?;
        act.appeal(id).await?;
        appeals::set_unread(&mut act.conn(), id.0, false).await?;
        act.commit().await
    }
}

/// Linked appeals that the actor may see; of the others not even the number is told.
async fn links_in_scope(look: &mut Look, id: AppealId) -> Result<Vec<LinkView>> {
    let scope = look.scope.clone();
    let mut seen = Vec::new();
    for link in appeals::links(&mut look.reader.conn(), id.0).await? {
        if queue::one(&mut look.reader.conn(), &scope, link.id).await?.is_some() {
            let number = number(link.year, link.seq);
            seen.push(LinkView { kind: link.kind, appeal: AppealId(link.id), number });
        }
    }
    Ok(seen)
}

async fn my_draft(look: &mut Look, id: AppealId, me: StaffId) -> Result<Option<DraftView>> {
    let Some(draft) = drafts::load(&mut look.reader.conn(), id.0, me.0).await? else { return Ok(None) };
    let files = draft_files::of_draft(&mut look.reader.conn(), id.0, me.0).await?;
    Ok(Some(draft_view(draft, files)))
}

fn draft_view(draft: drafts::DraftRecord, files: Vec<draft_files::DraftFileRecord>) -> DraftView {
    DraftView {
        cc: draft.cc.lines().map(str::to_owned).collect(),
        files: files.into_iter().map(file_view).collect(),
        text: whole_text(&draft),
        kind: ReplyKind::parse(&draft.kind).unwrap_or(ReplyKind::Response),
        updated_at: moment(draft.updated_at),
        seen: draft.seen_message_id.map(MessageId),
    }
}

/// Every address of ours, in lower case.
async fn our_addresses(look: &mut Look) -> Result<Vec<String>> {
    let all = accounts::all(&mut look.reader.conn()).await?;
    Ok(Teams::load(&mut look.reader.conn(), &all).await?.addresses())
}

async fn thread(
    look: &mut Look,
    id: AppealId,
    messages: Vec<messages::MessageRecord>,
) -> Result<Vec<MessageView>> {
    let files = messages::attachments_of(&mut look.reader.conn(), id.0).await?;
    let sent = deliveries::of_appeal(&mut look.reader.conn(), id.0).await?;
    let reported = reports::of_appeal(&mut look.reader.conn(), id.0).await?;
    let ours = Ours { addresses: our_addresses(look).await?, ..Ours::default() };
    let mut changes = changes_of_recipients(&messages, &ours).into_iter();
    let mut view = Vec::with_capacity(messages.len());
    for message in messages {
        let (recipients_added, recipients_dropped) = changes.next().unwrap_or_default();
        let attachments = files.iter().filter(|file| file.message_id == message.id).map(attachment_view);
        let deliveries = sent.iter().filter(|delivery| delivery.message_id == Some(message.id));
        view.push(MessageView {
            id: MessageId(message.id),
            direction: Direction::parse(&message.direction).unwrap_or(Direction::In),
            at: moment(message.at),
            channel: Channel::parse(&message.channel).unwrap_or(Channel::Email),
            from: message.from_text,
            to: message.to_text,
            cc: message.cc_text,
            subject: message.subject,
            text: message.body,
            kind: message.kind.as_deref().and_then(ReplyKind::parse),
            automatic: message.automatic != 0,
            outside: message.outside.as_deref().and_then(Outside::parse),
            staff: message
                .staff_id
                .map(|id| StaffRef { id: StaffId(id), name: message.staff_name.unwrap_or_default() }),
            authentication: message.authentication.as_deref().and_then(Authentication::parse),
            left_out: message.left_out.lines().map(str::to_owned).collect(),
            recipients_added,
            recipients_dropped,
            attachments: attachments.collect(),
            deliveries: deliveries.map(|delivery| with_reports(delivery, &reported)).collect(),
        });
    }
    Ok(view)
}

/// For each message, who was added and who was dropped against the letter before it. The program's own letters and notes
/// are no letters of the conversation.
fn changes_of_recipients(
    messages: &[messages::MessageRecord],
    ours: &Ours,
) -> Vec<(Vec<Untrusted>, Vec<Untrusted>)> {
    let people = |message: &messages::MessageRecord| -> Vec<String> {
        message.participants.raw_for(Purpose::Threading).lines().map(str::to_owned).collect()
    };
    let is_ours = |address: &str| Address::new("", address).is_some_and(|address| ours.has(&address));
    let wrapped = |all: Vec<&str>| all.into_iter().map(Untrusted::new).collect::<Vec<_>>();
    let mut before: Option<Vec<String>> = None;
    let mut all = Vec::with_capacity(messages.len());
    for message in messages {
        let now = people(message);
        if message.automatic != 0 || now.is_empty() {
            all.push(Default::default());
            continue;
        }
        let change = before.as_deref().map(|before| {
            let (before, after): (Vec<&str>, Vec<&str>) =
                (before.iter().map(String::as_str).collect(), now.iter().map(String::as_str).collect());
            let (added, dropped) = threading::recipients_changed(&before, &after, is_ours);
            (wrapped(added), wrapped(dropped))
        });
        all.push(change.unwrap_or_default());
        before = Some(now);
    }
    all
}

fn attachment_view(file: &messages::AttachmentRecord) -> AttachmentView {
    AttachmentView {
        id: AttachmentId(file.id),
        file_name: file.file_name.clone(),
        content_type: file.content_type.clone(),
        size: file.size,
        kept: file.part_path.is_some(),
    }
}

fn with_reports(delivery: &DeliveryRecord, reported: &[reports::ReportRecord]) -> DeliveryView {
    let about = reported.iter().filter(|report| report.delivery_id == Some(delivery.id));
    DeliveryView { reports: about.cloned().map(report_view).collect(), ..delivery_view(delivery.clone()) }
}

pub(super) fn delivery_view(delivery: DeliveryRecord) -> DeliveryView {
    let state = DeliveryState::parse(&delivery.state).unwrap_or(DeliveryState::Unknown);
    DeliveryView {
        sent_copy: delivery.sent_copy.as_deref().and_then(SentCopy::parse),
        explained: refusal::explain(state, delivery.error.as_ref()),
        expires_at: expires_at(&delivery),
        account: AccountId(delivery.account_id),
        channel: delivery.channel,
        down_since: delivery.down_since.map(moment),
        id: DeliveryId(delivery.id),
        kind: DeliveryKind::parse(&delivery.kind).unwrap_or(DeliveryKind::Reply),
        appeal: delivery.appeal_id.map(AppealId),
        number: delivery.year.zip(delivery.seq).map(|(year, seq)| number(year, seq)),
        message: delivery.message_id.map(MessageId),
        recipient: delivery.recipient,
        state,
        reason: delivery.reason,
        not_before: moment(delivery.not_before),
        next_at: moment(delivery.next_at),
        attempts: delivery.attempts,
        accepted_at: delivery.accepted_at.map(moment),
        error: delivery.error,
        proof: delivery.proof,
        redirected_to: delivery.redirected_to.map(DeliveryId),
        instead_of: delivery.instead_of.map(DeliveryId),
        reports: Vec::new(),
    }
}

/// A subject's rows with the values behind their digests.
async fn history(look: &mut Look, actor: &Actor, subject: &str) -> Result<Vec<JournalLine>> {
    let names: HashMap<Uuid, String> =
        staff::all(&mut look.reader.conn()).await?.into_iter().map(|staff| (staff.id, staff.name)).collect();
    let versions = journal::versions_of(&mut look.reader.conn(), subject).await?;
    let value = |seq: i64, position: usize, side: &str| {
        let found = versions.iter().find(|version| {
            version.seq == seq && usize::try_from(version.position) == Ok(position) && version.side == side
        });
        found.and_then(|version| version.value.clone())
    };
    // An assignee stands in the row by id; people are told by name.
    let said = |field: &str, code: Option<String>| {
        let name = code.as_deref().filter(|_| field == "assignee").and_then(StaffId::parse);
        let name = name.and_then(|staff| names.get(&staff.0).cloned());
        name.or(code).map(Untrusted::new)
    };
    let mut known: HashMap<Uuid, Option<String>> =
        names.iter().map(|(id, name)| (*id, Some(name.clone()))).collect();
    let mut lines = Vec::new();
    for record in journal::of_subject(&mut look.reader.conn(), subject).await? {
        let who = match record.actor_kind.as_str() {
            "person" => {
                let id = StaffId::parse(&record.actor_id).unwrap_or(StaffId(Uuid::nil()));
                JournalActor::Person(StaffRef { id, name: names.get(&id.0).cloned().unwrap_or_default() })
            }
            _ => JournalActor::Worker(record.actor_id.clone()),
        };
        let details = Details::parse(&record.details)?;
        let changes = details.changes().into_iter().enumerate().map(|(position, change)| JournalChange {
            before: said(&change.field, change.before).or_else(|| value(record.seq, position, "before")),
            after: said(&change.field, change.after).or_else(|| value(record.seq, position, "after")),
            field: change.field,
        });
        let changes: Vec<JournalChange> = changes.collect();
        let names = names_in(look, actor, &changes, &mut known).await?;
        lines.push(JournalLine {
            seq: record.seq,
            recorded_at: moment(record.recorded_at),
            occurred_at: moment(record.occurred_at),
            actor: who,
            action: record.action,
            changes,
            refs: details.refs(),
            names,
        });
    }
    Ok(lines)
}

/// The names behind the ids in a row's changes, as far as the desk still has them and the actor may see them; `known`
/// keeps what was asked for already.
async fn names_in(
    look: &mut Look,
    actor: &Actor,
    changes: &[JournalChange],
    known: &mut HashMap<Uuid, Option<String>>,
) -> Result<Vec<(String, String)>> {
    let mut names = Vec::new();
    for change in changes {
        for value in [&change.before, &change.after].into_iter().flatten() {
            let value = value.display().as_str().to_owned();
            let Ok(id) = value.parse::<Uuid>() else { continue };
            let name = match known.get(&id) {
                Some(name) => name.clone(),
                None => name_of(look, actor, &change.field, id).await?,
            };
            known.insert(id, name.clone());
            names.extend(name.map(|name| (value, name)));
        }
    }
    Ok(names)
}

async fn name_of(look: &mut Look, actor: &Actor, field: &str, id: Uuid) -> Result<Option<String>> {
    let conn = &mut look.reader.conn();
    Ok(match field {
        "member" => seen_by(actor, conn, MemberId(id))
            .await?
            .map(|member| member.name.display_line().as_str().to_owned()),
        "organisation" => orgs::name(conn, id).await?.map(|name| name.display_line().as_str().to_owned()),
        _ => None,
    })
}
