//! The registry's look-up.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
