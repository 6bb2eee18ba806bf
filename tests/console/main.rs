//! The console from the outside: what a person types and what the screen then shows.

mod app;
mod backend;
<<<<<<< HEAD
mod demo;
=======
mod cli;
>>>>>>> 17ab7a9 (Test the binary by its words and exit codes, on both engines)
mod drawing;
mod guard;
mod keymap;
mod keys_doc;
mod language;
mod local;
mod manual;
mod parser;
mod session;
#[path = "../core/support/mod.rs"]
mod support;
mod widgets;
