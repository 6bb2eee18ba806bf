//! The console from the outside: what a person types and what the screen then shows.

mod app;
mod backend;
mod cli;
mod demo;
mod drawing;
mod guard;
mod keymap;
mod keys_doc;
mod language;
mod local;
mod manual;
mod parser;
mod session;
mod setup;
#[path = "../core/support/mod.rs"]
mod support;
mod tmux;
mod widgets;
