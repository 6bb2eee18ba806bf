//! Letters that we make: read back by our own parser they say what was put in, and nothing else.

use jiff::Timestamp;
use otklik_core::mail::{
    self, Address, AutoSubmitted, ComposeError, Ours, OutgoingFile, OutgoingMail, compose, new_message_id,
};
use otklik_core::types::{Purpose, Untrusted};
use uuid::Uuid;

pub fn letter() -> OutgoingMail {
    OutgoingMail {
        message_id: new_message_id(Uuid::from_u128(7), "example.org"),
        from: Address::new("Приозёрский обком", "appeals@example.org").unwrap(),
        reply_to: None,
        to: vec![Address::new("Семёнова, А. И.", "lena@example.org").unwrap()],
        cc: Vec::new(),
        subject: "Re: Уволили за прогул [№ 2026-1843]".into(),
        text: "Здравствуйте!\nПриказ получен.\n.\nFrom the desk\n".into(),
        in_reply_to: Some("first@example.org".into()),
        references: vec!["zero@example.org".into(), "first@example.org".into()],
        auto_submitted: None,
        attachments: Vec::new(),
        date: "2026-11-16T07:00:00Z".parse().unwrap(),
        desk_id: "0198-desk".into(),
    }
}

fn text(value: &Untrusted) -> &str {
    value.raw_for(Purpose::Store)
}

fn headers(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    text.split("\r\n\r\n").next().unwrap().to_owned()
}

#[test]
fn a_letter_read_back_is_the_letter_that_was_made() {
    let raw = compose(&letter()).unwrap();
    assert!(raw.is_ascii());
    let back = mail::parse(&raw);
    assert_eq!(back.message_id.as_deref(), Some(letter().message_id.as_str()));
    assert_eq!(text(&back.subject), letter().subject);
    assert_eq!(text(&back.text).trim_end(), letter().text.trim_end());
    assert_eq!(
        (back.in_reply_to, back.references),
        (vec!["first@example.org".to_owned()], letter().references)
    );
    let from = back.from.unwrap();
    assert_eq!((text(&from.name), from.addr.as_str()), ("Приозёрский обком", "appeals@example.org"));
    assert_eq!((text(&back.to[0].name), back.to[0].addr.as_str()), ("Семёнова, А. И.", "lena@example.org"));
    assert_eq!(back.date, Some(letter().date));
    assert_eq!(back.signals.desk.as_deref(), Some("0198-desk"));
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    let mut made = letter();
    made.attachments =
        vec![OutgoingFile { name: "a.txt".into(), content_type: "text/plain".into(), bytes: b"x".into() }];
    assert_eq!(compose(&made).unwrap(), compose(&made).unwrap());
}

#[test]
fn files_keep_their_names_and_bytes() {
    let mut made = letter();
    let bytes: Vec<u8> = (0..=255u8).cycle().take(10_000).collect();
    let file = |name: &str, kind: &str| OutgoingFile {
        name: name.into(),
        content_type: kind.into(),
        bytes: bytes.clone(),
    };
    made.attachments = vec![
        file("Приказ об увольнении № 5 «по статье», копия с очень длинным названием.pdf", "application/pdf"),
        file("../../etc/passwd", "no type at all\r\nX: y"),
        file("letter.eml", "message/rfc822"),
    ];
    let raw = compose(&made).unwrap();
    let back = mail::parse(&raw);
    let found: Vec<(&str, &str)> =
        back.attachments.iter().map(|a| (text(&a.file_name), a.content_type.as_str())).collect();
    let expected = [
        ("Приказ об увольнении № 5 «по статье», копия с очень длинным названием.pdf", "application/pdf"),
        ("passwd", "application/octet-stream"),
        ("letter.eml", "application/octet-stream"),
    ];
    assert_eq!(found, expected);
    for file in &back.attachments {
        assert_eq!(mail::attachment_bytes(&raw, &file.path).unwrap(), bytes);
    }
}

#[test]
fn no_field_can_add_a_header() {
    let evil = "x\r\nBcc: victim@example.org\r\n\r\nbody";
    let mut made = letter();
    made.subject = evil.into();
    made.from.name = Untrusted::new(evil);
    made.to[0].name = Untrusted::new(evil);
    made.desk_id = evil.into();
    made.in_reply_to = Some(evil.into());
    made.references = vec![evil.into(), "ok@example.org".into()];
    made.attachments =
        vec![OutgoingFile { name: evil.into(), content_type: evil.into(), bytes: b"b".into() }];
    let raw = compose(&made).unwrap();
    assert!(
        !headers(&raw).lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")),
        "{}",
        headers(&raw)
    );
    assert_eq!(mail::header_values(&raw, "Bcc").len(), 0);
    made.message_id = evil.into();
    assert_eq!(compose(&made).unwrap_err(), ComposeError::BadMessageId);
    made = letter();
    made.to[0].addr = evil.into();
    assert_eq!(compose(&made).unwrap_err(), ComposeError::BadAddress);
    made.to.clear();
    assert_eq!(compose(&made).unwrap_err(), ComposeError::NoRecipient);
}

#[test]
fn a_receipt_says_it_is_automatic_and_causes_none_itself() {
    let mut made = letter();
    made.auto_submitted = Some(AutoSubmitted::Replied);
    let raw = compose(&made).unwrap();
    let head = headers(&raw);
    assert!(
        head.contains("Auto-Submitted: auto-replied\r\n")
            && head.contains("X-Auto-Response-Suppress: All\r\n")
    );
    assert!(!head.contains("List-Unsubscribe"));
    let back = mail::parse(&raw);
    assert_eq!(back.kind, mail::MailKind::AutoReply);
    assert!(mail::receipt_allowed(&back, &Ours::default()).is_err());
    assert!(!headers(&compose(&letter()).unwrap()).contains("Auto-Submitted"));
}

#[test]
fn our_own_letter_is_known_by_each_of_its_marks() {
    let back = mail::parse(&compose(&letter()).unwrap());
    let nobody = Ours::default();
    assert!(!mail::is_own(&back, &nobody));
    for ours in [
        Ours { desk_id: "0198-desk".into(), ..nobody.clone() },
        Ours { message_id_host: "example.org".into(), ..nobody.clone() },
        Ours { addresses: vec!["appeals@example.org".into()], ..nobody.clone() },
    ] {
        assert!(mail::is_own(&back, &ours), "{ours:?}");
    }
}

#[test]
fn a_form_that_writes_from_our_address_and_names_its_visitor_is_the_visitors_letter() {
    let ours = Ours { addresses: vec!["appeals@example.org".into()], ..Ours::default() };
    let letter = |reply_to: &str| {
        let head = format!(
            "From: Site <appeals@example.org>\r\nTo: appeals@example.org\r\n{reply_to}Subject: x\r\n"
        );
        mail::parse(format!("{head}\r\nМеня уволили.\r\n").as_bytes())
    };
    assert!(mail::is_own(&letter(""), &ours));
    assert!(mail::is_own(&letter("Reply-To: Appeals@example.org\r\n"), &ours));
    let visitor = letter("Reply-To: Anna <anna@example.net>\r\n");
    assert!(!mail::is_own(&visitor, &ours));
    assert_eq!(visitor.answer_to().map(|author| author.addr.as_str()), Some("anna@example.net"));
}

#[test]
fn dates_beyond_what_a_header_holds_do_not_break_a_letter() {
    for date in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
        let mut made = letter();
        made.date = date;
        assert!(compose(&made).is_ok());
    }
}

#[test]
fn no_line_is_longer_than_a_server_must_take() {
    let mut made = letter();
    made.text = "слово".repeat(2_000);
    made.subject = "очень ".repeat(100);
    made.references = (0..40).map(|i| format!("{i}.{}@example.org", "r".repeat(200))).collect();
    let raw = compose(&made).unwrap();
    assert!(raw.split(|b| *b == b'\n').all(|line| line.len() <= 998));
    assert!(text(&mail::parse(&raw).text).starts_with("словослово"));
}
