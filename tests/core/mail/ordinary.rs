//! Two hundred ordinary letters, made from a small table: programs × languages × structures. Some speak of failed delivery,
//! of absence, of confirmation, as people do. None is taken for a report, each is read whole, each author gets a receipt.

use encoding_rs::{Encoding, KOI8_R, UTF_8, WINDOWS_1251};
use otklik_core::mail::{self, MailKind, Ours};
use otklik_core::types::Purpose;

/// What programs write beside the usual headers.
const PROGRAMS: [(&str, &str); 9] = [
    (
        "Outlook",
        "X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AdA=\r\nContent-Language: ru\r\nX-MS-Has-Attach:\r\n",
    ),
    (
        "Exchange",
        "X-MS-Exchange-Organization-SCL: -1\r\nX-Auto-Response-Suppress: DR, RN, NRN\r\nX-Originating-IP: [10.0.0.1]\r\n",
    ),
    ("Thunderbird", "User-Agent: Mozilla Thunderbird\r\nContent-Language: en-US\r\nX-Priority: 3\r\n"),
    ("Gmail", "X-Gm-Message-State: AOJu0Y\r\nX-Google-Smtp-Source: AGHT\r\nX-Received: by 2002:a05:0\r\n"),
    ("Yandex", "X-Yandex-FolderName: Vhodyashchie\r\nX-Mailer: Yamail [ http://yandex.ru ] 5.0\r\n"),
    ("Mail.ru", "X-Mailer: Mail.Ru Mailer 1.0\r\nX-Mras: Ok\r\nX-Spam: undefined\r\n"),
    ("iPhone", "X-Mailer: iPhone Mail (20G75)\r\nX-Apple-Notify-Thread: NO\r\n"),
    ("The Bat!", "X-Mailer: The Bat! (v3.99)\r\nX-Priority: 3 (Normal)\r\nReturn-Receipt-To: me\r\n"),
    (
        "Roundcube",
        "User-Agent: Roundcube Webmail/1.6\r\nX-Sender: me\r\nReturn-Path: <someone@works.example>\r\n",
    ),
];

/// A subject and a text each; the words are those of reports, the meaning is not.
const WORDS: [(&str, &str); 4] = [
    (
        "Письмо не доставлено: увольнение",
        "Здравствуйте! Уведомление мне не доставлено, 550 рублей удержали. Что делать?",
    ),
    (
        "Undeliverable goods and a failure notice",
        "Hello! The delivery failed, user unknown to the courier, 554 packets were lost.",
    ),
    (
        "Abwesenheit vom Arbeitsplatz",
        "Guten Tag! Ich war krank und bin gekündigt worden. Bitte bestätigen Sie den Empfang.",
    ),
    (
        "Автоматическое списание и отпуск",
        "Добрый день! Я в отпуске, а меня отозвали. Подтвердите, что письмо дошло: a@b.example",
    ),
];

/// One way to build a letter from a subject and a text.
type Structure = fn(&str) -> (String, Vec<u8>);

const STRUCTURES: [Structure; 6] = [
    |text| {
        ("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n".into(), text.into())
    },
    |text| {
        let head = "Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n";
        if fits(KOI8_R, text) { (head.into(), bytes(KOI8_R, text)) } else { STRUCTURES[0](text) }
    },
    |text| {
        let head = "Content-Type: text/plain; charset=\"windows-1251\"\r\nContent-Transfer-Encoding: quoted-printable\r\n";
        let encoding = if fits(WINDOWS_1251, text) { WINDOWS_1251 } else { UTF_8 };
        let quoted: String = bytes(encoding, text).iter().map(|byte| format!("={byte:02X}")).collect();
        let lines: Vec<&str> =
            (0..quoted.len()).step_by(72).map(|at| &quoted[at..(at + 72).min(quoted.len())]).collect();
        (head.replace("windows-1251", encoding.name()), lines.join("=\r\n").into_bytes())
    },
    |text| {
        let html = format!("<html><body><p>{text}</p></body></html>");
        ("Content-Type: text/html; charset=utf-8\r\n".into(), html.into())
    },
    |text| {
        let body = format!(
            "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\nContent-Type: text/html; \
             charset=utf-8\r\n\r\n<p>{text}</p>\r\n--b--\r\n"
        );
        ("MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n".into(), body.into())
    },
    |text| {
        let body = format!(
            "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
             From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n\r\n<a@b.example>: 550 5.1.1 unknown\r\n--b--\r\n"
        );
        ("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n".into(), body.into())
    },
];

fn bytes(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn fits(encoding: &'static Encoding, text: &str) -> bool {
    !encoding.encode(text).2
}

#[test]
fn two_hundred_ordinary_letters_are_letters() {
    let ours = Ours { addresses: vec!["help@union.example".into()], ..Ours::default() };
    let mut made = 0;
    for (program, headers) in PROGRAMS {
        for (subject, text) in WORDS {
            for (number, structure) in STRUCTURES.iter().enumerate() {
                let (kind, body) = structure(text);
                let answer = if made % 2 == 0 {
                    ""
                } else {
                    "In-Reply-To: <x@y.example>\r\nReferences: <x@y.example>\r\n"
                };
                let subject = if made % 3 == 0 { format!("Re: {subject}") } else { subject.to_owned() };
                let head = format!(
                    "{headers}From: Postmaster Ivanov <postmaster@works.example>\r\nTo: help@union.example\r\nSubject: \
                     {subject}\r\nMessage-ID: <{made}@works.example>\r\n{answer}{kind}\r\n"
                );
                let letter = mail::parse(&[head.as_bytes(), &body].concat());
                let name = format!("{program}, {subject}, structure {number}");
                assert_eq!(letter.kind, MailKind::Human, "{name}");
                assert!(letter.report.is_none(), "{name}");
                assert!(letter.text.raw_for(Purpose::Store).replace('\n', " ").contains(text), "{name}");
                assert_eq!(mail::receipt_allowed(&letter, &ours), Ok(()), "{name}");
                made += 1;
            }
        }
    }
    assert!(made >= 200, "{made}");
}
