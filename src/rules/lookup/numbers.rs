//! Phones and cards by any of their ends, in sorted arrays: no scan, and some 22 bytes a member.

use super::arrays::{Array, Arrays, push_texts};
use std::borrow::Cow;

/// Rows that one number fragment may bring; more is no choice for a person.
const ROWS: usize = 5_000;

/// How a number fragment met a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Met {
    Phone,
    Card,
    PhonePart,
    CardPart,
}

#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// Numbers of +7, sorted by their last seven digits: those digits, the code before them, the row.
    local: Vec<u32>,
    code: Vec<u16>,
    row: Vec<u32>,
    /// Places in `local`, sorted by the seven digits read backwards.
    by_end: Vec<u32>,
    /// Cards of at most nine digits behind a leading 1, which keeps leading zeros; sorted.
    cards: Vec<u32>,
    card_rows: Vec<u32>,
    /// Foreign numbers and longer cards: few, so scanned.
    others: Vec<(String, u32, Met)>,
}

/// Collects numbers before they are sorted.
#[derive(Default)]
pub(super) struct NumbersBuilder {
    phones: Vec<(u32, u16, u32)>,
    cards: Vec<(u32, u32)>,
    others: Vec<(String, u32, Met)>,
}

impl NumbersBuilder {
    /// Takes a number in E.164 form.
    pub(super) fn phone(&mut self, e164: &str, row: u32) {
        let national = e164.strip_prefix("+7").filter(|rest| rest.len() == 10);
        let split = national.and_then(|n| Some((n[3..].parse().ok()?, n[..3].parse().ok()?)));
        match split {
            Some((local, code)) => self.phones.push((local, code, row)),
            None => self.others.push((e164.trim_start_matches('+').to_owned(), row, Met::Phone)),
        }
    }

    pub(super) fn card(&mut self, digits: &str, row: u32) {
        match guarded(digits) {
            Some(card) => self.cards.push((card, row)),
            None => self.others.push((digits.to_owned(), row, Met::Card)),
        }
    }

    pub(super) fn build(mut self) -> Numbers {
        self.phones.sort_unstable();
        self.cards.sort_unstable();
        let local: Vec<u32> = self.phones.iter().map(|phone| phone.0).collect();
        let mut by_end: Vec<u32> = (0..local.len() as u32).collect();
        by_end.sort_unstable_by_key(|&at| backwards(local[at as usize]));
        self.others.shrink_to_fit();
        Numbers {
            local,
            code: self.phones.iter().map(|phone| phone.1).collect(),
            row: self.phones.iter().map(|phone| phone.2).collect(),
            by_end,
            cards: self.cards.iter().map(|card| card.0).collect(),
            card_rows: self.cards.iter().map(|card| card.1).collect(),
            others: self.others,
        }
    }
}

/// A number with a 1 before it; `None` beyond nine digits.
fn guarded(digits: &str) -> Option<u32> {
    (digits.len() <= 9).then(|| format!("1{digits}").parse().ok()).flatten()
}

fn backwards(local: u32) -> u32 {
    (0..7).fold((0, local), |(back, rest), _| (back * 10 + rest % 10, rest / 10)).0
}

/// The least and the first too great of the numbers of `width` digits that begin with the given ones.
fn span(digits: &str, width: u32) -> (u32, u32) {
    let unit = 10_u32.pow(width - digits.len() as u32);
    let first = digits.parse::<u32>().unwrap_or(0) * unit;
    (first, first + unit)
}

impl Numbers {
    /// The rows with a phone or card that the digits begin, end or are, in order, each with its best match. At least three
    /// digits.
    pub(super) fn find(&self, digits: &str) -> Vec<(u32, Met)> {
        let mut rows = Rows::default();
        if digits.len() < 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Vec::new();
        }
        self.find_cards(digits, &mut rows);
        self.find_phones(digits, &mut rows);
        if digits.len() >= 4 && digits.starts_with(['7', '8']) {
            self.find_phones(&digits[1..], &mut rows);
        }
        for (number, row, kind) in &self.others {
            let part = if *kind == Met::Card { Met::CardPart } else { Met::PhonePart };
            match () {
                () if number == digits => rows.add(*row, *kind),
                () if number.starts_with(digits) || number.ends_with(digits) => rows.add(*row, part),
                () => {}
            }
        }
        rows.sorted()
    }

    fn find_cards(&self, digits: &str, rows: &mut Rows) {
        for width in digits.len()..=9 {
            let (first, after) = span(&format!("1{digits}"), width as u32 + 1);
            let met = if width == digits.len() { Met::Card } else { Met::CardPart };
            let from = self.cards.partition_point(|&card| card < first);
            let here = self.cards[from..].iter().take_while(|&&card| card < after).count();
            self.card_rows[from..from + here].iter().for_each(|&row| rows.add(row, met));
        }
    }

    fn find_phones(&self, digits: &str, rows: &mut Rows) {
        match digits.len() {
            3..=7 => {
                self.find_ends(digits, "", rows);
                self.find_beginnings("", digits, rows);
                if digits.len() > 3 {
                    self.find_beginnings(&digits[..3], &digits[3..], rows);
                }
            }
            8 | 9 => {
                let (code, local) = digits.split_at(digits.len() - 7);
                self.find_ends(local, code, rows);
                self.find_beginnings(&digits[..3], &digits[3..], rows);
            }
            10 => self.find_beginnings(&digits[..3], &digits[3..], rows),
            _ => {}
        }
    }

    /// Numbers whose last seven digits begin so, behind this code if one is given.
    fn find_beginnings(&self, code: &str, local: &str, rows: &mut Rows) {
        let (first, after) = span(local, 7);
        let met = if code.len() == 3 && local.len() == 7 { Met::Phone } else { Met::PhonePart };
        let code: Option<u16> = code.parse().ok();
        let from = self.local.partition_point(|&number| number < first);
        let to = self.local.partition_point(|&number| number < after);
        for at in (from..to).filter(|&at| code.is_none_or(|code| self.code[at] == code)).take(ROWS) {
            rows.add(self.row[at], met);
        }
    }

    /// Numbers that end with these digits, after a code that ends so if one is given.
    fn find_ends(&self, local: &str, code: &str, rows: &mut Rows) {
        let (first, after) = span(&local.chars().rev().collect::<String>(), 7);
        let back = |&at: &u32| backwards(self.local[at as usize]);
        let from = self.by_end.partition_point(|at| back(at) < first);
        let to = self.by_end.partition_point(|at| back(at) < after);
        let modulus = 10_u16.pow(code.len() as u32);
        let code: u16 = code.parse().unwrap_or(0);
        let fits = |at: &usize| self.code[*at] % modulus == code;
        for at in self.by_end[from..to].iter().map(|&at| at as usize).filter(fits).take(ROWS) {
            rows.add(self.row[at], Met::PhonePart);
        }
    }

    pub(super) fn store<'a>(&'a self, arrays: &mut Vec<Array<'a>>) {
        arrays.push(Array::U32(Cow::from(&self.local)));
        arrays.push(Array::U16(Cow::from(&self.code)));
        arrays.push(Array::U32(Cow::from(&self.row)));
        arrays.push(Array::U32(Cow::from(&self.by_end)));
        arrays.push(Array::U32(Cow::from(&self.cards)));
        arrays.push(Array::U32(Cow::from(&self.card_rows)));
        push_texts(self.others.iter().map(|(number, _, _)| number.as_str()), arrays);
        let rows = self.others.iter().map(|(_, row, met)| row << 1 | u32::from(*met == Met::Card));
        arrays.push(Array::U32(rows.collect()));
    }

    pub(super) fn restore(arrays: &mut Arrays) -> Option<Self> {
        let (local, code, row) = (arrays.u32s()?, arrays.u16s()?, arrays.u32s()?);
        let (by_end, cards, card_rows) = (arrays.u32s()?, arrays.u32s()?, arrays.u32s()?);
        let (numbers, rows) = (arrays.texts()?, arrays.u32s()?);
        let met = |row: u32| if row & 1 == 1 { Met::Card } else { Met::Phone };
        let others = numbers.into_iter().zip(rows).map(|(number, row)| (number, row >> 1, met(row)));
        Some(Self { local, code, row, by_end, cards, card_rows, others: others.collect() })
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let others: usize = self.others.iter().map(|other| other.0.capacity() + 32).sum();
        self.local.capacity() * 4
            + self.code.capacity() * 2
            + self.row.capacity() * 4
            + self.by_end.capacity() * 4
            + (self.cards.capacity() + self.card_rows.capacity()) * 4
            + others
    }
}

#[derive(Default)]
struct Rows {
    found: Vec<(u32, Met)>,
}

impl Rows {
    fn add(&mut self, row: u32, met: Met) {
        if self.found.len() < 2 * ROWS {
            self.found.push((row, met));
        }
    }

    fn sorted(mut self) -> Vec<(u32, Met)> {
        self.found.sort_unstable();
        self.found.dedup_by_key(|(row, _)| *row);
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Numbers {
        let mut numbers = NumbersBuilder::default();
        numbers.phone("+79001234567", 0);
        numbers.phone("+78120004567", 1);
        numbers.phone("+375291234567", 2);
        numbers.card("000123", 3);
        numbers.card("123456", 4);
        numbers.card("12345678901234", 5);
        numbers.build()
    }

    fn found(digits: &str) -> Vec<(u32, Met)> {
        numbers().find(digits)
    }

    #[test]
    fn a_phone_is_found_by_either_end() {
        use Met::*;
        for (digits, rows) in [
            ("79001234567", vec![(0, Phone)]),
            ("89001234567", vec![(0, Phone)]),
            ("9001234567", vec![(0, Phone)]),
            ("8900123", vec![(0, PhonePart)]),
            ("900123", vec![(0, PhonePart)]),
            ("1234567", vec![(0, PhonePart), (2, PhonePart), (5, CardPart)]),
            ("01234567", vec![(0, PhonePart)]),
            ("4567", vec![(0, PhonePart), (1, PhonePart), (2, PhonePart)]),
            ("00045", vec![(1, PhonePart)]),
            ("375291234567", vec![(2, Phone)]),
            ("67", vec![]),
            ("9001234568", vec![]),
        ] {
            assert_eq!(found(digits), rows, "{digits}");
        }
    }

    #[test]
    fn a_card_keeps_its_leading_zeros() {
        assert_eq!(found("000123"), [(3, Met::Card)]);
        assert_eq!(found("0001"), [(3, Met::CardPart)]);
        assert_eq!(found("123456"), [(0, Met::PhonePart), (4, Met::Card), (5, Met::CardPart)]);
        assert_eq!(found("12345678901234"), [(5, Met::Card)]);
    }
}
