//! What a database said, as an error of ours: a full disk, a busy desk, a lost server each have a sentence of their own.
//! Codes only: a database's own words may quote what stands in a row, so they stay in the source.

use crate::error::Error;
use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};

/// Turns a database's error into one of ours.
pub(crate) fn store_error(error: sqlx::Error) -> Error {
    let code = match &error {
        sqlx::Error::Database(database) => database.code().as_deref().map_or("store", code_of),
        sqlx::Error::PoolTimedOut => "desk-busy",
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            "desk-unreachable"
        }
        _ => "store",
    };
    match code {
        // SQLite tells a file that may not grow as a write that failed.
        "io" if is_limited() => Error::failed("disk-full").because(error),
        "io" => Error::failed(code).arg("reason", "sqlite").because(error),
        _ => Error::failed(code).because(error),
    }
}

/// Whether this process may not let a file grow beyond some size (`ulimit -f`).
fn is_limited() -> bool {
    getrlimit(Resource::RLIMIT_FSIZE).is_ok_and(|(soft, _)| soft != RLIM_INFINITY)
}

/// As [`store_error`], for a connection to PostgreSQL: its pool tries again while the server refuses, until time is up.
pub(crate) fn connection_error(error: sqlx::Error) -> Error {
    match error {
        sqlx::Error::PoolTimedOut => Error::failed("desk-unreachable").because(error),
        other => store_error(other),
    }
}

/// A SQLSTATE (PostgreSQL manual, appendix A) has five characters, an extended result code of SQLite at most four digits.
fn code_of(code: &str) -> &'static str {
    match code.parse() {
        Ok(number) if code.len() < 5 => sqlite(number),
        _ => postgres(code),
    }
}

/// The low byte is the primary result code (sqlite.org/rescode.html).
fn sqlite(code: i32) -> &'static str {
    // The shared memory beside the file could not grow.
    const IOERR_SHMSIZE: i32 = 4874;
    match (code, code & 0xff) {
        (IOERR_SHMSIZE, _) | (_, 13) => "disk-full",
        (_, 5 | 6) => "desk-busy",
        (_, 8) => "desk-read-only",
        (_, 10 | 14) => "io",
        (_, 11 | 26) => "desk-damaged",
        _ => "store",
    }
}

fn postgres(state: &str) -> &'static str {
    match state {
        "53100" => "disk-full",
        "40001" | "40P01" | "55P03" | "53300" => "desk-busy",
        "25006" => "desk-read-only",
        "XX001" | "XX002" => "desk-damaged",
        "28P01" | "28000" => "desk-password",
        // Shut down or killed by its operator, crashed, starting up, idle too long.
        "57P01" | "57P02" | "57P03" | "57P05" => "desk-unreachable",
        _ if state.starts_with("08") => "desk-unreachable",
        _ => "store",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_machine_that_fails_is_told_apart_from_a_statement_that_fails() {
        let known = [
            ("13", "disk-full"),
            ("4874", "disk-full"),
            ("5", "desk-busy"),
            ("773", "desk-busy"),
            ("1032", "desk-read-only"),
            ("264", "desk-read-only"),
            ("778", "io"),
            ("14", "io"),
            ("523", "desk-damaged"),
            ("2067", "store"),
            ("53100", "disk-full"),
            ("57P01", "desk-unreachable"),
            ("57P03", "desk-unreachable"),
            ("08006", "desk-unreachable"),
            ("23505", "store"),
            ("53300", "desk-busy"),
        ];
        for (code, ours) in known {
            assert_eq!(code_of(code), ours, "{code}");
        }
    }
}
