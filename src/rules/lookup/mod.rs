//! The member look-up: what somebody types (fragments of a name in any order, initials, the end of a phone, a card, an
//! address, an organisation) against the whole registry, in memory, a keystroke at a time. It finds candidates for a
//! person to look at; it never links, merges or discloses, and it holds no more of a row than it needs to find it.
//!
//! A token dictionary with postings: 1,000,000 members have some 76,000 distinct words, so mistakes are looked for among
//! the words and not among the members. Tiers, each only if fewer than ten were found before: exact and by beginning; other
//! cases and one mistake a word; parts of words, and two mistakes if nobody was found; the other keyboard layout;
//! transliteration.
//!
//! Rows that changed after the index was made stand in a small index of their own beside it (`Lookup::with_changes`).

mod arrays;
mod build;
mod dictionary;
mod emails;
mod meaning;
mod numbers;
mod orgs;
mod query;
mod rowset;
mod search;
mod words;

pub use arrays::Array;

use crate::types::codes::codes;
use arrays::Arrays;
use rowset::RowSet;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// One member as the registry has them; texts as they are written there.
#[derive(Clone, Debug, Default)]
pub struct LookupRow {
    pub key: u32,
    pub name: String,
    /// Fields, each of which may hold several numbers.
    pub phones: Vec<String>,
    pub email: Option<String>,
    pub card: Option<String>,
    /// The member's organisation.
    pub org: Option<Uuid>,
}

codes! {
    /// Why a row was found: one reason for each fragment of the query, in the order words, numbers, addresses.
    Why {
        Name = "name", NamePrefix = "name_prefix", NameCase = "name_case", NameTypo = "name_typo",
        NamePart = "name_part", NameLayout = "name_layout", NameTranslit = "name_translit", Org = "org",
        Phone = "phone", PhonePart = "phone_part", Card = "card", CardPart = "card_part", Email = "email",
        EmailPart = "email_part",
    }
}

/// One row found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub key: u32,
    /// Greater is nearer, at most 1000. It orders hits of one query and means nothing else: it is no evidence.
    pub score: u16,
    pub why: Vec<Why>,
}

/// The index over some rows.
#[derive(Debug, Default)]
struct Index {
    /// Ascending.
    keys: Vec<u32>,
    names: words::Words,
    orgs: orgs::RowOrgs,
    numbers: numbers::Numbers,
    emails: emails::Emails,
}

/// The registry as it is looked up in: the index that was made once, and the rows that have changed since. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    base: Arc<Index>,
    orgs: Arc<orgs::OrgNames>,
    /// Rows of `base` whose members have changed.
    gone: Arc<RowSet>,
    changed: Arc<BTreeMap<u32, LookupRow>>,
    /// The index over `changed`.
    newer: Arc<Index>,
}

impl Lookup {
    /// Reads the rows once, in ascending order of their keys; their texts are not kept. `orgs` are the organisations with
    /// their names.
    pub fn build<'a>(
        rows: impl IntoIterator<Item = LookupRow>,
        orgs: impl IntoIterator<Item = (Uuid, &'a str)>,
    ) -> Self {
        let base = build::build(rows.into_iter());
        Self { base: Arc::new(base), ..Self::default() }.with_orgs(orgs)
    }

    /// The same with other names of organisations.
    pub fn with_orgs<'a>(self, orgs: impl IntoIterator<Item = (Uuid, &'a str)>) -> Self {
        Self { orgs: Arc::new(orgs::OrgNames::build(orgs.into_iter())), ..self }
    }

    /// The same with these rows as they are now: new ones, and changed ones in place of what they were.
    pub fn with_changes(&self, rows: impl IntoIterator<Item = LookupRow>) -> Self {
        let mut changed = BTreeMap::clone(&self.changed);
        changed.extend(rows.into_iter().map(|row| (row.key, row)));
        let mut gone = RowSet::new(self.base.keys.len());
        for key in changed.keys() {
            if let Ok(row) = self.base.keys.binary_search(key) {
                gone.insert(row as u32);
            }
        }
        let newer = Arc::new(build::build(changed.values().cloned()));
        Self { gone: Arc::new(gone), changed: Arc::new(changed), newer, ..self.clone() }
    }

    /// How many rows were read at first.
    pub fn len(&self) -> usize {
        self.base.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.base.keys.is_empty() && self.changed.is_empty()
    }

    /// How many rows stand beside the index because they have changed.
    pub fn changed(&self) -> usize {
        self.changed.len()
    }

    /// The rows that every fragment of the query meets, the nearest first, then in the order of the registry; `within`: only
    /// rows of these organisations. Nothing for a query without a word or a number of three digits.
    pub fn find(&self, query: &str, limit: usize, within: Option<&HashSet<Uuid>>) -> Vec<Hit> {
        let none = RowSet::default();
        let mut hits = Vec::new();
        for (index, gone) in [(&self.base, &*self.gone), (&self.newer, &none)] {
            let ask = search::Ask { text: query, limit, within, gone };
            let found = search::find(index, &self.orgs, &ask).into_iter();
            hits.extend(found.map(|found| Hit {
                key: index.keys[found.row as usize],
                score: found.score,
                why: found.why,
            }));
        }
        hits.sort_by_key(|hit| (std::cmp::Reverse(hit.score), hit.key));
        hits.truncate(limit);
        hits
    }

    /// The index without what has changed and without the organisations' names, to be kept.
    pub fn arrays(&self) -> Vec<Array<'_>> {
        let base = &*self.base;
        let mut arrays = vec![Array::U32(base.keys.as_slice().into())];
        base.names.store(&mut arrays);
        base.orgs.store(&mut arrays);
        base.numbers.store(&mut arrays);
        base.emails.store(&mut arrays);
        arrays
    }

    /// What `arrays` gave, as it was; `None` if these are other arrays. A lookup of arrays that were changed in between may
    /// panic: who keeps them proves that they are the same.
    pub fn from_arrays(arrays: Vec<Array<'static>>) -> Option<Self> {
        let mut arrays = Arrays::new(arrays);
        let base = Index {
            keys: arrays.u32s()?,
            names: words::Words::restore(&mut arrays)?,
            orgs: orgs::RowOrgs::restore(&mut arrays)?,
            numbers: numbers::Numbers::restore(&mut arrays)?,
            emails: emails::Emails::restore(&mut arrays)?,
        };
        arrays.is_empty().then(|| Self { base: Arc::new(base), ..Self::default() })
    }

    /// Bytes on the heap, for the figure in the bench; without the texts of rows that have changed.
    pub fn heap_bytes(&self) -> usize {
        self.base.heap_bytes() + self.newer.heap_bytes() + self.orgs.heap_bytes() + self.gone.heap_bytes()
    }
}

impl Index {
    fn heap_bytes(&self) -> usize {
        self.keys.capacity() * 4
            + self.names.heap_bytes()
            + self.orgs.heap_bytes()
            + self.numbers.heap_bytes()
            + self.emails.heap_bytes()
    }
}
