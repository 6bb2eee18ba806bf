//! Saving a file of the thread: which one, and into which folder.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
