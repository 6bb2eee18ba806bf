//! The menu: every command of this place, with its key or why it cannot be run.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
