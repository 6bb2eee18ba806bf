//! Content-Transfer-Encoding (RFC 2045 section 6), decoded as a stream: the bytes go to a sink in small pieces, so that a
//! large file is hashed or written without being held in memory. Lenient: junk is skipped, never an error.

use std::ops::ControlFlow;

/// Receives decoded bytes; `Break` ends the decoding.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&[u8]) -> ControlFlow<()>;

/// How a body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfer {
    Identity,
    Base64,
    QuotedPrintable,
    Uuencode,
}

impl Transfer {
    /// Reads the header's value; anything unknown is taken as it stands.
    pub(crate) fn parse(value: &str) -> Self {
        let token = value.trim().split([';', ' ', '\t', '(']).next().unwrap_or_default().to_ascii_lowercase();
        match token.trim_matches('"') {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            "x-uuencode" | "uuencode" | "x-uue" => Self::Uuencode,
            _ => Self::Identity,
        }
    }

    /// Decodes `bytes` into `sink`.
    pub(crate) fn decode(self, bytes: &[u8], sink: Sink<'_>) {
        let mut out = Buffered { buffer: Vec::with_capacity(CHUNK), sink, ended: false };
        match self {
            Self::Base64 if !looks_like_base64(bytes) => out.put_all(bytes),
            Self::Identity => out.put_all(bytes),
            Self::Base64 => base64(bytes, &mut out),
            Self::QuotedPrintable => quoted_printable(bytes, &mut out),
            Self::Uuencode => uuencode(bytes, &mut out),
        }
        out.flush();
    }

    /// The first `limit` decoded bytes, and whether there were more.
    pub(crate) fn decode_up_to(self, bytes: &[u8], limit: usize) -> (Vec<u8>, bool) {
        let mut all = Vec::new();
        let mut more = false;
        self.decode(bytes, &mut |piece| {
            let room = limit - all.len();
            all.extend_from_slice(&piece[..piece.len().min(room)]);
            more = piece.len() > room;
            if more { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (all, more)
    }
}

const CHUNK: usize = 8 * 1024;

struct Buffered<'a> {
    buffer: Vec<u8>,
    sink: Sink<'a>,
    ended: bool,
}

impl Buffered<'_> {
    fn put(&mut self, byte: u8) {
        self.buffer.push(byte);
        if self.buffer.len() >= CHUNK {
            self.flush();
        }
    }

    fn put_all(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(CHUNK) {
            if self.ended {
                return;
            }
            self.ended = (self.sink)(piece).is_break();
        }
    }

    fn flush(&mut self) {
        if !self.ended && !self.buffer.is_empty() {
            self.ended = (self.sink)(&self.buffer).is_break();
        }
        self.buffer.clear();
    }
}

/// One letter of the alphabet of RFC 2045 section 6.8, or of the URL-safe one.
fn sextet(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Some senders label plain text as base64; it must not turn into noise.
fn looks_like_base64(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(4096)];
    let (mut good, mut bad) = (0usize, 0usize);
    for byte in sample {
        match byte {
            b'\r' | b'\n' | b'=' => {}
            b if sextet(*b).is_some() => good += 1,
            _ => bad += 1,
        }
    }
    bad * 20 <= good
}

fn base64(bytes: &[u8], out: &mut Buffered<'_>) {
    let (mut bits, mut count) = (0u32, 0u8);
    for byte in bytes {
        if out.ended {
            return;
        }
        if *byte == b'=' {
            (bits, count) = finish_quantum(bits, count, out);
            continue;
        }
        let Some(value) = sextet(*byte) else { continue };
        bits = bits << 6 | value;
        count += 1;
        if count == 4 {
            out.put((bits >> 16) as u8);
            out.put((bits >> 8) as u8);
            out.put(bits as u8);
            (bits, count) = (0, 0);
        }
    }
    finish_quantum(bits, count, out);
}

fn finish_quantum(bits: u32, count: u8, out: &mut Buffered<'_>) -> (u32, u8) {
    match count {
        2 => out.put((bits >> 4) as u8),
        3 => {
            out.put((bits >> 10) as u8);
            out.put((bits >> 2) as u8);
        }
        _ => {}
    }
    (0, 0)
}

fn hex(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|d| d as u8)
}

/// Two hexadecimal digits as a byte.
pub(crate) fn hex_pair(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [high, low, ..] => Some(hex(*high)? << 4 | hex(*low)?),
        _ => None,
    }
}

fn quoted_printable(bytes: &[u8], out: &mut Buffered<'_>) {
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        if out.ended {
            return;
        }
        rest = after;
        if *byte != b'=' {
            out.put(*byte);
        } else if let Some(value) = hex_pair(after) {
            out.put(value);
            rest = &after[2..];
        } else {
            // A soft line break may be followed by blanks that a relay added; they are looked for on this line only.
            let blanks = after.iter().take(80).take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
            match after.get(blanks) {
                Some(b'\n') => rest = &after[blanks + 1..],
                None => rest = &[],
                Some(_) => out.put(b'='),
            }
        }
    }
}

fn uuencode(bytes: &[u8], out: &mut Buffered<'_>) {
    let lines = bytes.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut started = false;
    for line in lines {
        if out.ended {
            return;
        }
        if !started {
            started = line.starts_with(b"begin ");
            continue;
        }
        if line == b"end" {
            return;
        }
        let Some((length, data)) = line.split_first() else { continue };
        let length = usize::from(length.wrapping_sub(b' ') & 0x3f);
        let mut written = 0;
        for group in data.chunks(4) {
            let bits = (0..4).fold(0u32, |bits, i| {
                bits << 6 | u32::from(group.get(i).map_or(0, |b| b.wrapping_sub(b' ') & 0x3f))
            });
            for shift in [16, 8, 0] {
                if written < length {
                    out.put((bits >> shift) as u8);
                    written += 1;
                }
            }
        }
    }
    if !started {
        out.put_all(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(transfer: Transfer, bytes: &[u8]) -> Vec<u8> {
        transfer.decode_up_to(bytes, 1 << 20).0
    }

    #[test]
    fn base64_is_read_with_junk_padding_in_the_middle_and_a_cut_tail() {
        assert_eq!(all(Transfer::Base64, b"0J/RgNC4\r\n0LLQtdGC"), "Привет".as_bytes());
        assert_eq!(all(Transfer::Base64, b"YQ==YmM="), b"abc");
        assert_eq!(all(Transfer::Base64, b"YWJjZA"), b"abcd");
    }

    #[test]
    fn text_that_is_not_base64_is_left_as_it_stands() {
        assert_eq!(all(Transfer::Base64, "Добрый день".as_bytes()), "Добрый день".as_bytes());
    }

    #[test]
    fn quoted_printable_keeps_what_is_not_an_escape() {
        assert_eq!(all(Transfer::QuotedPrintable, b"=D0=9F= \r\n=d1=80 1=2 =zz="), "Пр 1=2 =zz".as_bytes());
    }

    #[test]
    fn uuencode_is_read() {
        assert_eq!(all(Transfer::Uuencode, b"begin 644 a\r\n#0V%T\r\n`\r\nend\r\n"), b"Cat");
    }

    #[test]
    fn decoding_stops_at_the_limit_and_says_so() {
        assert_eq!(Transfer::Identity.decode_up_to(b"abcdef", 4), (b"abcd".to_vec(), true));
        assert_eq!(Transfer::Identity.decode_up_to(b"abcd", 4), (b"abcd".to_vec(), false));
    }

    #[test]
    fn the_header_is_read_with_the_usual_mistakes() {
        assert_eq!(Transfer::parse(" Quoted-Printable; "), Transfer::QuotedPrintable);
        assert_eq!(Transfer::parse("BASE64"), Transfer::Base64);
        assert_eq!(Transfer::parse("7-bit"), Transfer::Identity);
    }
}
