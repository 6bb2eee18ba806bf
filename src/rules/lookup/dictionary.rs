//! Distinct words in sorted order, one byte a letter, walked as an implicit trie: exact, by beginning, by part, and
//! within a bounded edit distance. A million members have some 76,000 distinct words, so all of it stays in the cache.

use std::ops::Range;

/// Letters of a word that are compared; nobody types more.
pub(super) const WORD_LETTERS: usize = 40;
/// Stands for every letter beyond the alphabet's size; such words are found by their other letters.
const OVERFLOW: u8 = 255;

/// One word a number, in sorted order.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    /// The distinct letters in order; a letter's code is its place here plus one, and 0 is a letter that no word has.
    alphabet: Vec<char>,
    letters: Vec<u8>,
    /// Where each word ends in `letters`.
    ends: Vec<u32>,
    /// How many letters each word shares with the one before it.
    shared: Vec<u8>,
}

/// How near a word is to a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Near {
    pub word: u32,
    /// Optimal string alignment distance, of the whole word or of its nearest beginning.
    pub edits: u8,
    /// Whether the whole word is that near, not just its beginning.
    pub whole: bool,
}

impl Dictionary {
    /// Takes distinct words in sorted order.
    pub(super) fn build<S: AsRef<str>>(words: &[S]) -> Self {
        let mut alphabet: Vec<char> = words.iter().flat_map(|word| word.as_ref().chars()).collect();
        alphabet.sort_unstable();
        alphabet.dedup();
        alphabet.truncate(usize::from(OVERFLOW) - 1);
        alphabet.shrink_to_fit();
        let mut dictionary = Self { alphabet, ..Self::default() };
        let mut previous = Vec::new();
        for word in words {
            let code = dictionary.encode_stored(word.as_ref());
            let shared = previous.iter().zip(&code).take_while(|(a, b)| a == b).count();
            dictionary.letters.extend_from_slice(&code);
            dictionary.ends.push(dictionary.letters.len() as u32);
            dictionary.shared.push(shared as u8);
            previous = code;
        }
        dictionary.letters.shrink_to_fit();
        dictionary.ends.shrink_to_fit();
        dictionary.shared.shrink_to_fit();
        dictionary
    }

    fn encode_stored(&self, word: &str) -> Vec<u8> {
        let code = |c| self.alphabet.binary_search(&c).map_or(OVERFLOW, |place| place as u8 + 1);
        word.chars().take(WORD_LETTERS).map(code).collect()
    }

    /// The letters of what somebody typed as this dictionary's codes.
    pub(super) fn encode(&self, fragment: &str) -> Vec<u8> {
        let full = self.alphabet.len() == usize::from(OVERFLOW) - 1;
        let unknown =
            |c| if full && self.alphabet.last().is_some_and(|&last| c > last) { OVERFLOW } else { 0 };
        let code = |c| self.alphabet.binary_search(&c).map_or_else(|_| unknown(c), |place| place as u8 + 1);
        fragment.chars().take(WORD_LETTERS).map(code).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn word(&self, word: u32) -> &[u8] {
        let at = word as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.letters[start..self.ends[at] as usize]
    }

    /// The words that begin with the fragment; they stand together, the equal one first.
    pub(super) fn beginning_with(&self, fragment: &[u8]) -> Range<u32> {
        let first = self.partition(|word| word < fragment);
        let last = self.partition(|word| word < fragment || word.starts_with(fragment));
        first..last
    }

    fn partition(&self, is_before: impl Fn(&[u8]) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.len() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.word(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The words that have the fragment inside, not at their beginning.
    pub(super) fn containing<'a>(&'a self, fragment: &'a [u8]) -> impl Iterator<Item = u32> + 'a {
        let inside = move |word: &[u8]| {
            word.len() > fragment.len() && word[1..].windows(fragment.len()).any(|w| w == fragment)
        };
        (0..self.len() as u32).filter(move |&word| !fragment.is_empty() && inside(self.word(word)))
    }

    /// The words within `limit` edits of the fragment, whole or by their beginning. Rows of the distance table are kept
    /// for as long as following words share the letters; a run of words whose common beginning is too far is skipped.
    pub(super) fn near(&self, fragment: &[u8], limit: u8) -> Vec<Near> {
        let mut found = Vec::new();
        let mut table = Table::new(fragment, limit);
        let mut too_far = usize::MAX;
        for (word, &shared) in self.shared.iter().enumerate() {
            let shared = usize::from(shared);
            if shared >= too_far {
                continue;
            }
            table.keep(shared);
            too_far = table.extend(self.word(word as u32)).unwrap_or(usize::MAX);
            let (whole, beginning) = table.distances();
            if too_far == usize::MAX && beginning <= limit {
                let is_whole = whole <= beginning;
                found.push(Near { word: word as u32, edits: beginning, whole: is_whole });
            }
        }
        found
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.letters.capacity()
            + self.ends.capacity() * 4
            + self.shared.capacity()
            + self.alphabet.capacity() * 4
    }
}

/// Edits that a fragment of so many letters may have: short ones none, or everything would be near everything.
pub(super) fn edits_for(letters: usize) -> u8 {
    match letters {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// The rows of the distance table for the letters of the current word so far.
struct Table<'a> {
    fragment: &'a [u8],
    limit: u8,
    word: Vec<u8>,
    rows: Vec<[u8; WORD_LETTERS + 1]>,
    /// The least distance of the fragment to any beginning of the word, by length.
    best: Vec<u8>,
}

impl<'a> Table<'a> {
    fn new(fragment: &'a [u8], limit: u8) -> Self {
        let mut first = [0; WORD_LETTERS + 1];
        (0_u8..).zip(&mut first).for_each(|(edits, cell)| *cell = edits);
        Self { fragment, limit, word: Vec::new(), rows: vec![first], best: vec![fragment.len() as u8] }
    }

    fn keep(&mut self, letters: usize) {
        let letters = letters.min(self.word.len());
        self.word.truncate(letters);
        self.rows.truncate(letters + 1);
        self.best.truncate(letters + 1);
    }

    /// Goes on with the letters that are new; returns how many of them are enough to be too far, if they are.
    fn extend(&mut self, word: &[u8]) -> Option<usize> {
        for &letter in &word[self.word.len()..] {
            let least = self.push(letter);
            if least > self.limit && self.best.last().is_some_and(|&best| best > self.limit) {
                return Some(self.word.len());
            }
        }
        None
    }

    fn push(&mut self, letter: u8) -> u8 {
        let depth = self.word.len();
        let above = &self.rows[depth];
        let mut row = [0; WORD_LETTERS + 1];
        row[0] = depth as u8 + 1;
        let mut least = row[0];
        for (j, &typed) in self.fragment.iter().enumerate() {
            let mut cost = (above[j] + u8::from(typed != letter)).min(above[j + 1] + 1).min(row[j] + 1);
            let swapped =
                depth > 0 && j > 0 && typed == self.word[depth - 1] && self.fragment[j - 1] == letter;
            if swapped {
                cost = cost.min(self.rows[depth - 1][j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        self.best.push(self.best[depth].min(row[self.fragment.len()]));
        self.rows.push(row);
        self.word.push(letter);
        least
    }

    /// The distance of the whole word and the least one of its beginnings.
    fn distances(&self) -> (u8, u8) {
        (self.rows[self.word.len()][self.fragment.len()], self.best[self.word.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn osa(a: &[char], b: &[char]) -> u8 {
        let mut d = vec![vec![0_u8; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                d[i][j] = match (i, j) {
                    (0, j) => j as u8,
                    (i, 0) => i as u8,
                    _ => {
                        let change = d[i - 1][j - 1] + u8::from(a[i - 1] != b[j - 1]);
                        let swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                        let swapped = if swap { d[i - 2][j - 2] + 1 } else { u8::MAX };
                        change.min(d[i - 1][j] + 1).min(d[i][j - 1] + 1).min(swapped)
                    }
                };
            }
        }
        d[a.len()][b.len()]
    }

    fn words() -> impl Strategy<Value = Vec<String>> {
        prop::collection::btree_set("[абвг]{1,7}", 0..60)
            .prop_map(|set: BTreeSet<String>| set.into_iter().collect())
    }

    proptest! {
        #[test]
        fn the_walk_finds_what_the_full_table_finds(words in words(), fragment in "[абвгд]{1,7}", limit in 0_u8..3) {
            let dictionary = Dictionary::build(&words);
            let found = dictionary.near(&dictionary.encode(&fragment), limit);
            let typed: Vec<char> = fragment.chars().collect();
            let mut expected = Vec::new();
            for (word, text) in words.iter().enumerate() {
                let letters: Vec<char> = text.chars().collect();
                let beginning = (0..=letters.len()).map(|n| osa(&typed, &letters[..n])).min().unwrap();
                if beginning <= limit {
                    let whole = osa(&typed, &letters) == beginning;
                    expected.push(Near { word: word as u32, edits: beginning, whole });
                }
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn beginnings_and_parts_are_those_of_the_words(words in words(), fragment in "[абвгд]{1,3}") {
            let dictionary = Dictionary::build(&words);
            let code = dictionary.encode(&fragment);
            let found: Vec<_> = dictionary.beginning_with(&code).map(|at| words[at as usize].clone()).collect();
            let expected: Vec<_> = words.iter().filter(|word| word.starts_with(&fragment)).cloned().collect();
            prop_assert_eq!(found, expected);
            let found: Vec<_> = dictionary.containing(&code).map(|at| words[at as usize].clone()).collect();
            let inside = |word: &&String| word.chars().skip(1).collect::<String>().contains(&fragment);
            prop_assert_eq!(found, words.iter().filter(inside).cloned().collect::<Vec<_>>());
        }
    }

    #[test]
    fn more_letters_than_a_byte_counts_are_borne() {
        let words: Vec<String> = ('\u{4e00}'..'\u{4f00}').map(String::from).collect();
        let dictionary = Dictionary::build(&words);
        assert_eq!(dictionary.beginning_with(&dictionary.encode("\u{4e05}")), 5..6);
        assert_eq!(dictionary.beginning_with(&dictionary.encode("\u{4eff}")), 254..256);
        assert!(dictionary.beginning_with(&dictionary.encode("я")).is_empty());
    }
}
