//! One line to type: the path of a file to go with a reply or of a registry, or the addresses of copies.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
