//! Quarantine: what no rule could give a fate. A person looks at it as it came, has it parsed again, makes an appeal of it,
//! or settles it. Nothing is ever thrown away: the bytes stay, and each item keeps exactly one current fate (wall 4).

use super::Desk;
use super::act::{Act, detached, moment, number};
use super::incoming::{is_of_the_machine, parse_letter};
use super::journal::Entry;
use super::known::Known;
use super::letter::Intake;
use super::team::Teams;
use super::views::{QuarantineRow, QuarantineView};
use crate::error::{Error, ErrorKind, Result};
use crate::mail::{self, ParsedMail};
use crate::rules::roles::UseCase;
use crate::store::quarantine::{self, QuarantineRecord};
use crate::store::raw::{self, RawRecord};
use crate::store::{accounts, appeals};
use crate::types::{Actor, AppealId, AppealNumber, Fate, FolderRole, RawId};

/// Bytes of an item that the raw view shows.
const SHOWN: usize = 64 << 10;
/// Items decided about at once: one transaction and one row of the journal hold them all.
const MOST: usize = 10_000;
/// Items that become appeals at once: their letters are in memory together.
const MOST_APPEALS: usize = 200;
/// What a settled item's reason says.
const KEPT: &str = "kept";

/// Which items a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quarantined {
    /// These; each must still be in quarantine.
    Items(Vec<RawId>),
    /// Everything in scope, or everything of one reason.
    All { reason: Option<String> },
}

/// An appeal that a person made of a quarantined item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppealMade {
    pub raw: RawId,
    pub appeal: AppealId,
    pub number: AppealNumber,
}

impl Desk {
    /// What is in quarantine, oldest first; of one reason where one is named.
    pub async fn quarantine(
        &self,
        actor: &Actor,
        reason: Option<&str>,
        limit: usize,
    ) -> Result<Vec<QuarantineRow>> {
        let mut look = self.look(actor, UseCase::QuarantineList).await?;
        let scope = look.scope.clone();
        let limit = i64::try_from(limit.min(MOST)).unwrap_or(0);
        let found = quarantine::list(&mut look.reader.conn(), &scope, reason, limit).await?;
        Ok(found.into_iter().map(view).collect())
    }

    /// One item as it came: its first 64 KiB as text. Also of an item that has left the quarantine meanwhile.
    pub async fn quarantined_item(&self, actor: &Actor, id: RawId) -> Result<QuarantineView> {
        let mut look = self.look(actor, UseCase::QuarantineShow).await?;
        let scope = look.scope.clone();
        let record = quarantine::one(&mut look.reader.conn(), &scope, id.0).await?;
        let record = record.ok_or_else(|| Error::not_found("no-raw-item"))?;
        let opening = match quarantine::opening(&mut look.reader.conn(), id.0, SHOWN).await {
            Err(error) if error.code == "raw-damaged" => Vec::new(),
            opening => opening?,
        };
        let (head, body) = mail::raw_text(&opening);
        let shown = i64::try_from(opening.len()).unwrap_or(i64::MAX);
        Ok(QuarantineView { head, body, shown, row: view(record) })
    }

    /// Has items parsed again, from the stored bytes. What was never taken from its mailbox cannot be.
    pub async fn retry_quarantined(&self, actor: &Actor, which: Quarantined) -> Result<Vec<RawId>> {
        self.decide(actor, which, "quarantine.retried", Fate::Pending, None).await
    }

    /// Says that items need nothing more: service, kept as they came.
    pub async fn settle_quarantined(&self, actor: &Actor, which: Quarantined) -> Result<Vec<RawId>> {
        self.decide(actor, which, "quarantine.settled", Fate::Service, Some(KEPT)).await
    }

    async fn decide(
        &self,
        actor: &Actor,
        which: Quarantined,
        action: &'static str,
        fate: Fate,
        reason: Option<&'static str>,
    ) -> Result<Vec<RawId>> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::QuarantineDecide).await?;
            let items = claimed(&mut act, &which, MOST).await?;
            for item in &items {
                if fate == Fate::Pending && item.size == 0 && item.reason.as_deref() != Some("empty") {
                    return Err(Error::conflict("raw-not-taken").arg("id", RawId(item.id)));
                }
                quarantine::decide(&mut act.conn(), item.id, fate.code(), reason, None, None).await?;
            }
            let done: Vec<RawId> = items.iter().map(|item| RawId(item.id)).collect();
            if done.is_empty() {
                return Ok(done);
            }
            let entry = done.iter().fold(Entry::new(action), |entry, id| entry.about("raw", id));
            let entry = entry
                .code("fate", Some(Fate::Quarantined.code()), Some(fate.code()))
                .refers("items", list_of(&done));
            act.record(entry).await?;
            act.commit().await?;
            Ok(done)
        })
        .await
    }

    /// Makes an appeal of each item, received when the item was. What the parser reads keeps its author, subject and files;
    /// of the rest the raw text becomes the message.
    pub async fn appeal_quarantined(&self, actor: &Actor, which: Quarantined) -> Result<Vec<AppealMade>> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            match desk.make_appeals(&actor, &which, true).await {
                // What it says cannot be stored as it was read: then as it came.
                Err(error) if error.kind == ErrorKind::Failed && !is_of_the_machine(&error) => {
                    desk.make_appeals(&actor, &which, false).await
                }
                made => made,
            }
        })
        .await
    }

    async fn make_appeals(
        &self,
        actor: &Actor,
        which: &Quarantined,
        as_read: bool,
    ) -> Result<Vec<AppealMade>> {
        let mut act = self.begin(actor, UseCase::QuarantineDecide).await?;
        let items = claimed(&mut act, which, MOST_APPEALS).await?;
        let accounts = accounts::all(&mut act.conn()).await?;
        let teams = Teams::load(&mut act.conn(), &accounts).await?;
        let ours = self.ours(&teams);
        let mut known = Known::default();
        let mut made = Vec::with_capacity(items.len());
        for item in &items {
            let account = accounts.iter().find(|account| account.id == item.account_id);
            let account = account.ok_or_else(|| Error::failed("no-account"))?;
            let letter = letter_of(&mut act, item, as_read).await?;
            let record = RawRecord {
                id: item.id,
                account_id: item.account_id,
                received_at: item.received_at,
                size: item.size,
                // An appeal begins with a letter to us, whichever folder it was found in.
                role: FolderRole::Inbox.code().to_owned(),
                sha256: Vec::new(),
                attempts: item.attempts,
            };
            let (teams, known) = (&teams, &mut known);
            let mut intake = Intake { desk: self, act: &mut act, account, ours: &ours, teams, known };
            let (appeal, message) = intake.open_by_person(&record, &letter).await?;
            let fate = Fate::New.code();
            let reason = Some("by-person");
            quarantine::decide(&mut act.conn(), item.id, fate, reason, Some(appeal.0), Some(message.0))
                .await?;
            let known = appeals::load(&mut act.conn(), appeal.0).await?;
            let known = known.ok_or_else(|| Error::not_found("no-appeal"))?;
            made.push(AppealMade { raw: RawId(item.id), appeal, number: number(known.year, known.seq) });
        }
        if made.is_empty() {
            return Ok(made);
        }
        let entry = made.iter().fold(Entry::new("quarantine.appealed"), |entry, made| {
            entry.about("raw", made.raw).about_appeal(made.appeal)
        });
        let ids: Vec<RawId> = made.iter().map(|made| made.raw).collect();
        let entry = entry
            .code("fate", Some(Fate::Quarantined.code()), Some(Fate::New.code()))
            .refers("items", list_of(&ids));
        act.record(entry).await?;
        act.commit().await?;
        Ok(made)
    }
}

fn list_of(ids: &[RawId]) -> String {
    ids.iter().map(RawId::to_string).collect::<Vec<_>>().join(",")
}

/// The items of a decision, locked. Named ones must all be in quarantine; of all, those that somebody was quicker with are
/// left out.
async fn claimed(act: &mut Act, which: &Quarantined, most: usize) -> Result<Vec<QuarantineRecord>> {
    let scope = act.scope.clone();
    let mut items = Vec::new();
    match which {
        Quarantined::Items(ids) => {
            for id in ids {
                let item = quarantine::one(&mut act.conn(), &scope, id.0).await?;
                items.push(item.ok_or_else(|| Error::not_found("no-raw-item"))?);
            }
        }
        Quarantined::All { reason } => {
            let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
            items = quarantine::list(&mut act.conn(), &scope, reason.as_deref(), limit).await?;
        }
    }
    if items.len() > most {
        return Err(Error::usage("too-many-at-once").arg("limit", most));
    }
    // In one order everywhere, so that two people who decide about the same items never wait for each other.
    items.sort_by_key(|item| item.id);
    items.dedup_by_key(|item| item.id);
    let mut locked = Vec::with_capacity(items.len());
    for item in items {
        if quarantine::claim(&mut act.conn(), item.id).await? {
            locked.push(item);
        } else if matches!(which, Quarantined::Items(_)) {
            return Err(Error::conflict("not-quarantined").arg("id", RawId(item.id)));
        }
    }
    Ok(locked)
}

/// What stands in an item, as the parser reads it or as it came.
async fn letter_of(act: &mut Act, item: &QuarantineRecord, as_read: bool) -> Result<ParsedMail> {
    let whole = match raw::bytes(&mut act.conn(), item.id).await {
        Err(error) if error.code == "raw-damaged" => Vec::new(),
        whole => whole?,
    };
    let letter = tokio::task::spawn_blocking(move || {
        let read = if as_read { parse_letter(&whole).ok() } else { None };
        read.filter(|letter| !letter.text.is_empty() || !letter.attachments.is_empty())
            .unwrap_or_else(|| mail::letter_of_raw(&whole))
    });
    letter.await.map_err(|error| Error::failed("interrupted").because(error))
}

/// What stands in a stored item, as the parser reads it; what it cannot read, as it came.
pub(super) async fn letter_as_stored(act: &mut Act, id: uuid::Uuid) -> Result<ParsedMail> {
    let whole = raw::bytes(&mut act.conn(), id).await?;
    let letter = tokio::task::spawn_blocking(move || {
        parse_letter(&whole).unwrap_or_else(|_| mail::letter_of_raw(&whole))
    });
    letter.await.map_err(|error| Error::failed("interrupted").because(error))
}

fn view(record: QuarantineRecord) -> QuarantineRow {
    QuarantineRow {
        id: RawId(record.id),
        account: record.account_name,
        transport_id: record.transport_id,
        received_at: moment(record.received_at),
        stored_at: moment(record.stored_at),
        size: record.size,
        fate: Fate::parse(&record.fate).unwrap_or(Fate::Quarantined),
        reason: record.reason.unwrap_or_default(),
        appeal: record.appeal_id.map(AppealId),
    }
}
