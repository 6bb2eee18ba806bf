//! The fields that programs write for programs: delivery status (RFC 3464), complaints (RFC 5965), dispositions
//! (RFC 8098), headers, and the notifications of Amazon SES. Servers put them into wrong parts, fold them badly and leave
//! half of them out; what is there is taken.

use super::{ReportKind, Reported, field_address, notice};
use crate::mail::automatic::Evidence;
use crate::mail::parse::header::{self, Fields};
use crate::mail::parse::tree::Node;
use crate::mail::parse::{ids_of, text_of};
use crate::types::Untrusted;
use serde_json::Value;

/// How much of a machine's part is read.
const MAX_PART: usize = 256 * 1024;

fn part<'a>(evidence: &'a Evidence<'_>, media: &[&str]) -> Option<&'a Node<'a>> {
    evidence.tree.nodes.iter().find(|node| !node.multipart && media.contains(&node.media()))
}

/// The groups of fields of a part: blank lines part them.
fn groups(bytes: &[u8]) -> Vec<Vec<(String, String)>> {
    let (mut groups, mut start) = (Vec::new(), 0);
    while start < bytes.len() && groups.len() < 500 {
        let (fields, end) = header::read(bytes, start, |_| false);
        if !fields.list.is_empty() {
            groups.push(pairs(&fields));
        }
        // What is no field is passed over by a line, so that every round goes on.
        start = if end > start { end } else { header::line_end(bytes, start) };
    }
    groups
}

fn pairs(fields: &Fields<'_>) -> Vec<(String, String)> {
    let pair = |field: &header::Field<'_>| {
        (String::from_utf8_lossy(field.name).to_ascii_lowercase(), header::token_text(field.value))
    };
    fields.list.iter().map(pair).collect()
}

fn value<'a>(group: &'a [(String, String)], name: &str) -> Option<&'a str> {
    group.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).filter(|v| !v.is_empty())
}

const STATUS: [&str; 3] =
    ["message/delivery-status", "message/global-delivery-status", "message/xdelivery-status"];

/// Whether there is a delivery status.
pub(super) fn has_status(evidence: &Evidence<'_>) -> bool {
    part(evidence, &STATUS).is_some()
}

/// What the delivery status says of each recipient; the same fields in the words for people count where there is no part
/// of their own.
pub(super) fn status(evidence: &Evidence<'_>, notice: &str, kind: ReportKind) -> Vec<Reported> {
    let bytes = part(evidence, &STATUS).map(|node| decoded(evidence, node));
    let found = bytes.map(|bytes| of_groups(&groups(&bytes), kind)).unwrap_or_default();
    if !found.is_empty() {
        return found;
    }
    let notified = notification(evidence.text);
    if !notified.is_empty() {
        return notified;
    }
    status_in(notice, kind)
}

/// What the fields among the lines of a text say.
pub(super) fn status_in(text: &str, kind: ReportKind) -> Vec<Reported> {
    of_groups(&groups(fields_among(text).as_bytes()), kind)
}

/// The lines of a text that are fields of a delivery status, with their folds.
fn fields_among(text: &str) -> String {
    const NAMES: [&str; 6] =
        ["final-recipient:", "original-recipient:", "action:", "status:", "diagnostic-code:", "remote-mta:"];
    let (mut kept, mut open) = (String::new(), false);
    for line in text.lines() {
        let field = NAMES.iter().any(|name| starts(line.trim_start(), name));
        open = field || open && line.starts_with([' ', '\t']) && !line.trim().is_empty();
        if open {
            kept.push_str(if field { line.trim_start() } else { line });
            kept.push('\n');
        }
    }
    if kept.to_ascii_lowercase().contains("-recipient:") { kept } else { String::new() }
}

fn starts(line: &str, name: &str) -> bool {
    line.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name))
}

fn of_groups(groups: &[Vec<(String, String)>], kind: ReportKind) -> Vec<Reported> {
    let recipients = groups.iter().flat_map(|group| split(group));
    let told = recipients.filter(|group| {
        ["final-recipient", "original-recipient", "action", "status", "diagnostic-code", "x-actual-recipient"]
            .iter()
            .any(|name| value(group, name).is_some())
    });
    let mut found: Vec<Reported> = told.map(|group| of_recipient(&group, kind)).collect();
    if found.iter().any(|reported| reported.address.is_some()) {
        found.retain(|reported| reported.address.is_some());
    }
    found.dedup_by(|a, b| a.address == b.address && a.kind == b.kind);
    found
}

/// Servers that put no blank line between recipients name each anew.
fn split(group: &[(String, String)]) -> Vec<Vec<(String, String)>> {
    let mut parts: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (name, value) in group {
        let open = parts.last_mut().expect("one at least");
        let again = name == "final-recipient" && open.iter().any(|(known, _)| known == name);
        if again {
            parts.push(Vec::new());
        }
        parts.last_mut().expect("one at least").push((name.clone(), value.clone()));
    }
    parts
}

fn of_recipient(group: &[(String, String)], kind: ReportKind) -> Reported {
    let address = |name: &str| value(group, name).and_then(field_address);
    let original = address("original-recipient");
    let address = address("final-recipient").or(original.clone()).or_else(|| address("x-actual-recipient"));
    let status = value(group, "status").and_then(notice::enhanced_code);
    let kind = value(group, "action").and_then(action).unwrap_or_else(|| match status.as_deref() {
        Some(status) if status.starts_with('2') => ReportKind::Delivered,
        _ => kind,
    });
    let words = value(group, "diagnostic-code").unwrap_or_default();
    let words = words.split_once(';').filter(|(head, _)| head.len() < 20).map_or(words, |(_, words)| words);
    Reported { original, status, ..Reported::new(kind, address) }.says(words)
}

/// RFC 3464 section 2.3.3; an unknown word says nothing.
fn action(word: &str) -> Option<ReportKind> {
    let word = word.trim().to_ascii_lowercase();
    let starts = |known: &[&str]| known.iter().any(|known| word.starts_with(known));
    Some(match () {
        () if starts(&["fail", "expired", "undeliver"]) => ReportKind::Failure,
        () if starts(&["delay"]) => ReportKind::Delay,
        () if starts(&["delivered", "expanded"]) => ReportKind::Delivered,
        () if starts(&["relayed"]) => ReportKind::Relayed,
        () => return None,
    })
}

/// X-Failed-Recipients, as Exim and Google write it.
pub(super) fn failed_recipients(evidence: &Evidence<'_>) -> Vec<String> {
    let values = evidence.tree.nodes[0].fields.all("X-Failed-Recipients").map(header::token_text);
    values.flat_map(|value| notice::addresses(&value)).map(|(_, address)| address).collect()
}

/// Whom a complaint names; the kind of complaint is all its words.
pub(super) fn complaint(evidence: &Evidence<'_>) -> Option<Vec<Reported>> {
    let node = part(evidence, &["message/feedback-report"])?;
    let fields: Vec<(String, String)> = groups(&decoded(evidence, node)).into_iter().flatten().collect();
    let words = value(&fields, "feedback-type").unwrap_or_default();
    let named = fields.iter().filter(|(name, _)| {
        matches!(name.as_str(), "original-rcpt-to" | "removal-recipient" | "x-original-rcpt-to")
    });
    let mut addresses: Vec<String> = named.filter_map(|(_, value)| field_address(value)).collect();
    addresses.dedup();
    let one = |address| Reported::new(ReportKind::Complaint, Some(address)).says(words);
    (!addresses.is_empty()).then(|| addresses.into_iter().map(one).collect())
}

/// Who read the letter, or did not.
pub(super) fn disposition(evidence: &Evidence<'_>) -> Option<Vec<Reported>> {
    let node = part(evidence, &["message/disposition-notification"])?;
    let fields: Vec<(String, String)> = groups(&decoded(evidence, node)).into_iter().flatten().collect();
    let address = ["final-recipient", "original-recipient"]
        .iter()
        .find_map(|n| value(&fields, n).and_then(field_address));
    let words = value(&fields, "disposition").unwrap_or_default();
    Some(vec![Reported {
        diagnostic: Untrusted::new(super::bounded(words)),
        ..Reported::new(ReportKind::Disposition, address)
    }])
}

/// The ids that fields for programs name.
pub(super) fn original_ids(evidence: &Evidence<'_>) -> Vec<String> {
    let media =
        ["message/disposition-notification", "message/feedback-report", STATUS[0], STATUS[1], STATUS[2]];
    let nodes = evidence.tree.nodes.iter().filter(|node| !node.multipart && media.contains(&node.media()));
    let parts = nodes.flat_map(|node| groups(&decoded(evidence, node))).flatten();
    let root = pairs(&evidence.tree.nodes[0].fields).into_iter();
    parts
        .chain(root)
        .filter(|(name, _)| {
            matches!(name.as_str(), "original-message-id" | "x-original-message-id" | "x-failed-message-id")
        })
        .flat_map(|(_, value)| ids_of(value.as_bytes()))
        .chain(notified_id(evidence.text))
        .collect()
}

fn decoded(evidence: &Evidence<'_>, node: &Node<'_>) -> Vec<u8> {
    text_of(evidence.raw, node, MAX_PART).into_bytes()
}

/// The notification of Amazon SES, bare or wrapped by SNS.
fn notified(text: &str) -> Option<Value> {
    let text = text.trim();
    let whole = text.starts_with('{').then(|| first_value(text)).flatten()?;
    let inner =
        whole.get("Message").and_then(Value::as_str).and_then(|inner| serde_json::from_str(inner).ok());
    let notified: Value = inner.unwrap_or(whole);
    (notified.get("notificationType").is_some() || notified.get("eventType").is_some()).then_some(notified)
}

/// A signature may stand below the value.
fn first_value(text: &str) -> Option<Value> {
    let glued: String = text.lines().collect();
    [text, glued.as_str()]
        .iter()
        .find_map(|text| serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok())
}

/// Whether the text is such a notification.
pub(crate) fn is_notification(text: &str) -> bool {
    notified(text).is_some()
}

fn notified_id(text: &str) -> Option<String> {
    let notified = notified(text)?;
    let headers = notified.pointer("/mail/commonHeaders/messageId")?.as_str()?;
    ids_of(headers.as_bytes()).into_iter().next()
}

fn notification(text: &str) -> Vec<Reported> {
    let Some(notified) = notified(text) else { return Vec::new() };
    let text_at =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |path: &str| notified.pointer(path).and_then(Value::as_array).cloned().unwrap_or_default();
    let bounced = list("/bounce/bouncedRecipients").into_iter().map(|one| {
        let transient = notified.pointer("/bounce/bounceType").and_then(Value::as_str) == Some("Transient");
        let kind = action(&text_at(&one, "action")).unwrap_or(match transient {
            true => ReportKind::Delay,
            false => ReportKind::Failure,
        });
        let words = text_at(&one, "diagnosticCode");
        let status = notice::enhanced_code(&text_at(&one, "status"));
        let reported = Reported::new(kind, field_address(&text_at(&one, "emailAddress")));
        Reported { status, ..reported }.says(words.trim_start_matches("smtp;"))
    });
    let complained = list("/complaint/complainedRecipients")
        .into_iter()
        .map(|one| Reported::new(ReportKind::Complaint, field_address(&text_at(&one, "emailAddress"))));
    let delivered = list("/delivery/recipients").into_iter();
    let delivered = delivered.map(|one| {
        let address = one.as_str().and_then(field_address);
        Reported::new(ReportKind::Delivered, address).says(&text_at(&notified["delivery"], "smtpResponse"))
    });
    bounced.chain(complained).chain(delivered).collect()
}
