//! Letters found in the folder of what was sent. Most are ours; a colleague's own reply joins the appeal that it answers, as a
//! proposal that stops no clock until it is confirmed; the rest is no business of the desk.

use super::journal::Entry;
use super::letter::{Intake, body_digest};
use crate::error::Result;
use crate::mail::ParsedMail;
use crate::store::deliveries;
use crate::store::messages::{self, ThreadRecord};
use crate::store::raw::RawRecord;
use crate::types::{AppealId, Direction, Fate, Purpose, Untrusted};

/// Gives a sent letter its fate.
pub(super) async fn settle(
    intake: &mut Intake<'_>,
    record: &RawRecord,
    letter: &ParsedMail,
) -> Result<Option<Fate>> {
    if let Some(id) = &letter.message_id {
        let id = Untrusted::new(id);
        let same = messages::by_rfc_id(&mut intake.act.conn(), &id).await?;
        if let Some(known) = same.iter().find(|known| known.direction == Direction::Out.code()) {
            let (appeal, message) = (Some(known.appeal_id), Some(known.id));
            return intake.close(record, Fate::Duplicate, Some("own"), appeal, message).await;
        }
        if let Some((appeal, message)) = deliveries::by_rfc_id(&mut intake.act.conn(), &id).await? {
            return intake.close(record, Fate::Duplicate, Some("own"), appeal, message).await;
        }
    }
    let Some(appeal) = answered(intake, letter).await? else {
        return intake.close(record, Fate::Service, Some("sent-elsewhere"), None, None).await;
    };
    let message = intake.message(record, letter, appeal, body_digest(letter)).await?;
    messages::propose(&mut intake.act.conn(), message.0).await?;
    let entry = Entry::new("message.found_in_sent").about_appeal(appeal).refers("message", message);
    intake.act.record(entry).await?;
    intake.close(record, Fate::Appended, Some("outside"), Some(appeal.0), Some(message.0)).await
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
