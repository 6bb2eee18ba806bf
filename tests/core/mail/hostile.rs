//! Letters made to hurt: whatever the bytes are, parsing returns, bounded in time and size, with what text there is.

use super::fixtures::fixtures;
use crate::support::{scaled, seed};
use otklik_core::mail::{self, ParseNote};
use otklik_core::types::Purpose;
use proptest::prelude::*;

fn survive(raw: &[u8]) -> mail::ParsedMail {
    let letter = mail::parse(raw);
    let text = letter.text.raw_for(Purpose::Store);
    assert!(text.len() <= 1 << 20 && !text.contains('\0'));
    assert!(!letter.subject.raw_for(Purpose::Store).contains(['\0', '\n', '\r']));
    assert!(letter.to.len() <= 200 && letter.attachments.len() <= 1000 && letter.references.len() <= 200);
    for id in letter.message_id.iter().chain(&letter.references).chain(&letter.in_reply_to) {
        assert!(!id.contains(char::is_whitespace) && !id.contains(char::is_control), "{id:?}");
    }
    for file in &letter.attachments {
        assert!(!file.file_name.raw_for(Purpose::Store).contains('\0'));
    }
    letter
}

/// As many cases as the scale asks for, from the seed that is printed.
fn config(test: &str) -> ProptestConfig {
    let cases = u32::try_from(scaled(3_000)).unwrap();
    let rng_seed = proptest::test_runner::RngSeed::Fixed(seed(test));
    ProptestConfig { failure_persistence: None, rng_seed, ..ProptestConfig::with_cases(cases) }
}

/// What tag soup is made of: what opens, closes, nests, reopens and escapes in an HTML parser.
const SOUP: [&str; 40] = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<table>",
    "</table>",
    "<tr>",
    "<td colspan=99999>",
    "<td rowspan=\"0\">",
    "</td>",
    "<th>",
    "<tbody>",
    "<ul>",
    "</ul>",
    "<ol start=-5>",
    "<li>",
    "<b>",
    "</b>",
    "<a href=\"https://example.org/%D0\">",
    "</a>",
    "<font color=1>",
    "<font color=2>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<pre>",
    "<blockquote>",
    "<h1>",
    "<select>",
    "<svg>",
    "<math>",
    "<template>",
    "<!--",
    "-->",
    "<![CDATA[",
    "&nbsp;&#0;&#x10ffff;",
    "<br><hr width=1e9>",
    "<img src=x alt=y>",
    "текст ",
];

proptest! {
    #![proptest_config(config("hostile mail"))]

    #[test]
    fn random_bytes_are_survived(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        survive(&raw);
    }

    #[test]
    fn random_headers_and_bodies_are_survived(
        names in proptest::collection::vec("(Subject|From|To|Content-Type|Content-Disposition|Message-ID|References|Date|Content-Transfer-Encoding)", 0..12),
        values in proptest::collection::vec("[ -~а-яё\t=?;\"<>()\\\\@,*'%]{0,80}", 12),
        body in "[ -~а-яё\n\r=<>&;-]{0,400}",
    ) {
        let head: String = names.iter().zip(&values).map(|(n, v)| format!("{n}: {v}\r\n")).collect();
        survive(format!("{head}\r\n{body}").as_bytes());
    }

    #[test]
    fn tag_soup_is_survived(picks in proptest::collection::vec(0..SOUP.len(), 0..300)) {
        let html: String = picks.into_iter().map(|pick| SOUP[pick]).collect();
        survive(format!("Subject: x\nContent-Type: text/html; charset=utf-8\n\n{html}").as_bytes());
    }

    #[test]
    fn mutated_letters_are_survived(
        which in any::<prop::sample::Index>(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0usize..4), 1..30),
    ) {
        let all = fixtures();
        let mut raw = which.get(&all).1.clone();
        for (place, byte, kind) in edits {
            if raw.is_empty() { break; }
            let at = place.index(raw.len());
            match kind {
                0 => raw[at] = byte,
                1 => { raw.remove(at); }
                2 => raw.insert(at, byte),
                _ => { let tail = raw[at..].to_vec(); raw.extend(tail); raw.truncate(200_000); }
            }
        }
        let letter = survive(&raw);
        for file in &letter.attachments {
            prop_assert_eq!(mail::attachment_bytes(&raw, &file.path).map(|b| b.len() as u64), Some(file.size));
        }
    }
}

#[test]
fn nested_letters_nested_parts_and_nested_comments_end() {
    let letters = "Content-Type: message/rfc822\n\n".repeat(100_000);
    survive(letters.as_bytes());
    let parts: String =
        (0..20_000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect();
    assert!(survive(parts.as_bytes()).notes.contains(&ParseNote::NestingTruncated));
    let comments = format!("From: {}a@example.org\nSubject: x\n\ntext", "(".repeat(100_000));
    assert_eq!(survive(comments.as_bytes()).text.raw_for(Purpose::Store), "text");
    let quotes = format!("To: {}\nSubject: x\n\ntext", "\"<".repeat(100_000));
    survive(quotes.as_bytes());
}

#[test]
fn thousands_of_parts_and_addresses_are_cut_and_it_is_said() {
    let parts = "--b\nContent-Type: image/png\n\nx\n".repeat(10_000);
    let raw = format!("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n{parts}--b--\n");
    let letter = survive(raw.as_bytes());
    assert!(letter.notes.contains(&ParseNote::PartsTruncated) && letter.is_truncated());
    assert_eq!(letter.text.raw_for(Purpose::Store), "text");
    let to = "a@example.org, ".repeat(100_000);
    let letter = survive(format!("To: {to}\nSubject: x\n\ntext").as_bytes());
    assert!(letter.notes.contains(&ParseNote::AddressesTruncated));
}

#[test]
fn a_text_beyond_the_limit_is_cut_and_it_is_said() {
    let raw = format!("Subject: x\nContent-Type: text/plain; charset=utf-8\n\n{}", "слово ".repeat(400_000));
    let letter = survive(raw.as_bytes());
    assert!(letter.notes.contains(&ParseNote::TextTruncated));
    assert!(letter.text.len() > 1_000_000);
}

#[test]
fn huge_headers_and_words_that_never_end_are_survived() {
    for value in
        ["=?utf-8?Q?".repeat(100_000), "=?a?q?".repeat(200_000), "a;".repeat(500_000), "<".repeat(1_000_000)]
    {
        for name in ["Subject", "From", "Content-Type", "References", "Date"] {
            survive(format!("{name}: {value}\n\ntext").as_bytes());
        }
    }
    let words = "=?utf-8?B?0J8=?= ".repeat(100_000);
    assert!(!survive(format!("Subject: {words}\n\ntext").as_bytes()).subject.is_empty());
    survive("X: y\n".repeat(300_000).as_bytes());
}

#[test]
fn every_prefix_of_a_letter_is_survived() {
    let all = fixtures();
    let longest = all.iter().max_by_key(|(_, raw, _)| raw.len()).unwrap();
    for end in 0..longest.1.len() {
        survive(&longest.1[..end]);
    }
}
