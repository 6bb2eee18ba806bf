//! Moments, dates and durations in words: what is due when, as a person at the queue reads it.
//!
//! Every function is told the time and the zone. Signs are ASCII (`!!`, `!`), so that a screen without colour and a plain
//! line mode say the same. Nothing here decides when something is due; it only says it.

use super::{Phrase, Tr};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use otklik_core::types::LimitationState;
use std::time::Duration;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Nearer than this, either side of the due moment, seconds are shown.
const SECONDS_SHOWN: i64 = 5 * MINUTE;

/// What the first column is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The clock runs, or ran out: due at this moment.
    At(Timestamp),
    /// The response was given in time.
    Met,
    /// The response was given, but late.
    Late,
    /// There is no clock.
    None,
}

/// How near it is: the theme gives each its style, and the text carries the sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueKind {
    Overdue,
    Soon,
    Later,
    Quiet,
}

/// A cell of the «Ответ до» or «Сдать до» column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCell {
    pub text: Phrase,
    /// The same in fewer columns, the longest first, for a column that is too narrow.
    pub shorter: Vec<Phrase>,
    pub kind: DueKind,
}

impl DueCell {
    fn new(text: Phrase, kind: DueKind) -> Self {
        Self { text, shorter: Vec::new(), kind }
    }
}

/// How often a screen that shows `due` must be drawn for its own sake: each second near the moment, else each minute.
pub fn tick_every(now: Timestamp, due: Timestamp) -> Duration {
    let near = due.duration_since(now).as_secs().abs() < SECONDS_SHOWN;
    Duration::from_secs(if near { 1 } else { 60 })
}

impl Tr {
    /// «пт 13.11 19:42», "Fri 13.11 19:42".
    pub fn date_short(&self, at: Timestamp, zone: &TimeZone) -> Phrase {
        let at = at.to_zoned(zone.clone());
        Phrase(format!("{} {} {}", self.weekday(at.date()), day_month(at.date()), hour_minute(&at)))
    }

    /// «13.11.2026 19:42»: where the year matters.
    pub fn date_full(&self, at: Timestamp, zone: &TimeZone) -> Phrase {
        let at = at.to_zoned(zone.clone());
        Phrase(format!("{} {}", day_month_year(at.date()), hour_minute(&at)))
    }

    /// «пт 20.11».
    pub fn day_short(&self, date: Date) -> Phrase {
        Phrase(format!("{} {}", self.weekday(date), day_month(date)))
    }

    /// «20.11.2026».
    pub fn day_full(&self, date: Date) -> Phrase {
        Phrase(day_month_year(date))
    }

    /// «19:42».
    pub fn clock(&self, at: Timestamp, zone: &TimeZone) -> Phrase {
        Phrase(hour_minute(&at.to_zoned(zone.clone())))
    }

    /// The first column: `!!просроч. 38 ч`, `! 10:48 (48 мин)`, `  13:05`, `  ср 17:40`, a date when it is further.
    /// At most 17 columns in both languages, the sign included.
    pub fn due_cell(&self, now: Timestamp, due: Due, zone: &TimeZone) -> DueCell {
        let quiet = |key| DueCell::new(Phrase::after("  ", self.text(key).as_str()), DueKind::Quiet);
        match due {
            Due::At(due) => self.running_cell(now, due, zone),
            Due::Met => quiet("due-met"),
            Due::Late => quiet("due-late"),
            Due::None => quiet("due-none"),
        }
    }

    fn running_cell(&self, now: Timestamp, due: Timestamp, zone: &TimeZone) -> DueCell {
        let left = due.duration_since(now).as_secs();
        if due <= now {
            let span = self.span_short(-left);
            let words = self.with("due-overdue", &[("span", span.into())]);
            return DueCell::new(Phrase::after("!!", words.as_str()), DueKind::Overdue);
        }
        let at = due.to_zoned(zone.clone());
        if left <= HOUR {
            let words = format!("{} ({})", hour_minute(&at), self.span_short(left).as_str());
            return DueCell::new(Phrase::after("! ", &words), DueKind::Soon);
        }
        let today = now.to_zoned(zone.clone()).date();
        let days = (at.date() - today).get_days();
        let words = match days {
            ..=0 => hour_minute(&at),
            1..=6 => format!("{} {}", self.weekday(at.date()), hour_minute(&at)),
            _ if at.year() == today.year() => format!("{} {}", day_month(at.date()), hour_minute(&at)),
            _ => day_month_year(at.date()),
        };
        DueCell::new(Phrase::after("  ", &words), DueKind::Later)
    }

    /// The «Сдать до» column: «суд пт 20.11», «нет даты», «пропущен», «—». `rule` is the code of the limitation rule,
    /// `file_by` the last day to file (DESIGN, the law); the year is added when it is not that of `today`. `None` means
    /// that the appeal has no limitation date. In a narrow column the weekday goes first, then the century, then the place.
    pub fn file_by_cell(
        &self,
        today: Date,
        limitation: Option<(&str, LimitationState, Option<Date>)>,
    ) -> DueCell {
        let Some((rule, state, file_by)) = limitation else {
            return DueCell::new(self.text("file-by-none"), DueKind::Quiet);
        };
        match (state, file_by) {
            (LimitationState::Done, _) => DueCell::new(self.text("file-by-done"), DueKind::Quiet),
            (LimitationState::Missed, _) => DueCell::new(self.text("file-by-missed"), DueKind::Overdue),
            (LimitationState::NoAnchor, _) | (LimitationState::Running, None) => {
                DueCell::new(self.text("file-by-no-anchor"), DueKind::Soon)
            }
            (LimitationState::Running, Some(date)) => {
                let this_year = date.year() == today.year();
                let day = if this_year { self.day_short(date) } else { self.day_full(date) };
                let brief = if this_year { day_month(date) } else { date.strftime("%d.%m.%y").to_string() };
                let place = self.coded("rule-place", rule);
                let at_place = |day: Phrase| {
                    self.with("file-by-day", &[("place", (&place).into()), ("day", day.into())])
                };
                let alone = if this_year { Phrase(brief.clone()) } else { self.day_full(date) };
                let days = (date - today).get_days();
                let kind = if days < 0 {
                    DueKind::Overdue
                } else if days <= 7 {
                    DueKind::Soon
                } else {
                    DueKind::Later
                };
                DueCell { text: at_place(day), shorter: vec![at_place(Phrase(brief)), alone], kind }
            }
        }
    }

    /// How long ago: «только что», «5 минут назад», «21 час назад», «3 дня назад»; a date after a week. A moment ahead of
    /// `now` by more than a minute (another machine's clock) is shown as its date, never as a negative time.
    pub fn ago(&self, now: Timestamp, then: Timestamp, zone: &TimeZone) -> Phrase {
        let secs = now.duration_since(then).as_secs();
        // Russian counts in the accusative here («минуту назад»), which `duration` does not.
        match secs {
            -59..MINUTE => self.text("ago-now"),
            MINUTE..HOUR => self.with("ago-minutes", &[("n", (secs / MINUTE).into())]),
            HOUR..TWO_DAYS => self.with("ago-hours", &[("n", (secs / HOUR).into())]),
            TWO_DAYS..WEEK => self.with("ago-days", &[("n", (secs / DAY).into())]),
            _ => self.date_short(then, zone),
        }
    }

    /// A duration in one unit, in full words: «40 секунд», «5 минут», «21 час», «3 дня». Days from 48 hours on, since the
    /// promise is spoken of in hours («38 часов»). Rounded down; the sign is dropped.
    pub fn duration(&self, span: SignedDuration) -> Phrase {
        let secs = span.as_secs().abs();
        let (key, n) = match secs {
            ..MINUTE => ("span-seconds", secs),
            MINUTE..HOUR => ("span-minutes", secs / MINUTE),
            HOUR..TWO_DAYS => ("span-hours", secs / HOUR),
            _ => ("span-days", secs / DAY),
        };
        self.with(key, &[("n", n.into())])
    }

    /// «4:32», «48 мин», «38 ч», «12 дн»: at most six columns up to 999 days.
    fn span_short(&self, secs: i64) -> Phrase {
        let (key, n) = match secs {
            ..SECONDS_SHOWN => return Phrase(format!("{}:{:02}", secs / MINUTE, secs % MINUTE)),
            SECONDS_SHOWN..HOUR => ("span-short-minutes", secs / MINUTE),
            HOUR..HUNDRED_HOURS => ("span-short-hours", secs / HOUR),
            _ => ("span-short-days", secs / DAY),
        };
        self.with(key, &[("n", n.into())])
    }

    fn weekday(&self, date: Date) -> &'static str {
        const RU: [&str; 7] = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"];
        const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let names = match self.lang() {
            super::Lang::Ru => RU,
            super::Lang::En => EN,
        };
        names[date.weekday().to_monday_zero_offset() as usize]
    }
}

const WEEK: i64 = 7 * DAY;
const TWO_DAYS: i64 = 2 * DAY;
const HUNDRED_HOURS: i64 = 100 * HOUR;

fn hour_minute(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn day_month(date: Date) -> String {
    format!("{:02}.{:02}", date.day(), date.month())
}

fn day_month_year(date: Date) -> String {
    format!("{:02}.{:02}.{}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use unicode_width::UnicodeWidthStr;

    fn moscow() -> TimeZone {
        TimeZone::get("Europe/Moscow").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        format!("{text}+03:00").parse().unwrap()
    }

    fn due(lang: Lang, now: &str, due: &str) -> String {
        Tr::new(lang).due_cell(at(now), Due::At(at(due)), &moscow()).text.to_string()
    }

    #[test]
    fn the_first_column_reads_as_the_design_draws_it() {
        let now = "2026-11-16T10:00:00";
        let cases = [
            ("2026-11-14T19:42:00", "!!просроч. 38 ч", "!!overdue 38 h"),
            ("2026-11-16T10:48:00", "! 10:48 (48 мин)", "! 10:48 (48 min)"),
            ("2026-11-16T13:05:00", "  13:05", "  13:05"),
            ("2026-11-18T17:40:00", "  ср 17:40", "  Wed 17:40"),
            ("2026-11-30T17:40:00", "  30.11 17:40", "  30.11 17:40"),
            ("2027-01-11T09:00:00", "  11.01.2027", "  11.01.2027"),
        ];
        for (moment, ru, en) in cases {
            assert_eq!(due(Lang::Ru, now, moment), ru);
            assert_eq!(due(Lang::En, now, moment), en);
        }
    }

    #[test]
    fn the_borders_of_the_first_column() {
        let now = "2026-11-16T10:00:00";
        let cases = [
            ("2026-11-16T10:00:00", "!!просроч. 0:00"),
            ("2026-11-16T09:59:20", "!!просроч. 0:40"),
            ("2026-11-16T09:55:00", "!!просроч. 5 мин"),
            ("2026-11-16T09:01:00", "!!просроч. 59 мин"),
            ("2026-11-16T09:00:00", "!!просроч. 1 ч"),
            ("2026-11-12T06:01:00", "!!просроч. 99 ч"),
            ("2026-11-12T06:00:00", "!!просроч. 4 дн"),
            ("2026-11-16T10:04:59", "! 10:04 (4:59)"),
            ("2026-11-16T10:05:00", "! 10:05 (5 мин)"),
            ("2026-11-16T11:00:00", "! 11:00 (1 ч)"),
            ("2026-11-16T11:00:01", "  11:00"),
            ("2026-11-22T23:59:00", "  вс 23:59"),
            ("2026-11-23T00:00:00", "  23.11 00:00"),
        ];
        for (moment, ru) in cases {
            assert_eq!(due(Lang::Ru, now, moment), ru, "{moment}");
            assert!(due(Lang::En, now, moment).width() <= 17 && ru.width() <= 17);
        }
    }

    #[test]
    fn today_is_that_of_the_zone_and_not_of_utc() {
        // 23:30 in Moscow on Monday; 01:00 is tomorrow there and still the same day in UTC.
        assert_eq!(due(Lang::Ru, "2026-11-16T23:30:00", "2026-11-17T01:00:00"), "  вт 01:00");
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        let cell =
            Tr::new(Lang::Ru).due_cell(at("2026-11-16T19:00:00"), Due::At(at("2026-11-17T01:00:00")), &tokyo);
        assert_eq!(cell.text, "  07:00");
    }

    #[test]
    fn a_clock_that_no_longer_runs_is_said_in_words() {
        let (tr, now) = (Tr::new(Lang::Ru), at("2026-11-16T10:00:00"));
        for (due, text) in [(Due::Met, "  отклик дан"), (Due::Late, "  дан поздно"), (Due::None, "  —")]
        {
            let cell = tr.due_cell(now, due, &moscow());
            assert_eq!((cell.text.as_str(), cell.kind), (text, DueKind::Quiet));
        }
    }

    #[test]
    fn seconds_are_ticked_only_near_the_moment() {
        let now = at("2026-11-16T10:00:00");
        assert_eq!(tick_every(now, at("2026-11-16T10:04:59")).as_secs(), 1);
        assert_eq!(tick_every(now, at("2026-11-16T09:55:01")).as_secs(), 1);
        assert_eq!(tick_every(now, at("2026-11-16T10:05:00")).as_secs(), 60);
    }

    #[test]
    fn the_limitation_column_says_where_and_by_when_or_why_not() {
        use LimitationState::{Done, Missed, NoAnchor, Running};
        let (tr, today) = (Tr::new(Lang::Ru), jiff::civil::date(2026, 11, 16));
        let day = |m, d| Some(jiff::civil::date(2026, m, d));
        let cases = [
            (Some(("TK392_DISMISSAL", Running, day(11, 20))), "суд пт 20.11", DueKind::Soon),
            (Some(("TK392_WAGE", Running, day(12, 30))), "суд ср 30.12", DueKind::Later),
            (
                Some(("TK386_KTS", Running, Some(jiff::civil::date(2027, 2, 1)))),
                "КТС 01.02.2027",
                DueKind::Later,
            ),
            (Some(("TK392_DISMISSAL", NoAnchor, None)), "нет даты", DueKind::Soon),
            (Some(("TK392_DISMISSAL", Missed, day(11, 1))), "пропущен", DueKind::Overdue),
            (Some(("TK392_DISMISSAL", Done, day(11, 1))), "подано", DueKind::Quiet),
            (None, "—", DueKind::Quiet),
        ];
        for (limitation, text, kind) in cases {
            let cell = tr.file_by_cell(today, limitation);
            assert_eq!((cell.text.as_str(), cell.kind), (text, kind));
        }
    }

    #[test]
    fn a_narrow_limitation_column_gives_up_the_weekday_and_never_a_part_of_the_date() {
        let (tr, today) = (Tr::new(Lang::Ru), jiff::civil::date(2026, 11, 16));
        let shorter = |rule, date| -> Vec<String> {
            let cell = tr.file_by_cell(today, Some((rule, LimitationState::Running, Some(date))));
            cell.shorter.iter().map(|text| text.as_str().to_owned()).collect()
        };
        assert_eq!(shorter("TK392_WAGE", jiff::civil::date(2026, 12, 30)), ["суд 30.12", "30.12"]);
        let event = shorter("TK180_NOTICE", jiff::civil::date(2027, 2, 1));
        assert_eq!(event, ["событие 01.02.27", "01.02.2027"]);
    }

    #[test]
    fn russian_plurals_follow_the_last_digits() {
        let tr = Tr::new(Lang::Ru);
        let cases = [
            (1, "1 час"),
            (2, "2 часа"),
            (4, "4 часа"),
            (5, "5 часов"),
            (11, "11 часов"),
            (12, "12 часов"),
            (21, "21 час"),
            (22, "22 часа"),
            (38, "38 часов"),
            (48, "2 дня"),
            (24 * 21, "21 день"),
            (24 * 111, "111 дней"),
        ];
        for (hours, text) in cases {
            assert_eq!(tr.duration(SignedDuration::from_hours(hours)), text);
        }
        assert_eq!(tr.duration(SignedDuration::from_secs(1)), "1 секунда");
        assert_eq!(tr.duration(SignedDuration::from_mins(-42)), "42 минуты");
        let en = Tr::new(Lang::En);
        assert_eq!(en.duration(SignedDuration::from_hours(1)), "1 hour");
        assert_eq!(en.duration(SignedDuration::from_hours(21)), "21 hours");
    }

    #[test]
    fn how_long_ago_never_runs_backwards() {
        let (tr, now, zone) = (Tr::new(Lang::Ru), at("2026-11-16T10:00:00"), moscow());
        let ago = |text| tr.ago(now, at(text), &zone).to_string();
        assert_eq!(ago("2026-11-16T09:59:30"), "только что");
        assert_eq!(ago("2026-11-16T10:00:20"), "только что");
        assert_eq!(ago("2026-11-16T09:39:00"), "21 минуту назад");
        assert_eq!(ago("2026-11-15T10:00:00"), "24 часа назад");
        assert_eq!(ago("2026-11-13T10:00:00"), "3 дня назад");
        assert_eq!(ago("2026-11-01T19:42:00"), "вс 01.11 19:42");
        assert_eq!(ago("2026-11-16T12:00:00"), "пн 16.11 12:00");
    }

    #[test]
    fn dates_are_written_alike_in_both_languages() {
        let (zone, moment) = (moscow(), at("2026-11-13T19:42:00"));
        assert_eq!(Tr::new(Lang::Ru).date_short(moment, &zone), "пт 13.11 19:42");
        assert_eq!(Tr::new(Lang::En).date_short(moment, &zone), "Fri 13.11 19:42");
        assert_eq!(Tr::new(Lang::En).date_full(moment, &zone), "13.11.2026 19:42");
        assert_eq!(Tr::new(Lang::Ru).clock(moment, &zone), "19:42");
        assert_eq!(Tr::new(Lang::Ru).day_short(jiff::civil::date(2026, 11, 20)), "пт 20.11");
    }
}
