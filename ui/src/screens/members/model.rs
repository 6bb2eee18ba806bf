//! What the look-up screen holds.

use crate::screens::match_card::model::{Found, LookUp};
use crate::widgets::columns::Cursor;

#[derive(Debug)]
pub struct State {
    pub look_up: LookUp,
    /// Whether letters go into the line.
    pub typing: bool,
    pub cursor: Cursor,
}

impl Default for State {
    fn default() -> Self {
        Self { look_up: LookUp::default(), typing: true, cursor: Cursor::default() }
    }
}

impl State {
    pub fn selected(&self) -> Option<&Found> {
        self.look_up.hits.get(self.cursor.selected)
    }
}
