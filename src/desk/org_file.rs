//! Files of organisations: JSON as the registry's office exports it, or CSV. Reading only; the import decides.

use super::orgs::{OrgLife, OrgRow};
use crate::error::{Error, Result};
use crate::rules::registry::days;
use crate::types::{OrgLevel, Untrusted};
use serde_json::Value;
use std::collections::HashMap;

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct OrgFile {
    pub rows: Vec<OrgRow>,
    /// Entries that cannot be read: their place from 1, and why: `no-code`, `no-level`, `doubled-code`, `no-date`.
    pub unreadable: Vec<(usize, &'static str)>,
}

/// Reads a JSON list, an object whose `orgs` is the list, or UTF-8 CSV with a header. The keys are `id` (or `code`),
/// `level`, `name`, `parent`, and where an organisation has a history `opened_on` (or `valid_from`), `closed_on` (or
/// `valid_to`), `renamed_on` and `former_names`: a list of names, or of `{name, until}`; in a CSV names between `|`, each with
/// `@` and a day behind it if that is known. Others are ignored.
///
/// # Errors
/// `not-utf8`, `bad-json`, `bad-csv`, `no-orgs-in-file`, `no-column`.
pub fn read_orgs(bytes: &[u8]) -> Result<OrgFile> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        Error::usage("not-utf8").arg("line", line)
    })?;
    let entries = if text.trim_start().starts_with(['[', '{']) { from_json(text)? } else { from_csv(text)? };
    let mut file = OrgFile::default();
    for (index, entry) in entries.into_iter().enumerate() {
        match row(&entry) {
            Ok(row) if file.rows.iter().any(|known| known.code == row.code) => {
                file.unreadable.push((index + 1, "doubled-code"));
            }
            Ok(row) => file.rows.push(row),
            Err(why) => file.unreadable.push((index + 1, why)),
        }
    }
    Ok(file)
}

type Entry = HashMap<String, String>;

fn from_json(text: &str) -> Result<Vec<Entry>> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Error::usage("bad-json").arg("line", error.line()).because(error))?;
    let list = match value {
        Value::Array(list) => list,
        Value::Object(mut object) => match object.remove("orgs") {
            Some(Value::Array(list)) => list,
            _ => return Err(Error::usage("no-orgs-in-file")),
        },
        _ => return Err(Error::usage("no-orgs-in-file")),
    };
    let entry = |value: &Value| -> Entry {
        let fields = value.as_object().into_iter().flatten();
        fields.filter_map(|(key, value)| Some((key.clone(), plain(value)?))).collect()
    };
    Ok(list.iter().map(entry).collect())
}

/// A value as a CSV has it.
fn plain(value: &Value) -> Option<String> {
    let name = |value: &Value| match value {
        Value::Object(former) => {
            let of = |key: &str| former.get(key).and_then(Value::as_str).unwrap_or_default();
            format!("{}@{}", of("name"), of("until"))
        }
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    match value {
        Value::Array(list) => Some(list.iter().map(name).collect::<Vec<_>>().join("|")),
        other => Some(other.as_str()?.trim().to_owned()),
    }
}

fn from_csv(text: &str) -> Result<Vec<Entry>> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.matches(';').count() > head.matches(',').count() { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let bad = |error: csv::Error| Error::usage("bad-csv").because(error);
    let names: Vec<String> =
        reader.headers().map_err(bad)?.iter().map(|name| name.trim().to_lowercase()).collect();
    if !names.iter().any(|name| name == "id" || name == "code") {
        return Err(Error::usage("no-column").arg("column", "id"));
    }
    let entry = |record: csv::Result<csv::StringRecord>| -> Result<Entry> {
        let record = record.map_err(bad)?;
        let values = record.iter().map(|value| value.trim().to_owned());
        Ok(names.iter().cloned().zip(values).collect())
    };
    reader.records().map(entry).collect()
}

fn row(entry: &Entry) -> std::result::Result<OrgRow, &'static str> {
    let field = |name: &str| entry.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let code = field("code").or_else(|| field("id")).ok_or("no-code")?;
    let level = field("level").and_then(OrgLevel::parse).ok_or("no-level")?;
    Ok(OrgRow {
        code: Untrusted::new(code),
        level,
        name: Untrusted::new(field("name").unwrap_or(code)),
        parent: field("parent").map(Untrusted::new),
        life: life(&field)?,
    })
}

fn life<'a>(field: &impl Fn(&str) -> Option<&'a str>) -> std::result::Result<OrgLife, &'static str> {
    let day = |text: Option<&str>| match text.filter(|text| !text.trim().is_empty()) {
        None => Ok(None),
        Some(text) => {
            days::comparable(text, 2049).and_then(|day| day.parse().ok()).map(Some).ok_or("no-date")
        }
    };
    let mut former_names = Vec::new();
    for name in field("former_names").unwrap_or_default().split('|').filter(|name| !name.trim().is_empty()) {
        let (name, until) = name.rsplit_once('@').map_or((name, None), |(name, day)| (name, Some(day)));
        former_names.push((Untrusted::new(name.trim()), day(until)?));
    }
    Ok(OrgLife {
        opened_on: day(field("opened_on").or_else(|| field("valid_from")))?,
        closed_on: day(field("closed_on").or_else(|| field("valid_to")))?,
        renamed_on: day(field("renamed_on"))?,
        former_names,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_csv_of_one_tree_are_one_tree() {
        let json = br#"{"about": 1, "orgs": [
            {"id": "R1", "level": "regional", "name": "A", "parent": null, "union": "x"},
            {"id": "P1", "level": "primary", "name": "B", "parent": "R1"},
            {"id": "P1", "level": "primary", "name": "C"}, {"level": "primary"}, {"id": "P2", "level": "village"}]}"#;
        let csv = "id;level;name;parent\nR1;regional;A;\nP1;primary;B;R1\n".as_bytes();
        let (json, csv) = (read_orgs(json).unwrap(), read_orgs(csv).unwrap());
        assert_eq!(json.unreadable, [(3, "doubled-code"), (4, "no-code"), (5, "no-level")]);
        let shape = |file: &OrgFile| -> Vec<(Untrusted, OrgLevel, Option<Untrusted>)> {
            file.rows.iter().map(|row| (row.code.clone(), row.level, row.parent.clone())).collect()
        };
        assert_eq!(shape(&json), shape(&csv));
        assert_eq!(shape(&csv)[1], ("P1".into(), OrgLevel::Primary, Some("R1".into())));
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        assert_eq!(read_orgs(b"{\"a\": []}").unwrap_err().code, "no-orgs-in-file");
        assert_eq!(read_orgs(b"[1").unwrap_err().code, "bad-json");
        assert_eq!(read_orgs(b"name\nx\n").unwrap_err().code, "no-column");
        assert_eq!(read_orgs(b"\xff").unwrap_err().code, "not-utf8");
    }
}
