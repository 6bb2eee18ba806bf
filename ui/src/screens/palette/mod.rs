//! Commands by name, in either language.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
