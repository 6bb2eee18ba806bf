//! Raw bytes to a letter. Never fails, never panics, always yields the text there is; what had to be left out is named in
//! `notes`. Work is bounded by caps on parts, depth, fields, addresses and text, and the raw bytes stay whatever happens.
//!
//! The structure is read by `tree`, since it must be bounded and must give byte ranges; `mail_parser` reads addresses,
//! dates and rare charsets. Nothing is fetched, executed or written.

pub(crate) mod address;
pub(crate) mod body;
pub(crate) mod charset;
pub(crate) mod encoded_word;
pub(crate) mod header;
mod html;
pub(crate) mod params;
pub(crate) mod transfer;
pub(crate) mod tree;

pub use address::{Address, checked as checked_address};

use super::authentication::{self, Results};
use super::automatic::{self, Evidence, MailKind, Signals};
use super::reports::{self, Envelope, Report};
use crate::types::Untrusted;
use crate::types::codes::codes;
use header::Fields;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::ops::ControlFlow;
use tree::{Node, Tree};

/// How much of a subject is read, in bytes as it came, and kept, in characters.
const MAX_SUBJECT: usize = 16 * 1024;
const MAX_SUBJECT_CHARS: usize = 1000;
/// How many ids of References are kept: the first one and the newest.
const MAX_REFERENCES: usize = 200;
/// The longest Message-ID taken for one (a header line may have 998 characters, RFC 5322 section 2.1.1).
const MAX_ID: usize = 998;

codes! {
    /// What was left out or is odd about a letter.
    ParseNote {
        TextTruncated = "text_truncated",
        PartsTruncated = "parts_truncated",
        NestingTruncated = "nesting_truncated",
        HeadersTruncated = "headers_truncated",
        AddressesTruncated = "addresses_truncated",
        /// More than one Message-ID header: the first one is taken.
        RepeatedMessageId = "repeated_message_id",
        MissingMessageId = "missing_message_id",
        /// The text was taken from an attached letter, since the letter itself has none.
        TextFromAttachedLetter = "text_from_attached_letter",
        /// A file of Outlook's own kind (winmail.dat), which few programs open: what is packed in it is not listed.
        OutlookContainer = "outlook_container",
    }
}

impl ParseNote {
    /// Whether something of the letter is not in its text or its list of files.
    pub fn is_left_out(self) -> bool {
        use ParseNote::*;
        matches!(
            self,
            TextTruncated
                | PartsTruncated
                | NestingTruncated
                | HeadersTruncated
                | AddressesTruncated
                | OutlookContainer
        )
    }
}

/// A letter.
#[derive(Clone, Debug)]
pub struct ParsedMail {
    /// Without angle brackets.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    /// Oldest first.
    pub references: Vec<String>,
    pub from: Option<Address>,
    pub reply_to: Vec<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    /// Where the server delivered it (Delivered-To, X-Original-To, Envelope-To), in lower case: plus tags survive there.
    pub delivered_to: Vec<String>,
    pub subject: Untrusted,
    /// What the sender's clock said. Information only: received-at is never taken from it.
    pub date: Option<Timestamp>,
    pub text: Untrusted,
    pub html_was_source: bool,
    pub attachments: Vec<ParsedAttachment>,
    pub kind: MailKind,
    /// What it reports, if it is about mail rather than mail.
    pub report: Option<Box<Report>>,
    pub signals: Signals,
    /// What servers on the way wrote of who it is from, from the top.
    pub authentication: Vec<Results>,
    pub notes: Vec<ParseNote>,
}

impl ParsedMail {
    /// Where an answer goes: Reply-To, else From (RFC 5322 section 3.6.2).
    pub fn answer_to(&self) -> Option<&Address> {
        self.reply_to.first().or(self.from.as_ref())
    }

    /// What an answer's References begin with: the letter's own, or the one id it answers (RFC 5322 section 3.6.4).
    pub fn ancestors(&self) -> &[String] {
        match (self.references.is_empty(), self.in_reply_to.len()) {
            (true, 1) => &self.in_reply_to,
            _ => &self.references,
        }
    }

    /// What of the letter is not in the text or the list of files.
    pub fn left_out(&self) -> impl Iterator<Item = ParseNote> {
        self.notes.iter().copied().filter(|note| note.is_left_out())
    }

    /// Whether something of the letter is not in the text or the list of files.
    pub fn is_truncated(&self) -> bool {
        self.left_out().next().is_some()
    }
}

/// A file of a letter. Its bytes are a part of the raw item: see `attachment_bytes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedAttachment {
    /// The part's number, as IMAP counts (`2.1`); the letter itself is `0`.
    pub path: String,
    /// As the sender named it, or a name made from the type. Never a path to write to.
    pub file_name: Untrusted,
    /// The media type in lower case, as the sender states it.
    pub content_type: String,
    /// Decoded bytes.
    pub size: u64,
    /// Of the decoded bytes.
    pub sha256: [u8; 32],
    /// Shown within the text by the sender's program (a logo, a picture in a signature).
    pub inline: bool,
}

/// Reads a letter.
pub fn parse(raw: &[u8]) -> ParsedMail {
    let raw = &*with_line_feeds(raw);
    let tree = tree::build(raw);
    let fields = &tree.nodes[0].fields;
    let mut body = body::read(raw, &tree);
    let mut notes = structure_notes(&tree, &body);
    if body.text.is_empty()
        && let Some(text) = text_of_attached_letter(raw, &tree)
    {
        body.text = text;
        notes.push(ParseNote::TextFromAttachedLetter);
    }
    let subject = subject(fields);
    let [(from, from_cut), (reply_to, _), (to, to_cut), (cc, cc_cut)] =
        ["From", "Reply-To", "To", "Cc"].map(|name| addresses(fields, name));
    notes.extend((from_cut || to_cut || cc_cut).then_some(ParseNote::AddressesTruncated));
    let signals = Signals::read(fields, &tree, &subject);
    let from_text = fields.first("From").map(|v| encoded_word::decode_text(v, 2000)).unwrap_or_default();
    let evidence = Evidence {
        raw,
        tree: &tree,
        signals: &signals,
        from_text: &from_text.to_lowercase(),
        from: from.first(),
        subject: &subject,
        text: &body.text,
    };
    let kind = automatic::classify(&evidence);
    let (in_reply_to, references) = (ids(fields, "In-Reply-To"), ids(fields, "References"));
    let envelope =
        Envelope { from: from.first(), to: &to, in_reply_to: &in_reply_to, references: &references };
    let report = reports::read(&evidence, kind, &envelope).map(Box::new);
    let kind = report.as_ref().map_or(kind, |report| MailKind::of(report.kind));
    ParsedMail {
        message_id: ids(fields, "Message-ID").into_iter().next(),
        in_reply_to,
        references,
        from: from.into_iter().next(),
        reply_to,
        to,
        cc,
        delivered_to: delivered_to(fields),
        subject: Untrusted::new(subject),
        date: date(fields),
        text: Untrusted::new(body.text),
        html_was_source: body.html_was_source,
        attachments: body.files.iter().map(|index| attachment(raw, &tree.nodes[*index])).collect(),
        kind,
        report,
        signals,
        authentication: authentication::read(fields),
        notes,
    }
}

fn subject(fields: &Fields<'_>) -> String {
    let text = fields.first("Subject").map(|v| encoded_word::decode_text(v, MAX_SUBJECT)).unwrap_or_default();
    text.chars().take(MAX_SUBJECT_CHARS).collect()
}

fn structure_notes(tree: &Tree<'_>, body: &body::Body) -> Vec<ParseNote> {
    let fields = &tree.nodes[0].fields;
    let container = |n: &Node<'_>| {
        matches!(n.media(), "application/ms-tnef" | "application/vnd.ms-tnef")
            || n.file_name().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"))
    };
    let found = [
        (tree.nodes.iter().any(container), ParseNote::OutlookContainer),
        (ids(fields, "Message-ID").is_empty(), ParseNote::MissingMessageId),
        (fields.all("Message-ID").nth(1).is_some(), ParseNote::RepeatedMessageId),
        (body.truncated, ParseNote::TextTruncated),
        (tree.parts_truncated, ParseNote::PartsTruncated),
        (tree.depth_truncated, ParseNote::NestingTruncated),
        (tree.nodes.iter().any(|n| n.fields.truncated), ParseNote::HeadersTruncated),
    ];
    found.into_iter().filter_map(|(is, note)| is.then_some(note)).collect()
}

/// A letter whose lines end in bare carriage returns (old programs of the Mac) is read as if they were line feeds.
fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') || !raw.contains(&b'\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect())
}

/// The decoded bytes of the part at `path`, as `ParsedAttachment` names it; `None` if there is no such part.
pub fn attachment_bytes(raw: &[u8], path: &str) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let found = attachment_stream(raw, path, &mut |piece| {
        all.extend_from_slice(piece);
        ControlFlow::Continue(())
    });
    found.then_some(all)
}

/// The same in small pieces, for a part that need not be held in memory. Says whether the part exists.
pub fn attachment_stream(raw: &[u8], path: &str, sink: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> bool {
    let raw = &*with_line_feeds(raw);
    let tree = tree::build(raw);
    match tree.nodes.iter().find(|node| shown_path(node) == path) {
        Some(node) => {
            body::stream(raw, node, sink);
            true
        }
        None => false,
    }
}

/// Every value of a header, decoded and bounded: for what only a few readers need (Authentication-Results and the like).
pub fn header_values(raw: &[u8], name: &str) -> Vec<Untrusted> {
    let raw = &*with_line_feeds(raw);
    let (fields, _) = header::read(raw, 0, |_| false);
    fields
        .all(name)
        .take(100)
        .map(|value| Untrusted::new(encoded_word::decode_text(value, MAX_SUBJECT)))
        .collect()
}

fn shown_path<'a>(node: &'a Node<'_>) -> &'a str {
    if node.path.is_empty() { "0" } else { &node.path }
}

fn attachment(raw: &[u8], node: &Node<'_>) -> ParsedAttachment {
    let (mut size, mut digest) = (0u64, Sha256::new());
    body::stream(raw, node, &mut |piece| {
        size += piece.len() as u64;
        digest.update(piece);
        ControlFlow::Continue(())
    });
    let attached = node.disposition.main == "attachment";
    ParsedAttachment {
        path: shown_path(node).to_owned(),
        file_name: Untrusted::new(file_name(raw, node)),
        content_type: node.media().chars().filter(|c| c.is_ascii_graphic()).take(100).collect(),
        size,
        sha256: digest.finalize().into(),
        inline: !attached && (node.disposition.main == "inline" || node.fields.first("Content-ID").is_some()),
    }
}

/// The sender's name for the file, else one made of its type.
fn file_name(raw: &[u8], node: &Node<'_>) -> String {
    if let Some(name) = node.file_name() {
        return name.chars().take(255).collect();
    }
    let stem = match node.media() {
        "application/ms-tnef" | "application/vnd.ms-tnef" => return "winmail.dat".into(),
        "message/rfc822" | "message/global" => {
            let (fields, _) = header::read(&raw[node.body.clone()], 0, |_| false);
            let subject =
                fields.first("Subject").map(|v| encoded_word::decode_text(v, 500)).unwrap_or_default();
            let subject: String = subject.chars().filter(|c| !c.is_control()).take(80).collect();
            return if subject.is_empty() { "message.eml".into() } else { format!("{subject}.eml") };
        }
        media => media.split('/').next().unwrap_or("file"),
    };
    let extension = match node.media() {
        "text/html" => "html",
        "text/calendar" => "ics",
        "text/csv" => "csv",
        "text/vcard" | "text/x-vcard" => "vcf",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "image/jpeg" | "image/jpg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        media if media.starts_with("text/") || media.starts_with("message/") => "txt",
        _ => "bin",
    };
    format!("{stem}-{}.{extension}", shown_path(node))
}

/// The text of the first attached letter: somebody who forwards a letter as a file and writes nothing means that text.
fn text_of_attached_letter(raw: &[u8], tree: &Tree<'_>) -> Option<String> {
    let node = tree.nodes.iter().find(|n| !n.multipart && n.media() == "message/rfc822")?;
    let (bytes, _) = node.transfer.decode_up_to(&raw[node.body.clone()], 4 * body::MAX_TEXT);
    let inner = tree::build(&bytes);
    let text = body::read(&bytes, &inner).text;
    (!text.is_empty()).then_some(text)
}

fn addresses(fields: &Fields<'_>, name: &str) -> (Vec<Address>, bool) {
    let (mut all, mut cut) = (Vec::new(), false);
    for value in fields.all(name).take(10) {
        let (found, more) = address::list(value);
        all.extend(found);
        cut |= more || all.len() > address::MAX_ADDRESSES;
        all.truncate(address::MAX_ADDRESSES);
    }
    (all, cut)
}

/// The addresses of a header's value.
pub(crate) fn addresses_of(value: &[u8]) -> Vec<Address> {
    address::list(value).0
}

/// The text of a part as it stands, at most `limit` bytes of it.
pub(crate) fn text_of(raw: &[u8], node: &Node<'_>, limit: usize) -> String {
    let (bytes, _) = node.transfer.decode_up_to(&raw[node.body.clone()], limit);
    charset::decode(&bytes, node.kind.token("charset").as_deref())
}

fn delivered_to(fields: &Fields<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To"] {
        for value in fields.all(name).take(20) {
            if let Some(addr) = address::checked(&header::token_text(value))
                && !found.contains(&addr)
            {
                found.push(addr);
            }
        }
    }
    found
}

/// Message ids in angle brackets; where there are none at all, the words that look like ids.
fn ids(fields: &Fields<'_>, name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in fields.all(name).take(10) {
        found.extend(ids_of(value));
    }
    if found.len() > MAX_REFERENCES {
        found.drain(1..found.len() - (MAX_REFERENCES - 1));
    }
    found
}

/// The Message-IDs of a header's value.
pub(crate) fn ids_of(value: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(&header::unfold(value, 256 * 1024)).into_owned();
    let bracketed = text.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(id, _)| id));
    let found: Vec<String> = bracketed.filter_map(clean_id).collect();
    if !found.is_empty() {
        return found;
    }
    text.split_whitespace().filter(|word| word.contains('@')).filter_map(clean_id).collect()
}

fn clean_id(id: &str) -> Option<String> {
    let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let id = id.trim_matches(['<', '>']).to_owned();
    (!id.is_empty() && id.len() <= MAX_ID).then_some(id)
}

fn date(fields: &Fields<'_>) -> Option<Timestamp> {
    let text = fields.token("Date")?;
    let parsed = mail_parser::DateTime::parse_rfc822(&format!("{text}\n"))?;
    parsed.is_valid().then(|| Timestamp::from_second(parsed.to_timestamp()).ok()).flatten()
}
