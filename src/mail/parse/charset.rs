//! Bytes to text. A label is believed only as far as the bytes bear it out: Russian mail of twenty years carries wrong
//! ones, and mail without any. Never fails: what cannot be read becomes U+FFFD.

use encoding_rs::{Encoding, IBM866, KOI8_R, UTF_8, WINDOWS_1251, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// How many bytes a guess looks at: enough for any letter, bounded for any attachment.
const SAMPLE: usize = 8 * 1024;

/// Decodes `bytes` by the charset `label` where it holds, else by the best guess. No `\0` comes out: PostgreSQL refuses
/// it, so it becomes U+FFFD. Line ends are left alone.
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    let text = decode_keeping_nul(bytes, label);
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn decode_keeping_nul(bytes: &[u8], label: Option<&str>) -> String {
    let label =
        label.map(|l| l.trim().trim_matches(['"', '\'']).to_ascii_lowercase()).filter(|l| !l.is_empty());
    let known = label.as_deref().and_then(|l| Encoding::for_label(l.as_bytes()));
    let multi_byte = known.is_some_and(|e| e != UTF_8 && !e.is_single_byte());
    if multi_byte || matches!(label.as_deref(), Some("utf-7" | "iso-2022-kr" | "ibm850")) {
        return by_label(bytes, known, label.as_deref());
    }
    if bytes.is_ascii() {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    // Valid UTF-8 of several characters is not an accident in any single-byte charset of ours.
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    if let Ok(text) = std::str::from_utf8(bytes)
        && (high >= 4 || known.is_none_or(|e| e == UTF_8))
    {
        return text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    }
    match known {
        Some(e) if e == WINDOWS_1252 && !mostly_high_letters(bytes) => by_label(bytes, known, None),
        Some(e) if e != UTF_8 && e != WINDOWS_1252 => by_label(bytes, known, None),
        _ => by_label(bytes, Some(guess(bytes)), None),
    }
}

fn by_label(bytes: &[u8], known: Option<&'static Encoding>, label: Option<&str>) -> String {
    match known {
        Some(encoding) if encoding != encoding_rs::REPLACEMENT => {
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
        _ => match label.and_then(|l| charset_decoder(l.as_bytes())) {
            Some(decoder) => decoder(bytes),
            None => String::from_utf8_lossy(bytes).into_owned(),
        },
    }
}

/// Latin-1 is what many programs write for "I do not know". Western text has few accented letters; Cyrillic text under
/// that label has almost only high bytes.
fn mostly_high_letters(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|b| **b >= 0xa0).count();
    let ascii = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    high > ascii
}

/// The encoding these unlabelled 8-bit bytes are most likely in.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if nearly_utf8(sample) {
        return UTF_8;
    }
    let candidates = [WINDOWS_1251, KOI8_R, IBM866, WINDOWS_1252];
    let (best, score) = candidates
        .into_iter()
        .map(|encoding| (encoding, score(&encoding.decode_without_bom_handling(sample).0)))
        .max_by(|a, b| a.1.cmp(&b.1))
        .unwrap_or((WINDOWS_1251, 0));
    if score > 0 {
        return best;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(Some(b"ru"), chardetng::Utf8Detection::Allow)
}

/// UTF-8 with a few broken places (cut in the middle of a character, a stray byte) is still UTF-8.
fn nearly_utf8(sample: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in sample.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    (good > 0 && bad * 10 <= good) || (good >= 2 && bad == 1)
}

/// How Russian a text looks. Upper case after lower case is what KOI8-R and Windows-1251 read as one another give;
/// letters next to Latin ones speak for a western charset.
fn score(text: &str) -> i64 {
    let mut sum = 0i64;
    let mut previous = ' ';
    for c in text.chars() {
        sum += match c {
            'а'..='я' | 'ё' => frequency(c) - if previous.is_ascii_alphabetic() { 60 } else { 0 },
            'А'..='Я' | 'Ё' if is_lower(previous) => -60,
            'А'..='Я' | 'Ё' if previous.is_ascii_alphabetic() => -60,
            'А'..='Я' | 'Ё' => frequency(c.to_lowercase().next().unwrap_or(c)) * 5 / 6,
            'à'..='ÿ' | 'À'..='Þ' if previous.is_ascii_alphabetic() => 15,
            'à'..='ÿ' | 'À'..='Þ' => -8,
            '«' | '»' | '—' | '–' | '…' | '№' | '“' | '”' | '„' | '’' | '‘' | '\u{a0}' => {
                4
            }
            '\u{80}'..='\u{9f}' => -80,
            c if c.is_ascii() => 0,
            _ => -30,
        };
        previous = c;
    }
    sum
}

fn is_lower(c: char) -> bool {
    matches!(c, 'а'..='я' | 'ё')
}

/// Letters of Russian text per mille, roughly; rare ones still count as letters.
fn frequency(c: char) -> i64 {
    match c {
        'о' => 55,
        'е' | 'а' | 'и' => 42,
        'н' | 'т' | 'с' | 'р' => 32,
        'в' | 'л' | 'к' => 24,
        'м' | 'д' | 'п' | 'у' | 'я' => 18,
        'ы' | 'ь' | 'г' | 'з' | 'б' | 'ч' => 11,
        'й' | 'х' | 'ж' | 'ш' | 'ю' | 'ц' => 7,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "Здравствуйте! Меня уволили за прогул, которого не было. Что мне делать?";

    fn bytes(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn russian_is_read_without_a_label_in_each_of_its_charsets() {
        for encoding in [WINDOWS_1251, KOI8_R, IBM866, UTF_8] {
            for text in [LETTER, "Привет", "УВОЛИЛИ БЕЗ ПРИКАЗА", "Иванова А. П."]
            {
                assert_eq!(decode(&bytes(encoding, text), None), text, "{}", encoding.name());
            }
        }
    }

    #[test]
    fn a_wrong_label_does_not_win_over_the_bytes() {
        assert_eq!(decode(LETTER.as_bytes(), Some("koi8-r")), LETTER);
        assert_eq!(decode(&bytes(WINDOWS_1251, LETTER), Some("utf-8")), LETTER);
        assert_eq!(decode(&bytes(WINDOWS_1251, LETTER), Some("iso-8859-1")), LETTER);
        assert_eq!(decode(&bytes(KOI8_R, LETTER), Some("us-ascii")), LETTER);
        assert_eq!(decode(&bytes(KOI8_R, LETTER), Some("unknown-8bit")), LETTER);
    }

    #[test]
    fn western_text_stays_western() {
        assert_eq!(decode(b"caf\xe9 au lait, na\xefve", Some("iso-8859-1")), "café au lait, naïve");
        assert_eq!(decode(b"caf\xe9 au lait, na\xefve", None), "café au lait, naïve");
    }

    #[test]
    fn a_character_cut_in_half_costs_only_itself() {
        let mut cut = LETTER.as_bytes()[..41].to_vec();
        cut.push(0xd0);
        assert!(decode(&cut, None).starts_with("Здравствуйте! Меня"));
    }

    #[test]
    fn no_nul_comes_out() {
        assert_eq!(decode(b"a\0b", None), "a\u{fffd}b");
        assert_eq!(decode(b"a\0b", Some("utf-8")), "a\u{fffd}b");
    }
}
