//! Commands and the keys that run them. Letters are bound by physical key: `о` of ЙЦУКЕН does what `j` does.
//! Nothing here may run a command or know a screen's state.

mod commands;
mod context;

pub use commands::{COMMANDS, CommandId, CommandSpec, Pace};
pub use context::Context;
