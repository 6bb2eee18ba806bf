//! JSON, CSV and headers: the outlets that programs read.

use super::chars::{Class, class};
use super::display::DisplayText;
use serde::Serialize;
use std::fmt::Write as _;
use std::io;

const HEADER_CHARS: usize = 200;

/// Text from outside for `--json`. Controls (save newline and tab), bidi, zero-width, tag, private-use and unassigned
/// characters are written out as the text `\u{202e}`, so that neither the terminal that shows the JSON nor the program
/// that reads it and prints the value meets them. Letters, marks and CR LF (as a newline) stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct JsonText(String);

impl JsonText {
    /// Takes text from outside or any other text whose origin is not certain.
    pub fn new(raw: &str) -> Self {
        let mut text = String::with_capacity(raw.len());
        let mut chars = raw.chars().peekable();
        while let Some(c) = chars.next() {
            match class(c) {
                Class::CarriageReturn => {
                    chars.next_if_eq(&'\n');
                    text.push('\n');
                }
                Class::Newline if c != '\n' => text.push('\n'),
                class if class.is_dangerous() => {
                    let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
                }
                _ => text.push(c),
            }
        }
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for JsonText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Any value as compact JSON in which the dangerous characters that are left (in names of staff, organisations, files)
/// stand as JSON's own `\uXXXX` escapes (RFC 8259 section 7): the bytes are safe to show, the values are unchanged.
pub fn safe_json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    write_json(value, Escaping(serde_json::ser::CompactFormatter))
}

/// The same, indented for people.
pub fn safe_json_pretty<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    write_json(value, Escaping(serde_json::ser::PrettyFormatter::new()))
}

fn write_json<T: Serialize + ?Sized, F: serde_json::ser::Formatter>(
    value: &T,
    formatter: F,
) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter))?;
    String::from_utf8(bytes).map_err(|error| serde_json::Error::io(io::Error::other(error)))
}

/// A formatter that escapes inside strings and leaves the layout to another.
struct Escaping<F>(F);

macro_rules! pass_on {
    ($($name:ident($($arg:ident: $kind:ty),*)),+ $(,)?) => {$(
        fn $name<W: ?Sized + io::Write>(&mut self, writer: &mut W $(, $arg: $kind)*) -> io::Result<()> {
            self.0.$name(writer $(, $arg)*)
        }
    )+};
}

impl<F: serde_json::ser::Formatter> serde_json::ser::Formatter for Escaping<F> {
    pass_on! {
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(), begin_object(), end_object(),
        begin_object_key(first: bool), end_object_key(), begin_object_value(), end_object_value(),
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices() {
            if class(c).is_dangerous() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') {
                writer.write_all(&fragment.as_bytes()[plain..at])?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                plain = at + c.len_utf8();
            }
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }
}

pub(super) fn csv_cell(raw: &str) -> String {
    let text = DisplayText::sanitise(raw).into_string();
    // Spreadsheets look past leading blanks; a tab or a CR has already become a blank.
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%']);
    let hidden = raw.starts_with(['\t', '\r', '\n']);
    if formula || hidden { format!("'{text}") } else { text }
}

pub(super) fn header(raw: &str) -> String {
    let line = DisplayText::sanitise(raw).into_line().into_string();
    match line.char_indices().nth(HEADER_CHARS) {
        Some((end, _)) => line[..end].trim_end().to_owned(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Untrusted;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn json_spells_out_what_cannot_be_seen() {
        let text = JsonText::new("а\u{202e}б\u{200b}\u{e0041}\u{1b}[0m\u{feff}\r\nв\tг");
        assert_eq!(text.as_str(), "а\\u{202e}б\\u{200b}\\u{e0041}\\u{1b}[0m\\u{feff}\nв\tг");
        assert_eq!(serde_json::to_string(&JsonText::new("\"ё\"")).unwrap(), "\"\\\"ё\\\"\"");
    }

    #[test]
    fn safe_json_escapes_the_bytes_and_keeps_the_value() {
        let value = serde_json::json!({ "имя\u{202e}": ["\u{9b}\u{e0041}ё\u{200b}", 1, null, true, {}, []] });
        let text = safe_json(&value).unwrap();
        assert_eq!(text, "{\"имя\\u202e\":[\"\\u009b\\udb40\\udc41ё\\u200b\",1,null,true,{},[]]}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        let pretty = safe_json_pretty(&value).unwrap();
        assert!(pretty.contains("\n  \"имя\\u202e\": ["));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&pretty).unwrap(), value);
    }

    #[test]
    fn a_formula_in_a_cell_is_defused() {
        for raw in
            ["=1+1", "+7 900", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u{200b}=1", "＝1", "\tтекст"]
        {
            assert!(Untrusted::new(raw).for_csv().starts_with('\''), "{raw:?}");
        }
        assert_eq!(Untrusted::new("Семёнова, А.").for_csv(), "Семёнова, А.");
    }

    #[test]
    fn a_header_is_one_bounded_line() {
        let header = Untrusted::new("Re: отпуск\r\nBcc: all@example.org\n\u{1b}[0m").for_header();
        assert_eq!(header, "Re: отпуск Bcc: all@example.org ␛[0m");
        assert_eq!(Untrusted::new("я".repeat(900)).for_header().chars().count(), 200);
    }

    proptest! {
        #[test]
        fn no_outlet_lets_a_dangerous_character_out(raw in any::<String>()) {
            let text = Untrusted::new(raw.as_str());
            let json = serde_json::to_string(&text.for_json()).unwrap();
            prop_assert!(!json.chars().any(|c| class(c).is_dangerous() || c == '\n'));
            let safe = safe_json(&raw).unwrap();
            prop_assert!(!safe.chars().any(|c| class(c).is_dangerous() || c == '\n'));
            prop_assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), raw);
            prop_assert!(!text.for_header().contains(['\r', '\n', '\0']));
        }
    }
}
