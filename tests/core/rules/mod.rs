//! The rules, beside oracles that are slower and simpler than they are.

mod alike;
mod clock;
mod labelled;
mod lookup;
mod recall;
