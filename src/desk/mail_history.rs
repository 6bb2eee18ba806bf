//! Mail of before: letters older than their account's start are kept and found, and nothing more. They have no appeal, no
//! clock and no receipt, until a person makes an appeal of one.

use super::Desk;
use super::act::{Look, detached, moment, number, scope_of};
use super::journal::Entry;
use super::known::Known;
use super::letter::{Intake, participants};
use super::quarantine::{AppealMade, letter_as_stored};
use super::team::Teams;
use super::views::{HistoryLetter, HistoryRow};
use crate::error::{Error, Result};
use crate::mail::ParsedMail;
use crate::rules::roles::UseCase;
use crate::rules::stems;
use crate::store::history_letters::{self, HistoryRecord, NewHistoryLetter};
use crate::store::messages::MessageRecord;
use crate::store::raw::{self, RawRecord};
use crate::store::{accounts, appeals, terms};
use crate::types::{Actor, Fate, FolderRole, Purpose, RawId, Untrusted};

/// Letters looked at for one search.
const DEPTH: i64 = 400;
/// References of a thread that are looked for among earlier mail.
const REFERENCES: usize = 24;
/// Earlier letters that a thread shows.
const SHOWN: usize = 8;

impl Desk {
    /// Earlier letters that hold the words, the last that came first, in scope (of accounts whose team is).
    pub async fn find_history(&self, actor: &Actor, words: &str, limit: usize) -> Result<Vec<HistoryRow>> {
        let mut look = self.look(actor, UseCase::MailHistoryShow).await?;
        let scope = look.scope.clone();
        let mut found = Vec::new();
        let Some(query) = stems::query_terms(words) else { return Ok(found) };
        for pk in terms::find_history(&mut look.reader.conn(), &query, DEPTH).await? {
            if found.len() >= limit {
                break;
            }
            found.extend(history_letters::by_pk(&mut look.reader.conn(), &scope, pk).await?.map(row_view));
        }
        Ok(found)
    }

    /// One earlier letter with its text.
    pub async fn history_letter(&self, actor: &Actor, id: RawId) -> Result<HistoryLetter> {
        let mut look = self.look(actor, UseCase::MailHistoryShow).await?;
        let scope = look.scope.clone();
        let record = history_letters::by_raw(&mut look.reader.conn(), &scope, id.0).await?;
        record.map(letter_view).ok_or_else(|| Error::not_found("no-history-letter"))
    }

    /// Makes an appeal of an earlier letter, received when the letter was. Its author gets no receipt: the letter is old.
    pub async fn appeal_from_history(&self, actor: &Actor, id: RawId) -> Result<AppealMade> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::MailHistoryAppeal).await?;
            let scope = act.scope.clone();
            let found = history_letters::by_raw(&mut act.conn(), &scope, id.0).await?;
            let found = found.ok_or_else(|| Error::not_found("no-history-letter"))?;
            if !history_letters::claim(&mut act.conn(), id.0).await? {
                return Err(Error::conflict("not-history").arg("id", id));
            }
            let all = accounts::all(&mut act.conn()).await?;
            let teams = Teams::load(&mut act.conn(), &all).await?;
            let ours = desk.ours(&teams);
            let account = all.into_iter().find(|account| account.id == found.account_id);
            let mut account = account.ok_or_else(|| Error::failed("no-account"))?;
            // Where nothing goes out no receipt is made.
            account.outgoing = String::new();
            let letter = letter_as_stored(&mut act, id.0).await?;
            let record = RawRecord {
                id: id.0,
                account_id: found.account_id,
                received_at: found.at,
                size: found.size,
                // An appeal begins with a letter to us, whichever folder it was found in.
                role: FolderRole::Inbox.code().to_owned(),
                sha256: Vec::new(),
                attempts: found.attempts,
            };
            let mut known = Known::default();
            let (teams, known) = (&teams, &mut known);
            let mut intake =
                Intake { desk: &desk, act: &mut act, account: &account, ours: &ours, teams, known };
            let (appeal, message) = intake.open_by_person(&record, &letter).await?;
            let fate = Fate::New.code();
            raw::settle(&mut act.conn(), id.0, fate, Some("by-person"), Some(appeal.0), Some(message.0))
                .await?;
            let entry = Entry::new("history.appealed").about("raw", id).about_appeal(appeal).code(
                "fate",
                Some(Fate::History.code()),
                Some(fate),
            );
            act.record(entry).await?;
            let known = appeals::load(&mut act.conn(), appeal.0).await?;
            let known = known.ok_or_else(|| Error::not_found("no-appeal"))?;
            act.commit().await?;
            Ok(AppealMade { raw: id, appeal, number: number(known.year, known.seq) })
        })
        .await
    }
}

impl Intake<'_> {
    /// Keeps a letter of before so that its words are found.
    pub(super) async fn keep_history(&mut self, record: &RawRecord, letter: &ParsedMail) -> Result<()> {
        let from = letter.from.as_ref();
        let from_text = from.map(|from| match from.name.is_empty() {
            true => Untrusted::new(&from.addr),
            false => from.name.clone(),
        });
        let to: Vec<&str> = letter.to.iter().chain(&letter.cc).map(|to| to.addr.as_str()).collect();
        let kept = NewHistoryLetter {
            raw_id: record.id,
            account_id: self.account.id,
            at: record.received_at,
            from_text: from_text.unwrap_or_default(),
            to_text: Untrusted::new(to.join(", ")),
            participants: participants(letter, self.ours),
            subject: letter.subject.clone(),
            body: letter.text.clone(),
            rfc_message_id: letter.message_id.as_ref().map(Untrusted::new),
            files: i64::try_from(letter.attachments.len()).unwrap_or(i64::MAX),
        };
        let terms = self.known.terms_of(letter);
        history_letters::insert(&mut self.act.conn(), &kept, &terms).await
    }
}

/// Earlier letters that the messages of a thread answer, oldest first: those that one of its incoming letters refers to and
/// in which somebody of it besides us took part. Only for whoever may read earlier mail there.
pub(super) async fn earlier(
    look: &mut Look,
    thread: &[MessageRecord],
    ours: &[String],
) -> Result<Vec<HistoryLetter>> {
    let Ok(scope) = scope_of(&look.actor, UseCase::MailHistoryShow) else { return Ok(Vec::new()) };
    let (mut asked, mut found): (Vec<String>, Vec<HistoryRecord>) = (Vec::new(), Vec::new());
    for message in thread.iter().filter(|message| message.direction == "in") {
        let people = message.participants.raw_for(Purpose::Threading).lines();
        let people: Vec<&str> = people.filter(|address| ours.iter().all(|ours| ours != address)).collect();
        for id in message.rfc_references.raw_for(Purpose::Threading).lines() {
            if asked.len() >= REFERENCES || asked.iter().any(|known| known == id) {
                continue;
            }
            asked.push(id.to_owned());
            let id = Untrusted::new(id);
            for letter in history_letters::by_rfc_id(&mut look.reader.conn(), &scope, &id).await? {
                // Somebody besides us took part in both: of a stranger who quotes a number nothing is made.
                let theirs = letter.participants.raw_for(Purpose::Threading);
                let is_shared = theirs.lines().any(|address| people.contains(&address));
                if is_shared && found.iter().all(|known| known.raw_id != letter.raw_id) {
                    found.push(letter);
                }
            }
        }
    }
    found.sort_by_key(|letter| (letter.at, letter.pk));
    found.truncate(SHOWN);
    Ok(found.into_iter().map(letter_view).collect())
}

fn row_view(record: HistoryRecord) -> HistoryRow {
    HistoryRow {
        id: RawId(record.raw_id),
        account: record.account_name,
        at: moment(record.at),
        from: record.from_text,
        to: record.to_text,
        subject: record.subject,
        files: record.files,
        number: match record.fate == Fate::History.code() {
            true => None,
            false => record.year.zip(record.seq).map(|(year, seq)| number(year, seq)),
        },
    }
}

fn letter_view(record: HistoryRecord) -> HistoryLetter {
    let text = record.body.clone();
    HistoryLetter { row: row_view(record), text }
}
