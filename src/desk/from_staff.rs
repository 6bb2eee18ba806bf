//! What a member of staff mails to a draft: text and files are added to it, and nothing is ever sent. It must be proved whose
//! it is: by a one-time address that only the letter to their mailbox named, or by the word of the server that the account
//! trusts (DMARC). A letter that claims it without proof waits in quarantine: it is neither an appeal nor an addition.

use super::act::Act;
use super::journal::Entry;
use super::letter::Intake;
use super::note::LONGEST_TEXT;
use super::{draft, draft_file};
use crate::error::Result;
use crate::mail::{Address, Dmarc, Ours, ParsedMail, attachment_bytes, dmarc, wording};
use crate::rules::quote;
use crate::rules::roles::UseCase;
use crate::store::raw::RawRecord;
use crate::store::staff_mail::{self, DraftNamed};
use crate::store::{appeals, raw, staff, teams, tokens};
use crate::types::{Actor, AppealId, Fate, Grant, OrgId, QuarantineReason, Role, StaffId, Untrusted};
use rand::Rng;
use sha2::{Digest, Sha256};

/// Letters and digits that nobody confuses, and that a server which folds case leaves alone.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// 94 bits and more; its length tells it from the token of an appeal. The name before it must leave room for both within
/// 64 letters (RFC 5321 section 4.5.3.1.1).
const LENGTH: usize = 19;
/// References that are looked at.
const REFERENCES: usize = 24;

/// The random part of a one-time address, and its digest, which alone is kept.
pub(super) fn new_token() -> (String, Vec<u8>) {
    let mut random = rand::thread_rng();
    let token: String =
        (0..LENGTH).map(|_| char::from(LETTERS[random.gen_range(0..LETTERS.len())])).collect();
    let digest = Sha256::digest(token.as_bytes()).to_vec();
    (token, digest)
}

fn token_of<'a>(address: &'a str, ours: &Ours) -> Option<&'a str> {
    let (local, domain) = address.rsplit_once('@')?;
    let (name, token) = local.split_once('+')?;
    let shaped = token.len() == LENGTH && token.bytes().all(|byte| LETTERS.contains(&byte));
    (shaped && ours.addresses.contains(&format!("{name}@{domain}"))).then_some(token)
}

/// Takes up a letter that is for a draft; none if it is not.
pub(super) async fn take(
    intake: &mut Intake<'_>,
    record: &RawRecord,
    letter: &ParsedMail,
) -> Result<Option<Fate>> {
    let Some(from) = &letter.from else { return Ok(None) };
    let mailbox = from.addr.to_lowercase();
    let (mut proven, mut claimed) = (None, false);
    if let Some(digest) = digest_of(letter, intake.ours)
        && let Some(named) = staff_mail::by_token(&mut intake.act.conn(), &digest).await?
    {
        claimed = true;
        let now = intake.act.now_ms();
        if named.mailbox.as_deref() == Some(mailbox.as_str())
            && staff_mail::use_token(&mut intake.act.conn(), &digest, now).await?
        {
            proven = Some(named);
        }
    }
    if proven.is_none()
        && let Some(named) = referred(intake.act, letter, &mailbox).await?
    {
        claimed = true;
        proven = is_vouched_for(intake, letter, from).await?.then_some(named);
    }
    let unproven = QuarantineReason::DraftUnproven.code();
    match proven {
        None if claimed => {
            intake.close(record, Fate::Quarantined, Some(unproven), None, None).await.map(Some)
        }
        None => Ok(None),
        Some(named) if !may_draft(intake.act, &named).await? => {
            intake.close(record, Fate::Quarantined, Some(unproven), None, None).await.map(Some)
        }
        Some(named) => {
            add(intake.act, record, letter, &named).await?;
            intake.close(record, Fate::Service, Some("to-draft"), Some(named.appeal_id), None).await.map(Some)
        }
    }
}

fn digest_of(letter: &ParsedMail, ours: &Ours) -> Option<Vec<u8>> {
    let headers = letter.to.iter().chain(&letter.cc).map(|address| address.addr.as_str());
    let delivered = letter.delivered_to.iter().map(String::as_str);
    let token = delivered.chain(headers).find_map(|address| token_of(address, ours))?;
    Some(Sha256::digest(token.as_bytes()).to_vec())
}

/// The draft of the thread that went to this mailbox and that the letter answers.
async fn referred(act: &mut Act, letter: &ParsedMail, mailbox: &str) -> Result<Option<DraftNamed>> {
    for id in letter.in_reply_to.iter().chain(letter.references.iter().rev()).take(REFERENCES) {
        let found = staff_mail::by_rfc_id(&mut act.conn(), &Untrusted::new(id), mailbox).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

async fn is_vouched_for(intake: &mut Intake<'_>, letter: &ParsedMail, from: &Address) -> Result<bool> {
    let trust = tokens::trust(&mut intake.act.conn(), intake.account.id).await?;
    let Some(authserv_id) = trust.authserv_id else { return Ok(false) };
    Ok(dmarc(&letter.authentication, &authserv_id, from.domain()) == Dmarc::Pass)
}

/// Whether that person may still write to the author of that appeal.
async fn may_draft(act: &mut Act, named: &DraftNamed) -> Result<bool> {
    let Some(person) = staff::by_id(&mut act.conn(), named.staff_id).await? else { return Ok(false) };
    let Some(appeal) = appeals::lock(&mut act.conn(), named.appeal_id).await? else { return Ok(false) };
    let grants = staff::grants_of(&mut act.conn(), named.staff_id).await?;
    let grants = grants
        .iter()
        .filter_map(|grant| Some(Grant { role: Role::parse(&grant.role)?, org: grant.org_id.map(OrgId) }));
    let person = Actor::Person { staff: StaffId(person.id), name: person.name, grants: grants.collect() };
    let mut orgs: Vec<OrgId> = appeal.org_id.map(OrgId).into_iter().collect();
    orgs.extend(teams::of_appeal(&mut act.conn(), appeal.pk).await?.into_iter().map(OrgId));
    act.in_scope_of(&person, UseCase::ReplyDraft, &orgs).await
}

async fn add(act: &mut Act, record: &RawRecord, letter: &ParsedMail, named: &DraftNamed) -> Result<()> {
    let (appeal, me) = (AppealId(named.appeal_id), StaffId(named.staff_id));
    let mut words = own_words(letter);
    if !letter.attachments.is_empty() {
        let whole = raw::bytes(&mut act.conn(), record.id).await?;
        for file in &letter.attachments {
            let Some(bytes) = attachment_bytes(&whole, &file.path) else { continue };
            if let Err(error) = draft_file::attach(act, appeal, me, &file.file_name, &bytes).await {
                if !matches!(error.code, "letter-too-large" | "too-many-files") {
                    return Err(error);
                }
                words.push_str(&wording::file_left_in_letter(file.file_name.display_line().as_str()));
            }
        }
    }
    let mut draft = draft::of(act, appeal, me).await?;
    let known = std::mem::take(&mut draft.mailed);
    let room = LONGEST_TEXT.saturating_sub(draft.text.len() + known.len() + 4);
    let words = &words[..words.floor_char_boundary(room)];
    draft.mailed = [known.as_str(), words.trim()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    draft::keep(act, appeal, me, draft).await?;
    let entry = Entry::new("draft.mailed").about_appeal(appeal).refers("staff", me);
    act.record(entry.code("files", None::<&str>, Some(letter.attachments.len()))).await?;
    Ok(())
}

/// What the letter itself says, without what it quotes.
pub(super) fn own_words(letter: &ParsedMail) -> String {
    let text = letter.text.display();
    let blocks = quote::fold(text.as_str());
    let own = blocks.iter().filter(|block| !block.quoted).flat_map(|block| block.lines.iter().copied());
    own.collect::<Vec<_>>().join("\n").trim().to_owned()
}
