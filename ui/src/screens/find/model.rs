//! What the search line holds.

use crate::widgets::input::Input;
use otklik_core::types::DisplayText;

#[derive(Clone, Debug)]
pub struct State {
    pub field: Input,
    /// Among letters of before the mailbox's start instead of appeals.
    pub earlier: bool,
}

impl State {
    /// A line with the words that the list is narrowed to now.
    pub fn new(words: Option<&str>) -> Self {
        let field = Input::holding(&DisplayText::sanitise(words.unwrap_or_default()));
        Self { field, earlier: false }
    }

    /// The same for letters of before the mailbox's start.
    pub fn earlier(words: &str) -> Self {
        Self { earlier: true, ..Self::new(Some(words)) }
    }
}
