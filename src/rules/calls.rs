//! When to call again, which number to dial, what of a script is filled in, and what an application's code looks like. Pure.

use super::calendar::{Calendar, date_at};
use super::extract::extract;
use super::normalise::phone_e164;
use crate::types::ChairAnswer;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::fmt::Display;

/// People are called on workdays between these times of day.
const FROM: Time = Time::constant(9, 0, 0, 0);
const UNTIL: Time = Time::constant(18, 0, 0, 0);
/// An attempt stands so long before the response is due, and no sooner than so after the last one.
const BEFORE_DUE: SignedDuration = SignedDuration::from_hours(1);
const SOONEST: SignedDuration = SignedDuration::from_mins(30);
/// Days off in a row that are looked over.
const RESTS: usize = 12;
/// A call that was entered later than this is marked as such.
const LATE: SignedDuration = SignedDuration::from_hours(2);

/// Letters and digits of an application's code: none that is taken for another, in print or over the telephone, in either
/// alphabet.
pub const CODE_LETTERS: &[u8] = b"234679ACDEFHJKMNPRTUVWXY";
/// Signs of a code, in groups of four: 24^12 is more than 2^55.
pub const CODE_LENGTH: usize = 12;

/// The next attempt after one that nobody answered: a day later, moved into the hours in which people are called.
pub fn next_attempt(now: Timestamp, calendar: &Calendar, zone: &TimeZone) -> Timestamp {
    let here = now.to_zoned(zone.clone());
    let tomorrow = date_at(now, zone).checked_add(1.days()).unwrap_or(here.date());
    let time = here.time().clamp(FROM, UNTIL);
    let time = time.round(jiff::Unit::Minute).unwrap_or(time).min(UNTIL);
    let at = calendar.workday_from(tomorrow).to_datetime(time).to_zoned(zone.clone());
    at.map_or(now, |at| at.timestamp())
}

/// The same, but before the response is due where there is time for it: an hour before at the latest, not sooner than half an hour
/// from now, in the hours in which people are called.
pub fn next_before(
    due: Option<Timestamp>,
    now: Timestamp,
    calendar: &Calendar,
    zone: &TimeZone,
) -> Timestamp {
    let next = next_attempt(now, calendar, zone);
    let Some(due) = due.filter(|due| *due > now && next >= *due) else { return next };
    let latest = due.saturating_sub(BEFORE_DUE).unwrap_or(now).to_zoned(zone.clone());
    let (mut day, mut time) = (latest.date(), latest.time().min(UNTIL));
    let is_hour = |day, time| calendar.is_workday(day) && time >= FROM;
    // Back to the last hour of a workday before it.
    for _ in 0..RESTS {
        if is_hour(day, time) {
            break;
        }
        (day, time) = (day.yesterday().unwrap_or(day), UNTIL);
    }
    let at = day.to_datetime(time).to_zoned(zone.clone()).map_or(now, |at| at.timestamp());
    if is_hour(day, time) && at.duration_since(now) >= SOONEST { at } else { next }
}

/// Whether the entry came so late after the call that it must be told.
pub fn is_late_entry(at: Timestamp, entered_at: Timestamp) -> bool {
    entered_at.duration_since(at) > LATE
}

/// Numbers that an author gave, in E.164, the stated contact before those of the text.
pub fn numbers<'a>(stated: Option<&str>, texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut numbers: Vec<String> = stated.and_then(phone_e164).into_iter().collect();
    for number in texts.into_iter().flat_map(|text| extract(text).phones) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// What a telephone's camera dials (RFC 3966); none for what is no whole number.
pub fn tel(number: &str) -> Option<String> {
    phone_e164(number).map(|number| format!("tel:{number}"))
}

/// A script of the organisation's own with `{name}`, `{number}` and `{union}` filled in, each once, so that a name with
/// braces in it fills in nothing further.
pub fn fill(script: &str, name: &str, number: impl Display, union: &str) -> String {
    let number = number.to_string();
    let mut filled = String::with_capacity(script.len() + name.len() + union.len());
    let mut rest = script;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [("{name}", name), ("{number}", number.as_str()), ("{union}", union)];
        match known.iter().find(|(mark, _)| rest.starts_with(mark)) {
            Some((mark, value)) => {
                filled.push_str(value);
                rest = &rest[mark.len()..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// A code as it is written down: groups of four.
pub fn shown_code(code: &str) -> String {
    let signs: Vec<char> = code.chars().collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The code that somebody typed, whatever stands between its groups, in whichever case and alphabet; none if it is not one.
pub fn read_code(text: &str) -> Option<String> {
    let signs = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '\u{2010}'..='\u{2015}'));
    let code: Option<String> = signs.map(sign).collect();
    code.filter(|code| code.len() == CODE_LENGTH)
}

/// A sign as the codes have it: Cyrillic letters that look like theirs are theirs.
fn sign(c: char) -> Option<char> {
    let upper = c.to_uppercase().next()?;
    let latin = match upper {
        'А' => 'A',
        'С' => 'C',
        'Е' => 'E',
        'Н' => 'H',
        'К' => 'K',
        'М' => 'M',
        'Р' => 'P',
        'Т' => 'T',
        'Х' => 'X',
        'У' => 'Y',
        other => other,
    };
    u8::try_from(latin).ok().filter(|byte| CODE_LETTERS.contains(byte)).map(char::from)
}

/// A chair's answer to a question about membership: of a line that begins with it, has the code next and perhaps since when after
/// it. What is quoted never says it, since the letter has the words and the code on different lines.
pub fn chair_answer(text: &str) -> Option<(ChairAnswer, String, String)> {
    text.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let bare =
            |word: &str| word.trim_matches([':', ',', '.', '!', '-', '\u{2013}', '\u{2014}']).to_lowercase();
        let first = words.first().map(|word| bare(word))?;
        let second = words.get(1).map(|word| bare(word)).unwrap_or_default();
        let (answer, said) = match (first.as_str(), second.as_str()) {
            ("не", "состоит" | "член") => (ChairAnswer::NotMember, 2),
            ("не", "знаю") => (ChairAnswer::Unknown, 2),
            ("состоит" | "член", _) => (ChairAnswer::Member, 1),
            _ => return None,
        };
        let rest = &words[said..];
        // A code of one piece, or of three with blanks between them.
        let (code, taken) = [1, 3].into_iter().find_map(|n| {
            let pieces = rest.get(..n)?;
            let code = read_code(pieces.join(" ").trim_matches(['.', ',', ':', ';', '!']))?;
            Some((code, n))
        })?;
        Some((answer, code, rest[taken..].join(" ")))
    })
}

/// The code in a chair's answer: of a line that says that it is accepted and nothing else. What is quoted never says it, since
/// the letter has the word and the code on different lines; «не принято» does not either.
pub fn accepted_code(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let line = line.trim().trim_end_matches(['.', '!']);
        let (word, rest) = line.split_once(char::is_whitespace)?;
        let word = word.to_lowercase();
        let word = word.trim_end_matches([':', ',', '.']);
        let says = matches!(word, "принято" | "принята" | "принят" | "подтверждаю" | "accepted");
        says.then(|| read_code(rest)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_next_attempt_is_a_day_later_on_a_workday_in_the_hours_in_which_people_are_called() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let next = |now: &str| {
            let at = next_attempt(now.parse().unwrap(), &Calendar::default(), &zone);
            at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
        };
        assert_eq!(next("2026-11-16T14:20:31+03:00"), "2026-11-17 14:21");
        assert_eq!(next("2026-11-16T07:10:00+03:00"), "2026-11-17 09:00");
        assert_eq!(next("2026-11-16T22:10:00+03:00"), "2026-11-17 18:00");
        assert_eq!(next("2026-11-13T12:00:00+03:00"), "2026-11-16 12:00", "a Friday");
        assert_eq!(next("2026-12-31T12:00:00+03:00"), "2027-01-11 12:00", "the holidays");
        // The day is the desk's: the evening of UTC is already tomorrow in Moscow.
        assert_eq!(next("2026-11-15T22:00:00Z"), "2026-11-17 09:00");
    }

    #[test]
    fn the_next_attempt_stands_before_the_due_where_there_is_time() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let next = |due: &str, now: &str| {
            let due = Some(due.parse().unwrap());
            let at = next_before(due, now.parse().unwrap(), &Calendar::default(), &zone);
            at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
        };
        let now = "2026-11-16T10:00:00+03:00";
        assert_eq!(next("2026-11-16T16:00:00+03:00", now), "2026-11-16 15:00");
        assert_eq!(
            next("2026-11-17T08:00:00+03:00", now),
            "2026-11-16 18:00",
            "the night is no time to call"
        );
        assert_eq!(next("2026-11-18T08:00:00+03:00", now), "2026-11-17 10:00", "a day later is early enough");
        assert_eq!(next("2026-11-16T11:15:00+03:00", now), "2026-11-17 10:00", "there is no time left");
        assert_eq!(next("2026-11-15T11:15:00+03:00", now), "2026-11-17 10:00", "it is overdue already");
    }

    #[test]
    fn a_call_is_late_only_more_than_two_hours_after() {
        let at: Timestamp = "2026-11-16T10:00:00+03:00".parse().unwrap();
        assert!(!is_late_entry(at, at + SignedDuration::from_hours(2)));
        assert!(is_late_entry(at, at + SignedDuration::from_secs(7201)));
    }

    #[test]
    fn the_stated_contact_goes_before_the_numbers_of_the_text_and_each_stands_once() {
        let text = "Звоните 8 900 000-01-02 или +7 900 000 01 01";
        assert_eq!(numbers(Some("8(900)000-01-01"), [text]), ["+79000000101", "+79000000102"]);
        assert_eq!(numbers(None, ["нет телефона"]), Vec::<String>::new());
        assert_eq!(tel("8 900 000-01-01, доб. 12").as_deref(), Some("tel:+79000000101"));
        assert_eq!(tel("12-34"), None);
    }

    #[test]
    fn a_script_is_filled_in_once_and_a_name_fills_in_nothing() {
        let script = "{union}: здравствуйте, {name}! № {number} {и так} {";
        assert_eq!(fill(script, "{union}", 7, "Профсоюз"), "Профсоюз: здравствуйте, {union}! № 7 {и так} {");
    }

    #[test]
    fn a_code_is_read_however_it_is_typed_and_accepted_only_by_a_line_that_says_so() {
        let code = "7K3MH4ACDEFX";
        assert_eq!(shown_code(code), "7K3M-H4AC-DEFX");
        for typed in ["7K3M-H4AC-DEFX", "7k3m h4ac defx", "7к3м-н4ас-DеFх", "7K3M\u{2013}H4AC\u{2013}DEFX"]
        {
            assert_eq!(read_code(typed).as_deref(), Some(code), "{typed}");
        }
        for wrong in ["", "7K3M-H4AC-DEF", "7K3M-H4AC-DEFXX", "7K3M-H4AC-DEF0", "привет привет"] {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
        for answer in ["ПРИНЯТО 7K3M-H4AC-DEFX", "Добрый день!\n принято: 7k3m h4ac defx.\n--\nПред. ППО"]
        {
            assert_eq!(accepted_code(answer).as_deref(), Some(code), "{answer}");
        }
        for answer in [
            "не принято 7K3M-H4AC-DEFX",
            "ПРИНЯТО\n7K3M-H4AC-DEFX",
            "Код: 7K3M-H4AC-DEFX",
            "> ПРИНЯТО 7K3M-H4AC-DEFX",
        ] {
            assert_eq!(accepted_code(answer), None, "{answer}");
        }
    }

    #[test]
    fn a_chairs_answer_is_read_only_from_a_line_that_says_it_with_the_code() {
        use ChairAnswer::{Member, NotMember, Unknown};
        for (line, answer, told) in [
            ("СОСТОИТ 7K3M-H4AC-DEFX с 2015 года", Member, "с 2015 года"),
            ("Добрый день!\n состоит: 7k3m h4ac defx, с мая.\n--\nПред.", Member, "с мая."),
            ("Не состоит 7K3M-H4AC-DEFX.", NotMember, ""),
            ("НЕ ЗНАЮ 7K3M-H4AC-DEFX", Unknown, ""),
        ] {
            assert_eq!(chair_answer(line), Some((answer, "7K3MH4ACDEFX".into(), told.into())), "{line}");
        }
        for line in
            ["Состоит", "7K3M-H4AC-DEFX состоит", "> СОСТОИТ 7K3M-H4AC-DEFX", "Не уверен 7K3M-H4AC-DEFX"]
        {
            assert_eq!(chair_answer(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_borne(text in any::<String>(), script in "[{}a-z]{0,40}") {
            read_code(&text);
            accepted_code(&text);
            chair_answer(&text);
            fill(&script, &text, 1, &text);
        }
    }
}
