//! The queue: what is due first on top, a window of rows around what is shown, and the reading pane.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
