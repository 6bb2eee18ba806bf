//! A registry file on its way in: what its columns are taken for, what it would change, and the change. Nothing is written
//! before a person has seen the difference.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
