//! Invented letters as they come: four character sets, quoted-printable and base64, HTML beside plain text, files; some 6 KB
//! on average. One in seven goes on with an earlier letter of its author.

use crate::support::random::Random;
use std::fmt::Write as _;

const SENTENCES: &[&str] = &[
    "Здравствуйте! Прошу помочь разобраться в моей ситуации.",
    "Меня уволили за прогул, хотя в этот день я была на больничном с ребёнком, справка имеется.",
    "Работодатель не выплатил премию за третий квартал и объяснить отказался.",
    "График сменности дали подписать задним числом, сверхурочные оплатили в одинарном размере.",
    "Комиссия признала условия труда допустимыми, доплату за вредность сняли без предупреждения.",
    "Перевод на лёгкий труд по справке врача не дали, сказали: нет свободных мест.",
    "Расчётные листы не выдают второй месяц, начальник участка говорит, что так будет всегда.",
    "Путёвку в санаторий обещали ещё весной, заявление лежит в профкоме с февраля.",
    "В архиве ответили, что документы колхоза не сохранились, стаж не засчитали.",
    "Пожалуйста, разъясните порядок и сроки обращения в суд и в инспекцию труда.",
    "Копии приказа и трудового договора прилагаю, остальное вышлю по запросу.",
    "С уважением и надеждой на ответ.",
];

/// One letter, ready for the store.
pub struct Letter {
    pub transport_id: String,
    pub bytes: Vec<u8>,
}

/// `count` letters; the same for the same `seed`.
pub fn letters(count: usize, seed: u64) -> Vec<Letter> {
    let mut random = Random::new(seed);
    (0..count).map(|n| letter(n, seed, &mut random)).collect()
}

fn letter(n: usize, seed: u64, random: &mut Random) -> Letter {
    let follows = n > 20 && random.chance(14);
    let author = if follows { n - 1 - random.below(20) as usize } else { n };
    let mut head = format!(
        "Return-Path: <author{author}.{seed}@example.com>\r\n\
         Received: from relay.example.com (relay.example.com [192.0.2.7]) by mx.example.org with ESMTPS id {n:08x}\r\n\
         \tfor <appeals@example.org>; Mon, 16 Nov 2026 09:{:02}:00 +0300\r\n\
         DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=mail; h=from:to:subject:date;\r\n\
         \tbh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=; b=dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdA==\r\n\
         From: {} <author{author}.{seed}@example.com>\r\nTo: appeals@example.org\r\n\
         Subject: {}\r\nDate: Mon, 16 Nov 2026 09:{:02}:00 +0300\r\nMessage-ID: <{n}.{seed}@example.com>\r\n",
        n % 60,
        word("Семёнова Алёна Игоревна"),
        word(&format!(
            "{} ({n})",
            random.pick(&["Увольнение за прогул", "Не выплатили премию", "Вопрос об отпуске"])
        )),
        n % 60,
    );
    if follows {
        write!(
            head,
            "In-Reply-To: <{author}.{seed}@example.com>\r\nReferences: <{author}.{seed}@example.com>\r\n"
        )
        .expect("text");
    }
    head += "MIME-Version: 1.0\r\n";
    let length = 6 + random.below(20);
    let text: Vec<&str> = (0..length).map(|_| random.pick(SENTENCES)).collect();
    let mut bytes = head.into_bytes();
    body(&mut bytes, &text.join("\r\n"), random);
    Letter { transport_id: format!("{n}.{seed}.bench"), bytes }
}

fn body(bytes: &mut Vec<u8>, text: &str, random: &mut Random) {
    match random.below(10) {
        0..4 => part(bytes, text, random),
        4..8 => {
            bytes.extend(b"Content-Type: multipart/alternative; boundary=\"alt\"\r\n\r\n--alt\r\n");
            part(bytes, text, random);
            bytes.extend(b"\r\n--alt\r\n");
            let lines: Vec<String> = text.lines().map(|line| format!("<p>{line}</p>")).collect();
            let html = format!(
                "<html><head><style>p {{ margin: 0 }}</style></head><body>{}</body></html>",
                lines.join("\r\n")
            );
            bytes.extend(
                b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            );
            bytes.extend(base64(html.as_bytes()).into_bytes());
            bytes.extend(b"\r\n--alt--\r\n");
        }
        _ => {
            bytes.extend(b"Content-Type: multipart/mixed; boundary=\"mix\"\r\n\r\n--mix\r\n");
            part(bytes, text, random);
            let file: Vec<u8> = (0..9_000 + random.below(9_000)).map(|_| random.next() as u8).collect();
            let name = word("Приказ об увольнении.pdf");
            bytes.extend(
                format!(
                    "\r\n--mix\r\nContent-Type: application/pdf; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
                     Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}\r\n--mix--\r\n",
                    base64(&file)
                )
                .into_bytes(),
            );
        }
    }
}

/// One text part in one of four character sets.
fn part(bytes: &mut Vec<u8>, text: &str, random: &mut Random) {
    let (charset, encoding) = random.pick(&[
        ("utf-8", encoding_rs::UTF_8),
        ("utf-8", encoding_rs::UTF_8),
        ("windows-1251", encoding_rs::WINDOWS_1251),
        ("koi8-r", encoding_rs::KOI8_R),
    ]);
    let (encoded, ..) = encoding.encode(text);
    let (transfer, body) = match random.below(3) {
        0 => ("base64", base64(&encoded).into_bytes()),
        1 => ("quoted-printable", quoted_printable(&encoded).into_bytes()),
        _ => ("8bit", encoded.into_owned()),
    };
    let head = format!(
        "Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n"
    );
    bytes.extend(head.into_bytes());
    bytes.extend(body);
    bytes.extend(b"\r\n");
}

/// A header's text as RFC 2047 has it.
fn word(text: &str) -> String {
    let whole: Vec<char> = text.chars().collect();
    let words = whole.chunks(20).map(|some| {
        let some: String = some.iter().collect();
        format!("=?utf-8?B?{}?=", base64(some.as_bytes()).replace("\r\n", ""))
    });
    words.collect::<Vec<_>>().join("\r\n ")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 28);
    for (n, three) in bytes.chunks(3).enumerate() {
        if n > 0 && n % 19 == 0 {
            text.push_str("\r\n");
        }
        let whole =
            three.iter().fold(0u32, |whole, byte| whole << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let digit = DIGITS[(whole >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

fn quoted_printable(bytes: &[u8]) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for byte in bytes {
        match byte {
            b'\r' => {}
            b'\n' => {
                text.push_str("\r\n");
                column = 0;
            }
            b' '..=b'~' if *byte != b'=' => {
                text.push(char::from(*byte));
                column += 1;
            }
            _ => {
                write!(text, "={byte:02X}").expect("text");
                column += 3;
            }
        }
        if column > 72 {
            text.push_str("=\r\n");
            column = 0;
        }
    }
    text
}
