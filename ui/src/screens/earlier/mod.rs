//! Letters of before the mailbox's start: found by their words and read, never worked on until a person makes an appeal of one.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
