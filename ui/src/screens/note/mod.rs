//! A note to colleagues: seen by nobody outside.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
