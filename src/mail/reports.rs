//! What a report about mail says: which kind it is, whom it names, with which code and words, and which letter it is
//! about (RFC 3464, 5965, 8098, and the notices of servers that never read them). Pure.
//!
//! A report is a claim by somebody on the network: what it names is only ever compared with what we sent ourselves, and
//! its words stay `Untrusted`. It must never be taken for an answer.

mod fields;
mod notice;
mod returned;

pub(crate) use fields::is_notification;

/// Whether a line carries an enhanced status code (RFC 3463) that refuses.
pub(crate) fn has_code(line: &str) -> bool {
    notice::enhanced_code(line).is_some_and(|code| !code.starts_with('2'))
}

use super::automatic::{Evidence, MailKind};
use super::compose::numbers_in;
use super::parse::Address;
use super::parse::checked_address;
pub use crate::types::ReportKind;
use crate::types::{AppealNumber, Untrusted};
use notice::Surety;

/// How many recipients of one report are kept, and how many characters of a server's words.
const MAX_RECIPIENTS: usize = 50;
const MAX_DIAGNOSTIC: usize = 500;
/// How many ids of the letter that a report is about are kept.
const MAX_IDS: usize = 20;

/// A report about mail.
#[derive(Clone, Debug)]
pub struct Report {
    /// The gravest of its recipients' kinds.
    pub kind: ReportKind,
    /// At least one; a report that names nobody has one without an address.
    pub recipients: Vec<Reported>,
    /// Message-IDs of the letter that it may be about, without angle brackets, the surest first.
    pub message_ids: Vec<String>,
    /// Numbers of appeals that its subject, or the letter that it brings back, carries as our subjects do.
    pub numbers: Vec<AppealNumber>,
    /// The word of one delivery, which stands in the letter that it brings back.
    pub token: Option<String>,
}

/// What a report says of one recipient.
#[derive(Clone, Debug)]
pub struct Reported {
    /// In lower case.
    pub address: Option<String>,
    /// What the report says the letter was addressed to, where it was sent on to `address`.
    pub original: Option<String>,
    pub kind: ReportKind,
    /// RFC 3463.
    pub status: Option<String>,
    /// The server's words.
    pub diagnostic: Untrusted,
}

impl Reported {
    fn new(kind: ReportKind, address: Option<String>) -> Self {
        Self { address, original: None, kind, status: None, diagnostic: Untrusted::default() }
    }

    /// Adds a server's words, and the code that stands in them where none is known.
    fn says(mut self, words: &str) -> Self {
        if self.status.as_deref().is_none_or(is_vague) {
            self.status = notice::enhanced_code(words).or(self.status);
        }
        self.diagnostic = Untrusted::new(bounded(words));
        self
    }
}

/// The codes that say no more than their class: `5.0.0`.
fn is_vague(status: &str) -> bool {
    status.ends_with(".0.0")
}

/// The words on one line, bounded.
fn bounded(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(MAX_DIAGNOSTIC).collect()
}

/// Who the report came from and to, and what it answers: never the recipients that it is about.
pub(crate) struct Envelope<'a> {
    pub from: Option<&'a Address>,
    pub to: &'a [Address],
    pub in_reply_to: &'a [String],
    pub references: &'a [String],
}

/// Reads a letter that `automatic::classify` took for a report of `kind`; none for what is no report.
pub(crate) fn read(evidence: &Evidence<'_>, kind: MailKind, envelope: &Envelope<'_>) -> Option<Report> {
    let kind = match kind {
        MailKind::Bounce { delayed: true } => ReportKind::Delay,
        MailKind::Bounce { delayed: false } => ReportKind::Failure,
        MailKind::AutoReply => ReportKind::AutoReply,
        MailKind::Challenge => ReportKind::Challenge,
        MailKind::Complaint => ReportKind::Complaint,
        MailKind::Report if fields::has_status(evidence) => ReportKind::Delivered,
        MailKind::Report => ReportKind::Disposition,
        MailKind::Human | MailKind::Generated | MailKind::List => return None,
    };
    let reader = Reader { evidence, envelope, returned: returned::find(evidence) };
    let mut recipients = reader.recipients(kind);
    recipients.truncate(MAX_RECIPIENTS);
    let gravest = recipients.iter().map(|r| r.kind).min_by_key(|kind| gravity(*kind));
    let kind = gravest.unwrap_or(kind);
    if recipients.is_empty() {
        recipients.push(Reported::new(kind, None));
    }
    let (message_ids, numbers) = (reader.message_ids(), reader.numbers());
    Some(Report { kind, recipients, message_ids, numbers, token: reader.returned.token })
}

fn gravity(kind: ReportKind) -> usize {
    ReportKind::ALL.iter().position(|known| *known == kind).unwrap_or(usize::MAX)
}

struct Reader<'a> {
    evidence: &'a Evidence<'a>,
    envelope: &'a Envelope<'a>,
    returned: returned::Returned,
}

impl Reader<'_> {
    fn recipients(&self, kind: ReportKind) -> Vec<Reported> {
        match kind {
            ReportKind::AutoReply | ReportKind::Challenge => {
                let from = self.envelope.from.map(|from| from.addr.clone());
                vec![Reported::new(kind, from)]
            }
            ReportKind::Complaint => {
                fields::complaint(self.evidence).unwrap_or_else(|| self.by_returned(kind))
            }
            ReportKind::Disposition => {
                let from = self.envelope.from.map(|from| from.addr.clone());
                fields::disposition(self.evidence).unwrap_or_else(|| vec![Reported::new(kind, from)])
            }
            _ => self.undelivered(kind),
        }
    }

    /// Of a bounce: the machine's fields, then the header that Exim and Google write, then the words for people, then whom
    /// the returned letter was written to.
    fn undelivered(&self, kind: ReportKind) -> Vec<Reported> {
        let notice = notice::Notice::read(self.evidence, self.envelope);
        let kind = if notice.is_delay(self.evidence.subject) { ReportKind::Delay } else { kind };
        let mut found = fields::status(self.evidence, &notice.text(), kind);
        if found.iter().all(|reported| reported.address.is_none()) {
            let vague = found.into_iter().next();
            let kind = vague.as_ref().map_or(kind, |vague| vague.kind);
            let named = self.named(&notice, kind);
            found = named.into_iter().map(|reported| with_code_of(reported, vague.as_ref())).collect();
        }
        for reported in &mut found {
            if reported.status.is_none() {
                reported.status = notice.code();
            }
            if reported.diagnostic.is_empty() {
                reported.diagnostic = Untrusted::new(bounded(&notice.refusal()));
            }
        }
        found
    }

    /// Whom other places than the machine's fields name, the surest place first.
    fn named(&self, notice: &notice::Notice<'_>, kind: ReportKind) -> Vec<Reported> {
        let header = fields::failed_recipients(self.evidence);
        if !header.is_empty() {
            return join(header, notice.recipients(kind, Surety::Possible), kind);
        }
        let mut found = notice.recipients(kind, Surety::Possible);
        if found.is_empty() {
            // A report within a report has its fields below the first letter's headers.
            found = fields::status_in(self.evidence.text, kind);
            found.retain(|reported| reported.address.is_some());
        }
        if found.is_empty() {
            found = self.by_returned(kind);
        }
        if found.is_empty() { notice.recipients(kind, Surety::Named) } else { found }
    }

    fn by_returned(&self, kind: ReportKind) -> Vec<Reported> {
        self.returned.to.iter().map(|to| Reported::new(kind, Some(to.clone()))).collect()
    }

    fn message_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        let found = fields::original_ids(self.evidence)
            .into_iter()
            .chain(self.returned.message_id.clone())
            .chain(notice::ids(self.evidence.text))
            .chain(self.envelope.in_reply_to.iter().cloned())
            .chain(self.envelope.references.iter().rev().cloned());
        for id in found {
            if !ids.contains(&id) && ids.len() < MAX_IDS {
                ids.push(id);
            }
        }
        ids
    }
}

impl Reader<'_> {
    fn numbers(&self) -> Vec<AppealNumber> {
        let subject = self.evidence.subject;
        let returned = self.returned.subject.as_deref().unwrap_or_default();
        let mut found: Vec<AppealNumber> = Vec::new();
        for number in [subject, returned, self.evidence.text].into_iter().flat_map(numbers_in) {
            if !found.contains(&number) && found.len() < MAX_IDS {
                found.push(number);
            }
        }
        found
    }
}

/// The recipients of a header, with what the words for people say of each.
fn join(header: Vec<String>, said: Vec<Reported>, kind: ReportKind) -> Vec<Reported> {
    let about = |address: &String| said.iter().find(|s| s.address.as_ref() == Some(address)).cloned();
    header.into_iter().map(|a| about(&a).unwrap_or_else(|| Reported::new(kind, Some(a)))).collect()
}

/// Fields that named nobody still tell the kind and the code.
fn with_code_of(mut reported: Reported, fields: Option<&Reported>) -> Reported {
    let Some(fields) = fields else { return reported };
    reported.kind = fields.kind;
    reported.status = reported.status.or_else(|| fields.status.clone());
    if reported.diagnostic.is_empty() {
        reported.diagnostic = fields.diagnostic.clone();
    }
    reported
}

/// The address that a field of a report gives: `rfc822; <a@example.org>`, and the like.
fn field_address(value: &str) -> Option<String> {
    let value = value.split_once(';').map_or(value, |(_, address)| address);
    let value = value.trim().trim_matches(['<', '>', '"', '\'', '(', ')', ' ']);
    checked_address(value).or_else(|| notice::addresses(value).into_iter().next().map(|(_, address)| address))
}
