//! What the menu holds: the commands of the place below in the order of the table.

use crate::app::offer::Offer;
use crate::keymap::Context;
use crate::widgets::columns::Cursor;

#[derive(Clone, Debug)]
pub struct State {
    pub place: Vec<Context>,
    pub items: Vec<Offer>,
    pub cursor: Cursor,
}

impl State {
    pub fn new(items: Vec<Offer>, place: Vec<Context>) -> Self {
        Self { place, items, cursor: Cursor::default() }
    }
}
