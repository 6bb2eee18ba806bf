//! The story of a letter that becomes an answered appeal, told through the desk and the workers on both engines, against a
//! real mail server where one is needed.

mod calls;
mod channel;
mod closing;
mod copies;
mod digest;
mod headers;
mod history;
mod identities;
pub mod letters;
mod life;
mod lookup;
pub mod mailbox;
mod memory;
mod month;
mod odd;
mod opening;
mod outside;
mod own_mailbox;
mod proof;
mod quarantine;
mod queries;
mod reconcile;
mod redirect;
mod reports;
mod same_for_all;
pub mod sent_copies;
mod sorting;
mod teams;
pub mod threads;
pub mod world;
