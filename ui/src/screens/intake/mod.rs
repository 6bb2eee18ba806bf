//! Intake: every account with the sum of wall 4, how its fetching goes, and what waits there for a person.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
