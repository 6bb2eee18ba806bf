//! Days off: Saturdays, Sundays and the non-working holidays of ТК РФ article 112 part 1, and whatever the desk adds.
//! Days moved by the Government's yearly decree come with the calendar that a desk imports.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, tz::TimeZone};
use std::collections::BTreeSet;

/// Month and day of the holidays of ТК РФ article 112 part 1; 1 to 8 January stand together there.
const HOLIDAYS: [(i8, i8); 14] = [
    (1, 1),
    (1, 2),
    (1, 3),
    (1, 4),
    (1, 5),
    (1, 6),
    (1, 7),
    (1, 8),
    (2, 23),
    (3, 8),
    (5, 1),
    (5, 9),
    (6, 12),
    (11, 4),
];

/// Which days are off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    extra_days_off: BTreeSet<Date>,
}

impl Calendar {
    /// The statutory calendar with more days off, such as a holiday of a region.
    pub fn with_days_off(extra: impl IntoIterator<Item = Date>) -> Self {
        Self { extra_days_off: extra.into_iter().collect() }
    }

    pub fn is_day_off(&self, date: Date) -> bool {
        matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            || HOLIDAYS.contains(&(date.month(), date.day()))
            || self.extra_days_off.contains(&date)
    }

    pub fn is_workday(&self, date: Date) -> bool {
        !self.is_day_off(date)
    }

    /// The first workday that is `date` or after it. The end of the calendar (year 9999) stands for what is beyond.
    pub fn workday_from(&self, date: Date) -> Date {
        let mut day = date;
        while self.is_day_off(day) && day < Date::MAX {
            day = day.saturating_add(jiff::Span::new().days(1));
        }
        day
    }

    /// The last workday that is `date` or before it.
    pub fn workday_until(&self, date: Date) -> Date {
        let mut day = date;
        while self.is_day_off(day) && day > Date::MIN {
            day = day.saturating_sub(jiff::Span::new().days(1));
        }
        day
    }
}

/// The moment at which a day begins in a zone: midnight, or the first moment after it where midnight is skipped.
pub fn day_start(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(Timestamp::MAX, |start| start.timestamp())
}

/// The date in a zone at a moment.
pub fn date_at(moment: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(moment).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_off_are_weekends_and_the_holidays_of_article_112() {
        let calendar = Calendar::default();
        let off = |y, m, d| calendar.is_day_off(date(y, m, d));
        assert!(
            off(2026, 11, 14) && off(2026, 11, 15) && off(2026, 11, 4) && off(2027, 1, 8) && off(2027, 6, 12)
        );
        assert!(!off(2026, 11, 16) && !off(2026, 12, 31) && !off(2027, 1, 11) && !off(2026, 3, 9));
        let count = date(2027, 1, 1)
            .series(jiff::Span::new().days(1))
            .take(365)
            .filter(|&day| calendar.is_day_off(day));
        assert_eq!(count.count(), 104 + 14 - 5, "five of the holidays of 2027 fall on weekends");
    }

    #[test]
    fn a_desk_may_add_days_off() {
        let calendar = Calendar::with_days_off([date(2026, 12, 31)]);
        assert!(calendar.is_day_off(date(2026, 12, 31)) && !calendar.is_day_off(date(2026, 12, 30)));
        assert_eq!(calendar.workday_from(date(2026, 12, 31)), date(2027, 1, 11));
        assert_eq!(calendar.workday_until(date(2027, 1, 3)), date(2026, 12, 30));
    }

    #[test]
    fn a_day_begins_when_its_zone_says() {
        // Beirut skips the midnight of 26 March 2023.
        let zone = TimeZone::get("Asia/Beirut").unwrap();
        assert_eq!(day_start(date(2023, 3, 26), &zone), "2023-03-26T01:00+03:00".parse().unwrap());
        assert_eq!(date_at("2023-03-25T22:00Z".parse().unwrap(), &zone), date(2023, 3, 26));
    }
}
