//! Moving about in a list or a long text: six commands, one arithmetic for all screens.

use crate::keymap::CommandId;
use crate::widgets::columns::Cursor;

/// A movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

impl Go {
    /// The movement that a command asks for.
    pub fn of(command: CommandId) -> Option<Self> {
        Some(match command {
            CommandId::MoveUp => Go::Up,
            CommandId::MoveDown => Go::Down,
            CommandId::PageUp => Go::PageUp,
            CommandId::PageDown => Go::PageDown,
            CommandId::MoveHome => Go::First,
            CommandId::MoveEnd => Go::Last,
            _ => return None,
        })
    }

    /// The new index in a list of `len` rows of which `rows` are shown. One row of the old page stays in sight.
    pub fn of_index(self, index: usize, len: usize, rows: usize) -> usize {
        let last = len.saturating_sub(1);
        let page = rows.saturating_sub(1).max(1);
        let to = match self {
            Go::Up => index.saturating_sub(1),
            Go::Down => index + 1,
            Go::PageUp => index.saturating_sub(page),
            Go::PageDown => index + page,
            Go::First => 0,
            Go::Last => last,
        };
        to.min(last)
    }

    /// Moves the cursor of a list of `len` rows, of which `rows` are shown.
    pub fn in_list(self, cursor: &mut Cursor, len: usize, rows: usize) {
        cursor.selected = self.of_index(cursor.selected, len, rows);
        cursor.keep(len, rows);
    }

    /// The new first line of a text whose last possible first line is `last`.
    pub fn of_scroll(self, scroll: usize, last: usize, rows: usize) -> usize {
        self.of_index(scroll, last + 1, rows)
    }
}
