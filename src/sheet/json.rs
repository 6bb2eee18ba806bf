//! A JSON list of objects as a table: the keys are the header, in the order in which they first appear.

use super::rows::Rows;
use super::{Book, Format, too_large};
use crate::error::{Error, Result};
use serde_json::Value;

/// A document in memory takes several times its text.
const FILE: usize = 96 << 20;

/// An array, or an object whose `registry` or `members` is one. The place of a row counts from 1, and the header has none.
pub fn read(bytes: &[u8]) -> Result<Book> {
    if bytes.len() > FILE {
        return Err(too_large());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| Error::usage("bad-json").arg("line", error.line()).because(error))?;
    let list = match value {
        Value::Array(list) => list,
        Value::Object(mut object) => {
            let named = object.remove("registry").or_else(|| object.remove("members"));
            match named {
                Some(Value::Array(list)) => list,
                _ => return Err(Error::usage("no-members-in-file")),
            }
        }
        _ => return Err(Error::usage("no-members-in-file")),
    };
    let mut keys: Vec<String> = Vec::new();
    for key in list.iter().filter_map(Value::as_object).flat_map(|object| object.keys()) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
        if keys.len() > super::rows::COLUMNS {
            return Err(Error::usage("sheet-too-wide").arg("limit", super::rows::COLUMNS).arg("line", 1));
        }
    }
    let mut rows = Rows::default();
    for (column, key) in keys.iter().enumerate() {
        rows.cell(0, column, key, false)?;
    }
    for (place, value) in (1u32..).zip(&list) {
        let before = rows.started();
        for (column, key) in keys.iter().enumerate() {
            match value.get(key) {
                Some(Value::String(text)) => rows.cell(place, column, text, false)?,
                Some(value @ Value::Number(_)) => rows.cell(place, column, &value.to_string(), true)?,
                Some(Value::Array(list)) => {
                    let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                    rows.cell(place, column, &texts.join(", "), false)?;
                }
                Some(Value::Bool(value)) => {
                    rows.cell(place, column, if *value { "да" } else { "нет" }, false)?;
                }
                _ => {}
            }
        }
        if rows.started() == before {
            rows.empty(place)?;
        }
    }
    // Rows count from 0 there, and the header took the first place.
    let rows = rows.finish()?.into_iter().map(super::rows::one_up).collect();
    Ok(Book { format: Format::Json, encoding: "utf-8", rows, sheets: vec![String::new()], ..Book::default() })
}
