//! What an import does to every row of a file: new, changed with what changed, the same, in conflict, unreadable. Nothing is
//! written here, so a dry run and the import itself decide alike.

use super::file::{RegistryFile, Unclear, unclear};
use super::matching::{Candidates, Found, Seen};
use super::rows::{RegistryRow, normalised, raw};
use crate::error::Result;
use crate::rules::normalise::fold_name;
use crate::sheet::Row;
use crate::store::Conn;
use crate::store::orgs::OrgRecord;
use crate::store::registry::WholeMember;
use crate::types::{MemberId, OrgId, RegistryField as F, RowFate, Untrusted};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// How many rows met which fate. `rows = empty + new + changed + same + conflicting + unreadable`, always; `vanished` are
/// rows of the registry, not of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows behind the header, empty ones included.
    pub rows: usize,
    pub empty: usize,
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    pub vanished: usize,
    pub conflicting: usize,
    pub unreadable: usize,
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The code of the field; `missing` for a row that is back.
    pub field: &'static str,
    pub before: Untrusted,
    pub after: Untrusted,
}

/// One row of the diff; rows that stay the same are only counted.
#[derive(Clone, Debug)]
pub struct DiffRow {
    /// The line of the file; of a vanished row the line of the file that it came from.
    pub line: usize,
    pub fate: RowFate,
    pub member: Option<MemberId>,
    pub name: Untrusted,
    /// Of what is in conflict or unreadable: `doubled-row`, `id-of-another`, `card-of-another`, `several-rows`, `no-name`,
    /// `not-a-name`, `field-too-long`.
    pub why: Option<&'static str>,
    /// The line that a doubled row doubles.
    pub other_line: Option<usize>,
    pub changes: Vec<Change>,
}

/// An import being planned, row after row.
pub(super) struct Planner<'a> {
    file: &'a RegistryFile,
    file_name: &'a str,
    import: Uuid,
    now: i64,
    /// The organisation of all rows, where the file is one's.
    org: Option<Uuid>,
    orgs: Orgs,
    seen: Seen,
    /// Organisations of which the file has rows.
    pub covered: BTreeSet<Uuid>,
    pub counts: Counts,
    pub diff: Vec<DiffRow>,
    pub unclear: Vec<Unclear>,
    /// Codes that nobody knew, with the ids that they get.
    pub unknown_orgs: Vec<(Untrusted, Uuid)>,
}

/// What a batch of rows comes to.
#[derive(Default)]
pub(super) struct Batch {
    pub written: Vec<WholeMember>,
    /// Rows as they were before they changed.
    pub former: Vec<WholeMember>,
}

/// Organisations by what a file may call them.
struct Orgs {
    by_code: HashMap<Untrusted, Uuid>,
    by_name: HashMap<String, Uuid>,
    codes: HashMap<Uuid, Untrusted>,
}

impl Orgs {
    fn of(known: &[OrgRecord], former_names: &[(Uuid, Untrusted)]) -> Self {
        let mut by_name: HashMap<String, Uuid> =
            former_names.iter().map(|(id, name)| (fold_name(raw(name)), *id)).collect();
        by_name.extend(known.iter().map(|org| (fold_name(raw(&org.name)), org.id)));
        Self {
            by_code: known.iter().map(|org| (org.code.clone(), org.id)).collect(),
            by_name,
            codes: known.iter().map(|org| (org.id, org.code.clone())).collect(),
        }
    }

    fn find(&self, called: &Untrusted) -> Option<Uuid> {
        let by_code = self.by_code.get(&Untrusted::new(raw(called))).copied();
        by_code.or_else(|| self.by_name.get(&fold_name(raw(called))).copied())
    }

    fn code(&self, org: Option<Uuid>) -> Untrusted {
        org.and_then(|org| self.codes.get(&org).cloned()).unwrap_or_default()
    }
}

impl<'a> Planner<'a> {
    pub fn new(
        file: &'a RegistryFile,
        file_name: &'a str,
        import: Uuid,
        now: i64,
        org: Option<Uuid>,
        known: (&[OrgRecord], &[(Uuid, Untrusted)]),
    ) -> Self {
        Self {
            file,
            file_name,
            import,
            now,
            org,
            orgs: Orgs::of(known.0, known.1),
            seen: Seen::default(),
            covered: org.into_iter().collect(),
            counts: Counts { empty: file.empty_rows(), rows: file.empty_rows(), ..Counts::default() },
            diff: Vec::new(),
            unclear: Vec::new(),
            unknown_orgs: Vec::new(),
        }
    }

    /// Whether rows of the file have organisations at all.
    pub fn knows_orgs(&self) -> bool {
        self.org.is_some() || self.file.has(F::Org)
    }

    /// Whether a row of the registry is one of the file's.
    pub fn has_seen(&self, member: Uuid) -> bool {
        self.seen.members.contains_key(&member)
    }

    /// Decides about some rows. `conn` is none where the registry was empty before: nothing needs looking for.
    pub async fn plan(&mut self, conn: Option<&mut Conn<'_>>, rows: &[&Row]) -> Result<Batch> {
        let mut readable = Vec::with_capacity(rows.len());
        for row in rows {
            self.counts.rows += 1;
            match self.file.row(row) {
                Err(why) => self.unreadable(row, why),
                Ok(made) => {
                    let org = self.org_of(&made);
                    self.unclear.extend(unclear(&made));
                    let mut whole = normalised(&made, org, self.file_name, self.now);
                    whole.source_sheet = self.file.sheet();
                    (whole.import_id, whole.made_by) = (Some(self.import), Some(self.import));
                    readable.push((made.line, whole));
                }
            }
        }
        readable.retain(|(line, whole)| match self.seen.earlier(whole, *line) {
            None => true,
            Some(first) => {
                self.counts.conflicting += 1;
                self.diff.push(DiffRow {
                    why: Some("doubled-row"),
                    other_line: Some(first),
                    ..told(*line, RowFate::Conflicting, whole)
                });
                false
            }
        });
        let (lines, wholes): (Vec<usize>, Vec<WholeMember>) = readable.into_iter().unzip();
        let candidates = match conn {
            Some(conn) => Candidates::of(conn, &wholes, self.import).await?,
            None => Candidates::default(),
        };
        let mut batch = Batch::default();
        for (line, whole) in lines.into_iter().zip(wholes) {
            self.decide(line, whole, &candidates, &mut batch);
        }
        Ok(batch)
    }

    fn unreadable(&mut self, row: &Row, why: &'static str) {
        self.counts.unreadable += 1;
        let first = row.cells().map(|cell| cell.text).find(|text| !text.is_empty()).unwrap_or_default();
        self.diff.push(DiffRow {
            line: row.line as usize,
            fate: RowFate::Unreadable,
            member: None,
            name: Untrusted::new(first),
            why: Some(why),
            other_line: None,
            changes: Vec::new(),
        });
    }

    fn decide(&mut self, line: usize, whole: WholeMember, candidates: &Candidates, batch: &mut Batch) {
        match candidates.find(&whole) {
            Found::Nobody => {
                self.counts.new += 1;
                self.diff
                    .push(DiffRow { member: Some(MemberId(whole.id)), ..told(line, RowFate::New, &whole) });
                batch.written.push(whole);
            }
            Found::Conflict(why) => {
                self.counts.conflicting += 1;
                self.diff.push(DiffRow { why: Some(why), ..told(line, RowFate::Conflicting, &whole) });
            }
            Found::Row(known) => {
                if let Some(first) = self.seen.members.insert(known.id, line) {
                    self.counts.conflicting += 1;
                    let row = told(line, RowFate::Conflicting, &whole);
                    self.diff.push(DiffRow { why: Some("doubled-row"), other_line: Some(first), ..row });
                    return;
                }
                let merged = self.merged(&known, whole);
                let changes = self.changes(&known, &merged);
                if changes.is_empty() {
                    self.counts.same += 1;
                    return;
                }
                self.counts.changed += 1;
                let member = Some(MemberId(known.id));
                self.diff.push(DiffRow { member, changes, ..told(line, RowFate::Changed, &merged) });
                batch.former.push(*known);
                batch.written.push(merged);
            }
        }
    }

    /// A code that nobody knows gets an organisation named after it, to be named by an import later.
    fn org_of(&mut self, row: &RegistryRow) -> Option<Uuid> {
        if self.org.is_some() {
            return self.org;
        }
        let code = Untrusted::new(raw(&row.ppo));
        if code.is_empty() {
            return None;
        }
        let org = self.orgs.find(&code).unwrap_or_else(|| {
            let id = OrgId::new().0;
            self.orgs.by_code.insert(code.clone(), id);
            self.orgs.codes.insert(id, code.clone());
            self.unknown_orgs.push((code, id));
            id
        });
        self.covered.insert(org);
        Some(org)
    }

    /// The known row with what the file says; columns that the file does not have stay as they are.
    fn merged(&self, known: &WholeMember, new: WholeMember) -> WholeMember {
        let has = |field: F| self.file.has(field);
        let mut merged = WholeMember {
            id: known.id,
            made_by: known.made_by,
            source_id: new.source_id.clone().or_else(|| known.source_id.clone()),
            org_id: new.org_id.or(known.org_id),
            ..new
        };
        let old = known.clone();
        if !has(F::Former) && merged.former_raw.is_empty() {
            merged.former_raw = old.former_raw;
        }
        if !has(F::Birth) {
            (merged.birth_raw, merged.birth) = (old.birth_raw, old.birth);
        }
        if !has(F::Card) {
            (merged.card_raw, merged.card) = (old.card_raw, old.card);
        }
        for (field, place, old) in [
            (F::Workplace, &mut merged.workplace, old.workplace),
            (F::Position, &mut merged.position, old.position),
            (F::Elected, &mut merged.elected, old.elected),
        ] {
            if !has(field) {
                *place = old;
            }
        }
        if !has(F::Phone) {
            (merged.phone_raw, merged.phone) = (old.phone_raw, old.phone);
        }
        if !has(F::Email) {
            (merged.email_raw, merged.email) = (old.email_raw, old.email);
        }
        for (field, place, value, old) in [
            (F::Joined, &mut merged.joined_raw, &mut merged.joined, (old.joined_raw, old.joined)),
            (F::Left, &mut merged.left_raw, &mut merged.left_on, (old.left_raw, old.left_on)),
            (F::OrgFrom, &mut merged.org_from_raw, &mut merged.org_from, (old.org_from_raw, old.org_from)),
            (F::OrgTo, &mut merged.org_to_raw, &mut merged.org_to, (old.org_to_raw, old.org_to)),
        ] {
            if !has(field) {
                (*place, *value) = old;
            }
        }
        if !has(F::Dues) {
            (merged.dues_raw, merged.dues) = (old.dues_raw, old.dues);
        }
        if !has(F::Status) && !has(F::Left) {
            (merged.status_raw, merged.status) = (old.status_raw, old.status);
        }
        merged
    }

    fn changes(&self, known: &WholeMember, merged: &WholeMember) -> Vec<Change> {
        let id = |row: &WholeMember| row.source_id.clone().unwrap_or_default();
        let org = |row: &WholeMember| self.orgs.code(row.org_id);
        let pairs = [
            (F::Id, id(known), id(merged)),
            (F::Org, org(known), org(merged)),
            (F::Name, known.name_raw.clone(), merged.name_raw.clone()),
            (F::Former, known.former_raw.clone(), merged.former_raw.clone()),
            (F::Birth, known.birth_raw.clone(), merged.birth_raw.clone()),
            (F::Card, known.card_raw.clone(), merged.card_raw.clone()),
            (F::Workplace, known.workplace.clone(), merged.workplace.clone()),
            (F::Position, known.position.clone(), merged.position.clone()),
            (F::Elected, known.elected.clone(), merged.elected.clone()),
            (F::Phone, known.phone_raw.clone(), merged.phone_raw.clone()),
            (F::Email, known.email_raw.clone(), merged.email_raw.clone()),
            (F::Joined, known.joined_raw.clone(), merged.joined_raw.clone()),
            (F::Left, known.left_raw.clone(), merged.left_raw.clone()),
            (F::OrgFrom, known.org_from_raw.clone(), merged.org_from_raw.clone()),
            (F::OrgTo, known.org_to_raw.clone(), merged.org_to_raw.clone()),
            (F::Dues, known.dues_raw.clone(), merged.dues_raw.clone()),
            (F::Status, known.status_raw.clone(), merged.status_raw.clone()),
        ];
        let differ = pairs.into_iter().filter(|(_, before, after)| before != after);
        let mut changes: Vec<Change> =
            differ.map(|(field, before, after)| Change { field: field.code(), before, after }).collect();
        if known.missing_since.is_some() {
            let (before, after) = (Untrusted::default(), Untrusted::default());
            changes.push(Change { field: "missing", before, after });
        }
        changes
    }
}

fn told(line: usize, fate: RowFate, row: &WholeMember) -> DiffRow {
    let name = row.name_raw.clone();
    DiffRow { line, fate, member: None, name, why: None, other_line: None, changes: Vec::new() }
}

/// A row of the registry that the file no longer has.
pub(super) fn vanished(row: &WholeMember) -> DiffRow {
    let line = usize::try_from(row.source_row).unwrap_or(0);
    DiffRow { member: Some(MemberId(row.id)), ..told(line, RowFate::Vanished, row) }
}
