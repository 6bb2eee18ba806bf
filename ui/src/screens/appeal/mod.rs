//! One appeal: its thread whole, and the reply under it.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
