//! What the journal's rows say and how they are chained (wall 2).
//!
//! A row's hash covers who, what, when and the details. Its place in the chain of each subject that it is about is a link
//! whose hash covers the former link, the row's hash, the sequence and the subject; so a row that was altered, moved or
//! removed breaks a chain. Whoever recomputes the chains meets the signed checkpoints (`desk::checkpoint`).

use crate::error::{Error, Result};
use crate::store::{Conn, journal as store};
use crate::types::{Actor, AppealId, Purpose, Untrusted};
use jiff::Timestamp;
use rand::RngCore;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// A decision to be recorded.
pub(crate) struct Entry {
    action: &'static str,
    subjects: Vec<String>,
    occurred_at: Option<Timestamp>,
    codes: Vec<(&'static str, Option<String>, Option<String>)>,
    texts: Vec<(&'static str, Option<Untrusted>, Option<Untrusted>)>,
    refs: Vec<(&'static str, String)>,
    first: bool,
}

impl Entry {
    pub fn new(action: &'static str) -> Self {
        Self {
            action,
            subjects: Vec::new(),
            occurred_at: None,
            codes: Vec::new(),
            texts: Vec::new(),
            refs: Vec::new(),
            first: false,
        }
    }

    /// Says that this transaction made every subject, so that none has a chain to look for.
    pub fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// Names a subject: `appeal:UUID`, `staff:UUID`, `registry`.
    pub fn about(mut self, kind: &str, id: impl std::fmt::Display) -> Self {
        self.subjects.push(format!("{kind}:{id}"));
        self
    }

    pub fn about_appeal(self, id: AppealId) -> Self {
        self.about("appeal", id)
    }

    /// When it happened, if that is not now: the receipt of a letter, a call keyed in later.
    pub fn occurred_at(mut self, at: Timestamp) -> Self {
        self.occurred_at = Some(at);
        self
    }

    /// A field whose values are codes, ids or numbers: they stand in the row itself.
    pub fn code(
        mut self,
        field: &'static str,
        before: Option<impl std::fmt::Display>,
        after: Option<impl std::fmt::Display>,
    ) -> Self {
        self.codes.push((field, before.map(|b| b.to_string()), after.map(|a| a.to_string())));
        self
    }

    /// A field whose values may be personal: the row has salted digests, the versions table has the values.
    pub fn text(mut self, field: &'static str, before: Option<Untrusted>, after: Option<Untrusted>) -> Self {
        self.texts.push((field, before, after));
        self
    }

    /// Something that the row refers to: a delivery, a message.
    pub fn refers(mut self, name: &'static str, id: impl std::fmt::Display) -> Self {
        self.refs.push((name, id.to_string()));
        self
    }

    /// Writes the row, its links and its versions; the row's sequence.
    pub async fn write(self, conn: &mut Conn<'_>, actor: &Actor, now: Timestamp) -> Result<i64> {
        let mut details = Map::new();
        let mut versions = Vec::new();
        let mut changes = Vec::new();
        for (field, before, after) in &self.codes {
            changes.push(json!([field, before, after]));
        }
        for (field, before, after) in &self.texts {
            let position = i64::try_from(changes.len()).unwrap_or(i64::MAX);
            let mut side = |side: &'static str, value: &Option<Untrusted>| {
                value.as_ref().map(|value| {
                    let salt = fresh_salt();
                    let digest = salted_digest(&salt, value);
                    versions.push((position, *field, side, value.clone(), salt));
                    json!({ "digest": digest })
                })
            };
            let (before, after) = (side("before", before), side("after", after));
            changes.push(json!([field, before, after]));
        }
        if !changes.is_empty() {
            details.insert("changes".into(), Value::Array(changes));
        }
        for (name, id) in &self.refs {
            details.insert((*name).into(), Value::String(id.clone()));
        }
        let (actor_kind, actor_id) = match actor {
            Actor::Person { staff, .. } => ("person", staff.to_string()),
            Actor::Worker(worker) => ("worker", worker.code().to_owned()),
        };
        let mut record = store::JournalRecord {
            seq: 0,
            recorded_at: now.as_millisecond(),
            occurred_at: self.occurred_at.unwrap_or(now).as_millisecond(),
            actor_kind: actor_kind.to_owned(),
            actor_id,
            action: self.action.to_owned(),
            details: Value::Object(details).to_string(),
            row_hash: Vec::new(),
        };
        record.row_hash = row_hash(&record);
        let seq = store::insert(conn, &record).await?;
        // In one order everywhere, so that two rows about the same two subjects never wait for each other.
        let mut subjects: Vec<&String> = self.subjects.iter().collect();
        subjects.sort_unstable();
        subjects.dedup();
        for subject in subjects {
            let (subject_seq, former) =
                if self.first { (0, Vec::new()) } else { store::head(conn, subject).await? };
            let subject_seq = subject_seq + 1;
            let hash = link_hash(&former, &record.row_hash, subject, subject_seq, seq);
            let link = store::LinkRecord { subject: subject.clone(), subject_seq, seq, hash };
            match self.first {
                true => store::first_link(conn, &link).await?,
                false => store::link(conn, &link).await?,
            }
        }
        for (position, field, side, value, salt) in &versions {
            store::insert_version(conn, seq, *position, field, side, value, salt).await?;
        }
        Ok(seq)
    }
}

fn fresh_salt() -> [u8; 16] {
    let mut salt = [0; 16];
    rand::thread_rng().fill_bytes(&mut salt);
    salt
}

/// The digest that stands in the journal for a value: hex of SHA-256 over salt and text, as the store keeps the text.
pub(crate) fn salted_digest(salt: &[u8], value: &Untrusted) -> String {
    // The store has no place for U+0000 either (store::text).
    let value = value.raw_for(Purpose::Store).replace('\0', "\u{fffd}");
    hex(&Sha256::new().chain_update(salt).chain_update(value.as_bytes()).finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a hexadecimal text; none when it is not one.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.bytes().map(|byte| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Feeds a field with its length before it, so that no two different rows have the same bytes.
pub(crate) fn feed(hash: &mut Sha256, field: &[u8]) {
    hash.update((field.len() as u64).to_be_bytes());
    hash.update(field);
}

/// SHA-256 over the row's content; not its sequence, which the link covers.
pub(crate) fn row_hash(record: &store::JournalRecord) -> Vec<u8> {
    let mut hash = Sha256::new();
    feed(&mut hash, b"otklik journal row 1");
    feed(&mut hash, &record.recorded_at.to_be_bytes());
    feed(&mut hash, &record.occurred_at.to_be_bytes());
    for text in [&record.actor_kind, &record.actor_id, &record.action, &record.details] {
        feed(&mut hash, text.as_bytes());
    }
    hash.finalize().to_vec()
}

/// SHA-256 over the former link of the subject, the row, the subject, its number in the chain and the sequence.
pub(crate) fn link_hash(former: &[u8], row: &[u8], subject: &str, subject_seq: i64, seq: i64) -> Vec<u8> {
    let mut hash = Sha256::new();
    feed(&mut hash, b"otklik journal link 1");
    feed(&mut hash, former);
    feed(&mut hash, row);
    feed(&mut hash, subject.as_bytes());
    feed(&mut hash, &subject_seq.to_be_bytes());
    feed(&mut hash, &seq.to_be_bytes());
    hash.finalize().to_vec()
}

/// One change as a row's details have it.
pub(crate) struct DetailChange {
    pub field: String,
    /// The code, or none when the value is a digest or absent.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The details of a row, parsed.
pub(crate) struct Details(Map<String, Value>);

impl Details {
    pub fn parse(text: &str) -> Result<Self> {
        match serde_json::from_str(text) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            _ => Err(Error::failed("journal-damaged")),
        }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Everything that the row refers to.
    pub fn refs(&self) -> Vec<(String, String)> {
        let named = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        self.0.iter().filter_map(named).collect()
    }

    pub fn changes(&self) -> Vec<DetailChange> {
        let code = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let Some(Value::Array(changes)) = self.0.get("changes") else { return Vec::new() };
        changes
            .iter()
            .filter_map(Value::as_array)
            .map(|change| DetailChange {
                field: code(change.first()).unwrap_or_default(),
                before: code(change.get(1)),
                after: code(change.get(2)),
            })
            .collect()
    }

    /// The values of which only digests stand here, as (position, field, side, digest).
    pub fn digests(&self) -> Vec<(i64, &str, &'static str, &str)> {
        let Some(Value::Array(changes)) = self.0.get("changes") else { return Vec::new() };
        let mut found = Vec::new();
        for (position, change) in (0i64..).zip(changes.iter().filter_map(Value::as_array)) {
            let field = change.first().and_then(Value::as_str).unwrap_or_default();
            for (at, side) in [(1, "before"), (2, "after")] {
                let digest = change.get(at).and_then(|value| value.get("digest")).and_then(Value::as_str);
                found.extend(digest.map(|digest| (position, field, side, digest)));
            }
        }
        found
    }

    /// The code of `field` after the decision.
    pub fn after(&self, field: &str) -> Option<String> {
        self.changes().into_iter().find(|change| change.field == field).and_then(|change| change.after)
    }
}
