//! One key press as keymaps write it: `j`, `G`, `space`, `ctrl-p`, `alt-1`, `shift-f4`.

use std::fmt;

use crate::term::{Key, KeyCode, Mods};

/// A key with its modifiers, in one spelling: under Ctrl letters are small, since terminals cannot tell their case;
/// Shift stands in the character itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    pub code: KeyCode,
    pub mods: Mods,
}

const NAMES: [(&str, KeyCode); 15] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("space", KeyCode::Char(' ')),
];

impl Chord {
    pub fn new(code: KeyCode, mods: Mods) -> Self {
        match code {
            KeyCode::Char(c) => Self::of_char(c, mods),
            KeyCode::Tab if mods.shift => {
                Self { code: KeyCode::BackTab, mods: Mods { shift: false, ..mods } }
            }
            code => Self { code, mods },
        }
    }

    fn of_char(c: char, mods: Mods) -> Self {
        let mut small = c.to_lowercase();
        let c = match (small.next(), small.next()) {
            (Some(one), None) if mods.ctrl => one,
            _ => c,
        };
        Self { code: KeyCode::Char(c), mods: Mods { shift: false, ..mods } }
    }

    pub fn of_key(key: &Key) -> Self {
        Self::new(key.code, key.mods)
    }

    /// The same modifiers with another character.
    pub fn with_char(self, c: char) -> Self {
        Self::of_char(c, self.mods)
    }

    /// Reads a chord; `None` if it names no key.
    pub fn parse(text: &str) -> Option<Self> {
        let mut mods = Mods::NONE;
        let mut rest = text;
        loop {
            let (flag, tail) = if let Some(tail) = rest.strip_prefix("ctrl-") {
                (&mut mods.ctrl, tail)
            } else if let Some(tail) = rest.strip_prefix("alt-") {
                (&mut mods.alt, tail)
            } else if let Some(tail) = rest.strip_prefix("shift-") {
                (&mut mods.shift, tail)
            } else {
                break;
            };
            if std::mem::replace(flag, true) {
                return None;
            }
            rest = tail;
        }
        let code = code(rest)?;
        match code {
            KeyCode::Char(c) if mods.shift => {
                // `shift-g` is `G`; there is no knowing what Shift does to a sign.
                let mut upper = c.to_uppercase();
                match (upper.next(), upper.next()) {
                    (Some(one), None) if one != c => Some(Self::of_char(one, mods)),
                    _ => None,
                }
            }
            code => Some(Self::new(code, mods)),
        }
    }

    /// The character that this chord types where text is typed.
    pub fn printable(&self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.mods.ctrl && !self.mods.alt => Some(c),
            _ => None,
        }
    }
}

fn code(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control() && c != ' ').then_some(KeyCode::Char(c));
    }
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    ((1..=24).contains(&number) && name == format!("f{number}")).then_some(KeyCode::F(number))
}

/// As people read it: `Ctrl+P`, `F4`, `j`, `PageUp`, `Shift+Tab`.
impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mods = self.mods;
        let shift = mods.shift || self.code == KeyCode::BackTab;
        for (on, name) in [(mods.ctrl, "Ctrl+"), (mods.alt, "Alt+"), (shift, "Shift+")] {
            if on {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if mods.ctrl => write!(f, "{}", c.to_uppercase()),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::BackTab => f.write_str("Tab"),
            code => write!(f, "{code:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_reads_and_shows_in_one_spelling() {
        for (text, shown) in [
            ("j", "j"),
            ("G", "G"),
            ("shift-g", "G"),
            ("space", "Space"),
            ("ctrl-space", "Ctrl+Space"),
            ("ctrl-p", "Ctrl+P"),
            ("ctrl-P", "Ctrl+P"),
            ("alt-s", "Alt+s"),
            ("alt-1", "Alt+1"),
            ("ctrl-alt-x", "Ctrl+Alt+X"),
            ("f4", "F4"),
            ("shift-f10", "Shift+F10"),
            ("shift-tab", "Shift+Tab"),
            ("pageup", "PageUp"),
            ("esc", "Esc"),
            ("-", "-"),
            ("ctrl--", "Ctrl+-"),
            ("/", "/"),
        ] {
            assert_eq!(Chord::parse(text).map(|c| c.to_string()).as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn what_names_no_key_is_refused() {
        for text in
            ["", " ", "ctrl-", "jj", "f0", "f25", "f01", "f+1", "Ctrl-p", "ctrl-ctrl-p", "shift-1", "return"]
        {
            assert_eq!(Chord::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_chord_equals_the_key_that_a_terminal_reports_for_it() {
        for (text, key) in [
            ("ctrl-p", Key::ctrl('p')),
            ("ctrl-p", Key::ctrl('P')),
            ("G", Key::char('G')),
            ("alt-s", Key::alt('s')),
            ("shift-tab", Key::new(KeyCode::BackTab)),
            ("shift-f4", Key::new(KeyCode::F(4)).with(Mods::SHIFT)),
            ("space", Key::char(' ')),
        ] {
            assert_eq!(Chord::parse(text), Some(Chord::of_key(&key)), "{text}");
        }
        assert_ne!(Chord::parse("alt-s"), Some(Chord::of_key(&Key::alt('S'))), "Alt keeps the case");
    }
}
