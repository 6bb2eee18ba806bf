//! Tests of the headless core, through its public door.

mod backup;
mod jobs;
mod journal;
mod kills;
mod mail;
mod pains;
mod queue;
mod registry;
mod roles;
mod rules;
mod story;
mod support;
mod tidy;
