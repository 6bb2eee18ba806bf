//! How a row's membership stood on the day that an appeal is about: joined by then, left by then, dues owed. Registries write
//! dates as days, months or years and standings in words of their own; what cannot be read says nothing.

use crate::types::MemberStatus;
use jiff::civil::Date;

/// The first and the last day that a written date may mean: a day, a month of a year, or a year.
fn span(text: &str) -> Option<(Date, Date)> {
    let ends = ["г.р.", "года", "год", "г.", "г"];
    let text = text.trim().trim_end_matches([',', ';', ')']);
    let text = ends.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let text = text.trim().trim_matches(['.', ',', '(', ')']);
    let parts: Option<Vec<i16>> = text.split(['.', '-', '/']).map(|part| part.trim().parse().ok()).collect();
    let year = |year: i16| match year {
        1900..=2100 => Some(year),
        0..=49 => Some(2000 + year),
        50..=99 => Some(1900 + year),
        _ => None,
    };
    let date = |of_year: i16, month: i16, day: i16| {
        Date::new(year(of_year)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    match parts?.as_slice() {
        [only @ 1900..=2100] => Some((date(*only, 1, 1)?, date(*only, 12, 31)?)),
        [month, of_year @ 1900..=2100] => {
            let first = date(*of_year, *month, 1)?;
            Some((first, first.last_of_month()))
        }
        [first, month, last] => {
            let day = date(*last, *month, *first).or_else(|| date(*first, *month, *last))?;
            Some((day, day))
        }
        _ => None,
    }
}

/// The first date in a text: «исключён 15.12.2025».
fn dated(text: &str) -> Option<(Date, Date)> {
    text.split_whitespace().find_map(span)
}

/// Whether somebody joined only after the day, whatever the written date may mean.
pub(super) fn joined_after(joined: &str, day: Date) -> bool {
    span(joined).or_else(|| dated(joined)).is_some_and(|(first, _)| first > day)
}

/// Whether a row that says that its person has left says that this was after the day. A date that may be either is taken for
/// earlier: a person looks.
pub(super) fn left_after(status: Option<MemberStatus>, status_text: &str, day: Date) -> bool {
    status == Some(MemberStatus::Left) && dated(status_text).is_some_and(|(first, _)| first > day)
}

/// Whether the registry's words on the dues say that they are owed.
pub(super) fn owes(dues: &str) -> bool {
    let dues = dues.to_lowercase().replace('ё', "е");
    let denied = ["нет долг", "без долг", "долгов нет", "долга нет", "задолженности нет", "нет задолж"];
    let says = ["долг", "задолж", "не уплач", "не плат", "неуплат", "просроч"];
    !denied.iter().any(|words| dues.contains(words)) && says.iter().any(|words| dues.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_of_registries_are_before_or_after_a_day() {
        let day = date(2026, 10, 3);
        for joined in ["02.11.2026", "2026-11-02", "11.2026", "2027", "с 2.11.26 г."] {
            assert!(joined_after(joined, day), "{joined}");
        }
        for joined in ["", "2026", "10.2026", "03.10.2026", "1967", "12.05.2011 г.", "давно", "32.13.2030"]
        {
            assert!(!joined_after(joined, day), "{joined}");
        }
        let left = Some(MemberStatus::Left);
        assert!(left_after(left, "исключён 15.12.2025", date(2025, 12, 1)));
        assert!(!left_after(left, "исключён 15.12.2025", date(2025, 12, 15)));
        assert!(!left_after(left, "выбыла", day) && !left_after(Some(MemberStatus::Active), "с 2027", day));
    }

    #[test]
    fn dues_are_owed_when_the_registry_says_so() {
        assert!(owes("долг 9 мес.") && owes("не уплачивает") && owes("Задолженность"));
        for paid in ["", "уплачиваются", "льготные", "освобождена (отпуск по уходу)", "долгов нет"]
        {
            assert!(!owes(paid), "{paid}");
        }
    }
}
