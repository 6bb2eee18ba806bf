//! The registry's imports that were made, the newest first; one can be taken back whole.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
