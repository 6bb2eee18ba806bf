//! Personal data of the registry as they stand before somebody has opened them: enough to tell two rows apart, too little
//! to call, write or impersonate. What is masked is still text from outside.

use super::Untrusted;

const HIDDEN: char = '·';
const HIDDEN_WORD: &str = "···";

/// What a field holds, which decides what of it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    /// The last two digits and the form are left.
    Phone,
    /// The first letter is left.
    Email,
    /// The year is left.
    Birth,
}

impl Untrusted {
    /// The text with all but a little of it hidden; an empty one stays empty, which tells that there is nothing to open.
    pub fn masked(&self, what: Personal) -> Untrusted {
        let text = self.0.trim();
        if text.is_empty() {
            return Untrusted::default();
        }
        Untrusted(match what {
            Personal::Phone => phone(text),
            Personal::Email => email(text),
            Personal::Birth => birth(text),
        })
    }
}

fn phone(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let mut left = digits.saturating_sub(if digits > 4 { 2 } else { 0 });
    let mask = |c: char| match c {
        '0'..='9' if left == 0 => c,
        '0'..='9' => {
            left -= 1;
            HIDDEN
        }
        ' ' | '+' | '-' | '(' | ')' => c,
        _ => HIDDEN,
    };
    text.chars().map(mask).collect()
}

fn email(text: &str) -> String {
    let first = text.chars().next().filter(|c| c.is_alphanumeric()).map(String::from).unwrap_or_default();
    format!("{first}{HIDDEN_WORD}@{HIDDEN_WORD}")
}

/// Four digits that may be a year, whatever the form of the date.
fn birth(text: &str) -> String {
    let numbers = text.split(|c: char| !c.is_ascii_digit());
    let year = numbers.into_iter().find(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")));
    year.map_or_else(|| HIDDEN_WORD.to_owned(), |year| format!("··.··.{year}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_tells_two_rows_apart_and_no_more() {
        let cases = [
            (Personal::Phone, "+7 900 000-12-34", "+· ··· ···-··-34"),
            (Personal::Phone, "8(900)0001234, жена", "·(···)·····34· ····"),
            (Personal::Phone, "1234", "····"),
            (Personal::Phone, "  ", ""),
            (Personal::Email, "alena@example.org", "a···@···"),
            (Personal::Email, "\u{202e}x@y", "···@···"),
            (Personal::Email, "", ""),
            (Personal::Birth, "14.03.1987", "··.··.1987"),
            (Personal::Birth, "1979-06-23", "··.··.1979"),
            (Personal::Birth, "02/11/92", "···"),
            (Personal::Birth, "14031987", "···"),
        ];
        for (what, text, masked) in cases {
            assert_eq!(Untrusted::new(text).masked(what), Untrusted::new(masked), "{text}");
        }
    }
}
