//! Text from outside. It has no `Display`, no `Deref` and no `Serialize`: it reaches a screen, a log, a CSV, a header,
//! JSON or a file name only through the function that makes it safe there.
//!
//! The original stays in the store as it came; what these functions return is for one outlet and is never stored back.

mod chars;
mod display;
mod file_name;
mod mask;
mod outlets;

pub use display::DisplayText;
pub use mask::Personal;
pub use outlets::{JsonText, safe_json, safe_json_pretty};

use std::fmt;

/// Why raw text is taken out of its wrapper. The tidy test lists who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Search,
    Matching,
    Threading,
    Store,
}

/// Text that somebody outside wrote.
#[derive(Clone, PartialEq, Eq, Default, Hash)]
pub struct Untrusted(String);

impl Untrusted {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Length in bytes of the text as it came.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The text as it came, for a purpose that is not showing it.
    pub fn raw_for(&self, _purpose: Purpose) -> &str {
        &self.0
    }

    /// The text made safe for a terminal; may hold `\n`, which the caller splits.
    pub fn display(&self) -> DisplayText {
        DisplayText::sanitise(&self.0)
    }

    /// The text made safe for one line of a terminal: every run of white space, line breaks included, is one space.
    pub fn display_line(&self) -> DisplayText {
        DisplayText::sanitise(&self.0).into_line()
    }

    /// The text for `--json`; see [`JsonText`].
    pub fn for_json(&self) -> JsonText {
        JsonText::new(&self.0)
    }

    /// The text for one CSV cell: made safe for a screen, and a formula is defused by a leading `'` (OWASP, "CSV
    /// Injection"). Quoting is the CSV writer's work.
    pub fn for_csv(&self) -> String {
        outlets::csv_cell(&self.0)
    }

    /// The text for one header of a mail or of HTTP: one line without controls, at most 200 characters.
    pub fn for_header(&self) -> String {
        outlets::header(&self.0)
    }

    /// The text as the last part of a path: no directories, no reserved or hidden name, 1 to 180 bytes, the extension
    /// kept. Whoever writes the file still must not overwrite and must not follow links.
    pub fn for_file_name(&self) -> String {
        file_name::file_name(&self.0)
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untrusted({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_the_text() {
        assert_eq!(format!("{:?}", Untrusted::new("Семёнова")), "Untrusted(16 bytes)");
    }
}
