//! Mail: parsing, composing, sending, Maildir, each through its public functions.

mod corpus;
mod letters;
