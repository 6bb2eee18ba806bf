//! The appeal's history, from the journal.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
