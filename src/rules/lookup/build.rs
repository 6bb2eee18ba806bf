//! Reading the registry into the index, once, row by row.

use super::emails::EmailsBuilder;
use super::numbers::NumbersBuilder;
use super::words::{Orgs, Words};
use super::{LookupIndex, LookupRow};
use crate::rules::normalise;
use std::collections::HashMap;

/// Words of one name that count.
pub(super) const WORDS_OF_A_NAME: usize = 8;

pub(super) fn build<K: Copy>(rows: impl Iterator<Item = LookupRow<K>>) -> LookupIndex<K> {
    let mut keys = Vec::new();
    let mut names = Names::default();
    let mut orgs = OrgNames::default();
    let (mut numbers, mut emails) = (NumbersBuilder::default(), EmailsBuilder::default());
    for (at, row) in (0_u32..).zip(rows) {
        keys.push(row.key);
        names.add(&row.name);
        orgs.add(row.org.as_deref());
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
    LookupIndex { keys, names, orgs, numbers: numbers.build(), emails: emails.build() }
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
struct OrgNames {
    seen: HashMap<String, u32>,
    row_orgs: Vec<u32>,
}

impl OrgNames {
    fn add(&mut self, org: Option<&str>) {
        let number = match org {
            None => 0,
            Some(org) => match self.seen.get(org) {
                Some(&number) => number,
                None => {
                    let number = self.seen.len() as u32 + 1;
                    self.seen.insert(org.to_owned(), number);
                    number
                }
            },
        };
        self.row_orgs.push(number);
    }

    fn build(mut self) -> Orgs {
        let mut names = vec![Vec::new(); self.seen.len()];
        for (name, number) in &self.seen {
            names[*number as usize - 1] = normalise::words(name).collect();
        }
        self.row_orgs.shrink_to_fit();
        Orgs::build(self.row_orgs, &names)
    }
}
