//! The guard against text typed or pasted into the wrong window: it must take, close and send nothing.
//!
//! The rule for people: four letters within a second, or any paste, where no text is awaited, run nothing and the
//! console says so. A command's first letter comes before its second, so letters that change something wait `HOLD` for
//! company; F-keys, arrows, Esc and chords never wait, nor do letters that only move (`Pace::AtOnce`), which repeat freely.
//!
//! In detail, for letters outside a text field (Space is one):
//! - a held letter acts after `HOLD` of silence; after another command's letter in the same second, `HOLD_IN_A_ROW`;
//! - moving letters that follow it wait with it, so that the order of `s` `j` is kept;
//! - its own repetition by a key held down is dropped, so that it acts once;
//! - any other letter, or Enter, Tab or Backspace, within its wait was typing: nothing of it runs;
//! - an unbound letter within the second before a held one, or before an Enter that changes something, was typing too;
//! - four letters within `WINDOW`, three of them different and not all of them moving, were typing; after letters that
//!   only moved, a command's letter must be the fourth different one;
//! - after typing was noticed, letters, Enter, Tab and Backspace are dead until `QUIET` has passed without one.
//!
//! What it cannot know: the first letter of a text typed slower than one letter in `HOLD` acts as the command it names.
//!
//! Pure: the moment is an argument. Its owner must not ask it about keys for a text field, and calls `reset` on the way
//! into one.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::commands::{CommandId, Pace};
use crate::term::{Key, KeyCode};

pub const WINDOW: SignedDuration = SignedDuration::from_secs(1);
pub const HOLD: SignedDuration = SignedDuration::from_millis(250);
pub const HOLD_IN_A_ROW: SignedDuration = SignedDuration::from_millis(600);
pub const QUIET: SignedDuration = SignedDuration::from_secs(1);
/// Systems begin to repeat a key 250 to 660 ms after it went down.
const REPEAT: SignedDuration = SignedDuration::from_millis(700);
/// Letters that make a burst, and different ones among them.
const BURST: usize = 4;
const DIFFERENT: usize = 3;
/// Letters remembered, and keys held: more than a burst, less than a paste.
const KEPT: usize = 16;

/// What to do with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Run the key's command now.
    Act,
    /// Run these keys first, then the key. Resolve each afresh: the one before may have changed the screen.
    ActAfter(Vec<Key>),
    /// Nothing yet. Ask `due` at this moment.
    Wait(Timestamp),
    /// Nothing at all.
    Ignore,
    /// Nothing, and tell the person why. Said once for a burst.
    Stray(Stray),
}

/// What came where no text was awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stray {
    Keys,
    Paste,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unbound,
    Moves,
    Changes,
}

/// One session's guard.
#[derive(Clone, Debug, Default)]
pub struct StrayGuard {
    /// The letters of the last second.
    recent: VecDeque<(Timestamp, char, Kind)>,
    held: Vec<Key>,
    due_at: Option<Timestamp>,
    /// Typing was noticed; when its last key came.
    typing_since: Option<Timestamp>,
    last: Option<(Timestamp, KeyCode)>,
}

impl StrayGuard {
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges a key outside a text field; `command` is what it is bound to there.
    pub fn key(&mut self, key: &Key, command: Option<CommandId>, now: Timestamp) -> Verdict {
        self.forget_before(now);
        let before = self.last.replace((now, key.code));
        if let Some(c) = key.printable() {
            return self.letter(key, c, kind(command), before, now);
        }
        if matches!(key.code, KeyCode::Enter | KeyCode::Tab | KeyCode::Backspace) {
            return self.control(kind(command), now);
        }
        let held = self.take_held();
        if held.is_empty() || key.code == KeyCode::Esc { Verdict::Act } else { Verdict::ActAfter(held) }
    }

    /// A paste outside a text field. Never runs anything.
    pub fn paste(&mut self) -> Verdict {
        self.reset();
        Verdict::Stray(Stray::Paste)
    }

    /// The moment of the next `due`, if one is awaited.
    pub const fn due_at(&self) -> Option<Timestamp> {
        self.due_at
    }

    /// The held keys whose wait is over, in the order in which they came; resolve each afresh.
    pub fn due(&mut self, now: Timestamp) -> Vec<Key> {
        match self.due_at {
            Some(at) if at <= now => self.take_held(),
            _ => Vec::new(),
        }
    }

    /// The focus went into a text field: what was held is dropped, and what was typed is no longer held against it.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    fn letter(
        &mut self,
        key: &Key,
        c: char,
        kind: Kind,
        before: Option<(Timestamp, KeyCode)>,
        now: Timestamp,
    ) -> Verdict {
        if self.is_typing(now) {
            return Verdict::Ignore;
        }
        let repeats = before.is_some_and(|(at, code)| code == key.code && now.duration_since(at) < REPEAT);
        if repeats && kind == Kind::Changes {
            return self.due_at.map_or(Verdict::Ignore, Verdict::Wait);
        }
        if self.recent.len() == KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back((now, c, kind));
        if self.is_burst() {
            return self.typing(now);
        }
        match (self.held.first(), kind) {
            (None, Kind::Unbound) => Verdict::Ignore,
            (None, Kind::Moves) => Verdict::Act,
            (None, Kind::Changes) if self.recent.iter().any(|(.., kind)| *kind == Kind::Unbound) => {
                self.typing(now)
            }
            (None, Kind::Changes) => {
                let in_a_row =
                    self.recent.iter().any(|(_, other, kind)| *kind == Kind::Changes && *other != c);
                self.hold(key, now + if in_a_row { HOLD_IN_A_ROW } else { HOLD })
            }
            (Some(_), Kind::Moves) => self.hold(key, now + HOLD),
            (Some(first), Kind::Changes) if first.code == key.code => self.hold(key, now + HOLD),
            (Some(_), Kind::Changes | Kind::Unbound) => self.typing(now),
        }
    }

    /// Enter, Tab and Backspace act at once, unless they end something that was being typed.
    fn control(&mut self, kind: Kind, now: Timestamp) -> Verdict {
        if self.is_typing(now) {
            return Verdict::Ignore;
        }
        let after_unbound = self.recent.iter().any(|(.., kind)| *kind == Kind::Unbound);
        if !self.held.is_empty() || (kind == Kind::Changes && after_unbound) {
            return self.typing(now);
        }
        Verdict::Act
    }

    fn hold(&mut self, key: &Key, until: Timestamp) -> Verdict {
        if self.held.len() < KEPT {
            self.held.push(*key);
        }
        self.due_at = Some(until);
        Verdict::Wait(until)
    }

    fn take_held(&mut self) -> Vec<Key> {
        self.due_at = None;
        std::mem::take(&mut self.held)
    }

    fn is_burst(&self) -> bool {
        let mut different: Vec<char> = self.recent.iter().map(|(_, c, _)| *c).collect();
        different.sort_unstable();
        different.dedup();
        let has = |wanted| self.recent.iter().any(|(.., kind)| *kind == wanted);
        // Down, down, up and then a command is how people move, not how they write.
        let only_moved_before = self.held.is_empty() && !has(Kind::Unbound);
        let enough = if only_moved_before { DIFFERENT + 1 } else { DIFFERENT };
        self.recent.len() >= BURST && different.len() >= enough && (has(Kind::Changes) || has(Kind::Unbound))
    }

    fn typing(&mut self, now: Timestamp) -> Verdict {
        self.take_held();
        self.recent.clear();
        self.typing_since = Some(now);
        Verdict::Stray(Stray::Keys)
    }

    fn is_typing(&mut self, now: Timestamp) -> bool {
        let goes_on = self.typing_since.is_some_and(|at| now.duration_since(at) < QUIET);
        self.typing_since = goes_on.then_some(now);
        goes_on
    }

    /// Letters older than the window count no more; nor does anything from after `now`, if the clock was set back.
    fn forget_before(&mut self, now: Timestamp) {
        if self.last.is_some_and(|(at, _)| at > now) {
            self.recent.clear();
            self.last = None;
            self.typing_since = self.typing_since.map(|_| now);
            self.due_at = self.due_at.map(|_| now + HOLD);
        }
        while self.recent.front().is_some_and(|(at, ..)| now.duration_since(*at) >= WINDOW) {
            self.recent.pop_front();
        }
    }
}

fn kind(command: Option<CommandId>) -> Kind {
    match command.map(|id| id.spec().pace) {
        None => Kind::Unbound,
        Some(Pace::AtOnce) => Kind::Moves,
        Some(Pace::Held) => Kind::Changes,
    }
}
