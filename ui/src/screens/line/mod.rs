//! One line to type about a reply being written: the path of a file, or the addresses of copies.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
