//! Phone and card numbers that an author wrote into the text of an appeal. What is found is a candidate for comparing with
//! the registry and proves nothing; a number that looks like another document's is left alone.

use super::normalise::{card_digits, phone_e164};

/// What a text holds, each number once, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// E.164.
    pub phones: Vec<String>,
    /// Digits of membership cards.
    pub cards: Vec<String>,
}

/// Text beyond this is not searched: nobody gives a phone number on page 100.
const TEXT_BYTES: usize = 256 * 1024;

pub fn extract(text: &str) -> Extracted {
    let mut end = text.len().min(TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    Extracted { phones: phones(text), cards: cards(text) }
}

/// A run of digits in the text.
#[derive(Clone, Copy, Debug)]
struct Group {
    from: usize,
    to: usize,
}

fn digit_groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        match groups.last_mut() {
            Some(group) if group.to == at => group.to = at + 1,
            _ => groups.push(Group { from: at, to: at + 1 }),
        }
    }
    groups
}

fn phones(text: &str) -> Vec<String> {
    let groups = digit_groups(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        match phone_at(text, &groups[at..]) {
            Some((number, taken)) => {
                if !found.contains(&number) {
                    found.push(number);
                }
                at += taken;
            }
            None => at += 1,
        }
    }
    found
}

/// The number that begins with the first group, and how many groups it takes.
fn phone_at(text: &str, groups: &[Group]) -> Option<(String, usize)> {
    let first = groups.first()?;
    let before = text[..first.from].trim_end_matches('(');
    let plus = before.ends_with('+');
    let before = before.trim_end_matches('+');
    if before.ends_with(|c: char| c.is_alphanumeric()) || names_another_document(before) {
        return None;
    }
    let mut digits = 0;
    for (taken, group) in groups.iter().enumerate().take(8) {
        let joined = taken == 0 || is_joint(&text[groups[taken - 1].to..group.from]);
        digits += group.to - group.from;
        if !joined || digits > 15 {
            return None;
        }
        let goes_on = groups.get(taken + 1).is_some_and(|next| is_joint(&text[group.to..next.from]));
        let whole = if plus && !text[first.from..].starts_with('7') && !text[first.from..].starts_with('8') {
            digits >= 8 && !goes_on
        } else {
            is_russian(text, &groups[..=taken], digits)
        };
        if whole && !text[group.to..].starts_with(|c: char| c.is_alphanumeric()) {
            let from = if plus { first.from - text[..first.from].len() + before.len() } else { first.from };
            return phone_e164(&text[from..group.to]).map(|number| (number, taken + 1));
        }
    }
    None
}

/// Ten digits of a mobile number, or eleven with 7 or 8 before a code; but not a СНИЛС (000-000-000 00).
fn is_russian(text: &str, groups: &[Group], digits: usize) -> bool {
    let plain: String = groups.iter().map(|group| &text[group.from..group.to]).collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.to - group.from).collect();
    match (digits, plain.as_bytes()) {
        (10, [b'9', ..]) => true,
        (11, [b'7' | b'8', b'3' | b'4' | b'8' | b'9', ..]) => lengths != [3, 3, 3, 2],
        _ => false,
    }
}

/// Whether what stands between two groups keeps them one number.
fn is_joint(between: &str) -> bool {
    let count = between.chars().count();
    let punctuation =
        |c: char| matches!(c, ' ' | '\u{a0}' | '-' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    (1..=3).contains(&count) && between.chars().all(punctuation)
}

const OTHER_DOCUMENTS: &[&str] = &[
    "инн",
    "снилс",
    "паспорт",
    "счет",
    "счёт",
    "кпп",
    "огрн",
    "бик",
    "полис",
    "окпо",
    "серия",
    "л/с",
    "р/с",
];

fn names_another_document(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '№' | '.' | '-'));
    let word: String = before.chars().rev().take_while(|c| c.is_alphabetic() || *c == '/').collect();
    let word: String = word.chars().rev().flat_map(char::to_lowercase).collect();
    OTHER_DOCUMENTS.contains(&word.as_str())
}

const CARD_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;
/// Words that may stand between «билет» and its number.
const BETWEEN: &[&str] =
    &["номер", "профсоюза", "профсоюзный", "профсоюзного", "члена", "мой", "у", "меня", "n", "no", "за"];

fn cards(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    // Folding case may change lengths; then the lower text is searched in place of the original, digits being equal.
    let mut found = Vec::new();
    for stem in ["билет", "карт"] {
        for (at, _) in lower.match_indices(stem) {
            let after = lower[at..].trim_start_matches(char::is_alphabetic);
            if let Some(card) = card_after(after).filter(|card| !found.contains(card)) {
                found.push(card);
            }
        }
    }
    found
}

fn card_after(text: &str) -> Option<String> {
    let mut rest = text;
    for _ in 0..4 {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || ":№#.,-–—\"«»()".contains(c));
        let word: &str = &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())];
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return card_in(rest);
        }
        if !BETWEEN.contains(&word) {
            return None;
        }
        rest = &rest[word.len()..];
    }
    None
}

/// Groups of digits (O and О read as zeros), joined by a dash, or by one blank before a group of three.
fn card_in(text: &str) -> Option<String> {
    let mut digits = String::new();
    let mut rest = text;
    loop {
        let word = &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())];
        let Some(group) = card_digits(word) else { break };
        digits.push_str(&group);
        rest = &rest[word.len()..];
        let next = rest.get(1..).unwrap_or_default();
        let next_digits = next.bytes().take_while(u8::is_ascii_digit).count();
        match rest.as_bytes().first() {
            Some(b'-') if next_digits > 0 => rest = next,
            Some(b' ') if next_digits == 3 => rest = next,
            // Groups of four are a bank's card.
            Some(b' ') if next_digits == 4 && group.len() == 4 => return None,
            _ => break,
        }
    }
    CARD_DIGITS.contains(&digits.len()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phones_are_found_as_people_write_them() {
        for (text, phones) in [
            ("звоните 8(900)000-01-01 после 18", vec!["+79000000101"]),
            ("тел. +7 900 000-01-01, +7 900 000 01 02", vec!["+79000000101", "+79000000102"]),
            ("мой 900 000 01 01.", vec!["+79000000101"]),
            ("8 (812) 000–01–01", vec!["+78120000101"]),
            ("+375 29 000-00-00 Минск", vec!["+375290000000"]),
            ("89000000101\n89000000101", vec!["+79000000101"]),
            ("46 часов, 8 900 000-01-01", vec!["+79000000101"]),
        ] {
            assert_eq!(extract(text).phones, phones, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_phones() {
        for text in [
            "СНИЛС 812-345-678 90",
            "812-345-678 90",
            "ИНН 9001234567",
            "паспорт 00 00 000000 выдан",
            "счёт № 90012345678901234567",
            "с 8.11.2026 по 12.11.2026",
            "приказ 12345678901",
            "8 900 000 руб.",
            "А9001234567",
            "9001234567к",
        ] {
            assert_eq!(extract(text).phones, Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn cards_are_found_after_their_word() {
        for (text, cards) in [
            ("С ув., Ахметов Т.Р., билет 201120", vec!["201120"]),
            ("профбилет № 101 005", vec!["101005"]),
            ("номер профсоюзного билета: 10О388", vec!["100388"]),
            ("Билет номер 201120 от 12 мая", vec!["201120"]),
            ("КАРТА ЧЛЕНА ПРОФСОЮЗА № 2011-20", vec!["201120"]),
            ("билет 201120 12 мая", vec!["201120"]),
            ("карта 2200 1234 5678 9012", vec![]),
            ("билет на поезд 1234", vec![]),
            ("карта СОУТ № 12345", vec![]),
            ("билета у меня нет", vec![]),
        ] {
            assert_eq!(extract(text).cards, cards, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_borne(text in any::<String>(), likely in "[0-9+() билеткарта№О-]{0,60}") {
            extract(&text);
            for phone in extract(&likely).phones {
                prop_assert_eq!(phone_e164(&phone), Some(phone));
            }
        }

        #[test]
        fn a_number_in_a_sentence_is_found(number in 0_u32..10_000_000, before in "[а-я]{0,10}", after in "[а-я]{0,10}") {
            let text = format!("{before} 8 900 {:03}-{:02}-{:02}, {after}", number / 10_000, number / 100 % 100, number % 100);
            prop_assert_eq!(extract(&text).phones, [format!("+7900{number:07}")]);
        }
    }
}
