//! The words of names: which rows have a word, which words a row has.

use super::arrays::{Array, Arrays};
use super::dictionary::Dictionary;
use super::rowset::RowSet;
use crate::rules::translit::skeleton;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// The names' words with postings, and each row's words in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub dictionary: Dictionary,
    /// Rows of each word as differences, seven bits a byte, the last byte of each below 128.
    postings: Vec<u8>,
    posting_ends: Vec<u32>,
    row_words: Vec<u32>,
    row_ends: Vec<u32>,
    pub skeletons: Dictionary,
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

    /// Shows the rows that have a word, in ascending order, a row twice if it has the word twice, until `visit` has seen
    /// enough; whether it has not.
    pub(super) fn each_row(&self, word: u32, visit: &mut impl FnMut(u32) -> bool) -> bool {
        let start = if word == 0 { 0 } else { self.posting_ends[word as usize - 1] as usize };
        let (mut row, mut difference, mut shift) = (0, 0, 0);
        for &byte in &self.postings[start..self.posting_ends[word as usize] as usize] {
            difference |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 != 0 {
                shift += 7;
                continue;
            }
            row += difference;
            (difference, shift) = (0, 0);
            if !visit(row) {
                return false;
            }
        }
        true
    }

    /// Adds the rows of a word to a set.
    pub(super) fn fill(&self, word: u32, rows: &mut RowSet) {
        self.each_row(word, &mut |row| {
            rows.insert(row);
            true
        });
    }

    /// The words whose skeleton has this place among the skeletons.
    pub(super) fn of_skeleton(&self, at: u32) -> &[u32] {
        let start = if at == 0 { 0 } else { self.skeleton_ends[at as usize - 1] };
        &self.skeleton_words[start as usize..self.skeleton_ends[at as usize] as usize]
    }

    /// About how many rows have one of the words.
    pub(super) fn weight(&self, words: Range<u32>) -> usize {
        let end = |before: u32| if before == 0 { 0 } else { self.posting_ends[before as usize - 1] as usize };
        end(words.end) - end(words.start)
    }

    pub(super) fn store<'a>(&'a self, arrays: &mut Vec<Array<'a>>) {
        self.dictionary.store(arrays);
        arrays.push(Array::U8(Cow::from(&self.postings)));
        arrays.push(Array::U32(Cow::from(&self.posting_ends)));
        arrays.push(Array::U32(Cow::from(&self.row_words)));
        arrays.push(Array::U32(Cow::from(&self.row_ends)));
        self.skeletons.store(arrays);
        arrays.push(Array::U32(Cow::from(&self.skeleton_words)));
        arrays.push(Array::U32(Cow::from(&self.skeleton_ends)));
    }

    pub(super) fn restore(arrays: &mut Arrays) -> Option<Self> {
        let dictionary = Dictionary::restore(arrays)?;
        let (postings, posting_ends) = (arrays.u8s()?, arrays.u32s()?);
        let (row_words, row_ends) = (arrays.u32s()?, arrays.u32s()?);
        let skeletons = Dictionary::restore(arrays)?;
        let (skeleton_words, skeleton_ends) = (arrays.u32s()?, arrays.u32s()?);
        Some(Self {
            dictionary,
            postings,
            posting_ends,
            row_words,
            row_ends,
            skeletons,
            skeleton_words,
            skeleton_ends,
        })
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
