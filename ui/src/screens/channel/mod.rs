//! The settings of one channel, each changed by itself and from that moment on: what `channel set` and `channel trust` do
//! at the command line.

pub mod model;
pub mod update;
pub mod view;

pub use model::{Setting, State};
