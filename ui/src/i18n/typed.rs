//! Moments as people type them: `10:30`, `16.11 10:30`, `16.11.2026 10:30`, `2026-11-16 10:30`, or with an offset as programs
//! write it. The day and the year that are not typed are those of now, in the desk's zone.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// The moment that somebody typed; none if it is not one, or that clock time does not exist on that day.
pub fn typed_moment(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let today = now.to_zoned(zone.clone()).date();
    let parts: Vec<&str> = text.split([' ', 'T']).filter(|part| !part.is_empty()).collect();
    let (date, time) = match parts[..] {
        [time] => (today, clock(time)?),
        [date, time] => (day(date, today)?, clock(time)?),
        _ => return None,
    };
    let at = zone.to_ambiguous_zoned(date.to_datetime(time));
    at.unambiguous().ok().map(|at| at.timestamp())
}

/// A text that begins with a time of today's clock, and what stands behind it.
pub fn leading_moment<'a>(text: &'a str, now: Timestamp, zone: &TimeZone) -> (Option<Timestamp>, &'a str) {
    let text = text.trim_start();
    let (head, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let is_clock = head.contains(':') && clock(head).is_some();
    match typed_moment(head, now, zone).filter(|_| is_clock) {
        Some(at) => (Some(at), rest.trim_start()),
        None => (None, text),
    }
}

/// `9:05`, `09:05`, `09:05:30`.
fn clock(text: &str) -> Option<Time> {
    let mut parts = text.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    parts.next().is_none().then(|| Time::new(hour, minute, second, 0).ok()).flatten()
}

fn day(text: &str, today: Date) -> Option<Date> {
    if text.contains('-') {
        return text.parse().ok();
    }
    let mut parts = text.split('.').filter(|part| !part.is_empty()).map(|part| part.parse::<i16>().ok());
    let (day, month) = (parts.next()??, parts.next()??);
    let year = parts.next().unwrap_or(Some(today.year()))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_people_write_it() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let now: Timestamp = "2026-11-16T12:00:00+03:00".parse().unwrap();
        let read = |text: &str| typed_moment(text, now, &zone).map(|at| at.to_string());
        let wanted = Some("2026-11-16T07:30:00Z".to_owned());
        for text in [
            "10:30",
            "16.11 10:30",
            "16.11.2026 10:30",
            "2026-11-16 10:30",
            "2026-11-16T10:30:00",
            "2026-11-16T10:30:00+03:00",
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
        for text in ["", "10", "25:00", "31.02 10:00", "вчера", "10:30:00:00", "16.11 10:30 x"] {
            assert_eq!(read(text), None, "{text}");
        }
        let (at, rest) = leading_moment("10:30 перезвонит сам", now, &zone);
        assert_eq!((at.map(|at| at.to_string()), rest), (wanted, "перезвонит сам"));
        assert_eq!(leading_moment("1: позвонить", now, &zone), (None, "1: позвонить"));
    }
}
