//! The match card: who the author may be, with what speaks for it and against it. Nothing is linked by itself.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
