//! What a chair answers to an application, by mail. The code in the agreed form confirms it, once; whatever else the chair
//! writes waits in quarantine for a person, and nothing of it is taken for an appeal or confirms anything.

use super::super::from_staff::own_words;
use super::super::letter::Intake;
use super::join::{confirm, digest_of};
use crate::error::Result;
use crate::mail::ParsedMail;
use crate::rules::calls::accepted_code;
use crate::store::raw::RawRecord;
use crate::store::{appeals, calls};
use crate::types::{Fate, QuarantineReason, Untrusted};

/// Takes up a letter that answers an application; none if it does not.
pub(in crate::desk) async fn take_answer(
    intake: &mut Intake<'_>,
    record: &RawRecord,
    letter: &ParsedMail,
) -> Result<Option<Fate>> {
    let code = accepted_code(&own_words(letter));
    let named = match &code {
        Some(code) => calls::by_code(&mut intake.act.conn(), &digest_of(code)).await?,
        None => None,
    };
    let Some(found) = named else {
        let answered = answered(intake, letter).await?;
        let reason = match code {
            Some(_) => QuarantineReason::ApplicationCode,
            None => QuarantineReason::ApplicationAnswer,
        };
        return match answered {
            true => quarantine(intake, record, reason).await.map(Some),
            false => Ok(None),
        };
    };
    // The appeal before its chain of the journal, as every use case does.
    appeals::lock(&mut intake.act.conn(), found.appeal_id).await?;
    if !confirm(intake.act, &found).await? {
        return quarantine(intake, record, QuarantineReason::ApplicationCode).await.map(Some);
    }
    appeals::set_unread(&mut intake.act.conn(), found.appeal_id, true).await?;
    intake.close(record, Fate::Service, Some("application"), Some(found.appeal_id), None).await.map(Some)
}

/// Whether the letter answers an application by its references.
async fn answered(intake: &mut Intake<'_>, letter: &ParsedMail) -> Result<bool> {
    // The same id twice, as most answers have it, is asked for once.
    let last = letter.references.last().filter(|last| !letter.in_reply_to.iter().any(|id| id == *last));
    for id in letter.in_reply_to.iter().chain(last) {
        if calls::by_rfc_id(&mut intake.act.conn(), &Untrusted::new(id)).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn quarantine(intake: &mut Intake<'_>, record: &RawRecord, reason: QuarantineReason) -> Result<Fate> {
    intake.close(record, Fate::Quarantined, Some(reason.code()), None, None).await
}
