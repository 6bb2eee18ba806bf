//! Tests of the headless core, through its public door.

mod jobs;
mod mail;
mod rules;
mod story;
mod support;
mod tidy;
