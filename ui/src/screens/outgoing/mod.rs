//! Deliveries: what waits, what failed, what a person must decide.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
