//! Letters found in the folder of what was sent. Most are ours; a colleague's own reply joins the appeal that it answers, as a
//! proposal that stops no clock until it is confirmed, or at once where the account's setting says so; the rest is no
//! business of the desk. Nothing that was sent opens an appeal, and a copy of our own letter never becomes a message.

use super::act::moment;
use super::elsewhere;
use super::journal::Entry;
use super::letter::{Intake, body_digest};
use crate::error::{Error, Result};
use crate::mail::{MailKind, ParsedMail, parse_own_message_id};
use crate::store::messages::ThreadRecord;
use crate::store::raw::RawRecord;
use crate::store::{appeals, deliveries, messages};
use crate::types::{
    AppealId, Direction, Fate, MessageId, Outside, OutsideReplies, Purpose, ReplyKind, Untrusted,
};

/// Gives a sent letter its fate.
pub(super) async fn settle(intake: &mut Intake<'_>, record: &RawRecord, letter: &ParsedMail) -> Result<Fate> {
    if let Some(id) = &letter.message_id {
        intake.known.learn(intake.act, [letter]).await?;
        let same = intake.known.of(id);
        if let Some(known) = same.iter().find(|known| known.direction == Direction::Out.code()) {
            let (appeal, message) = (Some(known.appeal_id), Some(known.id));
            return intake.close(record, Fate::Duplicate, Some("own"), appeal, message).await;
        }
        if let Some((appeal, message)) =
            deliveries::by_rfc_id(&mut intake.act.conn(), &Untrusted::new(id)).await?
        {
            return intake.close(record, Fate::Duplicate, Some("own"), appeal, message).await;
        }
    }
    if let Some(reason) = no_answer(letter) {
        return intake.close(record, Fate::Service, Some(reason), None, None).await;
    }
    let answered = match answered(intake, letter).await? {
        // What was sent before the appeal came is no answer to it, whatever it refers to.
        Some(id) => appeals::lock(&mut intake.act.conn(), id.0)
            .await?
            .is_none_or(|appeal| appeal.received_at <= record.received_at)
            .then_some(id),
        None => None,
    };
    let Some(appeal) = answered else {
        return intake.close(record, Fate::Service, Some("sent-elsewhere"), None, None).await;
    };
    let message = join(intake, record, letter, appeal).await?;
    intake.close(record, Fate::Appended, Some("outside"), Some(appeal.0), Some(message.0)).await
}

/// Why a letter is not a person's: a program of ours wrote it, of this desk or of another, or the mailbox answered by itself.
fn no_answer(letter: &ParsedMail) -> Option<&'static str> {
    if letter.signals.desk.is_some() || letter.message_id.as_deref().and_then(parse_own_message_id).is_some()
    {
        return Some("own");
    }
    match letter.kind {
        MailKind::Human | MailKind::List => None,
        kind => Some(kind.code()),
    }
}

async fn join(
    intake: &mut Intake<'_>,
    record: &RawRecord,
    letter: &ParsedMail,
    id: AppealId,
) -> Result<MessageId> {
    let appeal = appeals::lock(&mut intake.act.conn(), id.0).await?;
    let appeal = appeal.ok_or_else(|| Error::not_found("no-appeal"))?;
    let message = intake.message(record, letter, id, body_digest(letter)).await?;
    messages::set_outside(&mut intake.act.conn(), message.0, Outside::Proposed.code(), None).await?;
    appeals::set_unread(&mut intake.act.conn(), id.0, true).await?;
    let at = moment(record.received_at);
    let entry = Entry::new("message.found_in_sent")
        .about_appeal(id)
        .occurred_at(at)
        .code("outside", None::<&str>, Some(Outside::Proposed.code()))
        .refers("message", message);
    intake.act.record(entry).await?;
    if intake.account.outside_replies == OutsideReplies::Record.code() {
        let found = elsewhere::Found { message, at, state: Outside::Proposed };
        elsewhere::confirm(intake.act, &appeal, &found, ReplyKind::Response).await?;
    }
    appeals::count_outside(&mut intake.act.conn(), id.0).await?;
    Ok(message)
}

/// The appeal that a letter from one of our addresses answers: it refers to one of its messages and goes to somebody who
/// takes part in it.
async fn answered(intake: &mut Intake<'_>, letter: &ParsedMail) -> Result<Option<AppealId>> {
    if !letter.from.as_ref().is_some_and(|from| intake.ours.has(from)) {
        return Ok(None);
    }
    let known = intake.referred(letter).await?;
    let takes_part = |known: &&ThreadRecord| {
        let mut participants = known.participants.raw_for(Purpose::Threading).lines();
        participants.any(|address| {
            let is_ours = intake.ours.addresses.iter().any(|ours| ours == address);
            !is_ours && letter.to.iter().chain(&letter.cc).any(|to| to.addr == address)
        })
    };
    Ok(known.iter().find(takes_part).map(|known| AppealId(known.appeal_id)))
}
