//! The shipped program in a real terminal: tmux gives it a screen, keys go in as a keyboard sends them, and what a person
//! would read is compared. Nothing here knows the program's inside: desks are made, letters dropped and people added by
//! the same binary's command line.
//!
//! `OTKLIK_RELEASE_BINARY` names the binary to drive; without it the one that was just built.

mod demo;
mod first_start;
mod letters;
mod manners;
mod place;
mod story;
mod terminal;
mod together;
mod typing;

use place::Place;
use terminal::has_tmux;

/// The sizes that the console is designed for.
const WIDE: (u16, u16) = (120, 32);
const SMALL: (u16, u16) = (80, 24);

/// The language of the interface, and of the words that a test looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lang {
    Ru,
    En,
}

impl Lang {
    fn code(self) -> &'static str {
        match self {
            Lang::Ru => "ru",
            Lang::En => "en",
        }
    }

    /// The words that stand on the screen in this language.
    fn say(self, ru: &'static str, en: &'static str) -> &'static str {
        match self {
            Lang::Ru => ru,
            Lang::En => en,
        }
    }
}
