//! The letter that a report brings back, whole or only its headers, as a part or in the text.

use super::notice;
use crate::mail::automatic::Evidence;
use crate::mail::compose::DELIVERY_HEADER;
use crate::mail::parse::encoded_word;
use crate::mail::parse::header::{self, Fields};
use crate::mail::parse::{addresses_of, ids_of, text_of};

/// How much of a returned letter is looked at: its headers.
const MAX_HEAD: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(super) struct Returned {
    pub message_id: Option<String>,
    /// Everybody that it was written to, in lower case.
    pub to: Vec<String>,
    pub subject: Option<String>,
    /// The word of the delivery that it was; see `compose::with_delivery_token`.
    pub token: Option<String>,
}

const MEDIA: [&str; 5] = [
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
];

/// The first part that is a letter; else a file of text that holds headers; else the headers that the text quotes.
pub(super) fn find(evidence: &Evidence<'_>) -> Returned {
    let leaves = || evidence.tree.nodes.iter().filter(|node| !node.multipart && !node.path.is_empty());
    let named = |media: &str| MEDIA.contains(&media);
    let parts = leaves().filter(|node| named(node.media()));
    let texts = leaves().filter(|node| node.media().starts_with("text/") && !named(node.media()));
    let parts = parts.map(|node| text_of(evidence.raw, node, MAX_HEAD));
    let texts =
        texts.map(|node| text_of(evidence.raw, node, MAX_HEAD)).filter_map(|text| notice::quoted_head(&text));
    let quoted = notice::quoted_head(evidence.text);
    parts
        .chain(quoted)
        .chain(texts)
        .map(|head| of_head(&head))
        .find(Returned::says_something)
        .unwrap_or_default()
}

impl Returned {
    fn says_something(&self) -> bool {
        self.message_id.is_some() || !self.to.is_empty()
    }
}

fn of_head(head: &str) -> Returned {
    let bytes = head.trim_start_matches(['\r', '\n']).as_bytes();
    let (fields, _) = header::read(bytes, 0, |_| false);
    let subject = fields.first("Subject").map(|value| encoded_word::decode_text(value, 4096));
    let token = fields.token(DELIVERY_HEADER).filter(|token| (8..=64).contains(&token.len()));
    Returned { message_id: id(&fields), to: recipients(&fields), subject, token }
}

fn id(fields: &Fields<'_>) -> Option<String> {
    ["Message-ID", "X-Original-Message-ID"]
        .iter()
        .find_map(|name| ids_of(fields.first(name)?).into_iter().next())
}

fn recipients(fields: &Fields<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in ["To", "Cc", "X-Original-To", "Envelope-To"] {
        if name.starts_with(['X', 'E']) && !found.is_empty() {
            break;
        }
        for address in fields.all(name).take(10).flat_map(addresses_of) {
            if !found.contains(&address.addr) && found.len() < super::MAX_RECIPIENTS {
                found.push(address.addr);
            }
        }
    }
    found
}
