//! Letters and a registry as they come. All people are invented.

/// A registry with the author of the letters and a namesake.
pub const MEMBERS: &str = "id,ppo,fio_raw,birth_raw,card_raw,position,phone_raw,email,joined_raw,dues_raw,status_raw\n\
M001,P02,Семёнова Алёна Игоревна,14.03.1987,100214,медсестра операционная,+7 900 000-01-01,,12.05.2011,уплачиваются,на учёте\n\
M002,P01,СЕМЕНОВА АЛЕНА ИГОРЕВНА,02/11/1992,100877,мед. сестра,89000000102,,2016,уплачиваются,на учёте\n\
M003,P03,Гайфуллина Резеда Маратовна,1979-06-23,101 005,фельдшер СМП,8 (900) 000-01-03,,01.09.2004,уплачиваются,на учёте\n";

/// An address that the real mail server takes and no other test uses.
pub fn somebody() -> String {
    format!("{}@example.org", uuid::Uuid::now_v7().simple())
}

/// A Message-ID that nobody else has.
pub fn fresh_id() -> String {
    format!("{}@mail.example.net", uuid::Uuid::now_v7().simple())
}

/// Russian text in windows-1251, as old mail programs write it.
fn cp1251(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        'А'..='я' => u8::try_from(u32::from(c) - 0x410 + 0xC0).expect("sixty-four letters"),
        'Ё' => 0xA8,
        'ё' => 0xB8,
        '№' => 0xB9,
        c => u8::try_from(c).ok().filter(u8::is_ascii).expect("Russian or ASCII"),
    };
    text.chars().map(byte).collect()
}

/// A word of a header as RFC 2047 says.
fn word(text: &str) -> String {
    let quoted: String = cp1251(text).iter().map(|byte| format!("={byte:02X}")).collect();
    format!("=?windows-1251?Q?{quoted}?=")
}

/// The first letter: windows-1251, a file, and what the personnel office wrote to her, quoted.
pub fn dismissed(from: &str, to: &str) -> Vec<u8> {
    let head = format!(
        "From: {} <{from}>\r\nTo: {to}\r\nMessage-ID: <{}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        word("Семёнова Алёна Игоревна"),
        fresh_id(),
        word("Меня уволили за прогул"),
    );
    let text = "Здравствуйте! Ребёнок болел, а меня уволили за прогул 21 октября. Что мне делать?\r\n\r\n\
                Мой телефон +7 900 000-01-01.\r\n\r\n\
                21.10.2026 18:05, Отдел кадров пишет:\r\n> Вы не вышли на работу.\r\n> Просим объяснений.\r\n";
    let file = "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\
                Content-Disposition: attachment; filename=prikaz.pdf\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n";
    [head.into_bytes(), cp1251(text), file.as_bytes().to_vec()].concat()
}

/// The author answers one of our letters and quotes it, as mail programs do.
pub fn answer(from: &str, to: &str, ours: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(ours);
    let id =
        text.lines().find_map(|line| line.strip_prefix("Message-ID: ").or(line.strip_prefix("Message-Id: ")));
    let id = id.expect("our letters have a Message-ID").trim();
    format!(
        "From: {} <{from}>\r\nTo: {to}\r\nMessage-ID: <{}>\r\nIn-Reply-To: {id}\r\nReferences: {id}\r\n\
         Subject: Re: question\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Спасибо! Приказ пришлю завтра.\r\n\r\n16.11.2026 10:00, Орлова Анна пишет:\r\n> Вашим делом занимаюсь я.\r\n\
         > Пришлите приказ.\r\n",
        word("Семёнова Алёна Игоревна"),
        fresh_id(),
    )
    .into_bytes()
}

/// A short letter in UTF-8.
pub fn plain(from: &str, to: &str, name: &str, subject: &str, text: &str) -> Vec<u8> {
    format!(
        "From: {} <{from}>\r\nTo: {to}\r\nMessage-ID: <{}>\r\nSubject: {}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
        word(name),
        fresh_id(),
        word(subject),
    )
    .into_bytes()
}
