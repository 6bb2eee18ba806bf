//! The console as a pure state machine: `update` takes what happened and says what to do, `view` draws what is known.
//!
//! Nothing here or in `screens` does I/O, waits, reads a clock or knows a database: the driver (`session.rs`) does, for a
//! local terminal and for any other alike. Text from outside becomes `DisplayText` when the model is built.

pub mod answers;
pub mod availability;
pub mod commands;
pub mod ctx;
pub mod deed;
pub mod deeds;
pub mod effect;
pub mod env;
pub mod go;
pub mod input;
pub mod layer;
pub mod model;
pub mod msg;
pub mod notice;
pub mod offer;
pub mod update;
pub mod view;

pub use deed::Word;
pub use effect::{Answer, Ask, ChannelSettings, Effect, Exit, Failure, Generation, Wake};
pub use env::{Env, Me};
pub use model::Model;
pub use msg::Msg;
pub use update::{start, tick_after, update};
pub use view::view;
