//! The reply under the thread: saved as it is typed, previewed, sent.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
