//! A line to type search words into.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
