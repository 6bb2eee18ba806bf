//! Terminals: bytes in, bytes out. The same parser and the same backend serve the local terminal and, later, SSH.
//! Nothing here may know what a key means or what a screen shows, and no buffer here may grow without a bound.

mod backend;
mod csi;
mod key;
mod local;
mod parser;
mod sgr;

use crate::theme::Depth;
pub use backend::{AnsiBackend, ENTER_SCREEN, LEAVE_SCREEN};
pub use key::{Input, Key, KeyCode, Mods, Paste};
pub use local::{LocalTerminal, Screen, system_size};
pub use parser::{ESCAPE_TIMEOUT, PASTE_LIMIT, Parser};

/// The largest frame we draw. A terminal that claims more would cost memory: ratatui keeps 96 bytes for a cell.
pub const MAX_SIZE: (u16, u16) = (500, 200);
/// What a terminal of unknown size gets.
pub const DEFAULT_SIZE: (u16, u16) = (80, 24);

/// One thing a terminal's transport reports, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermEvent {
    /// For the parser.
    Bytes(Vec<u8>),
    /// Columns and rows, clamped. Draw the whole frame, even if the size is the old one: the screen may be dirty.
    Resize(u16, u16),
    /// The terminal is gone, or the process is asked to end. Nothing follows.
    Hangup,
}

impl TermEvent {
    fn resize((columns, rows): (u16, u16)) -> Self {
        Self::Resize(columns, rows)
    }
}

/// What stands around a line of a QR code that is printed past any screen, so that its light and dark are certain; nothing
/// where the terminal has no colours.
pub fn white_on_black(depth: Depth) -> (&'static str, &'static str) {
    match depth {
        Depth::Mono => ("", ""),
        Depth::Ansi16 => ("\x1b[97;40m", "\x1b[0m"),
        Depth::Ansi256 | Depth::True => ("\x1b[38;5;231;48;5;16m", "\x1b[0m"),
    }
}

/// Whether a terminal that calls itself so can place a cursor, which every frame needs. A name that is not known is
/// believed to.
pub fn can_draw(kind: &str) -> bool {
    !matches!(kind, "" | "dumb" | "unknown")
}

/// Columns and rows within what we draw; a zero means that the terminal does not know.
pub fn clamp_size(columns: u16, rows: u16) -> (u16, u16) {
    let or = |value: u16, default: u16| if value == 0 { default } else { value };
    (or(columns, DEFAULT_SIZE.0).min(MAX_SIZE.0), or(rows, DEFAULT_SIZE.1).min(MAX_SIZE.1))
}
