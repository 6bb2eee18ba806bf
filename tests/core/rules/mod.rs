//! The rules, beside oracles that are slower and simpler than they are.

mod clock;
mod labelled;
mod lookup;
mod recall;
