//! The letters that the program itself writes to authors, and what it puts into a draft, in Russian. Pure: from data to
//! text. It promises nothing but what the desk promises (a person's response by a stated moment), says that no person wrote
//! it, and never says whether the author is in the registry.

use super::parse::{ParseNote, ParsedMail};
use crate::types::{AppealNumber, Purpose};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use thiserror::Error;

/// What a notice of receipt is made of.
#[derive(Clone, Debug)]
pub struct ReceiptData<'a> {
    pub number: AppealNumber,
    pub organisation: &'a str,
    /// When the response is due.
    pub due_at: Timestamp,
    /// When the notice is written: after a long outage the due moment may be past.
    pub now: Timestamp,
    /// The desk's zone.
    pub zone: &'a TimeZone,
    /// Whether the letter speaks of a dismissal, whose limitation is one month (ТК РФ art. 392 part 1).
    pub dismissal: bool,
    /// What of the letter could not be read.
    pub left_out: &'a [ParseNote],
    /// A number to call when it cannot wait.
    pub duty_phone: Option<&'a str>,
}

/// The notice unless the settings hold another. In braces: what is put in.
pub const RECEIPT_TEMPLATE: &str = "\
Здравствуйте!

Ваше обращение получено и зарегистрировано под номером {number}.
{by_when}

Это письмо отправлено автоматически. В ответе человека будет сказано, кто занимается вашим обращением и что будет дальше. \
Само решение вопроса может занять больше времени.
{urgent}
Что прислать, если вы этого ещё не сделали (просто ответьте на это письмо):
 - фамилию, имя, отчество и телефон;
 - место работы, должность и название вашей профсоюзной организации;
 - копии или фотографии документов: приказ, уведомление, трудовой договор, расчётный листок;
 - дату, когда вы получили документ или узнали о нарушении;
 - можно ли называть ваше имя работодателю. Пока вы этого не разрешите, мы его не назовём.
{dismissal}
Отвечая, не меняйте тему письма: по номеру {number} мы найдём ваше обращение.

{organisation}
";

const DISMISSAL: &str = "
ВАЖНО, ЕСЛИ ВАС УВОЛИЛИ. Обратиться в суд по спору об увольнении можно в течение одного месяца со дня, когда вам вручили копию \
приказа об увольнении либо выдали трудовую книжку или сведения о трудовой деятельности (статья 392 Трудового кодекса РФ). \
Обращение в профсоюз этот срок не останавливает. Сообщите нам эту дату как можно скорее.
";

/// Why a template of the settings cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TemplateError {
    #[error("the template does not say {0}")]
    Missing(&'static str),
    #[error("the template has a place that is not known")]
    UnknownPlace,
}

const PLACES: [&str; 5] = ["{number}", "{by_when}", "{urgent}", "{dismissal}", "{organisation}"];

/// Checks a template: the number and the moment must stand in it, and nothing unknown in braces. The warning about the
/// limitation may be left to the places where it belongs, not left out.
pub fn check_template(template: &str) -> Result<(), TemplateError> {
    for place in ["{number}", "{by_when}", "{dismissal}"] {
        if !template.contains(place) {
            return Err(TemplateError::Missing(place));
        }
    }
    let rest = PLACES.iter().fold(template.to_owned(), |text, place| text.replace(place, ""));
    if rest.contains(['{', '}']) { Err(TemplateError::UnknownPlace) } else { Ok(()) }
}

/// The notice's text.
pub fn receipt(template: &str, data: &ReceiptData<'_>) -> String {
    let mut text = String::with_capacity(template.len() + 800);
    let mut rest = template;
    // One pass, so that what is put in is never read as a place again.
    while let Some((at, place)) = PLACES.iter().filter_map(|p| rest.find(p).map(|at| (at, *p))).min() {
        text.push_str(&rest[..at]);
        text.push_str(&value_of(place, data));
        rest = &rest[at + place.len()..];
    }
    text + rest
}

fn value_of(place: &str, data: &ReceiptData<'_>) -> String {
    match place {
        "{number}" => data.number.to_string(),
        "{by_when}" => by_when(data) + &left_out(data.left_out),
        "{dismissal}" if data.dismissal => DISMISSAL.to_owned(),
        "{urgent}" => data.duty_phone.map_or_else(String::new, |phone| {
            format!("\nЕсли дело не терпит (угроза жизни, увольнение сегодня), звоните дежурному: {phone}.\n")
        }),
        "{organisation}" => data.organisation.to_owned(),
        _ => String::new(),
    }
}

/// What the author must send again, in words; nothing where everything was read.
fn left_out(notes: &[ParseNote]) -> String {
    let said = notes.iter().filter_map(|note| match note {
        ParseNote::TextTruncated => Some("текст длиннее, чем мы можем показать: пришлите его файлом"),
        ParseNote::PartsTruncated | ParseNote::NestingTruncated => {
            Some("вложений слишком много: часть их не видна, пришлите самые важные отдельными письмами")
        }
        ParseNote::OutlookContainer => Some(
            "файлы пришли внутри winmail.dat, который открывается не везде: пришлите их обычными вложениями",
        ),
        _ => None,
    });
    let mut lines: Vec<&str> = said.collect();
    lines.dedup();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n\nПисьмо сохранено целиком, но не всё в нём удалось прочитать:\n - {}.", lines.join(";\n - "))
}

fn by_when(data: &ReceiptData<'_>) -> String {
    if data.due_at > data.now {
        format!("Человек ответит вам не позднее: {}.", moment(data.due_at, data.zone))
    } else {
        "Мы получили его с опозданием и ответим вне очереди: срок, который мы себе ставим, уже прошёл."
            .to_owned()
    }
}

/// `вторник, 17 ноября 2026 г., 10:00 (UTC+3, московское время)`.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    const DAYS: [&str; 7] =
        ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"];
    const MONTHS: [&str; 12] = [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ];
    let local = at.to_zoned(zone.clone());
    let day = DAYS[local.weekday().to_monday_zero_offset() as usize % 7];
    let month = MONTHS[(local.month() as usize - 1) % 12];
    let seconds = local.offset().seconds();
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    let minutes_part = if minutes % 60 == 0 { String::new() } else { format!(":{:02}", minutes % 60) };
    let moscow =
        if zone.iana_name() == Some("Europe/Moscow") { ", московское время" } else { "" };
    format!(
        "{day}, {} {month} {} г., {:02}:{:02} (UTC{sign}{}{minutes_part}{moscow})",
        local.day(),
        local.year(),
        local.hour(),
        local.minute(),
        minutes / 60,
    )
}

/// The line that a draft gets for a file that was mailed to it and had no room there; the name is made safe already.
pub fn file_left_in_letter(name: &str) -> String {
    format!("\n[файл не поместился и остался в письме: {name}]")
}

/// Whether the letter speaks of a dismissal. It decides one thing: whether the notice warns of the limitation. To warn
/// somebody who keeps their job costs nothing, so any mention counts.
pub fn mentions_dismissal(mail: &ParsedMail) -> bool {
    const STEMS: [&str; 9] = [
        "увол",
        "сокращен",
        "под сокращ",
        "сокращаю",
        "сократили",
        "по статье",
        "расторг",
        "прекращени",
        "выгнали с работы",
    ];
    [&mail.subject, &mail.text].iter().any(|text| {
        let text = text.raw_for(Purpose::Matching).to_lowercase();
        STEMS.iter().any(|stem| text.contains(stem))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse;

    fn text_at(now: &str, dismissal: bool, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        receipt(
            RECEIPT_TEMPLATE,
            &ReceiptData {
                number: AppealNumber { year: 2026, seq: 1843 },
                organisation: "Приозёрский обком {number}",
                due_at: "2026-11-17T07:05:00Z".parse().unwrap(),
                now: now.parse().unwrap(),
                zone: &zone,
                dismissal,
                left_out: &[],
                duty_phone: Some("+7 900 000-00-01"),
            },
        )
    }

    #[test]
    fn the_notice_names_number_moment_and_zone() {
        let text = text_at("2026-11-16T07:05:00Z", false, "Europe/Moscow");
        assert!(text.contains("под номером 2026-1843."), "{text}");
        assert!(
            text.contains("не позднее: вторник, 17 ноября 2026 г., 10:05 (UTC+3, московское время)."),
            "{text}"
        );
        assert!(text.contains("отправлено автоматически") && text.contains("+7 900 000-00-01"));
        assert!(text.contains("Приозёрский обком {number}"), "what is put in is not read again");
        assert!(!text.contains("ВАЖНО") && !text.contains("{by_when}"));
    }

    #[test]
    fn a_dismissal_is_warned_of_its_month() {
        let text = text_at("2026-11-16T07:05:00Z", true, "Asia/Yekaterinburg");
        assert!(text.contains("одного месяца") && text.contains("статья 392"));
        assert!(text.contains("12:05 (UTC+5)"), "{text}");
    }

    #[test]
    fn a_moment_that_is_past_is_not_promised() {
        let text = text_at("2026-11-18T00:00:00Z", false, "Europe/Moscow");
        assert!(!text.contains("не позднее") && text.contains("с опозданием"));
    }

    #[test]
    fn a_template_that_leaves_out_what_matters_is_refused() {
        assert_eq!(check_template(RECEIPT_TEMPLATE), Ok(()));
        assert_eq!(check_template("{by_when}{dismissal}"), Err(TemplateError::Missing("{number}")));
        assert_eq!(check_template("{number}{by_when}"), Err(TemplateError::Missing("{dismissal}")));
        assert_eq!(check_template("{number}{by_when}{dismissal}{name}"), Err(TemplateError::UnknownPlace));
    }

    #[test]
    fn a_dismissal_is_seen_in_subject_and_text() {
        let letter = |text: &str| {
            parse(format!("Subject: x\nContent-Type: text/plain; charset=utf-8\n\n{text}").as_bytes())
        };
        for text in ["Меня УВОЛИЛИ за прогул", "попала под сокращение", "грозят уволить по статье"]
        {
            assert!(mentions_dismissal(&letter(text)), "{text}");
        }
        assert!(!mentions_dismissal(&letter("Когда отпуск?")));
    }
}
