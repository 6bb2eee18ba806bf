//! The console from the outside: what a person types and what the screen then shows.

mod backend;
mod language;
mod local;
mod parser;
