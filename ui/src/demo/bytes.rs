//! Letters as mail programs really write them: koi8-r, windows-1251, UTF-8, HTML, files. Bytes for a Maildir.

use std::fmt::Write as _;

/// How a letter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Koi8,
    Windows1251,
    Utf8,
    /// HTML alone, as phones and web mail write it.
    Html,
    /// Text with a file.
    WithFile,
}

impl Style {
    pub const ALL: &'static [Style] =
        &[Style::Utf8, Style::Koi8, Style::Windows1251, Style::Html, Style::WithFile];
}

/// A letter to be written.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    pub from_name: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub message_id: String,
    pub in_reply_to: Option<&'a str>,
    /// RFC 5322, as `Date` wants it.
    pub date: String,
    pub style: Style,
}

impl Letter<'_> {
    pub fn bytes(&self) -> Vec<u8> {
        let charset = match self.style {
            Style::Koi8 => "koi8-r",
            Style::Windows1251 => "windows-1251",
            _ => "utf-8",
        };
        let mut head = String::new();
        let word = |text: &str| encoded_word(text, charset);
        let _ = write!(head, "From: {} <{}>\r\nTo: {}\r\n", word(self.from_name), self.from, self.to);
        let _ = write!(head, "Subject: {}\r\nDate: {}\r\n", word(self.subject), self.date);
        let _ = write!(head, "Message-ID: <{}>\r\nMIME-Version: 1.0\r\n", self.message_id);
        if let Some(parent) = self.in_reply_to {
            let _ = write!(head, "In-Reply-To: <{parent}>\r\nReferences: <{parent}>\r\n");
        }
        let mut bytes = head.into_bytes();
        match self.style {
            Style::WithFile => self.mixed(&mut bytes),
            Style::Html => part(&mut bytes, "text/html", charset, &html(self.text)),
            _ => part(&mut bytes, "text/plain", charset, self.text),
        }
        bytes
    }

    fn mixed(&self, bytes: &mut Vec<u8>) {
        bytes.extend(b"Content-Type: multipart/mixed; boundary=\"=-otklik-demo\"\r\n\r\n--=-otklik-demo\r\n");
        part(bytes, "text/plain", "utf-8", self.text);
        let name = encoded_word("приказ.pdf", "utf-8");
        let head = format!(
            "--=-otklik-demo\r\nContent-Type: application/pdf;\r\n name=\"{name}\"\r\n\
             Content-Disposition: attachment;\r\n filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        );
        bytes.extend(head.as_bytes());
        for line in base64(PDF.as_bytes()).as_bytes().chunks(76) {
            bytes.extend(line);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"--=-otklik-demo--\r\n");
    }
}

/// An empty page, which every reader of PDF opens.
const PDF: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

fn part(bytes: &mut Vec<u8>, kind: &str, charset: &str, text: &str) {
    let head = format!("Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
    bytes.extend(head.as_bytes());
    bytes.extend(encode(&text.replace('\n', "\r\n"), charset));
    bytes.extend(b"\r\n");
}

fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>\n");
    format!("<html><body><div style=\"font-family: Arial\">{text}</div></body></html>")
}

/// RFC 2047: words of at most 75 characters, each a whole number of letters.
fn encoded_word(text: &str, charset: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let words = letters.chunks(8).map(|letters| {
        let text: String = letters.iter().collect();
        let hex: String = encode(&text, charset).iter().map(|byte| format!("={byte:02X}")).collect();
        format!("=?{charset}?Q?{hex}?=")
    });
    words.collect::<Vec<_>>().join("\r\n ")
}

fn encode(text: &str, charset: &str) -> Vec<u8> {
    let one: fn(char) -> u8 = match charset {
        "koi8-r" => koi8,
        "windows-1251" => windows1251,
        _ => return text.as_bytes().to_vec(),
    };
    text.chars().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or_else(|| one(c))).collect()
}

/// RFC 1489; what it lacks is a question mark, as mail programs do it.
fn koi8(c: char) -> u8 {
    const SMALL: &str = "юабцдефгхийклмнопярстужвьызшэщчъ";
    let place = |c: char| SMALL.chars().position(|letter| letter == c).and_then(|at| u8::try_from(at).ok());
    match c {
        'ё' => 0xa3,
        'Ё' => 0xb3,
        '—' | '–' => b'-',
        '«' | '»' => b'"',
        _ => match (place(c), c.to_lowercase().next().and_then(place)) {
            (Some(at), _) => 0xc0 + at,
            (None, Some(at)) => 0xe0 + at,
            (None, None) => b'?',
        },
    }
}

fn windows1251(c: char) -> u8 {
    match c {
        'ё' => 0xb8,
        'Ё' => 0xa8,
        '«' => 0xab,
        '»' => 0xbb,
        '—' => 0x97,
        '–' => 0x96,
        '№' => 0xb9,
        'А'..='я' => u8::try_from(u32::from(c) - u32::from('А')).map_or(b'?', |at| 0xc0 + at),
        _ => b'?',
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0u32, |number, byte| (number << 8) | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (number >> (18 - 6 * place)) & 63;
            text.push(if place <= chunk.len() { char::from(DIGITS[digit as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_both_old_charsets_are_the_tables_own() {
        assert_eq!(encode("Привет, ёж", "koi8-r"), b"\xf0\xd2\xc9\xd7\xc5\xd4, \xa3\xd6");
        assert_eq!(encode("Привет, ёж №", "windows-1251"), b"\xcf\xf0\xe8\xe2\xe5\xf2, \xb8\xe6 \xb9");
        assert_eq!(base64(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
        assert_eq!(base64(b"abc"), "YWJj");
    }

    #[test]
    fn no_line_of_a_head_is_longer_than_mail_allows() {
        for style in Style::ALL {
            let letter = Letter {
                from_name: "Семёнова Алёна Игоревна",
                from: "a@example.org",
                to: "b@example.org",
                subject: "Очень длинная тема письма о том, что случилось вчера на работе",
                text: "Здравствуйте!",
                message_id: "1@example.org".into(),
                in_reply_to: Some("0@example.org"),
                date: "Mon, 16 Nov 2026 10:00:00 +0300".into(),
                style: *style,
            };
            let bytes = letter.bytes();
            for line in bytes.split(|byte| *byte == b'\n') {
                assert!(line.len() <= 78 || style == &Style::Html, "{style:?}: {}", line.len());
            }
        }
    }
}
