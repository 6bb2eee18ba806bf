//! Floors: the same SQL by the engine's own client, and one durable commit, on the same engine.

use crate::support::measure::Series;
use crate::support::place::Place;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use sqlx::{Connection as _, Executor as _};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A file with the pragmas of the desk's writer; each commit is durable.
pub struct Commits {
    connection: Connection,
}

impl Commits {
    pub fn new(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        let file = folder.join("floor.sqlite");
        let _ = std::fs::remove_file(&file);
        let connection = Connection::open(file).expect("a file");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000; \
                 CREATE TABLE raw (pk INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL)",
            )
            .expect("a table");
        Self { connection }
    }

    /// Begins a transaction of several rows.
    pub fn begin(&self) {
        self.connection.execute_batch("BEGIN IMMEDIATE").expect("a transaction");
    }

    /// Ends it, durably.
    pub fn end(&self) {
        self.connection.execute_batch("COMMIT").expect("a commit");
    }

    /// One row; in a durable transaction of its own unless one has begun.
    pub fn commit(&mut self, name: &str, bytes: &[u8]) {
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO raw (name, bytes) VALUES (?1, ?2)")
            .expect("an insert");
        insert.execute(rusqlite::params![name, bytes]).expect("a row");
    }
}

/// Durable commits on the engine of a place, as its desk makes them.
pub enum Durable {
    Sqlite(Commits),
    Postgres(sqlx::PgConnection),
}

impl Durable {
    pub async fn new(place: &Place) -> Self {
        if place.engine == "sqlite" {
            return Self::Sqlite(Commits::new(&place.folder.join("floor")));
        }
        let mut connection = sqlx::PgConnection::connect(&place.url).await.expect("the server");
        let table = "DROP TABLE IF EXISTS floor_raw; \
                     CREATE TABLE floor_raw (pk BIGSERIAL PRIMARY KEY, name TEXT NOT NULL UNIQUE, bytes BYTEA NOT NULL)";
        connection.execute(table).await.expect("a table");
        Self::Postgres(connection)
    }

    pub async fn begin(&mut self) {
        match self {
            Self::Sqlite(commits) => commits.begin(),
            Self::Postgres(connection) => drop(connection.execute("BEGIN").await.expect("a transaction")),
        }
    }

    pub async fn end(&mut self) {
        match self {
            Self::Sqlite(commits) => commits.end(),
            Self::Postgres(connection) => drop(connection.execute("COMMIT").await.expect("a commit")),
        }
    }

    /// One row; in a durable transaction of its own unless one has begun.
    pub async fn commit(&mut self, name: &str, bytes: &[u8]) {
        match self {
            Self::Sqlite(commits) => commits.commit(name, bytes),
            Self::Postgres(connection) => {
                let insert = sqlx::query("INSERT INTO floor_raw (name, bytes) VALUES ($1, $2)");
                insert.bind(name).bind(bytes).execute(connection).await.expect("a row");
            }
        }
    }
}

/// The desk's file, opened to read by rusqlite with the pragmas of the desk's readers.
pub fn reader(place: &Place) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(place.file(), flags).expect("the desk's file");
    connection.execute_batch("PRAGMA cache_size = -8000").expect("a pragma");
    connection.set_prepared_statement_cache_capacity(200);
    connection
}

/// Runs a text with `$N` bound to the Nth value, and reads every column of every row as the program must.
pub fn read(connection: &Connection, sql: &str, values: &[Value]) -> Vec<Vec<Value>> {
    let mut select = connection.prepare_cached(sql).expect(sql);
    for (n, value) in values.iter().enumerate() {
        if let Some(at) = select.parameter_index(&format!("${}", n + 1)).expect("a name") {
            select.raw_bind_parameter(at, value).expect("a value");
        }
    }
    let columns = select.column_count();
    let mut rows = select.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().expect("a row") {
        found.push((0..columns).map(|n| row.get(n).expect("a column")).collect());
    }
    found
}

/// Where a column of a text stands.
pub fn column(connection: &Connection, sql: &str, name: &str) -> usize {
    let select = connection.prepare_cached(sql).expect(sql);
    select.column_index(name).expect(name)
}

/// Runs prepared texts by psql, whose `\timing` counts from the sending of a statement to its last row: `(text, types,
/// values of each run)`.
pub fn psql(place: &Place, sql: &str, types: &str, runs: &[Vec<Value>]) -> Series {
    let mut script = format!("PREPARE q ({types}) AS {sql};\n\\timing on\n");
    for values in runs {
        let values: Vec<String> = values.iter().map(literal).collect();
        script += &format!("EXECUTE q ({});\n", values.join(", "));
    }
    let folder = place.folder.join("floor.sql");
    std::fs::write(&folder, script).expect("a script");
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--dbname", &place.url])
        .arg("--file")
        .arg(&folder)
        .output()
        .expect("psql");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut series = Series::default();
    let text = String::from_utf8_lossy(&output.stdout);
    for line in text.lines().filter_map(|line| line.strip_prefix("Time: ")) {
        let time: f64 = line.split(' ').next().and_then(|time| time.parse().ok()).expect("a time");
        series.add(Duration::from_secs_f64(time / 1000.0), Duration::ZERO, 1);
    }
    assert_eq!(series.len(), runs.len(), "one time for each run");
    series
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::Text(value) => format!("'{}'", value.replace('\'', "''")),
        Value::Blob(bytes) => {
            let id = uuid::Uuid::from_slice(bytes).expect("an id");
            format!("'{id}'")
        }
    }
}
