//! Importing the registry: rows as a committee gives them, normalised values kept beside the raw ones.

use super::Desk;
use super::act::{Act, detached};
use super::journal::Entry;
use crate::error::{Error, Result};
use crate::rules::normalise;
use crate::rules::roles::UseCase;
use crate::store::members::{self, MemberRecord, NewMember};
use crate::store::{desk_row, orgs};
use crate::types::{Actor, MemberId, MemberStatus, OrgId, OrgLevel, Purpose, Untrusted};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// One row of a registry file; a field that is missing is empty.
#[derive(Clone, Debug, Default)]
pub struct RegistryRow {
    /// The line of the file, from 1, header included.
    pub line: usize,
    pub id: Untrusted,
    /// The code of the organisation.
    pub ppo: Untrusted,
    pub fio_raw: Untrusted,
    pub birth_raw: Untrusted,
    pub card_raw: Untrusted,
    pub position: Untrusted,
    pub phone_raw: Untrusted,
    pub email: Untrusted,
    pub joined_raw: Untrusted,
    pub dues_raw: Untrusted,
    pub status_raw: Untrusted,
}

/// The longest field of a row, in bytes; a registry's longest names and places stay far below.
const LONGEST_FIELD: usize = 1000;

impl RegistryRow {
    fn fields(&self) -> [&Untrusted; 11] {
        [
            &self.id,
            &self.ppo,
            &self.fio_raw,
            &self.birth_raw,
            &self.card_raw,
            &self.position,
            &self.phone_raw,
            &self.email,
            &self.joined_raw,
            &self.dues_raw,
            &self.status_raw,
        ]
    }
}

/// A registry file, read.
#[derive(Clone, Debug, Default)]
pub struct RegistryFile {
    pub rows: Vec<RegistryRow>,
    /// Lines that hold no row, and why: `no-name`, `no-id`, `doubled-id`, `field-too-long`, `broken-line`.
    pub unreadable: Vec<(usize, &'static str)>,
    /// SHA-256 of the file, which the journal keeps.
    pub digest: Vec<u8>,
}

/// What an import has done, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberImport {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    /// Organisation codes that the desk does not know; each gets a row of its own, to be named by an import later.
    pub unknown_orgs: Vec<Untrusted>,
}

/// Reads UTF-8 CSV (comma or semicolon) whose header names the keys; other columns are ignored.
pub fn read_registry_csv(bytes: &[u8]) -> Result<RegistryFile> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(text).map_err(|error| {
        let line = text[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        Error::usage("not-utf8").arg("line", line)
    })?;
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| first.iter().filter(|&&byte| byte == separator).count();
    let delimiter = if count(b';') > count(b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text);
    let headers = reader.headers().map_err(|error| Error::usage("bad-csv").because(error))?.clone();
    let columns: HashMap<String, usize> =
        headers.iter().enumerate().map(|(n, name)| (name.trim().to_lowercase(), n)).collect();
    if !columns.contains_key("fio_raw") {
        return Err(Error::usage("no-column").arg("column", "fio_raw"));
    }
    let mut file = RegistryFile { digest: Sha256::digest(bytes).to_vec(), ..Default::default() };
    let mut seen = BTreeSet::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                file.unreadable.push((usize::try_from(line).unwrap_or(0), "broken-line"));
                continue;
            }
        };
        let line = usize::try_from(record.position().map_or(0, csv::Position::line)).unwrap_or(0);
        let field = |key: &str| {
            let value = columns.get(key).and_then(|&n| record.get(n)).unwrap_or_default();
            Untrusted::new(value.trim())
        };
        let row = row_of(line, field);
        match problem(&row, &mut seen) {
            Some(why) => file.unreadable.push((line, why)),
            None => file.rows.push(row),
        }
    }
    Ok(file)
}

fn row_of(line: usize, field: impl Fn(&str) -> Untrusted) -> RegistryRow {
    RegistryRow {
        line,
        id: field("id"),
        ppo: field("ppo"),
        fio_raw: field("fio_raw"),
        birth_raw: field("birth_raw"),
        card_raw: field("card_raw"),
        position: field("position"),
        phone_raw: field("phone_raw"),
        email: field("email"),
        joined_raw: field("joined_raw"),
        dues_raw: field("dues_raw"),
        status_raw: field("status_raw"),
    }
}

fn problem(row: &RegistryRow, seen: &mut BTreeSet<String>) -> Option<&'static str> {
    let id = row.id.raw_for(Purpose::Matching);
    if row.fio_raw.raw_for(Purpose::Matching).trim().is_empty() {
        return Some("no-name");
    }
    if id.is_empty() {
        return Some("no-id");
    }
    // A quotation mark that is never closed makes one field of the rest of the file.
    if row.fields().iter().any(|field| field.len() > LONGEST_FIELD) {
        return Some("field-too-long");
    }
    (!seen.insert(id.to_owned())).then_some("doubled-id")
}

impl Desk {
    /// Imports a registry file in one transaction; with `apply` false only says what it would do. A row that is not in
    /// the file is left as it is: vanished does not mean left.
    pub async fn import_members(
        &self,
        actor: &Actor,
        file: RegistryFile,
        file_name: String,
        apply: bool,
    ) -> Result<MemberImport> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::MemberImport).await?;
            let mut report = MemberImport::default();
            let mut known: HashMap<Untrusted, Uuid> =
                orgs::all(&mut act.conn()).await?.into_iter().map(|org| (org.code, org.id)).collect();
            for row in &file.rows {
                let org = org_of(&mut act, row, &mut known, &mut report).await?;
                let new = normalised(row, org, &file_name, act.now_ms());
                match members::by_source_id(&mut act.conn(), &row.id).await? {
                    Some(old) if is_same(&old, &new) => {
                        report.same += 1;
                        continue;
                    }
                    Some(_) => report.changed += 1,
                    None => report.new += 1,
                }
                members::upsert(&mut act.conn(), &new).await?;
            }
            if !report.unknown_orgs.is_empty() {
                orgs::rebuild_closure(&mut act.conn()).await?;
            }
            if !apply || report.new + report.changed == 0 {
                return Ok(report);
            }
            desk_row::count_up(&mut act.conn(), "registry").await?;
            let entry = Entry::new("registry.imported")
                .about("registry", desk.id())
                .code("new", None::<usize>, Some(report.new))
                .code("changed", None::<usize>, Some(report.changed))
                .code("file_sha256", None::<&str>, Some(super::journal::hex(&file.digest)))
                .text("file", None, Some(Untrusted::new(file_name)));
            act.record(entry).await?;
            act.commit().await?;
            Ok(report)
        })
        .await
    }
}

/// The row's organisation; a code that is not known gets a row named after it.
async fn org_of(
    act: &mut Act,
    row: &RegistryRow,
    known: &mut HashMap<Untrusted, Uuid>,
    report: &mut MemberImport,
) -> Result<Option<Uuid>> {
    let code = Untrusted::new(row.ppo.raw_for(Purpose::Matching).trim());
    if code.is_empty() {
        return Ok(None);
    }
    if let Some(id) = known.get(&code) {
        return Ok(Some(*id));
    }
    let id = OrgId::new().0;
    orgs::upsert(&mut act.conn(), id, &code, None, OrgLevel::Primary.code(), &code).await?;
    known.insert(code.clone(), id);
    report.unknown_orgs.push(code);
    Ok(Some(id))
}

/// The code's organisation among those known.
pub(super) fn org_in(row: &RegistryRow, known: &HashMap<&Untrusted, Uuid>) -> Option<Uuid> {
    known.get(&Untrusted::new(row.ppo.raw_for(Purpose::Matching).trim())).copied()
}

pub(super) fn normalised(row: &RegistryRow, org: Option<Uuid>, file: &str, now: i64) -> NewMember {
    let raw = |field: &Untrusted| field.raw_for(Purpose::Matching).to_owned();
    NewMember {
        id: MemberId::new().0,
        source_id: Some(row.id.clone()),
        org_id: org,
        name_raw: row.fio_raw.clone(),
        name_folded: normalise::fold_name(&raw(&row.fio_raw)),
        birth_raw: row.birth_raw.clone(),
        card_raw: row.card_raw.clone(),
        card: normalise::card_digits(&raw(&row.card_raw)),
        position: row.position.clone(),
        phone_raw: row.phone_raw.clone(),
        phone: normalise::phones(&raw(&row.phone_raw)).into_iter().next(),
        email_raw: row.email.clone(),
        email: normalise::email(&raw(&row.email)),
        joined_raw: row.joined_raw.clone(),
        dues_raw: row.dues_raw.clone(),
        status_raw: row.status_raw.clone(),
        status: status_of(&raw(&row.status_raw)).code(),
        source_file: file.to_owned(),
        source_row: i64::try_from(row.line).unwrap_or(0),
        imported_at: now,
    }
}

/// What a registry's own words on a member's standing mean.
fn status_of(text: &str) -> MemberStatus {
    let text = text.to_lowercase().replace('ё', "е");
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["исключ", "выбыл", "вышел", "вышла", "снят", "прекращ", "умер"])
    {
        MemberStatus::Left
    } else if says(&["на учете", "состоит", "действ", "одобрен", "член"]) {
        MemberStatus::Active
    } else {
        MemberStatus::Unknown
    }
}

fn is_same(old: &MemberRecord, new: &NewMember) -> bool {
    old.org_id == new.org_id
        && old.name_raw == new.name_raw
        && old.birth_raw == new.birth_raw
        && old.card_raw == new.card_raw
        && old.position == new.position
        && old.phone_raw == new.phone_raw
        && old.email_raw == new.email_raw
        && old.joined_raw == new.joined_raw
        && old.dues_raw == new.dues_raw
        && old.status_raw == new.status_raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_mark_that_is_never_closed_makes_no_member() {
        let rest = "M003,Петров Пётр\n".repeat(200);
        let file = format!("id,fio_raw\nM001,Иванова Анна\nM002,\"Сидоров\n{rest}");
        let read = read_registry_csv(file.as_bytes()).unwrap();
        assert_eq!(read.rows.len(), 1);
        assert_eq!(read.unreadable, [(3, "field-too-long")]);
    }
}
