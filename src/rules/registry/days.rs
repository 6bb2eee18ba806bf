//! Days as registries write them: `14.03.1987`, `1987-03-14`, `14/03/87`, `5 марта 1985 г.`, `03.1999`, `1975 г.р.`, and
//! the number of a day that a spreadsheet keeps (1 is 1 January 1900, [ECMA-376] part 1, 18.17.4.1).

use jiff::civil::{Date, date};

/// A date in comparable form: `1987-03-14`, or `1999-03`, or `1975` where no more is said. Two digits of a year past
/// `young` are of the last century. None for what is no date.
pub fn comparable(text: &str, young: i16) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let ends = ["г.р.", "г. р.", "гр.", "года рождения", "года", "год", "г.", "г"];
    let text = ends.iter().find_map(|end| lower.strip_suffix(end)).unwrap_or(&lower).trim();
    // A moment of a spreadsheet or of a database has its hour behind the day.
    let text = match text.split_once([' ', 't']) {
        Some((day, hour)) if hour.contains(':') => day,
        _ => text,
    };
    let named = named_month(text);
    let parts: Vec<&str> = match &named {
        Some(parts) => parts.iter().map(String::as_str).collect(),
        None => text.split(['.', '-', '/', ',', ' ']).filter(|part| !part.is_empty()).collect(),
    };
    let numbers: Option<Vec<i32>> = parts.iter().map(|part| part.parse().ok()).collect();
    match (numbers?.as_slice(), parts.first()?.len()) {
        ([serial @ 3654..=73_050], 4..=5) if !(1900..=2100).contains(serial) => day_of_serial(*serial),
        ([only], 4) => year_of(*only, young).map(|year| format!("{year:04}")),
        ([only], 8) => day(only / 10_000, only / 100 % 100, only % 100, young)
            .or_else(|| day(only % 10_000, only / 10_000 % 100, only / 1_000_000, young)),
        ([year, month], 4) | ([month, year], _) => {
            let year = year_of(*year, young)?;
            (1..=12).contains(month).then(|| format!("{year:04}-{month:02}"))
        }
        ([year, month, day_of], 4) => day(*year, *month, *day_of, young),
        ([first, month, year], _) => {
            day(*year, *month, *first, young).or_else(|| day(*year, *first, *month, young))
        }
        _ => None,
    }
}

fn year_of(year: i32, young: i16) -> Option<i16> {
    let year = i16::try_from(year).ok()?;
    let whole = match year {
        0..=99 if year > young % 100 => 1900 + year,
        0..=99 => 2000 + year,
        other => other,
    };
    (1900..=2100).contains(&whole).then_some(whole)
}

fn day(year: i32, month: i32, day: i32, young: i16) -> Option<String> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year_of(year, young)?, month, day).ok().map(|date| date.to_string())
}

/// A spreadsheet counts a 29 February 1900 that never was, so its days count from 30 December 1899.
fn day_of_serial(serial: i32) -> Option<String> {
    let day = date(1899, 12, 30).checked_add(jiff::Span::new().days(serial)).ok()?;
    Some(day.to_string())
}

/// `5 марта 1985` as its three numbers, `март 1985` as two.
fn named_month(text: &str) -> Option<Vec<String>> {
    const MONTHS: [&str; 12] =
        ["янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"];
    let words: Vec<&str> =
        text.split([' ', '.', '\u{a0}', '-', ',']).filter(|word| !word.is_empty()).collect();
    let is_word = |word: &&str| word.starts_with(|c: char| c.is_alphabetic());
    if words.iter().filter(|word| is_word(word)).count() != 1 {
        return None;
    }
    let month =
        |word: &str| MONTHS.iter().position(|start| word.starts_with(start)).map(|n| (n + 1).to_string());
    words.iter().map(|word| if is_word(word) { month(word) } else { Some((*word).to_owned()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_all_hands_are_read() {
        for (text, day) in [
            ("14.03.1987", "1987-03-14"),
            ("02/11/1992", "1992-11-02"),
            ("1979-06-23", "1979-06-23"),
            ("1979-06-23T00:00:00", "1979-06-23"),
            ("23.06.1979 0:00:00", "1979-06-23"),
            ("03/25/1987", "1987-03-25"),
            ("5.3.58 г.", "1958-03-05"),
            ("5 марта 1985 г.", "1985-03-05"),
            ("7 мая 1990", "1990-05-07"),
            ("март 1985", "1985-03"),
            ("03.1999 г.", "1999-03"),
            ("1999-03", "1999-03"),
            ("1975 г.р.", "1975"),
            ("2001", "2001"),
            ("31850", "1987-03-14"),
            ("19870314", "1987-03-14"),
            ("14031987", "1987-03-14"),
        ] {
            assert_eq!(comparable(text, 2026).as_deref(), Some(day), "{text}");
        }
        for text in ["", "32.13.1975", "30.02.1980", "когда-то", "1875", "12", "+7 900 000-01-01", "1.1.1.1"]
        {
            assert_eq!(comparable(text, 2026), None, "{text}");
        }
    }
}
