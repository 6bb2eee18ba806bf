//! What somebody typed, taken apart: words, numbers and addresses in any order.

use crate::rules::layout;
use crate::rules::normalise::{self, is_cyrillic, is_latin};

/// Words of one query that count; more are no name.
pub(super) const WORDS: usize = 6;

/// What people write before a number; beside one, these are no names.
const LABELS: &[&str] =
    &["билет", "билета", "карта", "карты", "тел", "телефон", "номер", "моб", "почта", "card", "no"];

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// Pieces between blanks that are neither numbers nor addresses, as typed.
    pieces: Vec<String>,
    /// Runs of digit groups: «8 900 000» may be one number or several.
    pub numbers: Vec<Vec<String>>,
    pub emails: Vec<String>,
}

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut in_number = false;
        for piece in text.split_whitespace() {
            let digits = number(piece);
            match digits {
                Some(digits) if in_number => {
                    query.numbers.iter_mut().last().into_iter().for_each(|run| run.push(digits.clone()))
                }
                Some(ref digits) => query.numbers.push(vec![digits.clone()]),
                None if piece.contains('@') => query.emails.push(piece.to_lowercase()),
                None if piece.chars().any(char::is_alphanumeric) => query.pieces.push(piece.to_owned()),
                None => {}
            }
            in_number = number(piece).is_some();
        }
        // «От Ивановой Анны»: as it stands on a letter.
        if query.pieces.len() > 2 && normalise::fold_name(&query.pieces[0]) == "от" {
            query.pieces.remove(0);
        }
        if !query.numbers.is_empty() {
            query.pieces.retain(|piece| !LABELS.contains(&normalise::fold_name(piece).as_str()));
        }
        query
    }

    /// The words in comparable form.
    pub(super) fn words(&self) -> Vec<String> {
        self.pieces.iter().flat_map(|piece| normalise::words(piece)).take(WORDS).collect()
    }

    /// The words as they would read under the other keyboard layout; `None` when no piece changes. Beside pieces of Cyrillic
    /// letters only the Latin ones are taken for typed so.
    pub(super) fn switched_words(&self) -> Option<Vec<String>> {
        let is_mixed = self.has_latin() && self.pieces.iter().any(|piece| piece.contains(is_cyrillic));
        let switch = |piece: &String| match is_mixed && !piece.contains(is_latin) {
            true => None,
            false => layout::switched(piece),
        };
        let switched: Vec<_> = self.pieces.iter().map(switch).collect();
        let pieces = switched.iter().zip(&self.pieces).map(|(new, old)| new.as_deref().unwrap_or(old));
        let any = switched.iter().any(Option::is_some);
        any.then(|| pieces.flat_map(normalise::words).take(WORDS).collect())
    }

    /// Whether a piece has Latin letters.
    pub(super) fn has_latin(&self) -> bool {
        self.pieces.iter().any(|piece| piece.contains(is_latin))
    }

    /// The one piece, lower case, if it could be the beginning of an address.
    pub(super) fn lone_address(&self) -> Option<String> {
        let [piece] = &self.pieces[..] else { return None };
        let could_be = self.numbers.is_empty() && piece.len() >= 3 && piece.is_ascii();
        could_be.then(|| piece.to_ascii_lowercase())
    }
}

/// The digits of a piece that is a number or a part of one: digits with phone punctuation, or with O for zero.
fn number(piece: &str) -> Option<String> {
    let piece = piece.trim_matches(|c: char| c.is_ascii_punctuation() || c == '№');
    let digits = normalise::card_digits(piece)?;
    (!piece.contains('@')).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_addresses_are_told_apart() {
        let query = Query::parse("Семёнова А.И. +7 (900) 000-01-01 тел. A@Example.org №10O388");
        assert_eq!(query.words(), ["семенова", "а", "и"]);
        assert_eq!(query.numbers, [vec!["7", "900", "0000101"], vec!["100388"]]);
        assert_eq!(query.emails, ["a@example.org"]);
        assert_eq!(Query::parse(" ,,, "), Query::default());
        assert_eq!(Query::parse("тел").words(), ["тел"], "without a number it may be a name's beginning");
    }

    #[test]
    fn a_piece_is_read_under_the_other_layout_before_it_is_cut() {
        assert_eq!(Query::parse(";erjdf 12").switched_words().unwrap(), ["жукова"]);
        assert_eq!(Query::parse("12").switched_words(), None);
        assert_eq!(Query::parse("Ольга ;erjdf").switched_words().unwrap(), ["ольга", "жукова"]);
    }
}
