//! Encoded words (RFC 2047) in header values. Adjacent words of one charset are joined as *bytes* before they are decoded,
//! since many programs cut a multi-byte character between two words.

use super::charset;
use super::header::unfold;
use super::transfer::{Transfer, hex_pair};

/// How far the end of one word is looked for. RFC 2047 allows 75 bytes; real programs write whole subjects into one.
const MAX_WORD: usize = 8 * 1024;

/// A piece of a header value.
enum Piece<'a> {
    Raw(&'a [u8]),
    Word { charset: String, base64: bool, data: &'a [u8] },
}

/// The value as one line of text: words decoded, 8-bit bytes guessed, folds gone (those inside words too), blanks trimmed.
/// Reads at most `limit` bytes.
pub(crate) fn decode_text(value: &[u8], limit: usize) -> String {
    let flat = unfold(value, limit);
    let text = render(&flat, |text, out| out.push_str(text));
    text.trim().replace(['\r', '\n', '\t'], " ")
}

/// The value with every run of words as one UTF-8 word of whole characters, and everything else as UTF-8: what an
/// address parser can take without ever seeing a foreign byte, and without a decoded comma or quote becoming syntax.
pub(crate) fn normalise(value: &[u8], limit: usize) -> String {
    let flat = unfold(value, limit);
    render(&flat, |text, out| {
        if !out.is_empty() && !out.ends_with([' ', '"', '(']) {
            out.push(' ');
        }
        out.push_str("=?utf-8?Q?");
        text.bytes().for_each(|byte| {
            out.push('=');
            out.extend(char::from_digit(u32::from(byte >> 4), 16).map(|c| c.to_ascii_uppercase()));
            out.extend(char::from_digit(u32::from(byte & 15), 16).map(|c| c.to_ascii_uppercase()));
        });
        out.push_str("?=");
    })
}

fn render(flat: &[u8], word: impl Fn(&str, &mut String)) -> String {
    let mut out = String::with_capacity(flat.len());
    let mut run: Option<Run> = None;
    let mut gap: &[u8] = b"";
    for piece in pieces(flat) {
        match piece {
            Piece::Raw(raw) if run.is_some() && raw.iter().all(u8::is_ascii_whitespace) => gap = raw,
            Piece::Raw(raw) => {
                flush(&mut run, &word, &mut out);
                out.push_str(&charset::decode(raw, None));
                gap = b"";
            }
            Piece::Word { charset, base64, data } => {
                let joins = run.as_ref().is_some_and(|r| r.charset.eq_ignore_ascii_case(&charset));
                if !joins {
                    flush(&mut run, &word, &mut out);
                    run = Some(Run { charset, bytes: Vec::new(), base64: Vec::new() });
                }
                gap = b"";
                if let Some(run) = run.as_mut() {
                    run.add(base64, data);
                }
            }
        }
    }
    flush(&mut run, &word, &mut out);
    out.push_str(&charset::decode(gap, None));
    out
}

/// Words of one charset that follow one another.
struct Run {
    charset: String,
    bytes: Vec<u8>,
    /// Base64 letters not decoded yet: some programs cut even those between two words.
    base64: Vec<u8>,
}

impl Run {
    fn add(&mut self, base64: bool, data: &[u8]) {
        if base64 {
            self.base64.extend_from_slice(data);
            if data.ends_with(b"=") || self.base64.len().is_multiple_of(4) {
                self.settle();
            }
        } else {
            self.settle();
            let mut rest = data;
            while let Some((byte, after)) = rest.split_first() {
                rest = after;
                match byte {
                    b'_' => self.bytes.push(b' '),
                    b'=' => match hex_pair(after) {
                        Some(value) => {
                            self.bytes.push(value);
                            rest = &after[2..];
                        }
                        None => self.bytes.push(b'='),
                    },
                    other => self.bytes.push(*other),
                }
            }
        }
    }

    fn settle(&mut self) {
        if !self.base64.is_empty() {
            let text = std::mem::take(&mut self.base64);
            self.bytes.extend(Transfer::Base64.decode_up_to(&text, text.len()).0);
        }
    }
}

fn flush(run: &mut Option<Run>, word: &impl Fn(&str, &mut String), out: &mut String) {
    if let Some(mut run) = run.take() {
        run.settle();
        word(&charset::decode(&run.bytes, Some(&run.charset)), out);
    }
}

fn pieces(flat: &[u8]) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at + 1 < flat.len() {
        if flat[at] == b'='
            && flat[at + 1] == b'?'
            && let Some((word, length)) = word(&flat[at..])
        {
            if start < at {
                found.push(Piece::Raw(&flat[start..at]));
            }
            found.push(word);
            at += length;
            start = at;
        } else {
            at += 1;
        }
    }
    if start < flat.len() {
        found.push(Piece::Raw(&flat[start..]));
    }
    found
}

/// One word at the start of `bytes`, with its length.
fn word(bytes: &[u8]) -> Option<(Piece<'_>, usize)> {
    let window = &bytes[..bytes.len().min(MAX_WORD)];
    let charset_end = 2 + window.get(2..)?.iter().take(64).position(|b| *b == b'?')?;
    let charset = std::str::from_utf8(&window[2..charset_end]).ok()?;
    let charset = charset.split('*').next().filter(|c| !c.is_empty() && !c.contains(' '))?;
    let base64 = match window.get(charset_end + 1)? {
        b'B' | b'b' => true,
        b'Q' | b'q' => false,
        _ => return None,
    };
    if window.get(charset_end + 2) != Some(&b'?') {
        return None;
    }
    let data_start = charset_end + 3;
    let length = window.get(data_start..)?.windows(2).position(|pair| pair == b"?=")?;
    let data = &window[data_start..data_start + length];
    Some((Piece::Word { charset: charset.to_owned(), base64, data }, data_start + length + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> String {
        decode_text(value.as_bytes(), 10_000)
    }

    #[test]
    fn words_of_each_charset_are_read() {
        assert_eq!(text("=?koi8-r?B?8NLJ18XU?="), "Привет");
        assert_eq!(text("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?= (x)"), "Привет (x)");
        assert_eq!(text("=?utf-8?q?=D0=9F=D1=80_a?="), "Пр a");
        assert_eq!(text("Re: =?utf-8?B?0J8=?= =?koi8-r?B?8NLJ18XU?= end"), "Re: ППривет end");
    }

    #[test]
    fn a_character_cut_between_two_words_is_whole_again() {
        assert_eq!(text("=?utf-8?B?0J/R?=\r\n =?utf-8?B?gNC4?="), "При");
        assert_eq!(text("=?UTF-8?Q?=D0=9F=D1?= =?utf-8?Q?=80?="), "Пр");
        assert_eq!(text("=?utf-8?B?0J/RgNC?= =?utf-8?B?4?="), "При");
    }

    #[test]
    fn what_is_no_word_is_left_alone() {
        for plain in ["=?", "=?utf-8?", "=?utf-8?Q?open", "=?utf-8?X?a?=", "a =? b ?= c"] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn a_line_end_inside_a_word_does_not_become_one() {
        assert_eq!(text("=?utf-8?Q?a=0D=0ABcc:_b?="), "a  Bcc: b");
    }

    #[test]
    fn raw_eight_bit_subjects_are_guessed() {
        assert_eq!(
            decode_text(b" \xd3\xe2\xee\xeb\xe8\xeb\xe8 \xe7\xe0 \xef\xf0\xee\xe3\xf3\xeb", 100),
            "Уволили за прогул"
        );
    }

    #[test]
    fn a_normalised_value_hides_the_syntax_inside_words() {
        assert_eq!(
            normalise(b"=?utf-8?Q?a=2C=22?= <x@example.org>", 100),
            "=?utf-8?Q?=61=2C=22?= <x@example.org>"
        );
    }
}
