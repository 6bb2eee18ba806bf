//! What the search line holds.

use crate::widgets::input::Input;
use otklik_core::types::DisplayText;

#[derive(Clone, Debug)]
pub struct State {
    pub field: Input,
}

impl State {
    /// A line with the words that the list is narrowed to now.
    pub fn new(words: Option<&str>) -> Self {
        Self { field: Input::holding(&DisplayText::sanitise(words.unwrap_or_default())) }
    }
}
