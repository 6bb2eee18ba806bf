//! The rules of the house, as pure functions of what they are given: no I/O, no SQL, no clock. The desk asks them inside
//! a transaction, a test asks them beside an oracle, and a stored value must equal what they answer again.

pub mod calendar;
pub mod calls;
mod cases;
pub mod clock;
pub mod conflicts;
pub mod digest;
pub mod due;
pub mod extract;
pub mod layout;
pub mod limitation;
pub mod lookup;
pub mod matching;
pub mod membership;
pub mod nightly;
pub mod normalise;
pub mod quality;
pub mod quote;
pub mod refusal;
pub mod registry;
pub mod roles;
mod standing;
pub mod stems;
pub mod threading;
pub mod translit;
