//! One line to type: the path of a file to go with a reply or of a registry, the addresses of copies, or the address that a
//! letter goes to which failed at another.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
