//! The same physical key in two layouts, so that a letter's place runs a command whatever the layout is.
//!
//! A terminal sends `о`, not "the key right of H", so the place is guessed from a table. Text is never translated here:
//! that is decided by who asks.

use serde::Deserialize;

use super::error::KeymapError;
use crate::term::Key;

const RUSSIAN: &str = include_str!("../../../keymaps/layouts/ru.toml");

/// A one-to-one table between a layout's letters and the US layout's characters.
#[derive(Clone, Debug)]
pub struct Layout {
    /// (the layout's letter, the US character of the same key), sorted by the letter.
    pairs: Vec<(char, char)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    local: String,
    latin: String,
    local_shift: String,
    latin_shift: String,
}

impl Layout {
    /// ЙЦУКЕН, from `keymaps/layouts/ru.toml`.
    ///
    /// # Errors
    /// Never with the file as it ships, which a test reads.
    pub fn russian() -> Result<Self, KeymapError> {
        Self::parse(RUSSIAN)
    }

    /// # Errors
    /// If the text is no such table, a row's sides differ in length, or a character stands twice on a side.
    pub fn parse(text: &str) -> Result<Self, KeymapError> {
        let file: File = toml::from_str(text).map_err(|error| KeymapError::Syntax(error.to_string()))?;
        let uneven = || KeymapError::Layout { name: file.name.clone() };
        let mut pairs = Vec::new();
        for row in &file.row {
            for (local, latin) in [(&row.local, &row.latin), (&row.local_shift, &row.latin_shift)] {
                if local.chars().count() != latin.chars().count() {
                    return Err(uneven());
                }
                pairs.extend(local.chars().zip(latin.chars()));
            }
        }
        pairs.sort_unstable();
        let mut latin: Vec<char> = pairs.iter().map(|pair| pair.1).collect();
        latin.sort_unstable();
        let twice = pairs.windows(2).any(|w| w[0].0 == w[1].0) || latin.windows(2).any(|w| w[0] == w[1]);
        if twice || pairs.iter().any(|(local, latin)| local.is_ascii() || !latin.is_ascii()) {
            return Err(uneven());
        }
        Ok(Self { pairs })
    }

    /// The US character of the key that types `local` in this layout.
    pub fn latin(&self, local: char) -> Option<char> {
        let place = self.pairs.binary_search_by_key(&local, |pair| pair.0).ok()?;
        Some(self.pairs[place].1)
    }

    /// The letter that the key of a US character types in this layout.
    pub fn local(&self, latin: char) -> Option<char> {
        self.pairs.iter().find(|pair| pair.1 == latin).map(|pair| pair.0)
    }

    /// The characters that a key may mean for a command, the likeliest first: as reported; then, if that is not ASCII,
    /// the terminal's own word for the base layout, and this table. An ASCII character is never reinterpreted, so that
    /// people with Dvorak or AZERTY keep theirs.
    pub fn meanings(&self, key: &Key, reported: char) -> impl Iterator<Item = char> + use<> {
        let foreign = !reported.is_ascii();
        let base = key.base.filter(|_| foreign);
        let table = if foreign { self.latin(reported) } else { None };
        [Some(reported), base, table].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn russian() -> Layout {
        Layout::russian().unwrap()
    }

    #[test]
    fn each_of_the_33_letters_in_both_cases_has_one_key_and_comes_back() {
        let layout = russian();
        let alphabet: Vec<char> = ('а'..='я').chain(['ё']).collect();
        assert_eq!(alphabet.len(), 33);
        assert_eq!(layout.pairs.len(), 66);
        for lower in alphabet {
            for letter in lower.to_uppercase().chain([lower]) {
                let latin = layout.latin(letter).unwrap_or_else(|| panic!("{letter} has no key"));
                assert_eq!(layout.local(latin), Some(letter));
            }
        }
    }

    #[test]
    fn letters_keep_their_case_and_their_place() {
        let layout = russian();
        for (local, latin) in
            [('о', 'j'), ('л', 'k'), ('п', 'g'), ('П', 'G'), ('й', 'q'), ('я', 'z'), ('ы', 's')]
        {
            assert_eq!(layout.latin(local), Some(latin));
        }
        assert_eq!([layout.latin('j'), layout.latin('1'), layout.latin('№')], [None; 3]);
        assert_eq!(layout.local('1'), None);
    }

    #[test]
    fn the_base_key_is_believed_only_for_a_letter_outside_ascii() {
        let layout = russian();
        let meanings = |key: Key, c| layout.meanings(&key, c).collect::<String>();
        assert_eq!(meanings(Key::char('о'), 'о'), "оj");
        assert_eq!(meanings(Key::char('λ').with_base('l'), 'λ'), "λl");
        assert_eq!(meanings(Key::char('о').with_base('n'), 'о'), "оnj");
        assert_eq!(meanings(Key::char('j').with_base('c'), 'j'), "j", "a Dvorak typist's j stays j");
    }

    #[test]
    fn an_uneven_or_ambiguous_table_is_refused() {
        let table = |local: &str, latin: &str| {
            format!("name='x'\n[[row]]\nlocal='{local}'\nlatin='{latin}'\nlocal_shift=''\nlatin_shift=''")
        };
        assert!(Layout::parse(&table("йц", "qw")).is_ok());
        for (local, latin) in [("йц", "q"), ("йй", "qw"), ("йц", "qq"), ("jй", "qw"), ("йц", "qц")]
        {
            assert!(Layout::parse(&table(local, latin)).is_err(), "{local} {latin}");
        }
        assert!(Layout::parse("name='x'\nrow=[]\nextra=1").is_err());
    }
}
