//! A letter as it was frozen, with one recipient corrected: everything else of it, its Message-ID too, stays byte for byte.

use super::compose::{ComposeError, ascii_domain, mailbox};
use super::parse::{Address, parse};
use lettre::message::Mailboxes;
use lettre::message::header::{Cc, Headers, To};

/// The letter with `to` in the place of the recipient `from`, who keeps the name that stands there, in To or Cc.
///
/// # Errors
/// `NoRecipient` if the letter names no such recipient, `BadAddress` if the new address is none, `Unbuildable` if the bytes are
/// no letter of ours.
pub fn readdress(letter: &[u8], from: &str, to: &Address) -> Result<Vec<u8>, ComposeError> {
    let at = letter.windows(4).position(|four| four == b"\r\n\r\n").ok_or(ComposeError::Unbuildable)?;
    let (head, body) = letter.split_at(at + 2);
    let head = std::str::from_utf8(head).map_err(|_| ComposeError::Unbuildable)?;
    let known = parse(letter);
    let former = ascii_domain(from).ok_or(ComposeError::NoRecipient)?;
    let (to_all, in_to) = corrected(&known.to, &former, to)?;
    let (cc_all, in_cc) = corrected(&known.cc, &former, to)?;
    if !in_to && !in_cc {
        return Err(ComposeError::NoRecipient);
    }
    let (to_all, cc_all) = (in_to.then_some(to_all), in_cc.then_some(cc_all));
    let mut made = String::with_capacity(head.len() + 64);
    for field in fields(head) {
        match (named(field, "to:"), named(field, "cc:"), &to_all, &cc_all) {
            (true, _, Some(all), _) => made += &header(To::from(all.clone())),
            (_, true, _, Some(all)) => made += &header(Cc::from(all.clone())),
            _ => made += field,
        }
    }
    Ok([made.as_bytes(), body].concat())
}

/// The recipients with the one corrected, and whether there was such a one.
fn corrected(all: &[Address], former: &str, to: &Address) -> Result<(Mailboxes, bool), ComposeError> {
    let mut found = false;
    let mut boxes = Mailboxes::new();
    for address in all {
        let is_former = ascii_domain(&address.addr).is_some_and(|known| known == former);
        found |= is_former;
        let mended = Address { name: address.name.clone(), addr: to.addr.clone() };
        boxes.push(mailbox(if is_former { &mended } else { address })?);
    }
    Ok((boxes, found))
}

fn header<H: lettre::message::header::Header>(field: H) -> String {
    let mut headers = Headers::new();
    headers.set(field);
    headers.to_string()
}

fn named(field: &str, name: &str) -> bool {
    field.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// The fields of a head with the lines that go on with each, line ends included.
fn fields(head: &str) -> Vec<&str> {
    let mut starts = vec![0];
    for (at, _) in head.match_indices("\r\n") {
        if head[at + 2..].starts_with(|c: char| c != ' ' && c != '\t') {
            starts.push(at + 2);
        }
    }
    starts.push(head.len());
    starts.windows(2).map(|pair| &head[pair[0]..pair[1]]).filter(|field| !field.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::compose::{OutgoingFile, OutgoingMail, compose};

    fn letter() -> Vec<u8> {
        let address = |name, addr| Address::new(name, addr).unwrap();
        let mail = OutgoingMail {
            message_id: "otklik.1@example.org".into(),
            from: address("Приозёрская областная организация профсоюза", "appeals@example.org"),
            reply_to: None,
            to: vec![address("Семёнова Алёна Игоревна, медсестра горбольницы № 2", "alena@example.com")],
            cc: vec![address("Пётр", "petr@example.com"), address("", "anna@почта.рф")],
            subject: "Увольнение".into(),
            text: "To: alena@example.com\nДобрый день".into(),
            in_reply_to: Some("a@example.com".into()),
            references: vec!["a@example.com".into()],
            auto_submitted: None,
            attachments: vec![OutgoingFile {
                name: "a.pdf".into(),
                content_type: "application/pdf".into(),
                bytes: vec![7; 3000],
            }],
            date: "2026-11-16T10:00:00+03:00".parse().unwrap(),
            desk_id: "d".into(),
        };
        compose(&mail).unwrap()
    }

    fn without(letter: &[u8], name: &str) -> Vec<u8> {
        let at = letter.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let (head, body) = letter.split_at(at + 2);
        let head = std::str::from_utf8(head).unwrap();
        let kept: String = fields(head).into_iter().filter(|field| !named(field, name)).collect();
        [kept.as_bytes(), body].concat()
    }

    #[test]
    fn only_the_one_recipient_is_another_and_keeps_the_name() {
        let before = letter();
        let after = readdress(&before, "Alena@example.com", &Address::new("", "alyona@example.net").unwrap())
            .unwrap();
        let read = parse(&after);
        assert_eq!(read.to[0].addr, "alyona@example.net");
        assert_eq!(read.to[0].name, parse(&before).to[0].name);
        assert_eq!(without(&before, "to:"), without(&after, "to:"), "nothing else has changed");
        assert_eq!(read.cc, parse(&before).cc);
    }

    #[test]
    fn a_copy_is_corrected_among_the_others_however_its_domain_is_written() {
        let before = letter();
        let after =
            readdress(&before, "anna@почта.рф", &Address::new("", "anna@example.net").unwrap()).unwrap();
        let read = parse(&after);
        let copies: Vec<&str> = read.cc.iter().map(|copy| copy.addr.as_str()).collect();
        assert_eq!(copies, ["petr@example.com", "anna@example.net"]);
        assert_eq!(without(&before, "cc:"), without(&after, "cc:"));
    }

    #[test]
    fn a_letter_to_somebody_else_is_not_touched() {
        let other = Address::new("", "b@example.net").unwrap();
        assert_eq!(readdress(&letter(), "nobody@example.com", &other), Err(ComposeError::NoRecipient));
        assert_eq!(readdress(b"no letter", "alena@example.com", &other), Err(ComposeError::Unbuildable));
    }
}
