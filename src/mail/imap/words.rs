//! What we write to a server: strings and names of folders in the forms that IMAP has for them.

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD};

/// A string in quotes (RFC 3501 section 4.3), if it may stand in quotes.
pub(super) fn quoted(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_control()) {
        return None;
    }
    Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// A folder's name as servers know it: modified UTF-7 (RFC 3501 section 5.1.3), in quotes.
pub(super) fn folder(name: &str) -> String {
    let engine = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);
    let (mut wire, mut foreign) = (String::new(), Vec::new());
    let end = |wire: &mut String, foreign: &mut Vec<u8>| {
        if !foreign.is_empty() {
            wire.push_str(&format!("&{}-", engine.encode(std::mem::take(foreign))));
        }
    };
    for c in name.chars() {
        if c == '&' {
            end(&mut wire, &mut foreign);
            wire.push_str("&-");
        } else if matches!(c, ' '..='~') {
            end(&mut wire, &mut foreign);
            wire.push(c);
        } else {
            let mut units = [0; 2];
            foreign.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    end(&mut wire, &mut foreign);
    quoted(&wire).unwrap_or_default()
}

/// A folder's name as people know it; what is no modified UTF-7 stays as it is.
pub(super) fn folder_name(wire: &[u8]) -> String {
    let text = String::from_utf8_lossy(wire);
    let engine = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);
    let (mut name, mut rest) = (String::new(), text.as_ref());
    while let Some((plain, after)) = rest.split_once('&') {
        let Some((coded, tail)) = after.split_once('-') else { return text.into_owned() };
        name.push_str(plain);
        if coded.is_empty() {
            name.push('&');
        } else {
            let Ok(bytes) = engine.decode(coded) else { return text.into_owned() };
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            name.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')));
        }
        rest = tail;
    }
    name.push_str(rest);
    name
}

/// Name and password for AUTHENTICATE PLAIN (RFC 4616).
pub(super) fn plain_credentials(user: &str, password: &str) -> String {
    STANDARD.encode(format!("\0{user}\0{password}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_go_out_and_come_back_as_people_call_them() {
        let cases = [
            ("INBOX", r#""INBOX""#),
            ("Отправленные", r#""&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-""#),
            ("R&D/Жалобы \"a\\b\"", r#""R&-D/&BBYEMAQ7BD4EMQRL- \"a\\b\"""#),
            ("💙", r#""&2D3cmQ-""#),
        ];
        for (name, wire) in cases {
            assert_eq!(folder(name), wire);
            let bare = wire[1..wire.len() - 1].replace("\\\"", "\"").replace("\\\\", "\\");
            assert_eq!(folder_name(bare.as_bytes()), name);
        }
        assert_eq!(folder_name(b"a & b"), "a & b");
    }

    #[test]
    fn nothing_that_could_be_a_command_of_its_own_is_quoted() {
        assert_eq!(quoted(r#"a"b\c"#).as_deref(), Some(r#""a\"b\\c""#));
        assert_eq!(quoted("a\r\nA1 DELETE INBOX"), None);
        assert_eq!(quoted("пароль"), None);
        assert_eq!(folder("a\r\nb"), r#""a&AA0ACg-b""#);
    }
}
