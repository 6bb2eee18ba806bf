//! The check of the registry: what is to be looked at, kind by kind, and the rows of the chosen kind.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
