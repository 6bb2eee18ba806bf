//! What every test of the core and of the console stands on: a fresh desk address on each engine, the real mail server's
//! mailbox, the real mailbox server, waiting for a condition, and the size of random tests. It knows nothing of the program
//! under test.

#![allow(dead_code, unused_imports, reason = "each test binary uses its own part")]

mod engine;
mod imap;
mod mailbox;
mod wait;
mod wire;

pub use engine::{Engine, engines, postgres, sqlite};
pub use imap::{Client as ImapClient, ImapServer, imap_server};
pub use mailbox::{Letter, MailServer, Mailbox, mail_server};
pub use wait::{eventually, eventually_blocking};
pub use wire::Wire;

/// Says why a test, or a part of one, does not run. In CI nothing is passed over in silence: there it is a failure.
#[track_caller]
pub fn cannot_run(what: &str, why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{what} must run in CI, but: {why}");
    eprintln!("not run: {what}: {why}");
}

/// How often a random, kill or fight test repeats: `full` times `OTKLIK_TEST_SCALE` (1 when unset), at least once.
pub fn scaled(full: usize) -> usize {
    let scale: f64 = match std::env::var("OTKLIK_TEST_SCALE") {
        Ok(text) => text.parse().expect("OTKLIK_TEST_SCALE is a number such as 0.1"),
        Err(_) => 1.0,
    };
    ((full as f64 * scale).round() as usize).max(1)
}

/// The seed of a random test: `OTKLIK_TEST_SEED`, or a new one. It is printed, so that a failure can be run again.
pub fn seed(test: &str) -> u64 {
    let seed = match std::env::var("OTKLIK_TEST_SEED") {
        Ok(text) => text.parse().expect("OTKLIK_TEST_SEED is a whole number"),
        Err(_) => {
            use std::hash::{BuildHasher, Hasher};
            std::collections::hash_map::RandomState::new().build_hasher().finish()
        }
    };
    eprintln!("{test}: OTKLIK_TEST_SEED={seed}");
    seed
}
