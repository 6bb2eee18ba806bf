//! Letters as they come in real bytes.

use encoding_rs::{Encoding, KOI8_R, WINDOWS_1251};

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn word(encoding: &'static Encoding, text: &str) -> String {
    let quoted: String = encoded(encoding, text).iter().map(|byte| format!("={byte:02X}")).collect();
    format!("=?{}?Q?{quoted}?=", encoding.name())
}

/// A letter in KOI8-R, eight bits, as old programs write it.
pub fn koi8(from: &str, to: &str, id: &str) -> Vec<u8> {
    let head = format!(
        "From: {} <{from}>\r\nTo: {to}\r\nMessage-ID: <{id}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        word(KOI8_R, "Семёнова Алёна"),
        word(KOI8_R, "Меня уволили за прогул"),
    );
    let text = "Здравствуйте!\r\nРебёнок болел, а меня уволили за прогул. Что мне делать?\r\n";
    [head.into_bytes(), encoded(KOI8_R, text)].concat()
}

/// A letter in windows-1251, HTML only, with a file.
pub fn html_with_file(from: &str, to: &str, id: &str) -> Vec<u8> {
    let head = format!(
        "From: <{from}>\r\nTo: {to}\r\nMessage-ID: <{id}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/html; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        word(WINDOWS_1251, "Не платят сверхурочные"),
    );
    let text = "<p>Работаем <b>по субботам</b>, а в расчётном листке их нет.</p>\r\n";
    let file = "--b\r\nContent-Type: application/pdf; name=list.pdf\r\nContent-Transfer-Encoding: base64\r\n\
                Content-Disposition: attachment; filename=list.pdf\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n";
    [head.into_bytes(), encoded(WINDOWS_1251, text), file.as_bytes().to_vec()].concat()
}

/// A plain letter with whatever header lines besides, each ended by CRLF.
pub fn plain(from: &str, to: &str, id: &str, headers: &str, text: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {to}\r\nMessage-ID: <{id}>\r\nSubject: question\r\n{headers}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

/// A Message-ID that nobody else has.
pub fn fresh_id() -> String {
    format!("{}@mail.example.net", uuid::Uuid::now_v7().simple())
}
