//! Tests of the headless core, through its public door.

mod rules;
mod support;
mod tidy;
