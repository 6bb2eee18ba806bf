//! Mail: parsing, composing, sending, Maildir, each through its public functions.

mod app_password;
mod corpus;
mod fixtures;
mod folder;
mod hostile;
mod imap;
pub mod imap_script;
mod letters;
mod maildir;
mod ordinary;
mod real_server;
mod reports;
pub mod scripted;
mod smtp;
mod tls;
