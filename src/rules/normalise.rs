//! One written form for names, phones, cards and addresses, so that what people and registries write differently can be
//! compared. What is folded here is for comparing only and is never shown or stored in place of the original.

use unicode_normalization::UnicodeNormalization;

/// The words of a text in comparable form, in order: NFC, invisible characters out, look-alike letters of a word that
/// mixes scripts folded into one, lower case, ё as е. A word is a run of letters and digits; an apostrophe joins.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(is_separator).map(fold_word).filter(|word| !word.is_empty())
}

/// A name as one comparable line: its words with single spaces between.
pub fn fold_name(name: &str) -> String {
    words(name).collect::<Vec<_>>().join(" ")
}

fn is_separator(c: char) -> bool {
    !(c.is_alphanumeric() || is_joined(c) || unicode_normalization::char::is_combining_mark(c))
}

/// Apostrophes of О'Коннор and Солов'ев, and what cannot be seen inside a word: soft hyphen, zero-width and bidi characters.
fn is_joined(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn fold_word(word: &str) -> String {
    // Nearly every word is of this kind, and needs neither composing nor a look at its scripts.
    if word.chars().all(|c| matches!(c, 'А'..='я' | 'ё' | 'Ё' | '0'..='9')) {
        return word.chars().flat_map(char::to_lowercase).map(fold_yo).collect();
    }
    let composed: String = word.nfc().filter(|&c| c.is_alphanumeric()).collect();
    let one_script = if mixes_scripts(&composed) { fold_look_alikes(&composed) } else { composed };
    one_script.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).map(fold_yo).collect()
}

fn fold_yo(c: char) -> char {
    match c {
        'ё' | 'Ё' => 'е',
        other => other,
    }
}

pub(super) fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

pub(super) fn is_latin(c: char) -> bool {
    // The blocks that lower case leads to belong here too, or folding once and twice would differ.
    c.is_ascii_alphabetic()
        || matches!(c, '\u{c0}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}')
}

/// Whether a word has letters of two alphabets, which look alike.
pub(crate) fn mixes_scripts(word: &str) -> bool {
    word.chars().any(is_cyrillic) && word.chars().any(is_latin)
}

/// A word of two scripts is a word of one, typed with look-alikes of the other: «Pоманова» with a Latin P. It is folded
/// into Cyrillic if all its Latin letters have twins there, else into Latin if the reverse holds, else left.
fn fold_look_alikes(word: &str) -> String {
    let fold = |is_foreign: fn(char) -> bool, twin: fn(char) -> Option<char>| {
        word.chars().map(|c| if is_foreign(c) { twin(c) } else { Some(c) }).collect::<Option<String>>()
    };
    fold(is_latin, cyrillic_twin).or_else(|| fold(is_cyrillic, latin_twin)).unwrap_or_else(|| word.to_owned())
}

const TWINS: [(char, char); 26] = [
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('T', 'Т'),
    ('X', 'Х'),
    ('Y', 'У'),
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('k', 'к'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('x', 'х'),
    ('y', 'у'),
    ('ë', 'ё'),
    ('Ë', 'Ё'),
    // Capitals that somebody wrote small afterwards; the small letters look like others.
    ('h', 'н'),
    ('b', 'в'),
];

/// The word in the other script, if every letter of it looks like one there: «CEPOBA» in Latin letters. The word is folded
/// already.
pub(super) fn twin_word(word: &str) -> Option<String> {
    let twin: fn(char) -> Option<char> =
        if word.chars().any(is_cyrillic) { latin_twin } else { cyrillic_twin };
    let twins = word.chars().map(|c| if c.is_ascii_digit() { Some(c) } else { twin(c) });
    twins.collect::<Option<String>>().filter(|twins| twins != word).map(|twins| fold_word(&twins))
}

fn cyrillic_twin(latin: char) -> Option<char> {
    TWINS.iter().find(|pair| pair.0 == latin).map(|pair| pair.1)
}

fn latin_twin(cyrillic: char) -> Option<char> {
    TWINS.iter().find(|pair| pair.1 == cyrillic).map(|pair| pair.0)
}

/// A phone number in E.164 form (ITU-T E.164: `+` and at most 15 digits), from the forms that Russians write: `8…`, `+7…`,
/// `7…` and ten digits; `8 10 …` and `00…` before a foreign one. `None` for a number without its code, for the name of
/// a line («доб. 12» is cut off), and for anything else.
pub fn phone_e164(text: &str) -> Option<String> {
    let text = without_extension(text);
    let international = text.trim_start().starts_with('+');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if text.chars().any(|c| !c.is_ascii_digit() && !is_phone_punctuation(c)) {
        return None;
    }
    match (digits.len(), digits.as_bytes().first()?) {
        (11, b'7') => russian(&digits[1..]),
        // People write +8 9… for 8 9…; no country has +89.
        (11, b'8') if !international || digits.starts_with("89") => russian(&digits[1..]),
        (10, _) if !international => russian(&digits),
        (13.., b'8') if digits.starts_with("810") && !international => foreign(&digits[3..]),
        (10.., b'0') if digits.starts_with("00") => foreign(&digits[2..]),
        _ if international => foreign(&digits),
        _ => None,
    }
}

/// Codes of the Russian plan (ABC and DEF) begin with 3, 4, 8 and 9, none with 89, so `8 9…` with a digit missing is no
/// number; Kazakhstan shares +7 with 6 and 7.
fn russian(national: &str) -> Option<String> {
    let known = national.starts_with(['3', '4', '6', '7', '8', '9']) && !national.starts_with("89");
    known.then(|| format!("+7{national}"))
}

fn foreign(digits: &str) -> Option<String> {
    let plausible = (8..=15).contains(&digits.len()) && !digits.starts_with('0');
    if digits.starts_with('7') {
        return digits.get(1..).filter(|rest| rest.len() == 10).and_then(russian);
    }
    plausible.then(|| format!("+{digits}"))
}

fn is_phone_punctuation(c: char) -> bool {
    c.is_whitespace() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn without_extension(text: &str) -> &str {
    let end = text.char_indices().find(|(_, c)| c.is_alphabetic() || matches!(c, '#' | '*' | ',' | ';'));
    match end {
        Some((at, _)) if text[..at].chars().any(|c| c.is_ascii_digit()) => &text[..at],
        _ => text.trim_start_matches(|c: char| c.is_alphabetic() || matches!(c, '.' | ':' | ' ')),
    }
}

/// Every number of a field that may hold several, as registries have them: «8 900 000-01-01, 8 900 000-01-02».
pub fn phones(field: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    for number in field.split([',', ';', '\n', '/', '|']).filter_map(phone_e164) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// The digits of a membership card's number: letters O and О are zeros, spaces, dashes and № are dropped. `None` when other
/// letters stand in it, or no digit.
pub fn card_digits(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' => digits.push(c),
            'O' | 'o' | 'О' | 'о' => digits.push('0'),
            _ if c.is_alphanumeric() => return None,
            _ => {}
        }
    }
    text.contains(|c: char| c.is_ascii_digit()).then_some(digits)
}

/// An address in lower case without `mailto:`, angle brackets and blanks; `None` without a local part or a domain.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>', '"', ',', ';']).trim();
    let lower = text.to_lowercase();
    let address = lower.strip_prefix("mailto:").unwrap_or(&lower);
    let (local, domain) = address.rsplit_once('@')?;
    let whole = !local.is_empty() && !domain.is_empty();
    (whole && !address.contains(|c: char| c.is_whitespace() || c.is_control())).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_written_differently_fold_into_one() {
        for (name, folded) in [
            ("СЕМЁНОВА  Алёна\u{a0}Игоревна", "семенова алена игоревна"),
            ("Pоманова Вера Cергеевна", "романова вера сергеевна"),
            ("CEPГEЙ", "сергей"),
            ("hиkолай", "николай"),
            ("Мамин—Сибиряк Д.Н.", "мамин сибиряк д н"),
            ("О’Коннор, Солов'ев", "оконнор соловев"),
            ("Аи\u{306}\u{ad}ка", "айка"),
            ("Priya N.", "priya n"),
            ("Рriya", "priya"),
        ] {
            assert_eq!(fold_name(name), folded, "{name}");
        }
    }

    #[test]
    fn phones_of_all_russian_forms_are_one_number() {
        for form in [
            "+7 900 000-01-01",
            "89000000101",
            "8 (900) 000-01-01",
            "8-900-000-01-01",
            "900 000 01 01",
            "+7(900)0000101",
            "7 900 000 01 01",
            "тел.: 8 900 000–01–01",
            "8 900 000 01 01 доб. 12",
            "0079000000101",
            "+8 900 000 01 01",
        ] {
            assert_eq!(phone_e164(form).as_deref(), Some("+79000000101"), "{form}");
        }
    }

    #[test]
    fn what_is_no_full_number_is_none() {
        for form in
            ["", "12-34", "000-01-01", "1234567890", "паспорт", "12.05.2011", "8 900 000 01 0", "+0000000000"]
        {
            assert_eq!(phone_e164(form), None, "{form}");
        }
        assert_eq!(phone_e164("+375 29 000 00 00").as_deref(), Some("+375290000000"));
        assert_eq!(phone_e164("8 10 375 29 000 00 00").as_deref(), Some("+375290000000"));
    }

    #[test]
    fn a_field_may_hold_several_numbers() {
        assert_eq!(phones("89000000101, +7 900 000 01 02; 900-000-01-01"), ["+79000000101", "+79000000102"]);
    }

    #[test]
    fn a_card_is_its_digits() {
        assert_eq!(card_digits("101 005").as_deref(), Some("101005"));
        assert_eq!(card_digits("10O388").as_deref(), Some("100388"));
        assert_eq!(card_digits("№ 1О-0388").as_deref(), Some("100388"));
        assert_eq!(card_digits("АБ-100"), None);
        assert_eq!(card_digits("О"), None);
    }

    #[test]
    fn an_address_is_lower_case_and_bare() {
        assert_eq!(email(" <A.Semenova@Example.ORG> ").as_deref(), Some("a.semenova@example.org"));
        assert_eq!(email("mailto:a@b").as_deref(), Some("a@b"));
        assert_eq!(email("a b@c"), None);
        assert_eq!(email("нет"), None);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold_name(&text);
            prop_assert_eq!(fold_name(&once), once);
        }

        #[test]
        fn a_number_found_is_e164(text in "[0-9+() .-]{0,24}") {
            if let Some(number) = phone_e164(&text) {
                prop_assert!(number.starts_with('+') && (9..=16).contains(&number.len()));
                prop_assert!(number[1..].bytes().all(|b| b.is_ascii_digit()));
                prop_assert_eq!(phone_e164(&number), Some(number));
            }
        }
    }
}
