//! Otklik's headless half: everything but the screen. `docs/architecture.md` has the map.

#[macro_use]
mod fail_points;

pub mod clock;
pub mod config;
pub mod desk;
pub mod error;
pub mod jobs;
pub mod mail;
pub mod rules;
pub mod runtime;
pub mod sheet;
pub mod store;
pub mod types;
