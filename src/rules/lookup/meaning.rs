//! What one fragment of a query may mean: words with what each costs, and organisations.

use super::Index;
use super::Why;
use super::dictionary::edits_for;
use super::rowset::RowSet;
use super::words::Words;
use crate::rules::cases;
use crate::rules::normalise::twin_word;
use crate::rules::translit::{other_skeleton, skeleton};
use std::collections::HashSet;
use std::ops::Range;
use uuid::Uuid;

/// What one edit costs, beside which a beginning costs 1 to 10.
const EDIT: u16 = 20;
const PART: u16 = 30;
const CASE: u16 = 12;
/// What reading under another layout or another script costs before anything else.
pub(super) const OTHER_SCRIPT: u16 = 60;
const ORG: u16 = 5;
/// A shorter word is mistaken only as a whole, or everything would be near everything.
const SHORT: usize = 4;

/// One fragment and the words that it may mean.
pub(super) struct Meaning {
    fragment: String,
    beginning: Range<u32>,
    letters: usize,
    /// Added to every word of `beginning`.
    base: u16,
    /// In the order of words, each once.
    others: Vec<(u32, u16, Why)>,
    orgs: Option<RowSet>,
}

impl Meaning {
    /// The words that begin with the fragment, and the organisations.
    pub(super) fn plain(index: &Index, fragment: &str, orgs: &HashSet<Uuid>, base: u16) -> Self {
        let dictionary = &index.names.dictionary;
        let code = dictionary.encode(fragment);
        let mut meaning = Self {
            fragment: fragment.to_owned(),
            beginning: dictionary.beginning_with(&code),
            letters: code.len(),
            base,
            others: Vec::new(),
            orgs: index.orgs.numbers(orgs),
        };
        if let Some(twin) = twin_word(fragment) {
            let found = dictionary.beginning_with(&dictionary.encode(&twin));
            found.for_each(|word| {
                let missing = missing(dictionary.word(word), code.len());
                meaning.add(word, base + 1 + missing, if missing == 0 { Why::Name } else { Why::NamePrefix });
            });
            meaning.settle();
        }
        meaning
    }

    /// Adds the other cases of the word, and the words that are one mistake away, or two where `edits` says so and the
    /// fragment is long enough.
    pub(super) fn add_mistaken(&mut self, words: &Words, edits: u8) {
        let dictionary = &words.dictionary;
        let code = dictionary.encode(&self.fragment);
        let limit = edits_for(code.len()).min(edits);
        let why = if self.base == 0 { Why::NameTypo } else { Why::NameLayout };
        if limit > 0 {
            for near in dictionary.near(&code, limit).into_iter().filter(|near| near.edits > 0) {
                let missing = if near.whole { 0 } else { missing(dictionary.word(near.word), code.len()) };
                self.add(near.word, self.base + EDIT * u16::from(near.edits) + missing, why);
            }
        } else if (2..SHORT).contains(&code.len()) {
            for word in dictionary.one_edit_away(&code) {
                self.add(word, self.base + 2 * EDIT, why);
            }
        }
        self.add_cases(words);
        self.settle();
    }

    fn add_cases(&mut self, words: &Words) {
        let dictionary = &words.dictionary;
        let endings: Vec<Vec<u8>> = cases::ENDINGS.iter().map(|ending| dictionary.encode(ending)).collect();
        let why = if self.base == 0 { Why::NameCase } else { Why::NameLayout };
        for beginning in cases::beginnings(&self.fragment) {
            let code = dictionary.encode(&beginning);
            for word in dictionary.beginning_with(&code) {
                let rest = &dictionary.word(word)[code.len()..];
                if endings.iter().any(|ending| ending == rest) {
                    self.add(word, self.base + CASE, why);
                }
            }
        }
    }

    /// Adds the words that have the fragment, of at least so many letters, inside.
    pub(super) fn add_parts(&mut self, words: &Words, letters: usize) {
        let code = words.dictionary.encode(&self.fragment);
        if code.len() >= letters {
            for word in words.dictionary.containing(&code) {
                self.add(word, self.base + PART, Why::NamePart);
            }
        }
        self.settle();
    }

    /// Adds the words that are spelled so in another alphabet.
    pub(super) fn add_transliterated(&mut self, words: &Words) {
        self.add_skeleton(words, &skeleton(&self.fragment));
        if let Some(other) = other_skeleton(&self.fragment) {
            self.add_skeleton(words, &other);
        }
        self.settle();
    }

    fn add_skeleton(&mut self, words: &Words, skeleton: &str) {
        let code = words.skeletons.encode(skeleton);
        if code.is_empty() {
            return;
        }
        let mut found: Vec<(u32, u16)> = words
            .skeletons
            .beginning_with(&code)
            .map(|at| (at, missing(words.skeletons.word(at), code.len())))
            .collect();
        let limit = edits_for(code.len());
        let near = (limit > 0).then(|| words.skeletons.near(&code, limit)).into_iter().flatten();
        found.extend(near.map(|near| (near.word, EDIT * u16::from(near.edits) + u16::from(!near.whole))));
        for (at, cost) in found {
            for &word in words.of_skeleton(at) {
                self.add(word, OTHER_SCRIPT + cost, Why::NameTranslit);
            }
        }
    }

    fn add(&mut self, word: u32, cost: u16, why: Why) {
        if !self.beginning.contains(&word) {
            self.others.push((word, cost, why));
        }
    }

    fn settle(&mut self) {
        self.others.sort_unstable();
        self.others.dedup_by_key(|(word, _, _)| *word);
    }

    /// What it costs to mean this word.
    pub(super) fn cost(&self, words: &Words, word: u32) -> Option<(u16, Why)> {
        if !self.beginning.contains(&word) {
            let at = self.others.binary_search_by_key(&word, |(word, _, _)| *word).ok()?;
            return Some((self.others[at].1, self.others[at].2));
        }
        let missing = missing(words.dictionary.word(word), self.letters);
        let why = match (self.base, missing) {
            (0, 0) => Why::Name,
            (0, _) => Why::NamePrefix,
            _ => Why::NameLayout,
        };
        Some((self.base + missing, why))
    }

    /// What it costs to mean the organisation of a row.
    pub(super) fn org_cost(&self, org: u32) -> Option<(u16, Why)> {
        self.means_org(org).then_some((self.base + ORG, Why::Org))
    }

    pub(super) fn means_org(&self, org: u32) -> bool {
        self.orgs.as_ref().is_some_and(|orgs| orgs.contains(org))
    }

    /// About how many rows its words bring.
    pub(super) fn weight(&self, words: &Words) -> usize {
        let others: usize = self.others.iter().map(|&(word, _, _)| words.weight(word..word + 1)).sum();
        words.weight(self.beginning.clone()) + others
    }

    /// About how many rows it brings.
    pub(super) fn whole_weight(&self, index: &Index) -> usize {
        // An organisation has some fraction of all the rows, and they are found by a scan.
        let of_orgs = if self.orgs.is_some() { index.keys.len() / 8 + 1 } else { 0 };
        self.weight(&index.names) + of_orgs
    }

    /// The rows of its words.
    pub(super) fn rows(&self, index: &Index) -> RowSet {
        let mut rows = RowSet::new(index.keys.len());
        let words = self.beginning.clone().chain(self.others.iter().map(|(word, _, _)| *word));
        words.for_each(|word| index.names.fill(word, &mut rows));
        rows
    }

    /// Shows the rows it brings, those of the nearest words first, then those of the organisations, until `visit` has seen
    /// enough.
    pub(super) fn each_row(&self, index: &Index, visit: &mut impl FnMut(u32) -> bool) {
        let words = &index.names;
        let beginning = self.beginning.clone().map(|word| {
            let missing = missing(words.dictionary.word(word), self.letters);
            (self.base + missing, word)
        });
        let others = self.others.iter().map(|&(word, cost, _)| (cost, word));
        let mut nearest: Vec<(u16, u32)> = beginning.chain(others).collect();
        nearest.sort_unstable();
        if !nearest.into_iter().all(|(_, word)| words.each_row(word, visit)) || self.orgs.is_none() {
            return;
        }
        for (row, &org) in (0..).zip(&index.orgs.row_orgs) {
            if self.means_org(org) && !visit(row) {
                return;
            }
        }
    }
}

/// 0 for the whole word, 1 to 10 for a beginning.
fn missing(word: &[u8], letters: usize) -> u16 {
    word.len().saturating_sub(letters).min(10) as u16
}
