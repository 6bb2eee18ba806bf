//! The morning digest as it would be now, and how its reader wants it.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
