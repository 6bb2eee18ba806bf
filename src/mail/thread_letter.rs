//! The wording of a letter by which a member of staff gets a whole thread into their own mailbox. Pure.

use crate::types::AppealNumber;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// One message of the thread, made safe.
pub struct ThreadPart {
    pub at: Timestamp,
    pub who: String,
    pub text: String,
    pub files: Vec<String>,
}

/// How something may be mailed back to the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayBack {
    /// Once, by the address that the letter names, until then.
    Once(Timestamp),
    /// By an answer that the mail server proves to be from this mailbox.
    Proven,
    /// Not at all: the account is not set up for it.
    None,
}

/// The letter's text.
pub fn thread_letter(
    number: AppealNumber,
    thread: &[ThreadPart],
    left_out: &[String],
    back: WayBack,
    zone: &TimeZone,
) -> String {
    let at = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%d.%m.%Y %H:%M").to_string();
    let mut text = format!("Обращение {number}: вся переписка и файлы.\n");
    match back {
        WayBack::Once(until) => text.push_str(&format!(
            "Ответьте на это письмо, и его текст и файлы добавятся к вашему черновику ответа. Адрес действует один раз, до {}. \
             Заявителю ничего не уйдёт.\n",
            at(until)
        )),
        WayBack::Proven => text.push_str(
            "Ответьте на это письмо, и его текст и файлы добавятся к вашему черновику ответа. Заявителю ничего не уйдёт.\n",
        ),
        WayBack::None => text.push_str("Отвечать на это письмо некуда: пишите ответ в Отклике.\n"),
    }
    for name in left_out {
        text.push_str(&format!("Файл не приложен, он слишком велик или не сохранён: {name}\n"));
    }
    for part in thread {
        text.push_str(&format!("\n---- {} · {} ----\n\n{}\n", at(part.at), part.who, part.text.trim_end()));
        for name in &part.files {
            text.push_str(&format!("[файл: {name}]\n"));
        }
    }
    text
}
