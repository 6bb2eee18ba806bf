//! A list to choose one thing from: topic, urgency, assignee.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
