//! The journal proves itself: each way of tampering that its design names is done to a real desk on both engines, by hand
//! in the database, and must be found; what is not tampering must not be.

pub mod bench;
mod checkpoints;
mod tampering;

use otklik_core::desk::Verification;
use otklik_core::types::FindingCode;

/// The codes of what was found, each once, sorted.
fn codes(verification: &Verification) -> Vec<FindingCode> {
    let mut codes: Vec<_> = verification.findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Makes the same test on each engine, so that a failure names the engine.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite { $(#[tokio::test] async fn $name() {
            if let Some(bench) = crate::journal::bench::Bench::named("sqlite").await { super::$name(bench).await }
        })+ }
        mod on_postgres { $(#[tokio::test] async fn $name() {
            if let Some(bench) = crate::journal::bench::Bench::named("postgres").await { super::$name(bench).await }
        })+ }
    };
}
pub(crate) use on_both;
