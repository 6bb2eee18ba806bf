//! What a terminal can tell us: keys, pastes, focus. Plain data, shared by the parser and the keymap.

use otklik_core::types::Untrusted;

/// One thing that arrived from a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Key(Key),
    Paste(Paste),
    FocusGained,
    FocusLost,
}

/// A bracketed paste. Line ends are `\n`; invalid UTF-8 became U+FFFD; nothing else is cleaned, hence `Untrusted`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paste {
    pub text: Untrusted,
    /// More came than `PASTE_LIMIT` bytes, or the end never came: the person must be told.
    pub truncated: bool,
}

/// A key press. `Char` carries the shift itself (`G`, not shift and `g`), so `mods.shift` is false there, as it is
/// for `BackTab`. Under Ctrl the letter is what the terminal reported, of any script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub mods: Mods,
    /// The character that this physical key has in the terminal's base (US) layout, where the terminal told
    /// (kitty's keyboard protocol, "alternate keys"); with the shift applied to letters.
    pub base: Option<char>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    /// Never a control character.
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Home,
    End,
    PageUp,
    PageDown,
    Up,
    Down,
    Left,
    Right,
    /// 1 to 35.
    F(u8),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mods {
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

impl Mods {
    pub const NONE: Self = Self { ctrl: false, alt: false, shift: false };
    pub const CTRL: Self = Self { ctrl: true, alt: false, shift: false };
    pub const ALT: Self = Self { ctrl: false, alt: true, shift: false };
    pub const SHIFT: Self = Self { ctrl: false, alt: false, shift: true };
}

impl Key {
    pub const fn new(code: KeyCode) -> Self {
        Self { code, mods: Mods::NONE, base: None }
    }

    pub const fn char(c: char) -> Self {
        Self::new(KeyCode::Char(c))
    }

    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), mods: Mods::CTRL, base: None }
    }

    pub const fn alt(c: char) -> Self {
        Self { code: KeyCode::Char(c), mods: Mods::ALT, base: None }
    }

    pub const fn with(mut self, mods: Mods) -> Self {
        self.mods = mods;
        self
    }

    pub const fn with_base(mut self, base: char) -> Self {
        self.base = Some(base);
        self
    }

    /// The character, if this key types one: no Ctrl, no Alt.
    pub const fn printable(&self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.mods.ctrl && !self.mods.alt => Some(c),
            _ => None,
        }
    }
}

impl From<Key> for Input {
    fn from(key: Key) -> Self {
        Self::Key(key)
    }
}
