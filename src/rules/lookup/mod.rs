//! The member look-up: what somebody types (fragments of a name in any order, initials, the end of a phone, a card, an
//! address, an organisation) against the whole registry, in memory, a keystroke at a time. It finds candidates for a
//! person to look at; it never links, merges or discloses, and it holds no more of a row than it needs to find it.
//!
//! A token dictionary with postings: 1,000,000 members have some 76,000 distinct words, so mistakes are looked for among
//! the words and not among the members. Tiers: exact and by beginning; typing mistakes if fewer than ten were found; then,
//! each only if nothing was found, parts, the other keyboard layout, transliteration.

mod build;
mod dictionary;
mod emails;
mod numbers;
mod query;
mod search;
mod words;

use crate::types::codes::codes;

/// One member as the registry has them; texts as they are written there.
#[derive(Clone, Debug, Default)]
pub struct LookupRow<K> {
    pub key: K,
    pub name: String,
    pub phones: Vec<String>,
    pub email: Option<String>,
    pub card: Option<String>,
    /// The name of the member's organisation.
    pub org: Option<String>,
}

codes! {
    /// Why a row was found: one reason for each fragment of the query, in the order words, numbers, addresses.
    Why {
        Name = "name", NamePrefix = "name_prefix", NameTypo = "name_typo", NamePart = "name_part",
        NameLayout = "name_layout", NameTranslit = "name_translit", Org = "org", Phone = "phone",
        PhonePart = "phone_part", Card = "card", CardPart = "card_part", Email = "email", EmailPart = "email_part",
    }
}

/// One row found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<K> {
    pub key: K,
    /// Greater is nearer, at most 1000. It orders hits of one query and means nothing else: it is no evidence.
    pub score: u16,
    pub why: Vec<Why>,
}

/// The index over one registry. Built at the first look-up, built again when the registry has changed.
#[derive(Debug)]
pub struct LookupIndex<K> {
    keys: Vec<K>,
    names: words::Words,
    orgs: words::Orgs,
    numbers: numbers::Numbers,
    emails: emails::Emails,
}

impl<K: Copy> LookupIndex<K> {
    /// Reads the rows once; their texts are not kept.
    pub fn build(rows: impl IntoIterator<Item = LookupRow<K>>) -> Self {
        build::build(rows.into_iter())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The rows that every fragment of the query meets, the nearest first, then in the order of the registry. Nothing for
    /// a query without a word or a number of three digits.
    pub fn find(&self, query: &str, limit: usize) -> Vec<Hit<K>> {
        let found = search::find(self, query, limit);
        found
            .into_iter()
            .map(|found| Hit { key: self.keys[found.row as usize], score: found.score, why: found.why })
            .collect()
    }

    /// Bytes on the heap, for the figure in the bench.
    pub fn heap_bytes(&self) -> usize {
        self.keys.capacity() * size_of::<K>()
            + self.names.heap_bytes()
            + self.orgs.heap_bytes()
            + self.numbers.heap_bytes()
            + self.emails.heap_bytes()
    }
}
