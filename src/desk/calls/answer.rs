//! What a chair answers to an application or to a question about membership, by mail. The code in the agreed form confirms it, once; whatever else the chair
//! writes waits in quarantine for a person, and nothing of it is taken for an appeal or confirms anything.

use super::super::from_staff::own_words;
use super::super::letter::{Intake, fails_authentication};
use super::join::{confirm, digest_of};
use super::query::take;
use crate::error::Result;
use crate::mail::ParsedMail;
use crate::rules::calls::{accepted_code, chair_answer};
use crate::store::raw::RawRecord;
use crate::store::{appeals, calls, queries};
use crate::types::{Fate, QuarantineReason, Untrusted};

/// The longest word of a chair that is kept, in characters.
const LONGEST_WORD: usize = 500;

/// Takes up a letter that answers an application or a question; none if it does not.
pub(in crate::desk) async fn take_answer(
    intake: &mut Intake<'_>,
    record: &RawRecord,
    letter: &ParsedMail,
) -> Result<Option<Fate>> {
    let words = own_words(letter);
    if let Some(fate) = take_query(intake, record, letter, &words).await? {
        return Ok(Some(fate));
    }
    let code = accepted_code(&words);
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
    if !is_from_chair(intake, letter, &found.recipient) {
        return quarantine(intake, record, QuarantineReason::ChairSender).await.map(Some);
    }
    // The appeal before its chain of the journal, as every use case does.
    appeals::lock(&mut intake.act.conn(), found.appeal_id).await?;
    if !confirm(intake.act, &found).await? {
        return quarantine(intake, record, QuarantineReason::ApplicationCode).await.map(Some);
    }
    appeals::set_unread(&mut intake.act.conn(), found.appeal_id, true).await?;
    intake.close(record, Fate::Service, Some("application"), Some(found.appeal_id), None).await.map(Some)
}

/// Takes up a letter that answers a question about membership; none if it does not. The answer is kept beside the appeal and
/// confirms nobody.
async fn take_query(
    intake: &mut Intake<'_>,
    record: &RawRecord,
    letter: &ParsedMail,
    words: &str,
) -> Result<Option<Fate>> {
    let named = match chair_answer(words) {
        Some((answer, code, told)) => {
            let found = queries::by_code(&mut intake.act.conn(), &digest_of(&code)).await?;
            found.map(|found| (found, answer, told))
        }
        None => None,
    };
    let Some((found, answer, told)) = named else {
        let is_answer = answers_query(intake, letter).await?;
        return match is_answer {
            true => quarantine(intake, record, QuarantineReason::QueryAnswer).await.map(Some),
            false => Ok(None),
        };
    };
    if !is_from_chair(intake, letter, &found.recipient) {
        return quarantine(intake, record, QuarantineReason::ChairSender).await.map(Some);
    }
    appeals::lock(&mut intake.act.conn(), found.appeal_id).await?;
    let told: String = told.chars().take(LONGEST_WORD).collect();
    let holds = found.expires_at > intake.act.now_ms();
    if !holds || !take(intake.act, &found, answer, Untrusted::new(told)).await? {
        return quarantine(intake, record, QuarantineReason::QueryAnswer).await.map(Some);
    }
    appeals::set_unread(&mut intake.act.conn(), found.appeal_id, true).await?;
    intake.close(record, Fate::Service, Some("query"), Some(found.appeal_id), None).await.map(Some)
}

/// Whether the letter comes from the address that the code was sent to, as far as anybody checked.
fn is_from_chair(intake: &Intake<'_>, letter: &ParsedMail, recipient: &str) -> bool {
    let same = letter.from.as_ref().is_some_and(|from| from.addr.eq_ignore_ascii_case(recipient));
    same && !fails_authentication(intake.account, letter)
}

async fn answers_query(intake: &mut Intake<'_>, letter: &ParsedMail) -> Result<bool> {
    let last = letter.references.last().filter(|last| !letter.in_reply_to.iter().any(|id| id == *last));
    for id in letter.in_reply_to.iter().chain(last) {
        if queries::has_rfc_id(&mut intake.act.conn(), &Untrusted::new(id)).await? {
            return Ok(true);
        }
    }
    Ok(false)
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
