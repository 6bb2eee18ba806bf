//! What the palette holds: the commands of the place below, ranked by what was typed.

use crate::app::env::Env;
use crate::app::offer::{self, Offer};
use crate::keymap::{Context, Layout};
use crate::widgets::columns::Cursor;
use crate::widgets::input::Input;
use fuzzy_matcher::FuzzyMatcher as _;
use fuzzy_matcher::skim::SkimMatcherV2;

/// A command with its names made comparable.
#[derive(Clone, Debug)]
pub struct Item {
    pub offer: Offer,
    /// Names in both languages and the stable name, folded.
    names: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct State {
    pub field: Input,
    /// Where the commands are to run: the place below.
    pub place: Vec<Context>,
    pub items: Vec<Item>,
    /// Indices into `items`, best first.
    pub ranked: Vec<usize>,
    pub cursor: Cursor,
}

impl State {
    pub fn new(offers: Vec<Offer>, place: Vec<Context>, env: &Env) -> Self {
        let item = |offer: Offer| {
            let names = [&env.tr, &env.other_tr].map(|tr| folded(offer::name(tr, offer.command).as_str()));
            let names = names.into_iter().chain([folded(offer.command.name())]).collect();
            Item { offer, names }
        };
        let items: Vec<Item> = offers.into_iter().map(item).collect();
        let mut state =
            Self { field: Input::default(), place, items, ranked: Vec::new(), cursor: Cursor::default() };
        state.rank();
        state
    }

    /// Ranks the commands by what was typed. What was typed under the other keyboard layout is tried too, and names
    /// that can be run go before those that cannot.
    pub fn rank(&mut self) {
        let typed = folded(self.field.text().trim());
        let tries = [typed.clone(), other_layout(&typed)];
        let matcher = SkimMatcherV2::default();
        let score = |item: &Item| {
            let scores = item.names.iter().flat_map(|name| {
                let matcher = &matcher;
                tries.iter().filter_map(move |typed| matcher.fuzzy_match(name, typed))
            });
            scores.max()
        };
        let mut scored: Vec<(usize, i64)> = if typed.is_empty() {
            (0..self.items.len()).map(|at| (at, 0)).collect()
        } else {
            self.items.iter().enumerate().filter_map(|(at, item)| Some((at, score(item)?))).collect()
        };
        scored.sort_by_key(|(at, score)| (self.items[*at].offer.refused.is_some(), -score, *at));
        self.ranked = scored.into_iter().map(|(at, _)| at).collect();
        self.cursor = Cursor::default();
    }

    pub fn selected(&self) -> Option<&Item> {
        self.ranked.get(self.cursor.selected).map(|at| &self.items[*at])
    }
}

/// What the same keys type in the other layout.
fn other_layout(text: &str) -> String {
    let Ok(layout) = Layout::russian() else { return text.to_owned() };
    text.chars().map(|c| layout.latin(c).or_else(|| layout.local(c)).unwrap_or(c)).collect()
}

/// Text made comparable: small letters, ё as е, since fuzzy-matcher folds neither in Cyrillic.
fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}
