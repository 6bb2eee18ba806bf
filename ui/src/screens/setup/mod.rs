//! The first start: a form that asks what a desk needs. It makes nothing: it hands over answers.

pub mod model;
pub mod update;
pub mod view;

pub use model::{Folder, InitAnswers, State};
