//! The card as a text: what stands in the QR code. It holds a random id, a day, the fingerprint of the key and a signature, and
//! nothing of its holder. In letters, digits and a hyphen only, so that a QR code packs it tight, and so that it survives being
//! read aloud, in either case, with blanks, or typed by a scanner under ЙЦУКЕН.

use crate::desk::journal::hex;
use crate::rules::layout;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const PREFIX: &str = "OTKLIK1";
/// RFC 4648 section 6.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Fingerprint, id, day, signature.
const BYTES: usize = 4 + 16 + 2 + 64;
const DIGITS: usize = (BYTES * 8).div_ceil(5);
/// More than a card ever is, with blanks and under another layout.
const LONGEST: usize = 1000;
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// What a card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// The fingerprint of the key.
    pub key: [u8; 4],
    pub id: Uuid,
    /// Days since 1970-01-01: the last one on which it counts.
    pub day: u16,
    signature: [u8; 64],
}

/// The first bytes of the digest of a public key.
pub(super) fn fingerprint(key: &VerifyingKey) -> [u8; 4] {
    let digest = Sha256::digest(key.as_bytes());
    [digest[0], digest[1], digest[2], digest[3]]
}

/// A day as a card has it; none outside 1970 to 2149.
pub(super) fn day_number(day: Date) -> Option<u16> {
    u16::try_from((day - EPOCH).get_days()).ok()
}

/// What is signed: every field on a line of its own. The desk is not in the card, so that a card of one desk is none of another
/// even if both had one key.
fn statement(desk: Uuid, key: [u8; 4], id: Uuid, day: u16) -> Vec<u8> {
    format!("otklik member card 1\ndesk {desk}\nkey {}\ncard {id}\nday {day}\n", hex(&key)).into_bytes()
}

impl Token {
    pub fn sign(desk: Uuid, key: &SigningKey, id: Uuid, day: u16) -> Self {
        let print = fingerprint(&key.verifying_key());
        let signature = key.sign(&statement(desk, print, id, day)).to_bytes();
        Self { key: print, id, day, signature }
    }

    pub fn is_signed(&self, desk: Uuid, key: &VerifyingKey) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(&statement(desk, self.key, self.id, self.day), &signature).is_ok()
    }

    /// The text, in the one form that there is.
    pub fn text(&self) -> String {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend(self.key);
        bytes.extend(self.id.as_bytes());
        bytes.extend(self.day.to_be_bytes());
        bytes.extend(self.signature);
        format!("{PREFIX}-{}", to_base32(&bytes))
    }

    /// Reads a text; none for anything that is no card. Costs no more than a card, however long the text is.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let typed = if text.is_ascii() { text.to_owned() } else { layout::to_english(text) };
        let plain = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let plain: String = plain.map(|c| c.to_ascii_uppercase()).collect();
        let bytes = from_base32(plain.strip_prefix(PREFIX)?)?;
        let (key, rest) = bytes.split_first_chunk::<4>()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (day, rest) = rest.split_first_chunk::<2>()?;
        let signature = <[u8; 64]>::try_from(rest).ok()?;
        Some(Self { key: *key, id: Uuid::from_bytes(*id), day: u16::from_be_bytes(*day), signature })
    }
}

fn to_base32(bytes: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(LETTERS[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(LETTERS[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// The bytes of a card's digits; none for another number of them, another sign, or bits to spare that are not zero: a card has
/// one form.
fn from_base32(text: &str) -> Option<Vec<u8>> {
    if text.len() != DIGITS {
        return None;
    }
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(BYTES), 0u32, 0);
    for letter in text.bytes() {
        let digit = LETTERS.iter().position(|known| *known == letter)?;
        held = held << 5 | u32::try_from(digit).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 255) as u8);
        }
        held &= (1 << bits) - 1;
    }
    (held == 0 && bytes.len() == BYTES).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(n: u8) -> SigningKey {
        SigningKey::from_bytes(&[n; 32])
    }

    #[test]
    fn a_card_is_read_as_it_was_written_however_it_was_typed() {
        let (desk, id) = (Uuid::from_u128(7), Uuid::from_u128(0x1234_5678));
        let day = day_number(jiff::civil::date(2027, 11, 16)).unwrap();
        let token = Token::sign(desk, &key(1), id, day);
        let text = token.text();
        assert_eq!(text.len(), 146, "a QR code of 37 modules holds it: {text}");
        assert!(text.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-'));
        let spread: String = text.chars().flat_map(|c| [c, ' ']).collect();
        for typed in [
            text.clone(),
            text.to_lowercase(),
            spread,
            layout::to_russian(&text),
            layout::to_russian(&text.to_lowercase()),
        ] {
            assert_eq!(Token::read(&typed), Some(token.clone()), "{typed}");
        }
        assert!(token.is_signed(desk, &key(1).verifying_key()));
        assert!(!token.is_signed(desk, &key(2).verifying_key()));
        assert!(!token.is_signed(Uuid::from_u128(8), &key(1).verifying_key()), "another desk's");
    }

    #[test]
    fn every_altered_letter_is_noticed() {
        let (desk, key) = (Uuid::from_u128(7), key(1));
        let text = Token::sign(desk, &key, Uuid::from_u128(5), 20_000).text();
        for at in PREFIX.len() + 1..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            if let Some(token) = Token::read(&altered) {
                let names_it = token.key == fingerprint(&key.verifying_key());
                assert!(!(names_it && token.is_signed(desk, &key.verifying_key())), "letter {at}");
            }
        }
    }

    #[test]
    fn what_is_no_card_is_none_and_costs_nothing() {
        let long = "OTKLIK1-".to_owned() + &"A".repeat(10 << 20);
        for text in [
            "",
            "OTKLIK1",
            "OTKLIK1-",
            "OTKLIK2-AAAA",
            "eyJhbGciOi",
            &"A".repeat(146),
            &long,
            "\u{0}\u{202e}",
        ] {
            assert_eq!(Token::read(text), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in any::<String>(), digits in "[A-Z2-7]{138}") {
            let _ = Token::read(&text);
            if let Some(token) = Token::read(&format!("{PREFIX}-{digits}")) {
                prop_assert_eq!(token.text(), format!("{}-{}", PREFIX, digits));
            }
        }
    }
}
