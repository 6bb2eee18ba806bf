//! What the help shows: the commands of the screen below, each with its keys and a sentence.

use crate::app::offer::Offer;
use crate::keymap::Context;

#[derive(Clone, Debug)]
pub struct State {
    pub place: Vec<Context>,
    pub items: Vec<Offer>,
    pub scroll: usize,
}

impl State {
    pub fn new(items: Vec<Offer>, place: Vec<Context>) -> Self {
        Self { place, items, scroll: 0 }
    }
}
