//! A fresh, empty place for a desk on each engine: a new SQLite file, a new PostgreSQL database that is dropped afterwards.

use super::cannot_run;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// An empty place for a desk, alive as long as this value.
pub struct Engine {
    /// `sqlite` or `postgres`: say it in the message of every assertion of a story that runs on both.
    pub name: &'static str,
    url: String,
    folder: TempDir,
    database: Option<Database>,
}

impl Engine {
    /// The desk's address, as `--desk` takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder of this test's own: for the state directory, Maildirs, files to import.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A database on the server that `OTKLIK_TEST_POSTGRES` names, dropped with this value.
struct Database {
    server: String,
    name: String,
}

impl Drop for Database {
    fn drop(&mut self) {
        // FORCE ends sessions that a failed test left behind. A database that stays is litter, not a failure.
        if let Err(why) = psql(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)) {
            eprintln!("database {} stays: {why}", self.name);
        }
    }
}

/// Every engine that can run here; SQLite always. When PostgreSQL cannot, it is said why, and in CI that is a failure.
pub fn engines() -> Vec<Engine> {
    std::iter::once(sqlite()).chain(postgres()).collect()
}

/// A new SQLite file, not yet created.
pub fn sqlite() -> Engine {
    let folder = tempfile::Builder::new().prefix("otklik-test-").tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("desk.sqlite").display());
    Engine { name: "sqlite", url, folder, database: None }
}

/// A new, empty PostgreSQL database.
pub fn postgres() -> Option<Engine> {
    let Ok(server) = std::env::var("OTKLIK_TEST_POSTGRES") else {
        cannot_run(
            "PostgreSQL",
            "OTKLIK_TEST_POSTGRES is not set; `eval \"$(tests/services up DIR)\"` starts a server and sets it",
        );
        return None;
    };
    let name = format!("otklik_test_{}", uuid::Uuid::now_v7().simple());
    if let Err(why) = psql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")) {
        panic!("PostgreSQL at OTKLIK_TEST_POSTGRES does not make a database: {why}");
    }
    let (base, query) = server.split_once('?').unwrap_or((server.as_str(), ""));
    let (address, _) =
        base.rsplit_once('/').expect("OTKLIK_TEST_POSTGRES is postgres://USER:PASSWORD@HOST:PORT/NAME");
    let url = format!("{address}/{name}{}{query}", if query.is_empty() { "" } else { "?" });
    let folder = tempfile::Builder::new().prefix("otklik-test-").tempdir().expect("a temporary folder");
    Some(Engine { name: "postgres", url, folder, database: Some(Database { server, name }) })
}

/// Runs one statement by PostgreSQL's own client, which needs no driver of ours and works in `drop`.
fn psql(server: &str, statement: &str) -> Result<(), String> {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", server, "--command", statement])
        .output()
        .map_err(|error| format!("psql: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_engine_gives_a_place_of_its_own_that_is_gone_afterwards() {
        let (first, second) = (engines(), engines());
        for (a, b) in first.iter().zip(&second) {
            assert_ne!(a.url(), b.url(), "{}", a.name);
            assert_ne!(a.folder(), b.folder(), "{}", a.name);
        }
        for engine in first {
            let folder = engine.folder().to_owned();
            let address = (engine.name == "postgres").then(|| engine.url().to_owned());
            if let Some(url) = &address {
                psql(url, "CREATE TABLE t (n int)").expect("the new database takes a table");
            }
            drop(engine);
            assert!(!folder.exists());
            if let Some(url) = address {
                psql(&url, "SELECT 1").expect_err("the database is dropped");
            }
        }
    }
}
