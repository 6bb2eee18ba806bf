//! From which moment letters of a mailbox become appeals: as a person says it, and what a look at the mailbox found.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Which letters become appeals; older ones are history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Since {
    /// What comes from now on.
    #[default]
    Now,
    /// What was received on this day of the desk or later.
    Day(Date),
    At(Timestamp),
    /// Every letter there is.
    All,
}

impl Since {
    /// Reads `now`, `all`, `2026-11-01`, `01.11.2026` or a moment (RFC 3339); the Russian words too. Nothing typed means now.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.to_lowercase().as_str() {
            "" | "now" | "сейчас" => return Some(Self::Now),
            "all" | "все" | "всё" => return Some(Self::All),
            _ => {}
        }
        if let Ok(moment) = text.parse() {
            return Some(Self::At(moment));
        }
        let dotted = Date::strptime("%d.%m.%Y", text).ok();
        dotted.or_else(|| text.parse().ok()).map(Self::Day)
    }

    /// The moment, a day beginning in this zone; none for a day that the zone does not have. Of `all` it is the first moment
    /// there is.
    pub fn moment(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Now => Some(now),
            Self::Day(day) => day.to_zoned(zone.clone()).ok().map(|day| day.timestamp()),
            Self::At(moment) => Some(moment),
            Self::All => Some(Timestamp::MIN),
        }
    }
}

/// When the letters that lie in a mailbox were received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Oldest first.
    received: Vec<Timestamp>,
}

impl Census {
    pub fn of(mut received: Vec<Timestamp>) -> Self {
        received.sort_unstable();
        Self { received }
    }

    pub fn total(&self) -> usize {
        self.received.len()
    }

    pub fn oldest(&self) -> Option<Timestamp> {
        self.received.first().copied()
    }

    pub fn newest(&self) -> Option<Timestamp> {
        self.received.last().copied()
    }

    /// How many were received at this moment or later.
    pub fn since(&self, moment: Timestamp) -> usize {
        self.received.len() - self.received.partition_point(|received| *received < moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_said_in_words_by_a_day_of_the_desk_or_by_a_moment() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let now: Timestamp = "2026-11-16T07:00:00Z".parse().unwrap();
        let moment = |text: &str| Since::parse(text).and_then(|since| since.moment(now, &zone));
        assert_eq!((moment("now"), moment(" Сейчас "), moment("")), (Some(now), Some(now), Some(now)));
        assert_eq!((moment("all"), moment("ВСЕ")), (Some(Timestamp::MIN), Some(Timestamp::MIN)));
        let first = "2026-10-31T21:00:00Z".parse().ok();
        assert_eq!((moment("2026-11-01"), moment("01.11.2026")), (first, first));
        assert_eq!(moment("2026-11-01T00:00:00Z"), "2026-11-01T00:00:00Z".parse().ok());
        for text in ["вчера", "2026-13-01", "31.02.2026", "2026", "-"] {
            assert_eq!(Since::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_census_counts_from_a_moment_on_that_moment_included() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let census = Census::of(vec![at(30), at(10), at(20), at(20)]);
        let counts = [5, 10, 11, 20, 30, 31].map(|second| census.since(at(second)));
        assert_eq!((census.total(), counts), (4, [4, 4, 3, 3, 1, 0]));
        assert_eq!((census.oldest(), census.newest()), (Some(at(10)), Some(at(30))));
        assert_eq!(Census::default().since(Timestamp::MIN), 0);
    }
}
