//! Which row of the registry a row of a file is: by the registry's own id, by the card, by name and birth, by name and
//! organisation. Where that is not plain nothing is decided: the row is in conflict, and a person looks.

use super::rows::raw;
use crate::error::Result;
use crate::rules::registry::names::may_be_one;
use crate::store::Conn;
use crate::store::registry::{self as store, WholeMember};
use crate::types::Untrusted;
use std::collections::HashMap;
use uuid::Uuid;

/// What was found for a row.
pub(super) enum Found {
    /// Nobody: the row is new.
    Nobody,
    Row(Box<WholeMember>),
    /// `id-of-another`, `card-of-another`, `several-rows`.
    Conflict(&'static str),
}

/// Rows of the registry that a batch of a file's rows may be.
#[derive(Default)]
pub(super) struct Candidates {
    by_source: HashMap<Untrusted, WholeMember>,
    by_card: HashMap<String, Vec<WholeMember>>,
    by_name: HashMap<String, Vec<WholeMember>>,
}

impl Candidates {
    /// Rows that this very import has made are nobody's candidates: they are other rows of the file.
    pub async fn of(conn: &mut Conn<'_>, rows: &[WholeMember], import: Uuid) -> Result<Self> {
        let mut all = Self::default();
        let is_older = |row: &WholeMember| row.made_by != Some(import);
        let sources: Vec<&Untrusted> = rows.iter().filter_map(|row| row.source_id.as_ref()).collect();
        if !sources.is_empty() {
            let found = store::by_source_ids(conn, &sources).await?;
            all.by_source = found.into_iter().filter_map(|row| Some((row.source_id.clone()?, row))).collect();
        }
        let unknown =
            |row: &&WholeMember| row.source_id.as_ref().is_none_or(|id| !all.by_source.contains_key(id));
        let cards: Vec<&str> = rows.iter().filter(unknown).filter_map(|row| row.card.as_deref()).collect();
        let names: Vec<&str> = rows.iter().filter(unknown).map(|row| row.name_folded.as_str()).collect();
        let (mut by_card, mut by_name): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = Default::default();
        if !cards.is_empty() {
            for row in store::by_cards(conn, &cards).await?.into_iter().filter(is_older) {
                by_card.entry(row.card.clone().unwrap_or_default()).or_default().push(row);
            }
        }
        if !names.is_empty() {
            for row in store::by_folded_names(conn, &names).await?.into_iter().filter(is_older) {
                by_name.entry(row.name_folded.clone()).or_default().push(row);
            }
        }
        (all.by_card, all.by_name) = (by_card, by_name);
        Ok(all)
    }

    pub fn find(&self, row: &WholeMember) -> Found {
        if let Some(known) = row.source_id.as_ref().and_then(|id| self.by_source.get(id)) {
            return match may_be_one(raw(&row.name_raw), raw(&known.name_raw)) || !births_differ(row, known) {
                true => found(known),
                false => Found::Conflict("id-of-another"),
            };
        }
        // A row with another id of the registry's own is somebody else.
        let is_free = |known: &&WholeMember| row.source_id.is_none() || known.source_id.is_none();
        let with_card = row.card.as_ref().and_then(|card| self.by_card.get(card)).into_iter().flatten();
        let with_card: Vec<&WholeMember> = with_card.filter(is_free).collect();
        if !with_card.is_empty() {
            let fits = |known: &&&WholeMember| may_be_one(raw(&row.name_raw), raw(&known.name_raw));
            return match with_card.iter().filter(fits).collect::<Vec<_>>()[..] {
                [known] if !births_differ(row, known) => found(known),
                [] | [_] => Found::Conflict("card-of-another"),
                _ => Found::Conflict("several-rows"),
            };
        }
        let alike: Vec<&WholeMember> =
            self.by_name.get(&row.name_folded).into_iter().flatten().filter(is_free).collect();
        let whole_day = |day: &Option<String>| day.as_ref().is_some_and(|day| day.len() == 10);
        let born: Vec<&&WholeMember> =
            alike.iter().filter(|known| whole_day(&row.birth) && known.birth == row.birth).collect();
        match born[..] {
            [known] => return found(known),
            [] => {}
            _ => return Found::Conflict("several-rows"),
        }
        // Two cards are two people, and so are two days of birth.
        let may_be = |known: &&&WholeMember| {
            known.org_id == row.org_id
                && !births_differ(row, known)
                && (known.card.is_none() || row.card.is_none())
        };
        match alike.iter().filter(may_be).collect::<Vec<_>>()[..] {
            [] => Found::Nobody,
            [known] => found(known),
            _ => Found::Conflict("several-rows"),
        }
    }
}

fn found(known: &WholeMember) -> Found {
    Found::Row(Box::new(known.clone()))
}

/// Both are known, and neither is the beginning of the other: `1975` may be `1975-03-01`.
fn births_differ(one: &WholeMember, other: &WholeMember) -> bool {
    match (&one.birth, &other.birth) {
        (Some(one), Some(other)) => !one.starts_with(other.as_str()) && !other.starts_with(one.as_str()),
        _ => false,
    }
}

/// Rows of the registry that rows of this file are already, and rows of the file by what they are told apart by.
#[derive(Default)]
pub(super) struct Seen {
    ids: HashMap<Untrusted, usize>,
    cards: HashMap<String, (usize, String)>,
    people: HashMap<(String, String, Option<Uuid>), usize>,
    pub members: HashMap<Uuid, usize>,
}

impl Seen {
    /// The line of an earlier row of the file that this one doubles.
    pub fn earlier(&mut self, row: &WholeMember, line: usize) -> Option<usize> {
        let by_id = row.source_id.as_ref().map(|id| self.ids.entry(id.clone()).or_insert(line));
        if let Some(first) = by_id.filter(|first| **first != line) {
            return Some(*first);
        }
        if row.source_id.is_some() {
            return None;
        }
        if let Some(card) = &row.card {
            let entry = self.cards.entry(card.clone()).or_insert_with(|| (line, row.name_folded.clone()));
            return (entry.0 != line).then_some(entry.0);
        }
        let person = (row.name_folded.clone(), row.birth.clone().unwrap_or_default(), row.org_id);
        let first = *self.people.entry(person).or_insert(line);
        (first != line).then_some(first)
    }
}
