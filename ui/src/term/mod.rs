//! Terminals: bytes in, bytes out. The same parser and the same backend serve the local terminal and, later, SSH.
//! Nothing here may know what a key means or what a screen shows, and no buffer here may grow without a bound.

mod backend;
mod csi;
mod key;
mod parser;
mod sgr;

pub use backend::{AnsiBackend, ENTER_SCREEN, LEAVE_SCREEN};
pub use key::{Input, Key, KeyCode, Mods, Paste};
pub use parser::{ESCAPE_TIMEOUT, PASTE_LIMIT, Parser};
