//! Help for the screen below: its commands and their keys, from the command table.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
