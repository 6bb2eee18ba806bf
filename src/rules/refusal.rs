//! What a server meant when it did not take a letter: from its code, its enhanced status code (RFC 3463) and its words to
//! one of a few causes that a person can be told in plain words. Pure; it decides nothing about the delivery itself.

use crate::types::{DeliveryState, Explained, Purpose, Untrusted};

/// The cause behind a delivery's error; none where nothing went wrong. What a server says in words goes before its
/// enhanced code, for common servers give 5.7.1 to everything, and that before the bare code of RFC 5321.
pub fn explain(state: DeliveryState, error: Option<&Untrusted>) -> Option<Explained> {
    if state == DeliveryState::Unknown {
        return Some(Explained::MayHaveArrived);
    }
    let said = error?.raw_for(Purpose::Matching).to_lowercase();
    let said = Said::read(&said);
    let ours = ours(said.what);
    let cause = ours.or_else(|| by_words(said.words)).or_else(|| by_status(&said)).or_else(|| by_code(&said));
    // What a server says for now is said of now: 451 4.2.1 is a mailbox that is busy, not one that was switched off.
    let cause = cause.map(|cause| match cause {
        Explained::NoMailbox | Explained::MailboxDisabled if said.is_for_now() => Explained::ForNow,
        cause => cause,
    });
    Some(cause.unwrap_or(match (said.what, state) {
        // It has said why: that is no silence.
        ("smtp_refused", _) => Explained::ServerRefuses,
        (_, DeliveryState::Retry) => Explained::ForNow,
        _ => Explained::Refused,
    }))
}

/// Whether an error of the sender says that there was no session with the server at all: then no letter can leave that way.
pub fn without_session(error: &Untrusted) -> bool {
    let what = error.raw_for(Purpose::Matching).split(':').next().unwrap_or_default();
    what.starts_with("smtp_") || what.starts_with("password-file") || what == "timed_out"
}

/// The code at the head of an error as the sender keeps it: a phase of the conversation, or a code of our own.
pub fn code_of(error: &Untrusted) -> Option<&str> {
    error.raw_for(Purpose::Matching).split(':').next().filter(|code| !code.is_empty())
}

/// An error as the sender keeps it: `rcpt: 550 5.1.1 no such user`, `smtp_connect:`, `timed_out`.
struct Said<'a> {
    /// What failed: a phase of the conversation, or a code of our own.
    what: &'a str,
    code: Option<u16>,
    /// Subject and detail of the enhanced status code.
    status: Option<(u16, u16)>,
    words: &'a str,
}

impl<'a> Said<'a> {
    /// Whether the server asks to come again (RFC 5321 section 4.2.1).
    fn is_for_now(&self) -> bool {
        self.code.is_some_and(|code| code < 500)
    }

    fn read(text: &'a str) -> Self {
        let known = |what: &&str| {
            what.starts_with(|c: char| c.is_ascii_alphabetic())
                && what.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        };
        let (what, words) = match text.split_once(':').map(|(what, words)| (what.trim(), words)) {
            Some((what, words)) if known(&what) => (what, words),
            _ if known(&text.trim()) => (text.trim(), ""),
            _ => ("", text),
        };
        let code = words.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 3);
        let code = code.and_then(|word| word.parse().ok()).filter(|code| (400..600).contains(code));
        Self { what, code, status: status(words), words }
    }
}

/// The first enhanced status code in a text: class 4 or 5, subject and detail of at most three digits.
fn status(text: &str) -> Option<(u16, u16)> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    words
        .filter_map(|word| {
            let mut parts = word.trim_matches('.').split('.');
            let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
            let short = |part: &str| (1..=3).contains(&part.len());
            let valid =
                matches!(class, "4" | "5") && short(subject) && short(detail) && parts.next().is_none();
            valid.then(|| Some((subject.parse().ok()?, detail.parse().ok()?))).flatten()
        })
        .next()
}

/// Causes on our side of the conversation, by the codes that the program itself gives.
fn ours(what: &str) -> Option<Explained> {
    Some(match what {
        "smtp_connect" | "smtp_timed_out" | "smtp_silent" | "smtp_protocol" | "connection_lost"
        | "timed_out" | "protocol" | "session_over" => Explained::NoAnswer,
        "smtp_auth"
        | "smtp_auth_unsupported"
        | "smtp_no_password"
        | "password-file"
        | "password-file-mode" => Explained::Auth,
        "smtp_tls" | "smtp_ca_file" => Explained::Certificate,
        "smtp_no_starttls" => Explained::TlsRequired,
        "bad-mail-out" | "folder" | "folder_conflict" => Explained::Settings,
        "bad_address" | "needs_smtputf8" => Explained::BadAddress,
        _ => return None,
    })
}

/// What common servers say, in the order in which one goes before another. Exim, Postfix, Exchange, Gmail, Yandex, Mail.ru.
const WORDS: &[(Explained, &[&str])] = &[
    (Explained::Greylisting, &["greylist", "graylist", "grey-list", "gray-list", "grey list", "postgrey"]),
    (
        Explained::TlsRequired,
        &[
            "must issue a starttls",
            "starttls command first",
            "starttls first",
            "encryption required",
            "requires tls",
            "tls required",
        ],
    ),
    (
        Explained::RelayDenied,
        &[
            "relay access denied",
            "relaying denied",
            "relay not permitted",
            "unable to relay",
            "not permitted to relay",
            "relaying not allowed",
            "relay denied",
            "relaying is prohibited",
            "relay prohibited",
        ],
    ),
    (
        Explained::Auth,
        &[
            "authentication required",
            "authentication failed",
            "authentication credentials invalid",
            "auth required",
            "not authenticated",
            "smtp auth",
            "application-specific password",
            "invalid credentials",
            "username and password not accepted",
            "must authenticate",
            "authentication unsuccessful",
        ],
    ),
    (
        Explained::SenderRefused,
        &[
            "sender address rejected",
            "not owned by",
            "sender verify failed",
            "sender address must match",
            "sender not allowed",
            "sender denied",
            "envelope-from address",
        ],
    ),
    (
        Explained::NoMailbox,
        &[
            "no such user",
            "user unknown",
            "unknown user",
            "user not found",
            "no such mailbox",
            "mailbox not found",
            "no mailbox",
            "does not exist",
            "doesn't exist",
            "unknown recipient",
            "recipient unknown",
            "invalid recipient",
            "no such recipient",
            "invalid mailbox",
            "unrouteable address",
            "unrouteable mail",
            "unknown address",
            "recipient not found",
            "not a valid mailbox",
            "no such address",
            "no such person",
            "recipient address rejected: undeliverable",
        ],
    ),
    (
        Explained::MailboxDisabled,
        &[
            "is disabled",
            "account disabled",
            "mailbox disabled",
            "account is inactive",
            "user is inactive",
            "account is blocked",
            "is frozen",
            "mailbox unavailable or access denied",
            "account suspended",
            "mailbox is inactive",
        ],
    ),
    (
        Explained::MailboxFull,
        &[
            "over quota",
            "quota exceeded",
            "mailbox full",
            "mailbox is full",
            "quota is exceeded",
            "exceeded storage",
            "exceeds quota",
            "overquota",
            "not enough space",
            "user is over the quota",
            "insufficient disk space",
            "is full",
        ],
    ),
    (
        Explained::TooLarge,
        &[
            "too large",
            "too big",
            "size limit",
            "exceeds size",
            "exceeds fixed maximum",
            "maximum message size",
            "message size exceeds",
            "exceeds the maximum",
            "max message size",
        ],
    ),
    (
        Explained::NotProven,
        &[" spf", "dkim", "dmarc", "unauthenticated email", "reverse dns", "ptr record", "rdns"],
    ),
    (
        Explained::TooMany,
        &[
            "rate limit",
            "ratelimit",
            "too many messages",
            "too many connections",
            "too many recipients",
            "too many errors",
            "sending limit",
            "throttl",
            "too much mail",
            "limit exceeded",
            "try again in an hour",
        ],
    ),
    (
        Explained::Spam,
        &[
            "spam",
            "blacklist",
            "blocklist",
            "black list",
            "block list",
            "blocked",
            "policy",
            "unsolicited",
            "reputation",
            "spamhaus",
            " rbl",
            "dnsbl",
            "suspicious",
            "virus",
            "malware",
            "content rejected",
            "banned",
            "prohibited",
            "access denied",
        ],
    ),
    (
        Explained::NoDomain,
        &[
            "domain not found",
            "host not found",
            "no such domain",
            "unknown host",
            "host unknown",
            "domain does not accept mail",
            "name or service not known",
            "nullmx",
            "null mx",
            "no mx",
        ],
    ),
];

fn by_words(words: &str) -> Option<Explained> {
    let found = WORDS.iter().find(|(_, signs)| signs.iter().any(|sign| words.contains(sign)));
    found.map(|(cause, _)| *cause)
}

/// RFC 3463 section 3, with the codes that RFC 4954, 5248, 7372 and 7505 added.
fn by_status(said: &Said<'_>) -> Option<Explained> {
    Some(match said.status? {
        (1, 1 | 4 | 6) => Explained::NoMailbox,
        (1, 2 | 10) | (4, 4) => Explained::NoDomain,
        (1, 3) => Explained::BadAddress,
        (1, 7 | 8) => Explained::SenderRefused,
        (2, 1) => Explained::MailboxDisabled,
        (2, 2) => Explained::MailboxFull,
        (2, 3) | (3, 4) => Explained::TooLarge,
        (4, 1 | 2 | 7) => Explained::NoAnswer,
        (4, 5) => Explained::TooMany,
        (5, 3) => Explained::TooMany,
        (7, 8 | 9 | 12 | 13) => Explained::Auth,
        (7, 10 | 11) => Explained::TlsRequired,
        (7, 20..=27) => Explained::NotProven,
        (7, 0..=2 | 28) => Explained::Spam,
        _ => return None,
    })
}

/// RFC 5321 section 4.2.3 and RFC 4954 section 6. 550 and 554 say too little to name a cause.
fn by_code(said: &Said<'_>) -> Option<Explained> {
    Some(match (said.code?, said.what) {
        (530 | 534 | 535 | 538, _) => Explained::Auth,
        (551, _) => Explained::NoMailbox,
        (552, "message" | "data" | "mail") => Explained::TooLarge,
        (552, _) => Explained::MailboxFull,
        (553, _) => Explained::BadAddress,
        (556, _) => Explained::NoDomain,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeliveryState::{Bounced, Failed, Retry, Unknown};

    fn cause(state: DeliveryState, error: &str) -> Explained {
        explain(state, Some(&Untrusted::new(error))).expect("a cause")
    }

    #[test]
    fn the_words_of_common_servers_have_their_cause() {
        use Explained::*;
        let cases = [
            (
                "rcpt: 550 5.1.1 <lena@example.org>: Recipient address rejected: User unknown in local recipient table",
                NoMailbox,
            ),
            (
                "rcpt: 550 Message was not accepted -- invalid mailbox. Local mailbox lena@example.org is unavailable: user not found",
                NoMailbox,
            ),
            ("rcpt: 550 5.7.1 No such user!", NoMailbox),
            ("rcpt: 550-5.1.1 The email account that you tried to reach does not exist.", NoMailbox),
            ("rcpt: 550 Unrouteable address", NoMailbox),
            ("rcpt: 550 Mailbox unavailable or access denied - <lena@example.org>", MailboxDisabled),
            ("rcpt: 554 5.7.1 account is disabled", MailboxDisabled),
            ("rcpt: 552 5.2.2 The email account that you tried to reach is over quota.", MailboxFull),
            ("rcpt: 452 4.2.2 Mailbox full", MailboxFull),
            ("rcpt: 552 stop", MailboxFull),
            ("message: 552 stop", TooLarge),
            ("mail: 552 5.3.4 Message size exceeds fixed limit", TooLarge),
            ("message: 554 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc", Spam),
            ("message: 550 spam message rejected. Please visit https://help.example.org", Spam),
            (
                "rcpt: 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
                Spam,
            ),
            (
                "message: 550-5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy",
                NotProven,
            ),
            ("rcpt: 450 4.7.1 Client host rejected: cannot find your reverse DNS", NotProven),
            (
                "rcpt: 450 4.2.0 <lena@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example",
                Greylisting,
            ),
            ("rcpt: 451 4.7.1 Greylisting in action, please come back in 00:04:58", Greylisting),
            ("rcpt: 550 relay not permitted", RelayDenied),
            ("rcpt: 554 5.7.1 <lena@example.org>: Relay access denied", RelayDenied),
            ("mail: 530 5.7.0 Must issue a STARTTLS command first", TlsRequired),
            ("mail: 530 5.7.0 Authentication Required", Auth),
            ("smtp_auth: 535 5.7.8 Error: authentication failed: Invalid user or password", Auth),
            ("smtp_auth:", Auth),
            ("mail: 553 5.7.1 Sender address rejected: not owned by auth user.", SenderRefused),
            ("rcpt: 550 5.1.2 bad destination system", NoDomain),
            ("rcpt: 556 5.1.10 Recipient address has null MX", NoDomain),
            ("rcpt: 450 4.7.0 too many messages from you, slow down", TooMany),
            ("smtp_connect:", NoAnswer),
            ("connection_lost", NoAnswer),
            ("smtp_tls:", Certificate),
            ("smtp_no_starttls:", TlsRequired),
            ("needs_smtputf8", BadAddress),
            ("password-file-mode", Auth),
            ("folder", Settings),
            ("rcpt: 550 no", Refused),
            ("message: 554 transaction failed", Refused),
            ("550 5.1.1 said by a report", NoMailbox),
        ];
        for (error, expected) in cases {
            assert_eq!(cause(Failed, error), expected, "{error}");
        }
    }

    #[test]
    fn what_is_tried_again_has_a_cause_of_its_own_and_the_unknown_always_the_same() {
        assert_eq!(cause(Retry, "rcpt: 451 come back later"), Explained::ForNow);
        assert_eq!(cause(Retry, "smtp_refused: 421 busy"), Explained::ServerRefuses);
        assert_eq!(cause(Retry, "smtp_refused: 550 EHLO refused"), Explained::ServerRefuses);
        assert_eq!(cause(Retry, "rcpt: 451 4.2.1 mailbox busy"), Explained::ForNow);
        assert_eq!(cause(Retry, "rcpt: 450 4.2.1 The user you are trying to contact"), Explained::ForNow);
        assert_eq!(cause(Retry, "rcpt: 450 4.1.1 unverified address: user unknown"), Explained::ForNow);
        assert_eq!(cause(Failed, "rcpt: 550 5.2.1 mailbox inactive"), Explained::MailboxDisabled);
        assert_eq!(cause(Retry, "rcpt: 450 4.2.0 greylisted"), Explained::Greylisting);
        assert_eq!(cause(Bounced, "550 5.2.2 over quota"), Explained::MailboxFull);
        assert_eq!(cause(Unknown, "timed_out"), Explained::MayHaveArrived);
        assert_eq!(explain(Unknown, None), Some(Explained::MayHaveArrived));
        assert_eq!(explain(Failed, None), None);
    }

    #[test]
    fn an_address_or_a_version_is_no_status_code() {
        assert_eq!(status("550 192.0.2.1 is not welcome, see rfc 5.7"), None);
        assert_eq!(status("550-5.7.26 x"), Some((7, 26)));
        assert_eq!(status("#5.1.1#"), Some((1, 1)));
        assert_eq!(status("550 5.1.1."), Some((1, 1)));
    }
}
