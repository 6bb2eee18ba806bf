//! Statutory dates. A date is a rule, an anchor and its proof; here the three dates are computed and a stored row is
//! judged on a day. Nothing here decides which rule applies: a lawyer confirms every date.

use super::calendar::Calendar;
use crate::types::{LimitationKind, LimitationState};
use jiff::{ToSpan, civil::Date};

/// A term of ТК РФ article 14 or of another law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Ends on the same number of the last month, or on that month's last day (article 14 part 3).
    Months(u16),
    /// Calendar days, days off included (article 14 part 3).
    Days(u16),
    /// Working days.
    Workdays(u16),
}

/// The three dates of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// The last workday that is not after the unshifted end: the alarm and the column «Сдать до» use it.
    pub file_by: Date,
    /// The unshifted end, the safe one; days left are counted to it.
    pub deadline: Date,
    /// The end moved to the next workday when it falls on a day off (article 14 part 4). An event is never moved.
    pub deadline_shifted: Date,
}

/// The dates of a term that runs from `anchor`; the course begins on the day after it (article 14 part 2). `None` beyond
/// the calendar's end, and for a term of working days that would be longer than ten years.
pub fn dates(kind: LimitationKind, term: Term, anchor: Date, calendar: &Calendar) -> Option<Dates> {
    let deadline = match term {
        Term::Months(months) => anchor.checked_add(i64::from(months).months()).ok()?,
        Term::Days(days) => anchor.checked_add(i64::from(days).days()).ok()?,
        Term::Workdays(days) => nth_workday(anchor, days, calendar)?,
    };
    let deadline_shifted = match kind {
        LimitationKind::Limitation => calendar.workday_from(deadline),
        LimitationKind::Event => deadline,
    };
    Some(Dates { file_by: calendar.workday_until(deadline), deadline, deadline_shifted })
}

fn nth_workday(anchor: Date, days: u16, calendar: &Calendar) -> Option<Date> {
    if days == 0 {
        return Some(anchor);
    }
    let following = anchor.tomorrow().ok()?.series(1.day()).take(3653);
    following.filter(|&day| calendar.is_workday(day)).nth(usize::from(days) - 1)
}

/// Days from `today` to the unshifted end: 0 on its day, negative after it.
pub fn days_left(deadline: Date, today: Date) -> i32 {
    today.until(deadline).map_or(0, |span| span.get_days())
}

/// Where a date stands today. A limitation is missed only once its shifted end has passed too: on the days between, it
/// can still be filed, and the negative `days_left` says how urgent that is. `done` is a person's mark that it was filed.
pub fn state(deadline_shifted: Option<Date>, done: bool, today: Date) -> LimitationState {
    match deadline_shifted {
        _ if done => LimitationState::Done,
        None => LimitationState::NoAnchor,
        Some(end) if today > end => LimitationState::Missed,
        Some(_) => LimitationState::Running,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn three(kind: LimitationKind, term: Term, anchor: Date) -> (Date, Date, Date) {
        let dates = dates(kind, term, anchor, &Calendar::default()).unwrap();
        (dates.file_by, dates.deadline, dates.deadline_shifted)
    }

    #[test]
    fn a_month_ends_on_its_number_and_is_moved_from_a_day_off() {
        let limitation = LimitationKind::Limitation;
        let dismissal = three(limitation, Term::Months(1), date(2026, 10, 21));
        assert_eq!(dismissal, (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)));
        let reprimand = three(limitation, Term::Months(3), date(2026, 10, 3));
        assert_eq!(reprimand, (date(2026, 12, 31), date(2027, 1, 3), date(2027, 1, 11)));
        let wages = three(limitation, Term::Months(12), date(2026, 4, 10));
        assert_eq!(wages, (date(2027, 4, 9), date(2027, 4, 10), date(2027, 4, 12)));
    }

    #[test]
    fn a_month_without_the_number_ends_on_its_last_day() {
        let (_, deadline, _) = three(LimitationKind::Limitation, Term::Months(1), date(2027, 1, 31));
        assert_eq!(deadline, date(2027, 2, 28));
        let (_, leap, _) = three(LimitationKind::Limitation, Term::Months(1), date(2028, 1, 30));
        assert_eq!(leap, date(2028, 2, 29));
    }

    #[test]
    fn workdays_are_counted_from_the_next_day() {
        let opinion = three(LimitationKind::Limitation, Term::Workdays(7), date(2026, 11, 11));
        assert_eq!(opinion.1, date(2026, 11, 20));
        let over_holidays = three(LimitationKind::Limitation, Term::Workdays(5), date(2026, 12, 30));
        assert_eq!(over_holidays.1, date(2027, 1, 14));
    }

    #[test]
    fn an_event_is_never_moved() {
        let notice = three(LimitationKind::Event, Term::Months(2), date(2026, 10, 20));
        assert_eq!(notice, (date(2026, 12, 18), date(2026, 12, 20), date(2026, 12, 20)));
    }

    #[test]
    fn days_left_are_counted_to_the_unshifted_end() {
        assert_eq!(days_left(date(2026, 11, 21), date(2026, 11, 16)), 5);
        assert_eq!(days_left(date(2027, 4, 10), date(2026, 11, 16)), 145);
        assert_eq!(days_left(date(2026, 11, 15), date(2026, 11, 16)), -1);
    }

    #[test]
    fn a_limitation_can_be_filed_until_its_shifted_end() {
        let end = Some(date(2026, 11, 23));
        assert_eq!(state(end, false, date(2026, 11, 23)), LimitationState::Running);
        assert_eq!(state(end, false, date(2026, 11, 24)), LimitationState::Missed);
        assert_eq!(state(end, true, date(2026, 11, 24)), LimitationState::Done);
        assert_eq!(state(None, false, date(2026, 11, 24)), LimitationState::NoAnchor);
    }

    proptest! {
        #[test]
        fn file_by_and_the_shifted_end_are_the_nearest_workdays(days in 0_i64..20_000, term in 0_u16..400, kind in 0_u8..3) {
            let calendar = Calendar::default();
            let anchor = date(2000, 1, 1).checked_add(days.days()).unwrap();
            let term = match kind { 0 => Term::Months(term % 40), 1 => Term::Days(term), _ => Term::Workdays(term % 60) };
            let dates = dates(LimitationKind::Limitation, term, anchor, &calendar).unwrap();
            prop_assert!(anchor <= dates.deadline && dates.file_by <= dates.deadline && dates.deadline <= dates.deadline_shifted);
            prop_assert!(calendar.is_workday(dates.file_by) && calendar.is_workday(dates.deadline_shifted));
            let between = dates.file_by.tomorrow().unwrap().series(1.day()).take_while(|&day| day < dates.deadline_shifted);
            if dates.file_by < dates.deadline_shifted {
                prop_assert!(between.into_iter().all(|day| calendar.is_day_off(day)));
            }
        }
    }
}
