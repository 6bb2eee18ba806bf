//! Imports that were made, and taking one back whole. What stands on it is never broken silently: a row that something later
//! changed, or that an appeal is linked to, holds it.

use super::plan::Counts;
use super::rows::further_contacts;
use crate::desk::Desk;
use crate::desk::act::{Act, detached, moment, number};
use crate::desk::journal::Entry;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::members::{self, Change};
use crate::store::registry::{self as store, ImportRecord};
use crate::store::{identities, orgs};
use crate::types::{Actor, Untrusted};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// Rows that are put back together.
const BATCH: i64 = 1000;

/// An import that was made.
#[derive(Clone, Debug)]
pub struct ImportView {
    pub id: Uuid,
    pub file: Untrusted,
    pub sheet: Untrusted,
    /// The code of the organisation that it was made for.
    pub organisation: Option<Untrusted>,
    pub actor: String,
    pub at: Timestamp,
    pub undone_at: Option<Timestamp>,
    pub counts: Counts,
}

/// What taking an import back came to.
#[derive(Clone, Debug)]
pub struct UndoneImport {
    pub id: Uuid,
    /// Rows that it had made and are gone.
    pub removed: usize,
    /// Rows that are again as they were.
    pub restored: usize,
}

impl Desk {
    /// The imports, the newest first.
    pub async fn member_imports(&self, actor: &Actor, limit: usize) -> Result<Vec<ImportView>> {
        let mut look = self.look(actor, UseCase::MemberImport).await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = store::imports(&mut look.reader.conn(), limit).await?;
        Ok(found.into_iter().map(view).collect())
    }

    /// Takes an import back whole, the newest that stands if none is named.
    ///
    /// # Errors
    /// `no-import`, `import-undone`, `import-changed-later` with how many rows, `import-linked` with how many appeals and one
    /// of them; `import-has-cards`, `import-has-contacts`.
    pub async fn undo_member_import(&self, actor: &Actor, id: Option<Uuid>) -> Result<UndoneImport> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::MemberImport).await?;
            let import = wanted(&mut act, id).await?;
            refuse_what_stands_on(&mut act, import.id).await?;
            let change = members::begin_change(&mut act.conn()).await?;
            let restored = put_back(&mut act, import.id, change).await?;
            members::rows_go_in(&mut act.conn(), change).await?;
            identities::drop_of_made(&mut act.conn(), import.id).await?;
            let removed = store::drop_made(&mut act.conn(), import.id).await?;
            let made = made_orgs(&import.counts);
            let now = act.now_ms();
            store::set_undone(&mut act.conn(), import.id, now).await?;
            if !made.is_empty() {
                orgs::drop_unused(&mut act.conn(), &made).await?;
            }
            let removed = usize::try_from(removed).unwrap_or(0);
            let entry = Entry::new("registry.import-undone")
                .about("registry", desk.id())
                .code("removed", None::<usize>, Some(removed))
                .code("restored", None::<usize>, Some(restored))
                .refers("import", import.id);
            act.record(entry).await?;
            act.commit().await?;
            Ok(UndoneImport { id: import.id, removed, restored })
        })
        .await
    }
}

async fn wanted(act: &mut Act, id: Option<Uuid>) -> Result<ImportRecord> {
    let found = match id {
        Some(id) => store::import_of(&mut act.conn(), id).await?,
        None => {
            let all = store::imports(&mut act.conn(), 1000).await?;
            all.into_iter().find(|import| import.undone_at.is_none())
        }
    };
    let import = found.ok_or_else(|| Error::not_found("no-import"))?;
    match import.undone_at {
        Some(_) => Err(Error::conflict("import-undone")),
        None => Ok(import),
    }
}

async fn refuse_what_stands_on(act: &mut Act, import: Uuid) -> Result<()> {
    let later = store::changed_later(&mut act.conn(), import).await?;
    if later > 0 {
        return Err(Error::conflict("import-changed-later").arg("n", later));
    }
    let cards = store::cards_of_made(&mut act.conn(), import).await?;
    if cards > 0 {
        return Err(Error::conflict("import-has-cards").arg("n", cards));
    }
    match store::linked_appeals(&mut act.conn(), import).await? {
        Some((count, year, seq)) if count > 0 => {
            return Err(Error::conflict("import-linked").arg("n", count).arg("number", number(year, seq)));
        }
        _ => {}
    }
    match identities::of_made(&mut act.conn(), import).await? {
        0 => Ok(()),
        n => Err(Error::conflict("import-has-contacts").arg("n", n)),
    }
}

async fn put_back(act: &mut Act, import: Uuid, change: Change) -> Result<usize> {
    let (mut after, mut restored) = (Uuid::nil(), 0);
    loop {
        let former = store::former(&mut act.conn(), import, after, BATCH).await?;
        let Some(last) = former.last() else { return Ok(restored) };
        after = last.id;
        restored += former.len();
        store::write(&mut act.conn(), &former, change).await?;
        let ids: Vec<Uuid> = former.iter().map(|row| row.id).collect();
        store::drop_contacts(&mut act.conn(), &ids).await?;
        let further: Vec<store::Contact> = former.iter().flat_map(further_contacts).collect();
        store::add_contacts(&mut act.conn(), &further).await?;
    }
}

fn made_orgs(counts: &str) -> Vec<Uuid> {
    let value: Value = serde_json::from_str(counts).unwrap_or_default();
    let orgs = value.get("orgs").and_then(Value::as_array).into_iter().flatten();
    orgs.filter_map(|id| Uuid::parse_str(id.as_str()?).ok()).collect()
}

fn view(record: ImportRecord) -> ImportView {
    let value: Value = serde_json::from_str(&record.counts).unwrap_or_default();
    let counts = value.get("counts").cloned().unwrap_or_default();
    ImportView {
        id: record.id,
        file: record.file,
        sheet: record.sheet,
        organisation: record.org_code,
        actor: record.actor,
        at: moment(record.done_at),
        undone_at: record.undone_at.map(moment),
        counts: serde_json::from_value(counts).unwrap_or_default(),
    }
}
