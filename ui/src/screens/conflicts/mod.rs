//! Conflicts about who is who: both sides, who said so and when, and the three ways to settle each.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
