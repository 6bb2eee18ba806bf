//! The keys of a field to type in, after the key map has decided what they mean there. Unmodified letters are always
//! text: which physical key made them does not matter here.

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
