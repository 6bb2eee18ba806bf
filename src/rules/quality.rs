//! What is wrong with a row of the registry, and which names are nearly the same. A day of which only the year is known is
//! found fault with only if every day of that year would be wrong.

use super::normalise::{is_cyrillic, is_latin};
use crate::types::CheckKind;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::HashMap;

/// The least age of a member: 10-FZ of 12.01.1996, article 2 part 2.
const LEAST_AGE: i16 = 14;
/// Nobody is older.
const GREATEST_AGE: i16 = 110;
/// Names compared each with each; more of them are compared by what is left when a letter is taken away.
const FEW: usize = 48;
/// Pairs of one group: a registry in which more names are alike has one fault and not thousands.
const MOST_PAIRS: usize = 500;

/// A row as far as a check looks at it. Days are comparable: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checked<'a> {
    pub name: &'a str,
    pub birth: Option<&'a str>,
    pub joined: Option<&'a str>,
    pub left: Option<&'a str>,
    pub org_from: Option<&'a str>,
    pub org_to: Option<&'a str>,
    /// Something is written for a day, and it is none.
    pub has_unreadable: bool,
    pub is_active: bool,
    pub has_left: bool,
    pub has_org: bool,
    /// The day on which its organisation was closed.
    pub closed: Option<&'a str>,
}

/// The first and the last day that a comparable form may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Days {
    first: Date,
    last: Date,
}

fn days(text: Option<&str>) -> Option<Days> {
    let mut parts = text?.split('-');
    let year: i16 = parts.next()?.parse().ok()?;
    let month = parts.next().and_then(|part| part.parse::<i8>().ok());
    let day = parts.next().and_then(|part| part.parse::<i8>().ok());
    let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    let last = match (month, day) {
        (Some(_), Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        (None, _) => first.last_of_year(),
    };
    Some(Days { first, last })
}

/// What is wrong with a row by itself.
pub fn faults(row: &Checked<'_>, today: Date) -> Vec<CheckKind> {
    let (birth, joined, left) = (days(row.birth), days(row.joined), days(row.left));
    let (from, to) = (days(row.org_from), days(row.org_to));
    let oldest = today.saturating_sub(GREATEST_AGE.years());
    let is_before = |a: Option<Days>, b: Option<Days>| a.zip(b).is_some_and(|(a, b)| a.last < b.first);
    let of_age = birth.map(|birth| {
        let first = birth.first.saturating_add(LEAST_AGE.years());
        Days { first, last: first }
    });
    let closed = days(row.closed).is_some_and(|closed| closed.last <= today);
    let found = [
        (CheckKind::LatinLetters, mixes_scripts(row.name)),
        (CheckKind::ImpossibleBirth, birth.is_some_and(|birth| birth.first > today || birth.last < oldest)),
        (CheckKind::JoinedTooYoung, is_before(joined, of_age)),
        (CheckKind::JoinedInFuture, joined.is_some_and(|joined| joined.first > today)),
        (CheckKind::LeftBeforeJoined, is_before(left, joined)),
        (CheckKind::LeftButMember, row.is_active && left.is_some_and(|left| left.last <= today)),
        (CheckKind::OrgDatesReversed, is_before(to, from)),
        (CheckKind::UnreadableDate, row.has_unreadable),
        (CheckKind::NoOrganisation, !row.has_org && !row.has_left),
        (CheckKind::ClosedOrganisation, row.has_org && !row.has_left && closed),
    ];
    found.into_iter().filter(|(_, is_found)| *is_found).map(|(kind, _)| kind).collect()
}

fn mixes_scripts(name: &str) -> bool {
    name.chars().any(is_cyrillic) && name.chars().any(is_latin)
}

/// Whether one letter more, less or another one, or two that stand the other way round, make one text of the other.
pub fn one_edit_apart(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 || a == b {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    if short.len() < long.len() {
        return short == &long[1..];
    }
    let swapped = short.len() > 1 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..];
    short[1..] == long[1..] || swapped
}

/// Pairs of places in a list whose names are one edit apart. Equal names are no pair: they are the same and not alike.
pub fn alike(names: &[&str]) -> Vec<(usize, usize)> {
    let letters: Vec<Vec<char>> = names.iter().map(|name| name.chars().collect()).collect();
    let mut pairs = Vec::new();
    if names.len() <= FEW {
        for a in 0..letters.len() {
            for b in a + 1..letters.len() {
                if one_edit_apart(&letters[a], &letters[b]) {
                    pairs.push((a, b));
                }
            }
        }
        return pairs;
    }
    // Two texts that are one edit apart share a form with at most one letter taken away, or with two that are swapped.
    let mut forms: HashMap<Vec<char>, Vec<usize>> = HashMap::new();
    for (place, name) in letters.iter().enumerate() {
        for form in shortened(name) {
            let sharing = forms.entry(form).or_default();
            for &other in sharing.iter().take(FEW) {
                let pair = (other.min(place), other.max(place));
                if pairs.len() < MOST_PAIRS && one_edit_apart(&letters[other], name) && !pairs.contains(&pair)
                {
                    pairs.push(pair);
                }
            }
            // A form that many share is looked at no further than that.
            if sharing.len() < FEW && sharing.last() != Some(&place) {
                sharing.push(place);
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

fn shortened(name: &[char]) -> impl Iterator<Item = Vec<char>> + '_ {
    let without =
        |at: usize| name.iter().enumerate().filter(move |(n, _)| *n != at).map(|(_, c)| *c).collect();
    std::iter::once(name.to_vec()).chain((0..name.len()).map(without))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 16);

    fn row() -> Checked<'static> {
        Checked { name: "Иванова Анна", is_active: true, has_org: true, ..Checked::default() }
    }

    #[test]
    fn each_fault_is_found_and_what_may_be_right_is_left_alone() {
        use CheckKind as K;
        let cases: &[(Checked<'_>, &[K])] = &[
            (row(), &[]),
            (Checked { birth: Some("1984-03-12"), joined: Some("2010"), ..row() }, &[]),
            (Checked { birth: Some("2027"), ..row() }, &[K::ImpossibleBirth]),
            (Checked { birth: Some("2026"), ..row() }, &[]),
            (Checked { birth: Some("1910-01-01"), ..row() }, &[K::ImpossibleBirth]),
            (
                Checked { birth: Some("1990-05-02"), joined: Some("2004-05-01"), ..row() },
                &[K::JoinedTooYoung],
            ),
            (Checked { birth: Some("1990-05-02"), joined: Some("2004-05-02"), ..row() }, &[]),
            (Checked { birth: Some("1990-05-02"), joined: Some("2004"), ..row() }, &[]),
            (Checked { birth: Some("1990"), joined: Some("2003-12"), ..row() }, &[K::JoinedTooYoung]),
            (Checked { joined: Some("2026-12"), ..row() }, &[K::JoinedInFuture]),
            (Checked { joined: Some("2026-11"), ..row() }, &[]),
            (
                Checked { joined: Some("2020-05"), left: Some("2020-04-30"), is_active: false, ..row() },
                &[K::LeftBeforeJoined],
            ),
            (Checked { joined: Some("2020-05"), left: Some("2020"), is_active: false, ..row() }, &[]),
            (Checked { left: Some("2026-11-16"), ..row() }, &[K::LeftButMember]),
            (Checked { left: Some("2026"), ..row() }, &[]),
            (Checked { org_from: Some("2020"), org_to: Some("2019"), ..row() }, &[K::OrgDatesReversed]),
            (Checked { has_unreadable: true, ..row() }, &[K::UnreadableDate]),
            (Checked { has_org: false, ..row() }, &[K::NoOrganisation]),
            (Checked { has_org: false, has_left: true, is_active: false, ..row() }, &[]),
            (Checked { closed: Some("2025-01-01"), ..row() }, &[K::ClosedOrganisation]),
            (Checked { closed: Some("2027"), ..row() }, &[]),
            (Checked { name: "Ивaнова Анна", ..row() }, &[K::LatinLetters]),
            (Checked { name: "Priya Nair", ..row() }, &[]),
        ];
        for (row, kinds) in cases {
            assert_eq!(faults(row, TODAY), *kinds, "{row:?}");
        }
    }

    #[test]
    fn names_one_letter_apart_are_alike_and_equal_ones_are_not() {
        let alike = |a: &str, b: &str| {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            one_edit_apart(&letters(a), &letters(b))
        };
        for (a, b) in [
            ("иванова", "ивонова"),
            ("иванова", "ивнова"),
            ("иванова", "иванноа"),
            ("иванова", "иванвоа"),
            ("а", "б"),
        ] {
            let expected = b != "иванноа";
            assert_eq!((alike(a, b), alike(b, a)), (expected, expected), "{a} {b}");
        }
        assert!(!alike("иванова", "иванова") && !alike("", "аб") && alike("", "а"));
    }

    proptest! {
        #[test]
        fn many_names_have_the_pairs_that_a_look_at_each_with_each_finds(seed in prop::collection::vec("[абв]{3,6}", 49..80)) {
            let mut names: Vec<&str> = seed.iter().map(String::as_str).collect();
            names.sort_unstable();
            names.dedup();
            let few: Vec<&str> = names.iter().copied().take(40).collect();
            let letters: Vec<Vec<char>> = few.iter().map(|name| name.chars().collect()).collect();
            let mut slow = Vec::new();
            for a in 0..few.len() {
                for b in a + 1..few.len() {
                    if one_edit_apart(&letters[a], &letters[b]) { slow.push((a, b)); }
                }
            }
            prop_assert_eq!(alike(&few), slow.clone());
            // The same names among strangers, who make the list long.
            let strangers: Vec<String> = (0..60).map(|n| format!("{n:03}").repeat(5)).collect();
            let many: Vec<&str> = few.iter().copied().chain(strangers.iter().map(String::as_str)).collect();
            let fast: Vec<_> = alike(&many).into_iter().filter(|(_, b)| *b < few.len()).collect();
            prop_assert_eq!(fast, slow);
        }
    }
}
