//! The words of names and organisations: which rows have a word, which words a row has, which words a fragment means.

use super::Why;
use super::dictionary::{Dictionary, edits_for};
use crate::rules::stems::stem;
use crate::rules::translit::skeleton;
use std::collections::HashMap;
use std::ops::Range;

/// What one edit costs, beside which a beginning costs 1 to 10.
const EDIT: u16 = 20;
const PART: u16 = 30;
/// What reading under another layout or another script costs before anything else.
pub(super) const OTHER_SCRIPT: u16 = 60;
const ORG: u16 = 5;

/// The names' words with postings, and each row's words in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Words {
    dictionary: Dictionary,
    /// Rows of each word as differences, seven bits a byte, the last byte of each below 128.
    postings: Vec<u8>,
    posting_ends: Vec<u32>,
    row_words: Vec<u32>,
    row_ends: Vec<u32>,
    skeletons: Dictionary,
    /// Words of each skeleton.
    skeleton_words: Vec<u32>,
    skeleton_ends: Vec<u32>,
}

impl Words {
    /// Takes the distinct words by their first appearance, and the words of each row by these numbers.
    pub(super) fn build(seen: HashMap<String, u32>, mut row_words: Vec<u32>, row_ends: Vec<u32>) -> Self {
        let mut words: Vec<(String, u32)> = seen.into_iter().collect();
        words.sort_unstable();
        let mut place = vec![0; words.len()];
        words.iter().zip(0..).for_each(|((_, seen), sorted)| place[*seen as usize] = sorted);
        row_words.iter_mut().for_each(|word| *word = place[*word as usize]);
        row_words.shrink_to_fit();
        let words: Vec<String> = words.into_iter().map(|(word, _)| word).collect();
        let (postings, posting_ends) = postings(words.len(), &row_words, &row_ends);
        let (skeletons, skeleton_words, skeleton_ends) = skeletons(&words);
        let dictionary = Dictionary::build(&words);
        Self {
            dictionary,
            postings,
            posting_ends,
            row_words,
            row_ends,
            skeletons,
            skeleton_words,
            skeleton_ends,
        }
    }

    pub(super) fn of(&self, row: u32) -> &[u32] {
        let start = if row == 0 { 0 } else { self.row_ends[row as usize - 1] };
        &self.row_words[start as usize..self.row_ends[row as usize] as usize]
    }

    /// The rows that have a word, in ascending order, a row twice if it has the word twice.
    fn rows(&self, word: u32) -> impl Iterator<Item = u32> + '_ {
        let start = if word == 0 { 0 } else { self.posting_ends[word as usize - 1] as usize };
        let bytes = &self.postings[start..self.posting_ends[word as usize] as usize];
        let mut row = 0;
        bytes.split_inclusive(|byte| byte & 0x80 == 0).map(move |varint| {
            row += varint.iter().rev().fold(0_u32, |value, byte| value << 7 | u32::from(byte & 0x7f));
            row
        })
    }

    /// About how many rows have one of the words.
    fn weight(&self, words: Range<u32>) -> usize {
        let end = |before: u32| if before == 0 { 0 } else { self.posting_ends[before as usize - 1] as usize };
        end(words.end) - end(words.start)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let numbers =
            [&self.posting_ends, &self.row_words, &self.row_ends, &self.skeleton_words, &self.skeleton_ends];
        let numbers: usize = numbers.iter().map(|numbers| numbers.capacity() * 4).sum();
        self.dictionary.heap_bytes() + self.skeletons.heap_bytes() + self.postings.capacity() + numbers
    }
}

fn postings(words: usize, row_words: &[u32], row_ends: &[u32]) -> (Vec<u8>, Vec<u32>) {
    let mut lists: Vec<Vec<u8>> = vec![Vec::new(); words];
    let mut last = vec![0_u32; words];
    let mut start = 0;
    for (row, &end) in (0_u32..).zip(row_ends) {
        for &word in &row_words[start as usize..end as usize] {
            let mut difference = row - std::mem::replace(&mut last[word as usize], row);
            let list = &mut lists[word as usize];
            while difference >= 0x80 {
                list.push(difference as u8 | 0x80);
                difference >>= 7;
            }
            list.push(difference as u8);
        }
        start = end;
    }
    let mut postings = Vec::with_capacity(lists.iter().map(Vec::len).sum());
    let ends = lists.into_iter().map(|list| {
        postings.extend(list);
        postings.len() as u32
    });
    let ends = ends.collect();
    (postings, ends)
}

fn skeletons(words: &[String]) -> (Dictionary, Vec<u32>, Vec<u32>) {
    let mut pairs: Vec<(String, u32)> =
        words.iter().zip(0..).map(|(word, at)| (skeleton(word), at)).collect();
    pairs.sort_unstable();
    let (mut distinct, mut of, mut ends) = (Vec::new(), Vec::with_capacity(pairs.len()), Vec::<u32>::new());
    for (skeleton, word) in pairs {
        of.push(word);
        match distinct.last() == Some(&skeleton) {
            true => ends.iter_mut().last().into_iter().for_each(|end| *end += 1),
            false => {
                distinct.push(skeleton);
                ends.push(of.len() as u32);
            }
        }
    }
    ends.shrink_to_fit();
    (Dictionary::build(&distinct), of, ends)
}

/// Organisations: few, with the words of their names.
#[derive(Debug, Default)]
pub(super) struct Orgs {
    /// The organisation of each row, counted from 1; 0 is none.
    pub row_orgs: Vec<u32>,
    dictionary: Dictionary,
    /// Organisations that have each word.
    by_word: Vec<Vec<u32>>,
}

impl Orgs {
    /// Takes the organisations' words in comparable form; the first organisation has number 1.
    pub(super) fn build(row_orgs: Vec<u32>, names: &[Vec<String>]) -> Self {
        let mut pairs: Vec<(&str, u32)> = names
            .iter()
            .zip(1..)
            .flat_map(|(words, org)| words.iter().map(move |word| (word.as_str(), org)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut words: Vec<&str> = Vec::new();
        let mut by_word: Vec<Vec<u32>> = Vec::new();
        for (word, org) in pairs {
            if words.last() != Some(&word) {
                words.push(word);
                by_word.push(Vec::new());
            }
            by_word.iter_mut().last().into_iter().for_each(|orgs| orgs.push(org));
        }
        Self { row_orgs, dictionary: Dictionary::build(&words), by_word }
    }

    /// The organisations with a word that begins so, or begins with the fragment's stem: people write «больница», names
    /// have «больницы». One or two letters mean none.
    fn beginning_with(&self, fragment: &str) -> Vec<u32> {
        let mut orgs: Vec<u32> = [fragment.to_owned(), stem(fragment)]
            .iter()
            .map(|text| self.dictionary.encode(text))
            .filter(|code| code.len() >= 3)
            .flat_map(|code| self.dictionary.beginning_with(&code))
            .flat_map(|word| self.by_word[word as usize].iter().copied())
            .collect();
        orgs.sort_unstable();
        orgs.dedup();
        orgs
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let by_word: usize = self.by_word.iter().map(|orgs| orgs.capacity() * 4 + 24).sum();
        self.row_orgs.capacity() * 4 + self.dictionary.heap_bytes() + by_word
    }
}

/// The words that one fragment of a query may mean, with what each costs.
pub(super) struct Meaning {
    beginning: Range<u32>,
    letters: usize,
    /// Added to every word of `beginning`.
    base: u16,
    others: HashMap<u32, (u16, Why)>,
    /// Sorted.
    orgs: Vec<u32>,
}

impl Meaning {
    /// The words that begin with the fragment, and the organisations.
    pub(super) fn plain(words: &Words, orgs: &Orgs, fragment: &str, base: u16) -> Self {
        let code = words.dictionary.encode(fragment);
        let beginning = words.dictionary.beginning_with(&code);
        Self {
            beginning,
            letters: code.len(),
            base,
            others: HashMap::new(),
            orgs: orgs.beginning_with(fragment),
        }
    }

    /// Adds the words that are a few mistakes away.
    pub(super) fn add_typos(&mut self, words: &Words, fragment: &str) {
        let code = words.dictionary.encode(fragment);
        let limit = edits_for(code.len());
        if limit == 0 {
            return;
        }
        for near in words.dictionary.near(&code, limit).into_iter().filter(|near| near.edits > 0) {
            let missing = if near.whole { 0 } else { missing(words.dictionary.word(near.word), code.len()) };
            let why = if self.base == 0 { Why::NameTypo } else { Why::NameLayout };
            self.add(near.word, self.base + EDIT * u16::from(near.edits) + missing, why);
        }
    }

    /// Adds the words that have the fragment inside.
    pub(super) fn add_parts(&mut self, words: &Words, fragment: &str) {
        let code = words.dictionary.encode(fragment);
        if code.len() >= 3 {
            let parts: Vec<u32> = words.dictionary.containing(&code).collect();
            parts.into_iter().for_each(|word| self.add(word, self.base + PART, Why::NamePart));
        }
    }

    /// Adds the words that are spelled so in another alphabet.
    pub(super) fn add_transliterated(&mut self, words: &Words, fragment: &str) {
        let code = words.skeletons.encode(&skeleton(fragment));
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
            let start = if at == 0 { 0 } else { words.skeleton_ends[at as usize - 1] };
            for &word in &words.skeleton_words[start as usize..words.skeleton_ends[at as usize] as usize] {
                self.add(word, OTHER_SCRIPT + cost, Why::NameTranslit);
            }
        }
    }

    fn add(&mut self, word: u32, cost: u16, why: Why) {
        let known = self.others.entry(word).or_insert((cost, why));
        if cost < known.0 {
            *known = (cost, why);
        }
    }

    /// What it costs to mean this word.
    pub(super) fn cost(&self, words: &Words, word: u32) -> Option<(u16, Why)> {
        if !self.beginning.contains(&word) {
            return if self.others.is_empty() { None } else { self.others.get(&word).copied() };
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
        self.orgs.binary_search(&org).is_ok().then_some((self.base + ORG, Why::Org))
    }

    /// About how many rows it brings.
    pub(super) fn weight(&self, words: &Words, orgs: &Orgs) -> usize {
        let others: usize = self.others.keys().map(|&word| words.weight(word..word + 1)).sum();
        // An organisation has some fraction of all the rows, and they are found by a scan.
        let of_orgs = if self.orgs.is_empty() { 0 } else { orgs.row_orgs.len() / 8 + 1 };
        words.weight(self.beginning.clone()) + others + of_orgs
    }

    /// The rows it brings, those of the nearest words first, then those of the organisations.
    pub(super) fn rows<'a>(&'a self, words: &'a Words, orgs: &'a Orgs) -> impl Iterator<Item = u32> + 'a {
        let mut nearest: Vec<(u16, u32)> = self
            .beginning
            .clone()
            .chain(self.others.keys().copied())
            .filter_map(|word| Some((self.cost(words, word)?.0, word)))
            .collect();
        nearest.sort_unstable();
        nearest.dedup();
        let of_names = nearest.into_iter().flat_map(|(_, word)| words.rows(word));
        let scanned: &[u32] = if self.orgs.is_empty() { &[] } else { &orgs.row_orgs };
        let of_orgs =
            (0..).zip(scanned).filter(|(_, org)| self.orgs.binary_search(org).is_ok()).map(|(row, _)| row);
        of_names.chain(of_orgs)
    }
}

/// 0 for the whole word, 1 to 10 for a beginning.
fn missing(word: &[u8], letters: usize) -> u16 {
    word.len().saturating_sub(letters).min(10) as u16
}
