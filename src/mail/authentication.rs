//! What the receiving server found out about who a letter is from (RFC 8601), as far as it may be believed: only what the
//! server that the settings name has written, and only where that server stands in the letter's trace. Anybody can write
//! such a header; what stands lower came with the letter. Pure; no DNS of our own.

use super::parse::header::{self, Fields};

/// How much of such a header is read, and how many of them.
const MAX_VALUE: usize = 8 * 1024;
const MAX_HEADERS: usize = 20;

/// One Authentication-Results header, as it stands in the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// Who wrote it, in lower case.
    authserv_id: String,
    /// How many Received headers stand above it.
    hops: usize,
    /// What DMARC gave: the result and the domain that it judged, in lower case.
    dmarc: Option<(String, Option<String>)>,
}

/// What DMARC says of a letter (RFC 7489), by the one server that is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dmarc {
    Pass,
    /// It failed, or could not be judged although it should have been.
    Fail,
    /// The server did not judge it, or the domain has no policy.
    Unjudged,
}

/// The headers of a letter, from the top.
pub(crate) fn read(fields: &Fields<'_>) -> Vec<Results> {
    let (mut found, mut hops) = (Vec::new(), 0);
    for field in &fields.list {
        if field.name.eq_ignore_ascii_case(b"Received") {
            hops += 1;
        } else if field.name.eq_ignore_ascii_case(b"Authentication-Results") && found.len() < MAX_HEADERS {
            let value = String::from_utf8_lossy(&header::unfold(field.value, MAX_VALUE)).to_ascii_lowercase();
            found.extend(one(&without_comments(&value), hops));
        }
    }
    found
}

fn one(value: &str, hops: usize) -> Option<Results> {
    let mut parts = value.split(';');
    let authserv_id = parts.next()?.split_whitespace().next()?.to_owned();
    let dmarc = parts.find_map(|part| {
        let mut words = part.split_whitespace();
        let result = words.next()?.strip_prefix("dmarc=")?.to_owned();
        let domain =
            words.find_map(|word| word.strip_prefix("header.from=")).map(|d| d.trim_matches('"').to_owned());
        Some((result, domain))
    });
    Some(Results { authserv_id, hops, dmarc })
}

/// Comments may stand anywhere and hold anything, a forged `dmarc=pass` too (RFC 5322 section 3.2.2).
pub(super) fn without_comments(value: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    let mut kept = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            // A semicolon within quotes parts nothing.
            _ if depth == 0 && !quoted => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// What `authserv_id` says of a letter whose author's domain is `domain`. The topmost header of that name and those beside
/// it count; of two that disagree, the upper one.
pub fn dmarc(results: &[Results], authserv_id: &str, domain: &str) -> Dmarc {
    let authserv_id = authserv_id.trim().to_ascii_lowercase();
    let by_it = || results.iter().filter(|result| result.authserv_id == authserv_id);
    let Some(top) = by_it().next() else { return Dmarc::Unjudged };
    let said = by_it().take_while(|result| result.hops == top.hops).find_map(|result| result.dmarc.as_ref());
    let Some((result, judged)) = said else { return Dmarc::Unjudged };
    let same = judged.as_deref().is_none_or(|judged| is_within(domain, judged));
    match result.as_str() {
        "pass" if same => Dmarc::Pass,
        "none" => Dmarc::Unjudged,
        _ => Dmarc::Fail,
    }
}

fn is_within(domain: &str, judged: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    domain == judged || domain.strip_suffix(judged).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(head: &str) -> Dmarc {
        let (fields, _) = header::read(head.as_bytes(), 0, |_| false);
        dmarc(&read(&fields), "MX.union.example", "works.example")
    }

    #[test]
    fn the_trusted_servers_topmost_word_counts() {
        let cases = [
            (
                "Authentication-Results: mx.union.example; spf=pass smtp.mailfrom=a@b; dmarc=pass (p=NONE) header.from=works.example\n",
                Dmarc::Pass,
            ),
            (
                "Authentication-Results: mx.union.example 1;\n dkim=fail;\n dmarc=fail (p=REJECT)\n header.from=works.example\n",
                Dmarc::Fail,
            ),
            ("Authentication-Results: mx.union.example; dmarc=permerror\n", Dmarc::Fail),
            (
                "Authentication-Results: mx.union.example; dmarc=none header.from=works.example\n",
                Dmarc::Unjudged,
            ),
            (
                "Authentication-Results: mx.union.example; spf=pass\nAuthentication-Results: mx.union.example; dmarc=pass\n",
                Dmarc::Pass,
            ),
            ("Subject: x\n", Dmarc::Unjudged),
        ];
        for (head, expected) in cases {
            assert_eq!(judge(head), expected, "{head}");
        }
    }

    #[test]
    fn what_came_with_the_letter_is_not_believed() {
        let forged = "Authentication-Results: mx.union.example; dmarc=pass header.from=works.example\n";
        let cases = [
            // Another server's word.
            (
                "Authentication-Results: mx.evil.example; dmarc=pass header.from=works.example\n".to_owned(),
                Dmarc::Unjudged,
            ),
            // Ours says fail above what the letter brought along.
            (
                format!(
                    "Authentication-Results: mx.union.example; dmarc=fail\nReceived: by mx.union.example\n{forged}"
                ),
                Dmarc::Fail,
            ),
            // Ours did not judge; what stands below its hop is not its word.
            (
                format!(
                    "Authentication-Results: mx.union.example; spf=none\nReceived: by mx.union.example\n{forged}"
                ),
                Dmarc::Unjudged,
            ),
            // In a comment, in quotes, and for another domain.
            (
                "Authentication-Results: mx.union.example; spf=fail (; dmarc=pass) reason=\"; dmarc=pass\"\n"
                    .to_owned(),
                Dmarc::Unjudged,
            ),
            (
                "Authentication-Results: mx.union.example; dmarc=pass header.from=evil.example\n".to_owned(),
                Dmarc::Fail,
            ),
        ];
        for (head, expected) in cases {
            assert_eq!(judge(&head), expected, "{head}");
        }
    }
}
