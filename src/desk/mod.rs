//! The one door: one use case per function, each taking an `Actor`.

pub mod reply;
pub mod views;
