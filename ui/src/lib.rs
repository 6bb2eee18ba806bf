//! The console's half of Otklik: what a person at a terminal sees and types. It draws into a writer it is given and takes
//! bytes it is given; the desk is behind effects. `docs/architecture.md` has the map.

pub mod app;
pub mod cli;
pub mod console;
pub mod demo;
pub mod i18n;
pub mod keymap;
pub mod screens;
pub mod session;
pub mod term;
pub mod theme;
pub mod widgets;
