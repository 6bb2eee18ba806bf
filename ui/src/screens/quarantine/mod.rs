//! Quarantine: what no rule could give a fate, as it came, and what a person decides about it.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
