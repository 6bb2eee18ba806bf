//! Calls to authors who are not members: whom to call, what is said, what came of it. A person dials; nothing here does.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
