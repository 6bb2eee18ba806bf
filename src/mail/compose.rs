//! Letters out, as bytes that are frozen the moment they are made (RFC 5322, 2045, 2047, 2231). What goes into a header is
//! cleaned of line ends and controls first, so that no subject or name can add a header. Never writes List-Unsubscribe: we
//! are no list, and a button that "unsubscribes" a member from their lawyer must not exist.

use super::parse::{Address, checked_address};
use crate::types::{AppealNumber, Purpose, Untrusted};
use jiff::Timestamp;
use lettre::message::header::{ContentDisposition, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use std::time::{Duration, SystemTime};
use thiserror::Error;
use uuid::Uuid;

/// How many ids of References are sent: the first, which names the thread, and the newest.
const REFERENCES: usize = 21;
const MAX_SUBJECT_CHARS: usize = 200;
const MAX_FILE_NAME_CHARS: usize = 120;

/// Why a letter cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ComposeError {
    #[error("an address is not one that mail can be sent to")]
    BadAddress,
    #[error("the letter has no recipient")]
    NoRecipient,
    #[error("the Message-ID is not one")]
    BadMessageId,
    #[error("the letter could not be put together")]
    Unbuildable,
}

/// What Auto-Submitted says (RFC 3834 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoSubmitted {
    /// An answer to a letter, made by the program: the notice of receipt.
    Replied,
    /// Made by the program of itself.
    Generated,
}

/// A file to send.
#[derive(Clone, Debug)]
pub struct OutgoingFile {
    pub name: String,
    /// The media type; one that cannot be read is sent as `application/octet-stream`.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// A letter to send. Strings may hold anything; `compose` makes them safe for where they go.
#[derive(Clone, Debug)]
pub struct OutgoingMail {
    /// Without angle brackets, from `new_message_id`.
    pub message_id: String,
    pub from: Address,
    pub reply_to: Option<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub subject: String,
    pub text: String,
    /// Without angle brackets.
    pub in_reply_to: Option<String>,
    /// Without angle brackets, oldest first; see `references_for`.
    pub references: Vec<String>,
    pub auto_submitted: Option<AutoSubmitted>,
    pub attachments: Vec<OutgoingFile>,
    pub date: Timestamp,
    /// The desk's id, by which we know our own mail when it comes back.
    pub desk_id: String,
}

/// The letter's bytes: CRLF line ends, ASCII only unless an address itself is not.
pub fn compose(mail: &OutgoingMail) -> Result<Vec<u8>, ComposeError> {
    let id = clean_id(&mail.message_id).ok_or(ComposeError::BadMessageId)?;
    if mail.to.is_empty() && mail.cc.is_empty() {
        return Err(ComposeError::NoRecipient);
    }
    let mut builder = Message::builder()
        .message_id(Some(format!("<{id}>")))
        .date(system_time(mail.date))
        .from(mailbox(&mail.from)?)
        .subject(one_line(&mail.subject, MAX_SUBJECT_CHARS));
    for address in mail.reply_to.iter() {
        builder = builder.reply_to(mailbox(address)?);
    }
    for address in &mail.to {
        builder = builder.to(mailbox(address)?);
    }
    for address in &mail.cc {
        builder = builder.cc(mailbox(address)?);
    }
    if let Some(parent) = mail.in_reply_to.as_deref().and_then(clean_id) {
        builder = builder.raw_header(ids_header("In-Reply-To", &[parent]));
    }
    let references: Vec<String> = mail.references.iter().filter_map(|id| clean_id(id)).collect();
    if !references.is_empty() {
        builder = builder.raw_header(ids_header("References", &capped(references)));
    }
    for (name, value) in automatic_headers(mail) {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    }
    let text = SinglePart::plain(body_text(&mail.text));
    let message = if mail.attachments.is_empty() {
        builder.singlepart(text)
    } else {
        let mixed = MultiPart::mixed().boundary(boundary(&id)).singlepart(text);
        builder.multipart(mail.attachments.iter().fold(mixed, |all, file| all.singlepart(file_part(file))))
    };
    Ok(message.map_err(|_| ComposeError::Unbuildable)?.formatted())
}

fn automatic_headers(mail: &OutgoingMail) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if let Some(kind) = mail.auto_submitted {
        let word = match kind {
            AutoSubmitted::Replied => "auto-replied",
            AutoSubmitted::Generated => "auto-generated",
        };
        headers.push(("Auto-Submitted", word.to_owned()));
        headers.push(("X-Auto-Response-Suppress", "All".to_owned()));
    }
    let desk = token(&mail.desk_id);
    if !desk.is_empty() {
        headers.push(("X-Otklik-Desk", desk));
    }
    headers
}

/// The header that carries the word of one delivery. It is no part of the frozen letter: each recipient gets another.
pub(crate) const DELIVERY_HEADER: &str = "X-Otklik-Delivery";

/// The letter as it goes out to one recipient, with the word that only its path knows: a server that brings the letter
/// back brings the word back (RFC 3464 section 2 returns the headers), and nobody else who knows the Message-ID has it.
pub fn with_delivery_token(letter: &[u8], word: &str) -> Vec<u8> {
    let head = format!("{DELIVERY_HEADER}: {}\r\n", token(word));
    [head.as_bytes(), letter].concat()
}

/// The letter's date; one outside the years that the Date header can hold is brought to their edge.
fn system_time(date: Timestamp) -> SystemTime {
    const YEAR_9000: i64 = 221_845_392_000;
    SystemTime::UNIX_EPOCH + Duration::from_secs(date.as_second().clamp(0, YEAR_9000).unsigned_abs())
}

pub(super) fn mailbox(address: &Address) -> Result<Mailbox, ComposeError> {
    let addr = ascii_domain(&address.addr).ok_or(ComposeError::BadAddress)?;
    let addr = addr.parse().map_err(|_| ComposeError::BadAddress)?;
    let name = one_line(address.name.raw_for(Purpose::Store), 100);
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), addr))
}

/// The address as servers take it: the domain in ASCII (RFC 5891), so that `почта.рф` needs no extension of the server.
/// `None` if it is not an address.
pub fn ascii_domain(addr: &str) -> Option<String> {
    let addr = checked_address(addr)?;
    let (local, domain) = addr.rsplit_once('@')?;
    let domain = idna::domain_to_ascii(domain).ok().filter(|d| !d.is_empty())?;
    Some(format!("{local}@{domain}"))
}

/// Text for a header: one line, no controls, no runs of blanks, bounded.
fn one_line(text: &str, limit: usize) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(limit).collect()
}

/// Letters, digits, dots and dashes.
fn token(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')).take(64).collect()
}

/// The text as a body: no NUL, no controls but line ends and tabs, a line end at the end.
fn body_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    if kept.ends_with('\n') { kept } else { kept + "\n" }
}

fn file_part(file: &OutgoingFile) -> SinglePart {
    // A letter as a file must not be encoded (RFC 2046 section 5.2.1), which a strange letter needs; so it goes as bytes.
    let octets = || ContentType::parse("application/octet-stream").unwrap_or(ContentType::TEXT_PLAIN);
    let structured =
        ["multipart/", "message/"].iter().any(|t| file.content_type.to_ascii_lowercase().starts_with(t));
    let stated = Some(one_line(&file.content_type, 100)).filter(|_| !structured);
    let kind = stated.and_then(|t| ContentType::parse(&t).ok()).unwrap_or_else(octets);
    SinglePart::builder()
        .header(kind)
        .header(ContentDisposition::attachment(&file_name(&file.name)))
        .body(file.bytes.clone())
}

/// The last component of a name, without what a file system or a header would mind.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String =
        one_line(last, MAX_FILE_NAME_CHARS).chars().filter(|c| !"<>:\"|?*".contains(*c)).collect();
    let kept = kept.trim_matches(['.', ' ']);
    if kept.is_empty() { "file".into() } else { kept.to_owned() }
}

/// A boundary that the text cannot hold by accident: quoted-printable and base64 never produce `=_` at a line's start.
fn boundary(id: &str) -> String {
    let unique: String = id.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    format!("=_otklik_{unique}")
}

/// One id a line, each within the line length of RFC 5322 section 2.1.1, since nothing else may fold an id.
fn ids_header(name: &'static str, ids: &[String]) -> HeaderValue {
    let bracketed: Vec<String> = ids.iter().map(|id| format!("<{id}>")).collect();
    let (raw, folded) = (bracketed.join(" "), bracketed.join("\r\n "));
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), raw, folded)
}

/// An id that may stand in a header: printable ASCII without brackets or blanks, at most 900 characters.
fn clean_id(id: &str) -> Option<String> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let valid =
        (1..=900).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
    valid.then(|| id.to_owned())
}

fn capped(mut ids: Vec<String>) -> Vec<String> {
    if ids.len() > REFERENCES {
        ids.drain(1..ids.len() - (REFERENCES - 1));
    }
    ids
}

/// What References of an answer hold (RFC 5322 section 3.6.4): the parent's, then the parent. Without repetitions; capped at
/// the first and the last twenty.
pub fn references_for(parent_references: &[String], parent_id: Option<&str>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in
        parent_references.iter().map(String::as_str).filter(|id| Some(*id) != parent_id).chain(parent_id)
    {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    capped(ids)
}

/// A Message-ID of ours, without angle brackets: `otklik.{uuid}@host`. `host` is a domain we hold.
pub fn new_message_id(id: Uuid, host: &str) -> String {
    let host = idna::domain_to_ascii(host.trim()).map(|host| token(&host)).unwrap_or_default();
    let host = if host.is_empty() { "otklik.invalid".to_owned() } else { host };
    format!("otklik.{}@{host}", id.simple())
}

/// The id and the host of a Message-ID that an Otklik made, with or without angle brackets; `None` for any other.
pub fn parse_own_message_id(id: &str) -> Option<(Uuid, &str)> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let (local, host) = id.rsplit_once('@')?;
    let uuid = local.strip_prefix("otklik.").filter(|uuid| uuid.len() == 32)?;
    Some((Uuid::try_parse(uuid).ok()?, host))
}

/// The subject of an answer: one `Re:`, whatever stood there, and the appeal's number once.
pub fn reply_subject(original: &Untrusted, number: AppealNumber) -> String {
    let tag = format!("[№ {number}]");
    let text = one_line(original.raw_for(Purpose::Threading), 500);
    let text = without_tags(&text);
    let bare = base_subject(&text);
    let room = MAX_SUBJECT_CHARS - tag.chars().count() - 5;
    let bare: String = bare.chars().take(room).collect();
    let bare = bare.trim();
    if bare.is_empty() { format!("Re: {tag}") } else { format!("Re: {bare} {tag}") }
}

/// The subject without the marks of answers: `Re:`, `RE[2]:`, `Ответ:`, `HA:` and their like, however many.
pub fn base_subject(subject: &str) -> &str {
    const MARKS: [&str; 10] = ["re", "ре", "ответ", "отв", "на", "ha", "aw", "sv", "antw", "vs"];
    let mut rest = subject.trim();
    loop {
        let Some((head, tail)) = rest.split_once(':') else { return rest };
        // What stands between the mark and the colon is a count: `[2]`, `(2)`, `^2`.
        let end = head.find(['[', '(', '^']).unwrap_or(head.len());
        let (mark, count) = head.split_at(end);
        let counted = count.chars().all(|c| c.is_ascii_digit() || "[]()^".contains(c));
        let mark = mark.trim().to_lowercase();
        if !counted || !MARKS.contains(&mark.as_str()) {
            return rest;
        }
        rest = tail.trim();
    }
}

/// The numbers that a text carries as our subjects do: `[№ 2026-1843]`, at most fifty.
pub fn numbers_in(text: &str) -> Vec<AppealNumber> {
    let inner =
        text.split("[№").skip(1).take(50).filter_map(|rest| rest.split_once(']')).map(|(inner, _)| inner);
    let number = |inner: &str| {
        let (year, seq) = inner.trim().split_once('-')?;
        Some(AppealNumber { year: year.parse().ok()?, seq: seq.parse().ok().filter(|seq| *seq > 0)? })
    };
    inner.filter_map(number).collect()
}

/// Takes out the number tags that earlier answers carried.
fn without_tags(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(start) = rest.find("[№") {
        let inner = &rest[start + "[№".len()..];
        let end = inner
            .find(']')
            .filter(|end| inner[..*end].chars().all(|c| c.is_ascii_digit() || c == '-' || c == ' '));
        match end {
            Some(end) => {
                kept.push_str(rest[..start].trim_end());
                kept.push(' ');
                rest = inner[end + 1..].trim_start();
            }
            None => {
                kept.push_str(&rest[..start + "[№".len()]);
                rest = inner;
            }
        }
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: AppealNumber = AppealNumber { year: 2026, seq: 1843 };

    #[test]
    fn a_subject_has_one_mark_and_one_number_however_often_it_went_to_and_fro() {
        let cases = [
            ("Увольнение", "Re: Увольнение [№ 2026-1843]"),
            ("Re: Re[2]: Ответ: НА: RE(3): Увольнение", "Re: Увольнение [№ 2026-1843]"),
            ("Re: Увольнение [№ 2026-1843]", "Re: Увольнение [№ 2026-1843]"),
            ("[№ 2025-7] Увольнение [№ 2026-1843] срочно", "Re: Увольнение срочно [№ 2026-1843]"),
            ("Fwd: приказ: копия", "Re: Fwd: приказ: копия [№ 2026-1843]"),
            ("[№ приказа 5] об увольнении", "Re: [№ приказа 5] об увольнении [№ 2026-1843]"),
            ("на завтра: собрание", "Re: на завтра: собрание [№ 2026-1843]"),
            ("", "Re: [№ 2026-1843]"),
            ("a\r\nBcc: x@example.org", "Re: a Bcc: x@example.org [№ 2026-1843]"),
        ];
        for (original, expected) in cases {
            assert_eq!(reply_subject(&Untrusted::new(original), NUMBER), expected, "{original}");
        }
    }

    #[test]
    fn our_ids_are_known_again_and_others_are_not() {
        let id = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);
        let made = new_message_id(id, "Union.Example.org");
        assert_eq!(parse_own_message_id(&format!("<{made}>")), Some((id, "union.example.org")));
        for other in ["", "otklik.@x", "abc@example.org", "otklik.zz@example.org", "x.otklik.1@example.org"] {
            assert_eq!(parse_own_message_id(other), None, "{other}");
        }
        assert!(new_message_id(id, " ").ends_with("@otklik.invalid"));
        assert!(new_message_id(id, "a\r\n <b>").bytes().all(|b| b.is_ascii_graphic() && b != b'<'));
    }

    #[test]
    fn references_grow_by_the_parent_and_stay_bounded() {
        let many: Vec<String> = (0..50).map(|i| format!("{i}@example.org")).collect();
        let found = references_for(&many, Some("parent@example.org"));
        assert_eq!(
            (found.len(), found[0].as_str(), found[20].as_str()),
            (21, "0@example.org", "parent@example.org")
        );
        assert_eq!(references_for(&["a@b".into(), "p@b".into(), "a@b".into()], Some("p@b")), ["a@b", "p@b"]);
    }

    #[test]
    fn a_cyrillic_domain_goes_out_in_ascii() {
        assert_eq!(ascii_domain("Info@Пример.рф").as_deref(), Some("info@xn--e1afmkfd.xn--p1ai"));
        assert_eq!(ascii_domain("no address"), None);
    }
}
