//! A question or a message in a box over the screen.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
