//! Importing the registry: rows as a committee gives them, normalised values kept beside the raw ones.

use super::Desk;
use super::act::{Act, detached};
use super::journal::Entry;
use crate::error::{Error, Result};
use crate::rules::normalise;
use crate::rules::roles::UseCase;
use crate::store::members::{self, MemberRecord, NewMember};
use crate::store::orgs;
use crate::types::{Actor, MemberId, MemberStatus, OrgId, OrgLevel, Purpose, Untrusted};
use encoding_rs::WINDOWS_1251;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
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
    /// Fields of those rows that mean nothing to the program; the rows are kept, and the fields as they are written.
    pub unclear: Vec<Unclear>,
    /// How the file was read: `utf-8` or `windows-1251`, and what stands between its columns.
    pub encoding: &'static str,
    pub separator: char,
    /// SHA-256 of the file, which the journal keeps.
    pub digest: Vec<u8>,
}

/// A field that was kept as it is written, and is not searched or counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclear {
    pub line: usize,
    /// The name in the header.
    pub column: &'static str,
    /// `no-date`, `no-phone`, `no-email`, `no-card`, `no-status`.
    pub why: &'static str,
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

/// Reads CSV (comma or semicolon) whose header names the keys; other columns are ignored. It is UTF-8, or windows-1251 as
/// spreadsheets in Russian write it.
pub fn read_registry_csv(bytes: &[u8]) -> Result<RegistryFile> {
    let (text, encoding) = decoded(bytes)?;
    let text = text.as_bytes();
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
    let mut file = RegistryFile {
        digest: Sha256::digest(bytes).to_vec(),
        encoding,
        separator: char::from(delimiter),
        ..Default::default()
    };
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
            None => {
                file.unclear.extend(unclear(&row));
                file.rows.push(row);
            }
        }
    }
    Ok(file)
}

/// Characters beyond ASCII that are UTF-8 by no accident: text in windows-1251 hardly has three before its first fault.
const MEANT: usize = 3;

fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str)> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let fault = match std::str::from_utf8(text) {
        Ok(text) => return Ok((Cow::Borrowed(text), "utf-8")),
        Err(error) => error.valid_up_to(),
    };
    let (before, _) = text.split_at(fault);
    let meant = String::from_utf8_lossy(before).chars().filter(|c| !c.is_ascii()).count();
    let named = text.len() < bytes.len();
    let (text, _, damaged) = WINDOWS_1251.decode(text);
    if named || meant >= MEANT || damaged || text.contains(|c: char| c.is_control() && !"\t\r\n".contains(c))
    {
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        return Err(Error::usage("not-utf8").arg("line", line));
    }
    Ok((text, "windows-1251"))
}

/// The fields of a row that say something which the program cannot read.
fn unclear(row: &RegistryRow) -> Vec<Unclear> {
    let raw = |field: &Untrusted| field.raw_for(Purpose::Matching).trim().to_owned();
    let (phone, email) = (raw(&row.phone_raw), raw(&row.email));
    let (card, status) = (raw(&row.card_raw), raw(&row.status_raw));
    let found = [
        ("birth_raw", "no-date", !is_date(&raw(&row.birth_raw))),
        ("card_raw", "no-card", !card.is_empty() && normalise::card_digits(&card).is_none()),
        ("phone_raw", "no-phone", !phone.is_empty() && normalise::phones(&phone).is_empty()),
        ("email", "no-email", !email.is_empty() && normalise::email(&email).is_none()),
        ("joined_raw", "no-date", !is_date(&raw(&row.joined_raw))),
        ("status_raw", "no-status", !status.is_empty() && status_of(&status) == MemberStatus::Unknown),
    ];
    let found = found.into_iter().filter(|(_, _, is_so)| *is_so);
    found.map(|(column, why, _)| Unclear { line: row.line, column, why }).collect()
}

/// A day, a month of a year or a year as registries write them, or nothing.
fn is_date(text: &str) -> bool {
    let ends = ["г.р.", "г. р.", "года рождения", "года", "г.", "г"];
    let text = ends.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text).trim();
    let parts: Vec<Option<i16>> = text.split(['.', '-', '/']).map(|part| part.trim().parse().ok()).collect();
    let is_year = |year: i16| (1900..=2100).contains(&year) || (0..100).contains(&year);
    let is_day = |year: i16, month: i16, day: i16| {
        let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return false };
        is_year(year) && jiff::civil::Date::new(year, month, day).is_ok()
    };
    match parts[..] {
        _ if text.is_empty() => true,
        [Some(year)] => (1900..=2100).contains(&year),
        [Some(month), Some(year)] => is_year(year) && (1..=12).contains(&month),
        [Some(first), Some(month), Some(last)] => is_day(last, month, first) || is_day(first, month, last),
        _ => false,
    }
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
            let change = members::begin_change(&mut act.conn()).await?;
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
                members::upsert(&mut act.conn(), &new, change).await?;
            }
            if !report.unknown_orgs.is_empty() {
                orgs::rebuild_closure(&mut act.conn()).await?;
            }
            if !apply || report.new + report.changed == 0 {
                return Ok(report);
            }
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
    fn a_field_that_means_nothing_is_told_and_its_row_is_kept() {
        let file = "id,fio_raw,birth_raw,card_raw,phone_raw,email,joined_raw,status_raw\n\
            M1,Петрова Анна,32.13.1975,нет,+7900,плохо,когда-то,чтото\n\
            M2,Петрова Инна,01.02.1975,122,8 900 000-01-01,a@example.org,2001,на учёте\n\
            M3,Петрова Нина,1975 г.р.,,,,03.1999 г.,\n";
        let read = read_registry_csv(file.as_bytes()).unwrap();
        assert_eq!((read.rows.len(), read.unreadable.len()), (3, 0));
        let told: Vec<_> = read.unclear.iter().map(|found| (found.line, found.column, found.why)).collect();
        let expected = [
            (2, "birth_raw", "no-date"),
            (2, "card_raw", "no-card"),
            (2, "phone_raw", "no-phone"),
            (2, "email", "no-email"),
            (2, "joined_raw", "no-date"),
            (2, "status_raw", "no-status"),
        ];
        assert_eq!(told, expected);
        assert_eq!(read.rows[0].phone_raw.raw_for(Purpose::Store), "+7900");
        assert_eq!((read.encoding, read.separator), ("utf-8", ','));
    }

    #[test]
    fn a_spreadsheets_own_encoding_is_read_and_damaged_utf_8_is_not_taken_for_it() {
        let text = "id;fio_raw;ppo\r\nM1;СЁМИНА Алёна;Больница № 2\r\n";
        let (bytes, _, _) = WINDOWS_1251.encode(text);
        let read = read_registry_csv(&bytes).unwrap();
        assert_eq!((read.encoding, read.separator), ("windows-1251", ';'));
        assert_eq!(read.rows[0].fio_raw.raw_for(Purpose::Store), "СЁМИНА Алёна");
        assert_eq!(read.rows[0].ppo.raw_for(Purpose::Store), "Больница № 2");
        let mut damaged = text.as_bytes().to_vec();
        damaged.truncate(damaged.len() - 4);
        damaged.extend(b"\xff\r\n");
        assert_eq!(read_registry_csv(&damaged).unwrap_err().code, "not-utf8");
        let marked = [&b"\xef\xbb\xbf"[..], &bytes].concat();
        assert_eq!(read_registry_csv(&marked).unwrap_err().code, "not-utf8");
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_makes_no_member() {
        let rest = "M003,Петров Пётр\n".repeat(200);
        let file = format!("id,fio_raw\nM001,Иванова Анна\nM002,\"Сидоров\n{rest}");
        let read = read_registry_csv(file.as_bytes()).unwrap();
        assert_eq!(read.rows.len(), 1);
        assert_eq!(read.unreadable, [(3, "field-too-long")]);
    }
}
