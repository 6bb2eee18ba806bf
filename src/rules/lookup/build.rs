//! Reading the registry into the index, once, row by row.

use super::emails::EmailsBuilder;
use super::numbers::NumbersBuilder;
use super::orgs::RowOrgs;
use super::words::Words;
use super::{Index, LookupRow};
use crate::rules::normalise;
use std::collections::HashMap;
use uuid::Uuid;

/// Words of one name that count.
pub(super) const WORDS_OF_A_NAME: usize = 8;

/// The rows come in ascending order of their keys.
pub(super) fn build(rows: impl Iterator<Item = LookupRow>) -> Index {
    let mut keys = Vec::new();
    let mut names = Names::default();
    let mut orgs = Numbered::default();
    let (mut numbers, mut emails) = (NumbersBuilder::default(), EmailsBuilder::default());
    for (at, row) in (0_u32..).zip(rows) {
        keys.push(row.key);
        names.add(&row.name);
        orgs.add(row.org);
        for number in row.phones.iter().flat_map(|field| normalise::phones(field)) {
            numbers.phone(&number, at);
        }
        if let Some(card) = row.card.as_deref().and_then(normalise::card_digits) {
            numbers.card(&card, at);
        }
        if let Some(address) = row.email.as_deref().and_then(normalise::email) {
            emails.add(&address, at);
        }
    }
    keys.shrink_to_fit();
    let (names, orgs) = (names.build(), orgs.build());
    Index { keys, names, orgs, numbers: numbers.build(), emails: emails.build() }
}

#[derive(Default)]
struct Names {
    seen: HashMap<String, u32>,
    row_words: Vec<u32>,
    row_ends: Vec<u32>,
}

impl Names {
    fn add(&mut self, name: &str) {
        for word in normalise::words(name).take(WORDS_OF_A_NAME) {
            let next = self.seen.len() as u32;
            self.row_words.push(*self.seen.entry(word).or_insert(next));
        }
        self.row_ends.push(self.row_words.len() as u32);
    }

    fn build(mut self) -> Words {
        self.row_ends.shrink_to_fit();
        Words::build(self.seen, self.row_words, self.row_ends)
    }
}

#[derive(Default)]
struct Numbered {
    seen: HashMap<Uuid, u32>,
    row_orgs: Vec<u32>,
}

impl Numbered {
    fn add(&mut self, org: Option<Uuid>) {
        let next = self.seen.len() as u32 + 1;
        self.row_orgs.push(org.map_or(0, |org| *self.seen.entry(org).or_insert(next)));
    }

    fn build(mut self) -> RowOrgs {
        let mut ids = vec![Uuid::nil(); self.seen.len()];
        self.seen.iter().for_each(|(id, number)| ids[*number as usize - 1] = *id);
        self.row_orgs.shrink_to_fit();
        RowOrgs { row_orgs: self.row_orgs, ids }
    }
}
