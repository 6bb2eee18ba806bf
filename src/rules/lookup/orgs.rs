//! Organisations: few, with the words of their names, and which rows are theirs.

use super::arrays::{Array, Arrays};
use super::dictionary::Dictionary;
use super::rowset::RowSet;
use crate::rules::normalise;
use crate::rules::stems::stem;
use std::borrow::Cow;
use std::collections::HashSet;
use uuid::Uuid;

/// The names of organisations.
#[derive(Debug, Default)]
pub(super) struct OrgNames {
    dictionary: Dictionary,
    /// Organisations that have each word.
    by_word: Vec<Vec<Uuid>>,
}

impl OrgNames {
    pub(super) fn build<'a>(orgs: impl Iterator<Item = (Uuid, &'a str)>) -> Self {
        let mut pairs: Vec<(String, Uuid)> = orgs
            .flat_map(|(id, name)| normalise::words(name).map(move |word| (word, id)).collect::<Vec<_>>())
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut words: Vec<String> = Vec::new();
        let mut by_word: Vec<Vec<Uuid>> = Vec::new();
        for (word, org) in pairs {
            if words.last() != Some(&word) {
                words.push(word);
                by_word.push(Vec::new());
            }
            by_word.iter_mut().last().into_iter().for_each(|orgs| orgs.push(org));
        }
        Self { dictionary: Dictionary::build(&words), by_word }
    }

    /// The organisations with a word that begins so, or begins with the fragment's stem: people write «больница», names
    /// have «больницы». One or two letters mean none.
    pub(super) fn beginning_with(&self, fragment: &str) -> HashSet<Uuid> {
        let codes = [fragment.to_owned(), stem(fragment)].map(|text| self.dictionary.encode(&text));
        let words = codes.iter().filter(|code| code.len() >= 3);
        let words = words.flat_map(|code| self.dictionary.beginning_with(code));
        words.flat_map(|word| self.by_word[word as usize].iter().copied()).collect()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let by_word: usize = self.by_word.iter().map(|orgs| orgs.capacity() * 16 + 24).sum();
        self.dictionary.heap_bytes() + by_word
    }
}

/// The organisation of each row.
#[derive(Debug, Default)]
pub(super) struct RowOrgs {
    /// Counted from 1; 0 is none.
    pub row_orgs: Vec<u32>,
    /// The organisation of number 1, and so on.
    pub ids: Vec<Uuid>,
}

impl RowOrgs {
    /// The numbers of these organisations.
    pub(super) fn numbers(&self, orgs: &HashSet<Uuid>) -> Option<RowSet> {
        if orgs.is_empty() {
            return None;
        }
        let mut numbers = RowSet::new(self.ids.len() + 1);
        let mine = (1..).zip(&self.ids).filter(|(_, id)| orgs.contains(id));
        let any = mine.fold(false, |_, (number, _)| numbers.insert(number));
        any.then_some(numbers)
    }

    pub(super) fn of(&self, row: u32) -> u32 {
        self.row_orgs[row as usize]
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.row_orgs.capacity() * 4 + self.ids.capacity() * 16
    }

    pub(super) fn store<'a>(&'a self, arrays: &mut Vec<Array<'a>>) {
        arrays.push(Array::U32(Cow::from(&self.row_orgs)));
        arrays.push(Array::U8(self.ids.iter().flat_map(|id| *id.as_bytes()).collect()));
    }

    pub(super) fn restore(arrays: &mut Arrays) -> Option<Self> {
        let (row_orgs, ids) = (arrays.u32s()?, arrays.u8s()?);
        let ids = ids.chunks_exact(16).map(|id| Uuid::from_slice(id).ok()).collect::<Option<_>>()?;
        Some(Self { row_orgs, ids })
    }
}
