//! Commands and the keys that run them. Letters are bound by physical key: `о` of ЙЦУКЕН does what `j` does.
//! Nothing here may run a command or know a screen's state.

mod chord;
mod commands;
mod context;
mod error;
mod file;
mod guard;
mod layout;
mod map;

pub use chord::Chord;
pub use commands::{COMMANDS, CommandId, CommandSpec, Pace};
pub use context::Context;
pub use error::KeymapError;
pub use guard::{Stray, StrayGuard, Verdict};
pub use layout::Layout;
pub use map::{DEFAULT, Keymap};
