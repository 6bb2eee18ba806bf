//! A letter as it came, for a person who must decide about it: headers and body as text, never interpreted. Nothing is
//! decoded but the characters, nothing is fetched, and what comes out is still text from outside.

use super::parse::charset;
use super::{ParsedMail, parse};
use crate::types::Untrusted;

/// Characters of a message that is made of raw bytes.
const LONGEST: usize = 1 << 20;

/// Headers and body of a letter's opening bytes: two texts, cut at the first empty line. A letter without one is all
/// headers.
pub fn raw_text(opening: &[u8]) -> (Untrusted, Untrusted) {
    let end = (0..opening.len()).find(|&at| {
        let rest = &opening[at..];
        rest.starts_with(b"\n\n") || rest.starts_with(b"\n\r\n")
    });
    let (head, body) = match end {
        Some(end) => {
            let blank = if opening[end..].starts_with(b"\n\r\n") { 3 } else { 2 };
            (&opening[..end], &opening[end + blank..])
        }
        None => (opening, &[][..]),
    };
    (Untrusted::new(charset::decode(head, None)), Untrusted::new(charset::decode(body, None)))
}

/// A letter whose text is these bytes as they came: no author, no subject, no files. For what the parser cannot read.
pub fn letter_of_raw(raw: &[u8]) -> ParsedMail {
    let text: String = charset::decode(&raw[..raw.len().min(LONGEST)], None).chars().take(LONGEST).collect();
    let mut whole = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n".to_vec();
    whole.extend_from_slice(text.as_bytes());
    parse(&whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Purpose;

    #[test]
    fn headers_end_at_the_first_empty_line_whatever_the_line_ends() {
        for raw in ["From: a\r\nTo: b\r\n\r\nтекст\r\n\r\nещё", "From: a\nTo: b\n\nтекст\n\nещё"]
        {
            let (head, body) = raw_text(raw.as_bytes());
            assert!(head.raw_for(Purpose::Store).trim_end().ends_with("To: b"), "{raw:?}");
            assert!(body.raw_for(Purpose::Store).starts_with("текст"), "{raw:?}");
        }
        let (head, body) = raw_text(b"nothing but this");
        assert_eq!(head.raw_for(Purpose::Store), "nothing but this");
        assert!(body.is_empty());
    }

    #[test]
    fn whatever_the_bytes_are_they_become_a_text() {
        for raw in [&b"\xff\xfe\x00\x01"[..], b"", b"--\r\n--x--\r\n\r\n", "Увольняют\0!".as_bytes()]
        {
            let letter = letter_of_raw(raw);
            assert!(letter.from.is_none() && letter.attachments.is_empty());
            assert!(!letter.text.raw_for(Purpose::Store).contains('\0'));
        }
        let windows: Vec<u8> =
            b"Subject: x\n\n".iter().copied().chain([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]).collect();
        assert!(letter_of_raw(&windows).text.raw_for(Purpose::Store).contains("Привет"));
    }
}
