//! The keys of a field to type in, after the key map has decided what they mean there. Unmodified letters are always
//! text: which physical key made them does not matter here.

use crate::term::{Key, KeyCode};

/// What a key does in a text field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditKey {
    /// A letter or a sign, as typed.
    Char(char),
    /// A new line in the composer; a one-line field does not take it.
    Enter,
    Backspace,
    Delete,
    DeleteWord,
    /// Everything before the cursor on this line (Ctrl-U).
    DeleteToStart,
    Left,
    Right,
    WordLeft,
    WordRight,
    Up,
    Down,
    /// The start and the end of the row on the screen.
    Home,
    End,
    PageUp,
    PageDown,
    /// The start and the end of the whole text.
    Top,
    Bottom,
    Undo,
    Redo,
}

impl EditKey {
    /// What a key of the terminal does in a field, unless the key map has taken it; `None` for what does nothing there.
    /// Chords are read by physical key, so that Ctrl-я undoes as Ctrl-z does.
    pub fn of(key: &Key) -> Option<Self> {
        if let Some(c) = key.printable() {
            return Some(EditKey::Char(c));
        }
        let word = key.mods.ctrl || key.mods.alt;
        Some(match key.code {
            KeyCode::Enter => EditKey::Enter,
            KeyCode::Backspace if word => EditKey::DeleteWord,
            KeyCode::Backspace => EditKey::Backspace,
            KeyCode::Delete => EditKey::Delete,
            KeyCode::Left if word => EditKey::WordLeft,
            KeyCode::Left => EditKey::Left,
            KeyCode::Right if word => EditKey::WordRight,
            KeyCode::Right => EditKey::Right,
            KeyCode::Up => EditKey::Up,
            KeyCode::Down => EditKey::Down,
            KeyCode::Home if word => EditKey::Top,
            KeyCode::Home => EditKey::Home,
            KeyCode::End if word => EditKey::Bottom,
            KeyCode::End => EditKey::End,
            KeyCode::PageUp => EditKey::PageUp,
            KeyCode::PageDown => EditKey::PageDown,
            KeyCode::Char(c) if key.mods.ctrl && !key.mods.alt => {
                return Self::of_chord(key.base.unwrap_or(c));
            }
            _ => return None,
        })
    }

    fn of_chord(letter: char) -> Option<Self> {
        match letter.to_lowercase().next()? {
            'z' | 'я' => Some(EditKey::Undo),
            'y' | 'н' => Some(EditKey::Redo),
            'w' | 'ц' => Some(EditKey::DeleteWord),
            'u' | 'г' => Some(EditKey::DeleteToStart),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::Mods;

    #[test]
    fn keys_are_text_moves_or_chords() {
        for (key, edit) in [
            (Key::char('о'), Some(EditKey::Char('о'))),
            (Key::ctrl('z'), Some(EditKey::Undo)),
            (Key::ctrl('я'), Some(EditKey::Undo)),
            (Key::ctrl('ч').with_base('u'), Some(EditKey::DeleteToStart)),
            (Key::ctrl('Ц'), Some(EditKey::DeleteWord)),
            (Key::alt('z'), None),
            (Key::ctrl('q'), None),
            (Key::new(KeyCode::Left).with(Mods::CTRL), Some(EditKey::WordLeft)),
            (Key::new(KeyCode::Home).with(Mods::CTRL), Some(EditKey::Top)),
            (Key::new(KeyCode::Backspace).with(Mods::ALT), Some(EditKey::DeleteWord)),
            (Key::new(KeyCode::F(4)), None),
            (Key::new(KeyCode::Tab), None),
        ] {
            assert_eq!(EditKey::of(&key), edit, "{key:?}");
        }
    }
}
