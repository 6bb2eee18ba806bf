//! Distinct words in sorted order, one byte a letter, walked as an implicit trie: exact, by beginning, by part, and
//! within a bounded edit distance. A million members have some 76,000 distinct words, so all of it stays in the cache.

use super::arrays::{Array, Arrays};
use std::borrow::Cow;
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

    /// The words that have the fragment, of at least three letters, inside and not at their beginning; in order.
    pub(super) fn containing(&self, fragment: &[u8]) -> Vec<u32> {
        let mut found = Vec::new();
        let (mut word, mut start) = (0, 0);
        for at in places(&self.letters, fragment) {
            while self.ends[word] as usize <= at {
                start = self.ends[word] as usize;
                word += 1;
            }
            let inside = at > start && at + fragment.len() <= self.ends[word] as usize;
            if inside && found.last() != Some(&(word as u32)) {
                found.push(word as u32);
            }
        }
        found
    }

    /// The words within `limit` edits (at most two) of the fragment, whole or by their beginning. Steps of the walk are kept
    /// for as long as following words share the letters; a run of words whose common beginning is too far is skipped.
    pub(super) fn near(&self, fragment: &[u8], limit: u8) -> Vec<Near> {
        let mut found = Vec::new();
        let mut walk = Walk::new(fragment, limit);
        let mut too_far = usize::MAX;
        for (word, &shared) in self.shared.iter().enumerate() {
            let shared = usize::from(shared);
            if shared >= too_far {
                continue;
            }
            walk.keep(shared);
            too_far = walk.extend(self.word(word as u32)).unwrap_or(usize::MAX);
            if too_far == usize::MAX {
                let (whole, beginning) = walk.distances();
                if beginning <= limit {
                    found.push(Near { word: word as u32, edits: beginning, whole: whole <= beginning });
                }
            }
        }
        found
    }

    /// The words that are exactly one edit away from a short fragment as a whole.
    pub(super) fn one_edit_away(&self, fragment: &[u8]) -> Vec<u32> {
        let mut found = Vec::new();
        let mut start = 0;
        for (word, &end) in (0..).zip(&self.ends) {
            let letters = &self.letters[start as usize..end as usize];
            start = end;
            if letters.len().abs_diff(fragment.len()) <= 1 && is_one_edit(letters, fragment) {
                found.push(word);
            }
        }
        found
    }

    pub(super) fn store<'a>(&'a self, arrays: &mut Vec<Array<'a>>) {
        arrays.push(Array::U32(self.alphabet.iter().map(|&letter| u32::from(letter)).collect()));
        arrays.push(Array::U8(Cow::from(&self.letters)));
        arrays.push(Array::U32(Cow::from(&self.ends)));
        arrays.push(Array::U8(Cow::from(&self.shared)));
    }

    pub(super) fn restore(arrays: &mut Arrays) -> Option<Self> {
        let alphabet = arrays.u32s()?.into_iter().map(char::from_u32).collect::<Option<_>>()?;
        Some(Self { alphabet, letters: arrays.u8s()?, ends: arrays.u32s()?, shared: arrays.u8s()? })
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

/// Whether one letter more, less or other, or two neighbours exchanged, is all that tells two words apart.
fn is_one_edit(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    match (one, other) {
        ([], []) => false,
        ([a, b, rest @ ..], [c, d, more @ ..]) if a == d && b == c && rest == more => true,
        ([_, rest @ ..], [_, more @ ..]) if rest == more => true,
        ([_, rest @ ..], other) if rest == other => true,
        (one, [_, more @ ..]) => one == more,
        _ => false,
    }
}

/// Where the needle, of at least three letters, stands in the haystack. Most blocks do not have three such letters in a row
/// and are passed over whole.
fn places<'a>(haystack: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    const BLOCK: usize = 64;
    let threes = haystack.len().saturating_sub(2);
    let start = match *needle {
        [first, second, third, ..] => [first, second, third],
        _ => [0; 3],
    };
    let blocks = (0..threes).step_by(BLOCK).filter(move |_| needle.len() > 2);
    let hits = blocks.filter(move |&from| {
        let to = (from + BLOCK).min(threes);
        let (one, two) = (&haystack[from..to], &haystack[from + 1..to + 1]);
        let threes = one.iter().zip(two).zip(&haystack[from + 2..to + 2]);
        threes.fold(false, |any, ((&a, &b), &c)| any | ((a == start[0]) & (b == start[1]) & (c == start[2])))
    });
    hits.flat_map(move |from| from..(from + BLOCK).min(threes)).filter(move |&at| {
        haystack[at] == start[0] && haystack[at + 1] == start[1] && haystack[at..].starts_with(needle)
    })
}

/// An automaton that reads words and knows, in a bit for each number of letters of the fragment, whether so many of them can
/// be had from the letters read with so many edits. (Wu and Manber's, with exchanged neighbours.)
struct Walk {
    /// For each letter the places of the fragment that it stands at, as bit `place + 1`.
    masks: [u64; 256],
    /// The bit of the whole fragment.
    goal: u64,
    limit: usize,
    steps: Vec<Step>,
}

/// The automaton behind some letters of the word.
#[derive(Clone, Copy)]
struct Step {
    /// Bit `n` of `reached[d]`: the first `n` letters of the fragment within `d` edits.
    reached: [u64; EDITS + 1],
    letter: u8,
    /// The least edits of the whole fragment behind any of these letters.
    best: u8,
}

/// The most edits that are looked for.
const EDITS: usize = 2;

impl Walk {
    fn new(fragment: &[u8], limit: u8) -> Self {
        let mut masks = [0; 256];
        for (place, &letter) in fragment.iter().enumerate() {
            masks[usize::from(letter)] |= 2 << place;
        }
        let goal = 1 << fragment.len();
        let mut first = Step { reached: [1, 3, 7], letter: 0, best: u8::MAX };
        first.best = least(&first.reached, goal);
        Self { masks, goal, limit: usize::from(limit).min(EDITS), steps: vec![first] }
    }

    fn keep(&mut self, letters: usize) {
        self.steps.truncate(letters + 1);
    }

    /// Goes on with the letters that are new; returns how many of them are enough to be too far, if they are.
    fn extend(&mut self, word: &[u8]) -> Option<usize> {
        for &letter in &word[self.steps.len() - 1..] {
            let step = self.step(letter);
            let is_too_far = step.reached[self.limit] == 0 && usize::from(step.best) > self.limit;
            self.steps.push(step);
            if is_too_far {
                return Some(self.steps.len() - 1);
            }
        }
        None
    }

    fn step(&self, letter: u8) -> Step {
        let depth = self.steps.len();
        let last = self.steps[depth - 1];
        let before = if depth > 1 { self.steps[depth - 2].reached } else { [0; EDITS + 1] };
        let mask = self.masks[usize::from(letter)];
        let swapped = (mask << 1) & if depth > 1 { self.masks[usize::from(last.letter)] } else { 0 };
        let mut reached = [0; EDITS + 1];
        reached[0] = (last.reached[0] << 1) & mask;
        for edits in 1..=self.limit {
            let fewer = edits - 1;
            reached[edits] = ((last.reached[edits] << 1) & mask)
                | last.reached[fewer]
                | (last.reached[fewer] << 1)
                | (reached[fewer] << 1)
                | ((before[fewer] << 2) & swapped);
        }
        let best = last.best.min(least(&reached[..=self.limit], self.goal));
        Step { reached, letter, best }
    }

    /// The distance of the whole word and the least one of its beginnings.
    fn distances(&self) -> (u8, u8) {
        let last = &self.steps[self.steps.len() - 1];
        (least(&last.reached[..=self.limit], self.goal), last.best)
    }
}

fn least(reached: &[u64], goal: u64) -> u8 {
    reached.iter().position(|bits| bits & goal != 0).map_or(u8::MAX, |edits| edits as u8)
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
        fn short_words_one_edit_away_are_those_of_the_full_table(words in words(), fragment in "[абвг]{2,3}") {
            let dictionary = Dictionary::build(&words);
            let typed: Vec<char> = fragment.chars().collect();
            let is_near = |word: &&String| osa(&typed, &word.chars().collect::<Vec<_>>()) == 1;
            let expected: Vec<&String> = words.iter().filter(is_near).collect();
            let found = dictionary.one_edit_away(&dictionary.encode(&fragment));
            prop_assert_eq!(found.iter().map(|at| &words[*at as usize]).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn beginnings_and_parts_are_those_of_the_words(words in words(), fragment in "[абв]{3,4}") {
            let dictionary = Dictionary::build(&words);
            let code = dictionary.encode(&fragment);
            let found: Vec<_> = dictionary.beginning_with(&code).map(|at| words[at as usize].clone()).collect();
            let expected: Vec<_> = words.iter().filter(|word| word.starts_with(&fragment)).cloned().collect();
            prop_assert_eq!(found, expected);
            let found: Vec<_> = dictionary.containing(&code).iter().map(|at| words[*at as usize].clone()).collect();
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
