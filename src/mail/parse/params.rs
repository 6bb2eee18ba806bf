//! Values with parameters: Content-Type (RFC 2045 section 5.1) and Content-Disposition (RFC 2183), with the continuations
//! and charsets of RFC 2231 and the encoded words that programs put there all the same.

use super::header::unfold;
use super::transfer::hex_pair;
use super::{charset, encoded_word};

/// How much of a value is read, and how many parameters.
const MAX_VALUE: usize = 32 * 1024;
const MAX_PARAMS: usize = 100;

/// A token with parameters. `main` and the names are lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameterised {
    pub main: String,
    params: Vec<(String, String)>,
}

impl Parameterised {
    /// The type of a part that says nothing usable of itself.
    pub(crate) fn plain_text() -> Self {
        Self { main: "text/plain".into(), params: Vec::new() }
    }

    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The parameter's first word, in lower case: for charsets and the like, after which comments may stand.
    pub(crate) fn token(&self, name: &str) -> Option<String> {
        let value = self.param(name)?.trim();
        let token = value.split([' ', '(', ';', ',']).next().unwrap_or_default();
        (!token.is_empty()).then(|| token.to_ascii_lowercase())
    }

    /// Reads a header's value; what cannot be understood is left out.
    pub(crate) fn parse(value: &[u8]) -> Self {
        let flat = unfold(value, MAX_VALUE);
        let mut segments = segments(&flat).into_iter();
        let main = segments.next().map(|s| String::from_utf8_lossy(s).trim().to_ascii_lowercase());
        let main = main.unwrap_or_default();
        let main = main
            .split([' ', '('])
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_graphic)
            .collect();
        let raw: Vec<RawParam> = segments.take(MAX_PARAMS).filter_map(RawParam::read).collect();
        Self { main, params: assemble(&raw) }
    }
}

/// Splits at semicolons outside quotes. A quote that is never closed reaches to the end.
fn segments(flat: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, byte) in flat.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b';' if !quoted => {
                found.push(&flat[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&flat[start..]);
    found
}

struct RawParam {
    name: String,
    /// The number of a continuation.
    index: Option<u32>,
    /// Whether the value is percent-encoded.
    extended: bool,
    value: Vec<u8>,
}

impl RawParam {
    fn read(segment: &[u8]) -> Option<Self> {
        let equals = segment.iter().position(|b| *b == b'=')?;
        let name = String::from_utf8_lossy(&segment[..equals]).trim().to_ascii_lowercase();
        let (name, extended) = match name.strip_suffix('*') {
            Some(base) => (base.to_owned(), true),
            None => (name, false),
        };
        let (name, index) = match name.split_once('*') {
            Some((base, number)) => (base.to_owned(), Some(number.parse().ok()?)),
            None => (name, None),
        };
        (!name.is_empty()).then(|| Self { name, index, extended, value: unquote(&segment[equals + 1..]) })
    }
}

fn unquote(value: &[u8]) -> Vec<u8> {
    let value = value.trim_ascii();
    let Some(inner) = value.strip_prefix(b"\"") else { return value.to_vec() };
    let mut out = Vec::with_capacity(inner.len());
    let mut escaped = false;
    for byte in inner {
        match byte {
            // A backslash before anything but a quote or itself is a path separator of a careless program.
            b'"' | b'\\' if escaped => {
                out.push(*byte);
                escaped = false;
            }
            _ if escaped => {
                out.extend([b'\\', *byte]);
                escaped = false;
            }
            b'\\' => escaped = true,
            b'"' => break,
            other => out.push(*other),
        }
    }
    out
}

fn assemble(raw: &[RawParam]) -> Vec<(String, String)> {
    let mut done: Vec<(String, String)> = Vec::new();
    for param in raw {
        if done.iter().any(|(name, _)| *name == param.name) {
            continue;
        }
        let same = || raw.iter().filter(|p| p.name == param.name);
        let whole_extended = same().find(|p| p.index.is_none() && p.extended);
        let whole = same().find(|p| p.index.is_none());
        let value = match (whole_extended, whole) {
            (Some(extended), _) => join(&[extended]),
            (None, Some(plain)) => encoded_word::decode_text(&plain.value, MAX_VALUE),
            (None, None) => {
                let mut parts: Vec<&RawParam> = same().collect();
                parts.sort_by_key(|p| p.index);
                join(&parts)
            }
        };
        done.push((param.name.clone(), value));
    }
    done
}

/// Joins the pieces as bytes, so that a character cut between two of them is whole, and decodes by the charset that the
/// first one names (RFC 2231 section 4.1).
fn join(parts: &[&RawParam]) -> String {
    let mut bytes = Vec::new();
    let mut label = None;
    for (at, part) in parts.iter().enumerate() {
        let mut value = part.value.as_slice();
        if part.extended {
            let mut quotes = value.iter().enumerate().filter(|(_, b)| **b == b'\'').map(|(i, _)| i);
            if at == 0
                && let (Some(first), Some(second)) = (quotes.next(), quotes.next())
            {
                label = Some(String::from_utf8_lossy(&value[..first]).into_owned());
                value = &value[second + 1..];
            }
            percent_decode(value, &mut bytes);
        } else {
            bytes.extend_from_slice(value);
        }
    }
    let text = charset::decode(&bytes, label.as_deref());
    if label.is_none() && text.contains("=?") { encoded_word::decode_text(&bytes, MAX_VALUE) } else { text }
}

fn percent_decode(value: &[u8], out: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, hex_pair(after)) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                rest = &after[2..];
            }
            _ => out.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(value: &str) -> Option<String> {
        let parsed = Parameterised::parse(value.as_bytes());
        parsed.param("filename").or(parsed.param("name")).map(str::to_owned)
    }

    #[test]
    fn file_names_are_read_in_every_way_they_are_written() {
        let cases = [
            ("attachment; filename=\"приказ.pdf\"", "приказ.pdf"),
            ("attachment; filename*=utf-8''%D0%BF%D1%80.pdf", "пр.pdf"),
            ("attachment; filename*0*=koi8-r''%D0%D2; filename*1*=%C9; filename*2=\".doc\"", "при.doc"),
            ("attachment; filename*1*=%80.txt; filename*0*=utf-8'ru'%D0%BF%D1", "пр.txt"),
            ("attachment; filename=\"=?koi8-r?B?0NLJy8Ha?=.doc\"", "приказ.doc"),
            ("attachment; filename=my file.pdf", "my file.pdf"),
            ("attachment; filename=\"a;b \\\"c\\\".txt\"; size=3", "a;b \"c\".txt"),
            ("attachment; filename=\"C:\\docs\\a.txt\"", "C:\\docs\\a.txt"),
            ("attachment; filename=\"open", "open"),
        ];
        for (value, expected) in cases {
            assert_eq!(name(value).as_deref(), Some(expected), "{value}");
        }
    }

    #[test]
    fn the_type_and_the_charset_are_read_past_comments() {
        let parsed = Parameterised::parse(b"Text/Plain; charset=US-ASCII (Plain text)");
        assert_eq!(
            (parsed.main.as_str(), parsed.token("charset").as_deref()),
            ("text/plain", Some("us-ascii"))
        );
    }
}
