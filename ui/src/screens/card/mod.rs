//! The digital membership card of one row of the registry: its QR code to be photographed, and what can be done with it.

pub mod model;
pub mod update;
pub mod view;

pub use model::State;
