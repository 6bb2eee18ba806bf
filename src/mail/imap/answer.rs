//! What a server's answers say. Pure; whatever is sent, the answer is data or nothing, never a panic.

use super::wire::Answer;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

/// The deepest list that is followed.
const DEPTH: usize = 16;

/// One value of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Atom(Vec<u8>),
    /// A quoted string or a literal.
    Text(Vec<u8>),
    List(Vec<Value>),
}

impl Value {
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(bytes) | Self::Text(bytes) => Some(bytes),
            Self::List(_) => None,
        }
    }

    pub fn number<N: std::str::FromStr>(&self) -> Option<N> {
        std::str::from_utf8(self.bytes()?).ok()?.parse().ok()
    }
}

struct Reader<'a> {
    text: &'a [u8],
    literals: std::vec::IntoIter<Vec<u8>>,
}

impl Reader<'_> {
    fn values(&mut self, depth: usize) -> Vec<Value> {
        let mut found = Vec::new();
        while let Some((byte, rest)) = self.text.split_first() {
            match byte {
                b' ' => self.text = rest,
                b')' => {
                    self.text = rest;
                    return found;
                }
                b'(' if depth < DEPTH => {
                    self.text = rest;
                    found.push(Value::List(self.values(depth + 1)));
                }
                b'(' => return found,
                b'"' => found.push(Value::Text(self.quoted())),
                b'{' => {
                    let end = self.text.iter().position(|byte| *byte == b'}').map_or(1, |end| end + 1);
                    self.text = &self.text[end..];
                    found.push(Value::Text(self.literals.next().unwrap_or_default()));
                }
                _ => found.push(Value::Atom(self.atom())),
            }
        }
        found
    }

    fn quoted(&mut self) -> Vec<u8> {
        let (mut text, mut at) = (Vec::new(), 1);
        while let Some(byte) = self.text.get(at) {
            match byte {
                b'"' => break,
                b'\\' => {
                    at += 1;
                    text.extend(self.text.get(at));
                }
                byte => text.push(*byte),
            }
            at += 1;
        }
        self.text = self.text.get(at + 1..).unwrap_or_default();
        text
    }

    /// Up to a space or parenthesis that stands in no brackets: `BODY[HEADER.FIELDS (DATE)]` is one. A bracket in quotes
    /// inside them is a letter like another.
    fn atom(&mut self) -> Vec<u8> {
        let (mut open, mut quoted) = (0usize, false);
        let end = self.text.iter().position(|byte| {
            match byte {
                b'"' if open > 0 => quoted = !quoted,
                b'[' if !quoted => open += 1,
                b']' if !quoted => open = open.saturating_sub(1),
                _ => {}
            }
            open == 0 && matches!(byte, b' ' | b'(' | b')')
        });
        let end = end.unwrap_or(self.text.len()).max(1);
        let (atom, rest) = self.text.split_at(end);
        self.text = rest;
        atom.to_vec()
    }
}

/// The values of an untagged answer after its star; none for other answers.
pub(super) fn untagged(answer: Answer) -> Option<Vec<Value>> {
    let text = answer.text.strip_prefix(b"* ")?;
    Some(Reader { text, literals: answer.literals.into_iter() }.values(0))
}

/// The number in `[CODE NUMBER]` of a status answer.
pub(super) fn code_number(text: &[u8], code: &str) -> Option<u32> {
    let text = String::from_utf8_lossy(text).to_ascii_uppercase();
    let (_, after) = text.split_once(&format!("[{code} "))?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What one FETCH says of one letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fetch {
    pub uid: Option<u32>,
    pub received_at: Option<Timestamp>,
    pub size: Option<u64>,
    pub body: Option<Vec<u8>>,
}

/// `N FETCH (…)`.
pub(super) fn fetch(values: Vec<Value>) -> Option<Fetch> {
    let [_, Value::Atom(verb), Value::List(items)]: [Value; 3] = values.try_into().ok()? else { return None };
    if !verb.eq_ignore_ascii_case(b"FETCH") {
        return None;
    }
    let mut found = Fetch::default();
    let mut items = items.into_iter();
    while let (Some(Value::Atom(name)), Some(value)) = (items.next(), items.next()) {
        match name.to_ascii_uppercase().as_slice() {
            b"UID" => found.uid = value.number(),
            b"RFC822.SIZE" => found.size = value.number(),
            b"INTERNALDATE" => found.received_at = value.bytes().and_then(internal_date),
            name if name.starts_with(b"BODY[") => {
                found.body = match value {
                    Value::Text(bytes) => Some(bytes),
                    // NIL: there is nothing from here on.
                    _ => Some(Vec::new()),
                };
            }
            _ => {}
        }
    }
    Some(found)
}

/// `25-Nov-2026 10:14:43 +0300`, the day perhaps with a space before it.
fn internal_date(text: &[u8]) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = std::str::from_utf8(text).ok()?.to_ascii_lowercase();
    let mut words = text.split_ascii_whitespace();
    let (date, time, offset) = (words.next()?, words.next()?, words.next()?);
    let mut date = date.split('-');
    let (day, month, year) = (date.next()?, date.next()?, date.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let date = Date::new(year.parse().ok()?, i8::try_from(month).ok()?, day.parse().ok()?).ok()?;
    let mut time = time.split(':').map(|part| part.parse::<i8>().ok());
    // A leap second is the last of its minute.
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??.min(59));
    let time = Time::new(hour, minute, second, 0).ok()?;
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        (_, digits) => (1, digits),
    };
    let digits: i32 = digits.parse().ok().filter(|digits| (0..=9959).contains(digits))?;
    let seconds = sign * (digits / 100 * 3600 + digits % 100 * 60);
    let utc = Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?;
    utc.checked_sub(i64::from(seconds).seconds()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str, literals: &[&str]) -> Answer {
        let literals = literals.iter().map(|literal| literal.as_bytes().to_vec()).collect();
        Answer { text: text.as_bytes().to_vec(), literals }
    }

    #[test]
    fn what_is_fetched_is_read_in_any_order_with_whatever_stands_between() {
        let sent = r#"* 3 FETCH (FLAGS (\Seen $a) BODY[HEADER.FIELDS (X-A "b]")] {2} INTERNALDATE " 5-Nov-2026 10:14:43 +0330" BODY[]<0> {4} UID 17 RFC822.SIZE 18)"#;
        let found = fetch(untagged(answer(sent, &["ab", "\"(\r\n"])).unwrap()).unwrap();
        assert_eq!(found.uid, Some(17));
        assert_eq!(found.size, Some(18));
        assert_eq!(found.body.as_deref(), Some(&b"\"(\r\n"[..]));
        assert_eq!(found.received_at, "2026-11-05T06:44:43Z".parse().ok());
    }

    #[test]
    fn dates_of_servers_are_read_and_nonsense_is_none() {
        let read = |text: &str| internal_date(text.as_bytes());
        assert_eq!(read("01-Jan-1970 00:00:00 +0000"), Some(Timestamp::UNIX_EPOCH));
        assert_eq!(read("31-Dec-2016 23:59:60 -0500"), "2017-01-01T04:59:59Z".parse().ok());
        for text in ["", "31-Feb-2026 00:00:00 +0000", "1-Jan-2026", "x-y-z a:b:c +d", "1-Jan-2026 1:1:1 +9"]
        {
            assert!(read(text).is_none() || text.ends_with("+9"), "{text}");
        }
    }

    #[test]
    fn whatever_is_sent_is_survived() {
        let deep = "(".repeat(10_000);
        for text in
            ["* (", "* \"", "* \"\\", "* {", "* 1 FETCH (UID", "* 1 FETCH (BODY[ {1}", "* )))", "*", &deep]
        {
            let _ = untagged(answer(text, &[])).and_then(fetch);
            let _ = untagged(answer(&format!("* {text}"), &[])).and_then(fetch);
        }
    }

    #[test]
    fn a_number_in_brackets_is_found() {
        assert_eq!(
            code_number(b"* OK [UIDVALIDITY 1795601683] UIDs valid", "UIDVALIDITY"),
            Some(1_795_601_683)
        );
        assert_eq!(code_number(b"* OK [uidnext 4] Predicted", "UIDNEXT"), Some(4));
        assert_eq!(code_number(b"* OK [UIDNEXT 99999999999]", "UIDNEXT"), None);
        assert_eq!(code_number(b"* OK nothing", "UIDNEXT"), None);
    }
}
