//! What a report says in words for people. Servers word it in many ways and languages, but build it alike: the address that
//! failed stands first on its line, after a word for "recipient", or beside the server's refusal. So it is the build that
//! is read, and words only where they are the same everywhere.

use super::{Envelope, ReportKind, Reported, bounded};
use crate::mail::automatic::Evidence;
use crate::mail::parse::{checked_address, ids_of};

/// How much of a notice is read.
const MAX_LINES: usize = 400;
const MAX_LINE: usize = 2000;

pub(super) struct Notice<'a> {
    lines: Vec<&'a str>,
    envelope: &'a Envelope<'a>,
}

/// How surely a line names the recipient that failed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Surety {
    /// Alone on its line, or before a colon, or after a word for "recipient".
    Certain,
    /// First on its line, or named in the command that was refused.
    Likely,
    /// Beside a refusal, or after "to".
    Possible,
    Named,
}

struct Found {
    surety: Surety,
    line: usize,
    /// Where the line goes on after the address.
    after: usize,
    address: String,
}

impl<'a> Notice<'a> {
    pub fn read(evidence: &'a Evidence<'_>, envelope: &'a Envelope<'a>) -> Self {
        let all: Vec<&str> = evidence.text.lines().map(|line| cut(line, MAX_LINE)).collect();
        let mut lines = Vec::new();
        let mut rest = all.as_slice();
        while let Some(start) = head_start(rest) {
            lines.extend_from_slice(&rest[..start]);
            // Some servers tell the letter's headers, indented, before they tell whom it did not reach.
            let indented = rest[start].starts_with([' ', '\t']);
            let end = rest[start..].iter().position(|line| line.trim().is_empty());
            rest = match end {
                Some(end) if indented => &rest[start + end..],
                _ => &[],
            };
        }
        lines.extend_from_slice(rest);
        lines.truncate(MAX_LINES);
        Self { lines, envelope }
    }

    /// The text before the letter that it brings back.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// Whether it says that the server goes on trying.
    pub fn is_delay(&self, subject: &str) -> bool {
        let (subject, text) = (subject.to_lowercase(), self.text().to_lowercase());
        let says = |words: &[&str], text: &str| words.iter().any(|word| text.contains(word));
        let late = says(&LATE_SUBJECTS, &subject) || says(&LATE, &text);
        late && !says(&FINAL, &text)
    }

    /// Whom it names at least as surely as `least`; only the surest of them.
    pub fn recipients(&self, kind: ReportKind, least: Surety) -> Vec<Reported> {
        let all = self.found();
        let best = |skip: &dyn Fn(&str) -> bool, least: Surety| {
            let kept = || all.iter().filter(|found| found.surety <= least && !skip(&found.address));
            let surest = kept().map(|found| found.surety).min();
            kept().filter(|found| Some(found.surety) == surest).collect::<Vec<_>>()
        };
        let from = |address: &str| {
            self.envelope.from.is_some_and(|from| from.addr == address) || is_of_servers(address)
        };
        let ours = |address: &str| from(address) || self.envelope.to.iter().any(|to| to.addr == address);
        let mut chosen = best(&ours, least);
        if chosen.is_empty() {
            // A letter to oneself.
            chosen = best(&from, least.min(Surety::Likely));
        }
        let mut recipients: Vec<Reported> = Vec::new();
        for found in chosen {
            let known =
                recipients.iter().any(|known| known.address.as_deref() == Some(found.address.as_str()));
            if !known && recipients.len() < super::MAX_RECIPIENTS {
                let reported = Reported::new(kind, Some(found.address.clone()));
                recipients.push(reported.says(&self.words_about(found)));
            }
        }
        recipients
    }

    fn found(&self) -> Vec<Found> {
        let mut all = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            let addresses = addresses(line);
            let Some(first) = addresses.first() else { continue };
            let end_of_first = first.0 + first.1.len();
            let surety = self.surety(at, line, first);
            // What stands first is meant; the rest of such a line is what the server said.
            let only_first = surety <= Surety::Likely;
            for (start, address) in addresses.into_iter().take(if only_first { 1 } else { 20 }) {
                let after = if only_first { end_of_first } else { start + address.len() };
                all.push(Found { surety, line: at, after: after.min(line.len()), address });
            }
        }
        all
    }

    fn surety(&self, at: usize, line: &str, (start, address): &(usize, String)) -> Surety {
        let before = &line[..*start];
        let after = line.get(start + address.len()..).unwrap_or_default();
        let opening = before.trim_matches(|c: char| c.is_whitespace() || "*-•·>\"'“«<([".contains(c));
        let closing = after.trim_start_matches(['>', '"', '\'', '”', '»', ')', ']', ',', '.', ';']);
        let lower = before.to_lowercase();
        let key = lower.trim_end_matches(['<', '"', '\'', ' ', '\t', '(']).trim_end_matches(':').trim();
        let key = key.trim_end_matches("rfc822;").trim_end_matches(':').trim();
        let first = opening.is_empty();
        let alone = closing.trim().is_empty() || closing.starts_with(':') || closing.starts_with("<mailto:");
        let said = before.trim_end_matches(['<', '"', '\'', ' ', '\t', '(']).ends_with(':')
            && RECIPIENT_WORDS.iter().any(|word| key.ends_with(word));
        if AVOIDED.iter().any(|word| lower.contains(word)) || self.is_help_line(at) {
            Surety::Named
        } else if first && alone || said {
            Surety::Certain
        } else if first || lower.contains("rcpt to:") {
            Surety::Likely
        } else if is_refusal(line) || TO_WORDS.iter().any(|word| key.ends_with(word)) || says_unknown(line) {
            Surety::Possible
        } else {
            Surety::Named
        }
    }

    /// Whether the line, or the one that it goes on, tells whom to ask for help.
    fn is_help_line(&self, at: usize) -> bool {
        let helps = |line: &str| {
            let line = line.to_lowercase();
            ["contact", "assistance", "support", "questions", "please send", "обратитесь", "обращайтесь"]
                .iter()
                .any(|word| line.contains(word))
        };
        helps(self.lines[at])
            || at > 0 && helps(self.lines[at - 1]) && !self.lines[at - 1].trim_end().ends_with(['.', ':'])
    }

    /// What the server said of a recipient: the rest of its line and the lines below, else the next paragraph.
    fn words_about(&self, found: &Found) -> String {
        let rest = self.lines[found.line].get(found.after..).unwrap_or_default();
        let rest = rest.trim_start_matches(['>', '"', '\'', ':', ')', ' ']);
        let below = &self.lines[found.line + 1..];
        let words = bounded(&format!("{rest} {}", paragraph(below)));
        if found.surety > Surety::Likely || !tells(&words) {
            let refusal = self.refusal();
            return if tells(&refusal) { refusal } else { paragraph_after(below) };
        }
        words
    }

    /// The first line that quotes a server's refusal, or tells of none, with what follows it.
    pub fn refusal(&self) -> String {
        let at = self.lines.iter().position(|line| is_refusal(line));
        let at = at.or_else(|| self.lines.iter().position(|line| says_unknown(line)));
        at.map(|at| paragraph(&self.lines[at..])).unwrap_or_default()
    }

    /// The code that the notice gives, beside a refusal if it can.
    pub fn code(&self) -> Option<String> {
        let refusals = self.lines.iter().filter(|line| is_refusal(line)).find_map(|line| enhanced_code(line));
        refusals.or_else(|| self.lines.iter().find_map(|line| enhanced_code(line)))
    }
}

/// The lines up to the next blank one, as one.
fn paragraph(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| line.trim()).take_while(|line| !line.is_empty());
    lines.take(8).collect::<Vec<_>>().join(" ")
}

/// The first paragraph below the next blank line.
fn paragraph_after(lines: &[&str]) -> String {
    let blank = lines.iter().position(|line| line.trim().is_empty()).unwrap_or(lines.len());
    let start = lines[blank..].iter().position(|line| !line.trim().is_empty());
    start.map(|start| paragraph(&lines[blank + start..])).unwrap_or_default()
}

/// Whether words say more than an address.
fn tells(words: &str) -> bool {
    let plain = words.split_whitespace().filter(|word| !word.contains('@'));
    plain.flat_map(str::chars).filter(|c| c.is_alphabetic()).count() >= 6
}

fn cut(line: &str, limit: usize) -> &str {
    let end = (0..=limit.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    &line[..end]
}

const LATE_SUBJECTS: [&str; 12] = [
    "delay",
    "warning: could not send",
    "warning: message",
    "still being retried",
    "verzögert",
    "verzögerung",
    "retardé",
    "задерж",
    "отложен",
    "ещё не достав",
    "еще не достав",
    "遅延",
];

const LATE: [&str; 24] = [
    "has been delayed",
    "is delayed",
    "delivery is delayed",
    "not yet been delivered",
    "has not been delivered yet",
    "not been delivered to",
    "will be retried",
    "will keep trying",
    "will continue to be",
    "will continue trying",
    "will try again",
    "still trying",
    "do not need to resend",
    "don't need to resend",
    "need not resend",
    "this is a warning message only",
    "wird weiter versucht",
    "noch nicht zugestellt",
    "delivery attempts will continue",
    "попытки доставки будут продолж",
    "будут предприняты",
    "доставка задерж",
    "再送を試み",
    "配信が遅れ",
];

const FINAL: [&str; 18] = [
    "permanent error",
    "permanent failure",
    "permanently",
    "giving up",
    "given up",
    "gave up",
    "not going to try again",
    "no further delivery attempts",
    "will not be retried",
    "will no longer be",
    "no longer be attempted",
    "too long",
    "retry timeout exceeded",
    "was aborted",
    "could not be delivered to one or more",
    "окончательн",
    "больше не будут",
    "endgültig",
];

const RECIPIENT_WORDS: [&str; 30] = [
    "recipient",
    "recipients",
    "recipient(s)",
    "recipient address",
    "rcpt",
    "addressed to",
    "delivered to",
    "delivering to",
    "deliver to",
    "delivery to",
    "message to",
    "mail to",
    "failed address",
    "failed addresses",
    "following address",
    "unknown user",
    "user unknown",
    "no such user",
    "invalid address",
    "mailbox",
    "получатель",
    "получателя",
    "получателю",
    "адресат",
    "адресату",
    "empfänger",
    "empfängeradresse",
    "destinataire",
    "destinatario",
    "宛先",
];

const TO_WORDS: [&str; 8] = ["to", "for", "кому", "для", "an", "à", "user", "address"];

/// What stands before addresses that are not the recipient's.
const AVOIDED: [&str; 12] = [
    "from",
    "sender",
    "reply-to",
    "contact",
    "message-id",
    "postmaster",
    "http",
    "support",
    "return-path",
    "от кого",
    "отправител",
    "absender",
];

fn is_of_servers(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    matches!(local, "postmaster" | "mailer-daemon" | "mail-daemon" | "mailerdaemon")
}

fn says_unknown(line: &str) -> bool {
    let line = line.to_lowercase();
    [
        "unknown",
        "does not exist",
        "doesn't exist",
        "not found",
        "not listed",
        "mailbox full",
        "undeliverable",
        "не существует",
        "не найден",
        "переполнен",
    ]
    .iter()
    .any(|words| line.contains(words))
}

/// Whether a line quotes a reply that refuses (RFC 5321 section 4.2): `550 …`, `554-5.4.14 …`, `#5.1.1`.
pub(super) fn is_refusal(line: &str) -> bool {
    let mut words = line.split_whitespace().map(|word| word.trim_matches(|c: char| "[(<\"':;,#".contains(c)));
    let code = words.any(|word| {
        let bytes = word.as_bytes();
        let reply = matches!(bytes, [b'4' | b'5', b'0'..=b'5', b'0'..=b'9', rest @ ..] if matches!(rest.first(), None | Some(b'-')));
        reply && (line.trim_start().starts_with(word) || line.contains(": ") || line.contains("5.") || line.contains("4.") || line.len() < 200)
    });
    code || enhanced_code(line).is_some_and(|code| !code.starts_with('2'))
}

/// The first enhanced status code of a text (RFC 3463): a class, a subject, a detail, not a part of an address of IP or of
/// a version.
pub(super) fn enhanced_code(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let outside =
        |at: Option<&u8>| at.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b'-' | b'_'));
    (0..bytes.len()).find_map(|start| {
        let before = if start == 0 { None } else { bytes.get(start - 1) };
        // `554-5.4.14` is a reply of several lines.
        let of_reply =
            start >= 4 && before == Some(&b'-') && bytes[start - 4..start - 1].iter().all(u8::is_ascii_digit);
        if !matches!(bytes[start], b'2' | b'4' | b'5') || !(outside(before) || of_reply) {
            return None;
        }
        let rest = bytes[start..].strip_prefix(&[bytes[start], b'.'])?;
        let subject = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let detail = rest.get(subject + 1..)?.iter().take_while(|b| b.is_ascii_digit()).count();
        let shaped =
            (1..=3).contains(&subject) && (1..=3).contains(&detail) && rest.get(subject) == Some(&b'.');
        let end = start + 2 + subject + 1 + detail;
        let ends = bytes.get(end).is_none_or(|b| {
            !(b.is_ascii_alphanumeric() || *b == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit))
        });
        (shaped && ends).then(|| text[start..end].to_owned())
    })
}

/// The addresses of a line with where they start, in lower case.
pub(super) fn addresses(line: &str) -> Vec<(usize, String)> {
    let local = |c: char| c.is_alphanumeric() || "!#$%&*+-/=?^_`{|}~.".contains(c);
    let domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(at) = line[from..].find('@').map(|at| from + at) {
        let before = &line[from..at];
        let start = before.char_indices().rev().take_while(|(_, c)| local(*c)).last().map(|(i, _)| from + i);
        let length: usize = line[at + 1..].chars().take_while(|c| domain(*c)).map(char::len_utf8).sum();
        let end = at + 1 + length;
        if let Some(start) = start
            && let Some(address) = checked_address(line[start..end].trim_end_matches(['.', '-']))
        {
            found.push((start, address));
        }
        from = end;
    }
    found
}

/// Where in these lines a returned letter begins: a run of header lines that only a letter has, indented or quoted or not.
fn head_start(lines: &[&str]) -> Option<usize> {
    const NAMES: [&str; 12] = [
        "received",
        "return-path",
        "message-id",
        "mime-version",
        "dkim-signature",
        "content-type",
        "date",
        "from",
        "to",
        "subject",
        "delivered-to",
        "x-mailer",
    ];
    let name = |line: &str| {
        let line = unquoted(line);
        let (name, _) = line.split_once(':')?;
        NAMES.iter().position(|known| name.eq_ignore_ascii_case(known))
    };
    (0..lines.len()).find(|start| {
        let Some(first) = name(lines[*start]) else { return false };
        let mut seen = vec![first];
        for line in lines[start + 1..].iter().take(60).take_while(|line| !unquoted(line).trim().is_empty()) {
            seen.extend(name(line).filter(|name| !seen.contains(name)));
        }
        // `To`, `Subject` and a date are what a notice tells of a letter; the first six only stand in the letter itself.
        seen.len() >= 3
            && seen.iter().any(|name| *name < 6)
            && (first < 6 || seen.iter().filter(|n| **n < 6).count() >= 1)
    })
}

/// A line without the marks of a quotation before it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', '|', ' ', '\t'])
}

/// The header block of a letter that the text quotes.
pub(super) fn quoted_head(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(2000).map(|line| cut(line, MAX_LINE)).collect();
    let start = head_start(&lines)?;
    let indent = lines[start].len() - unquoted(lines[start]).len();
    let block = lines[start..].iter().take(200).map(|line| match line.get(..indent) {
        Some(prefix) if unquoted(prefix).is_empty() => &line[indent..],
        _ => line.trim_start(),
    });
    let block: Vec<&str> = block.take_while(|line| !line.trim().is_empty()).collect();
    Some(block.join("\n") + "\n\n")
}

/// The Message-IDs that a text names.
pub(super) fn ids(text: &str) -> Vec<String> {
    const NAMES: [&str; 5] =
        ["message-id", "message id", "messageid", "message identifier", "идентификатор сообщения"];
    let lines: Vec<&str> = text.lines().take(2000).map(|line| cut(line, MAX_LINE)).collect();
    let mut found: Vec<String> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let lower = line.to_lowercase();
        let named = NAMES.iter().find_map(|name| lower.find(name).map(|at| at + name.len()));
        let Some(rest) = named.and_then(|at| line.get(at..)) else { continue };
        let next = lines.get(at + 1).filter(|_| !rest.contains('@')).copied().unwrap_or_default();
        let joined = format!("{rest} {next}");
        let value = joined.trim_start_matches(|c: char| c.is_whitespace() || ":=\"'".contains(c));
        found.extend(ids_of(cut(value, 1100).as_bytes()).into_iter().take(1));
        if found.len() >= super::MAX_IDS {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_addresses_of_ip_and_versions() {
        let cases = [
            ("550 5.1.1 <a@example.org>: unknown", Some("5.1.1")),
            ("554-5.7.26 unauthenticated", Some("5.7.26")),
            ("too long (#4.4.1)", Some("4.4.1")),
            ("Status: 5.2.2.", Some("5.2.2")),
            ("host 5.1.1.2 said", None),
            ("192.5.1.1", None),
            ("sendmail v5.1.1", None),
            ("version 8.14.4", None),
        ];
        for (text, expected) in cases {
            assert_eq!(enhanced_code(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn addresses_are_found_where_they_stand() {
        let found = |line: &str| addresses(line).into_iter().map(|(_, a)| a).collect::<Vec<_>>();
        assert_eq!(found("<A@Example.org>: host mx [192.0.2.1]"), ["a@example.org"]);
        assert_eq!(found("a@example.org<mailto:b@example.org>."), ["a@example.org", "b@example.org"]);
        assert_eq!(found("почта@пример.рф @ 10:00"), ["почта@пример.рф"]);
        assert!(found("@@@@@").is_empty());
    }
}
