//! Rows into tables as fast as each engine takes them: prepared inserts without a journal on SQLite, `COPY` on PostgreSQL,
//! secondary indexes dropped before and made again after.

use super::place::{Place, psql};
use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, Value};
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use uuid::Uuid;

/// One value of a row, for either engine.
pub enum Cell {
    Null,
    Int(i64),
    Text(String),
    Id(Uuid),
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Cell::Int(value)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Cell::Text(value.to_owned())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Cell::Text(value)
    }
}

impl From<Uuid> for Cell {
    fn from(value: Uuid) -> Self {
        Cell::Id(value)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

impl rusqlite::ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Cell::Text(value) => value.as_str().into(),
            Cell::Id(value) => ToSqlOutput::Borrowed(rusqlite::types::ValueRef::Blob(value.as_bytes())),
        })
    }
}

/// A table and the columns that are written.
pub type Table = (&'static str, &'static [&'static str]);

/// A running `COPY` of one table.
type Copying = (Table, Child, BufWriter<ChildStdin>);

/// Takes rows of several tables in any order.
pub enum Copy {
    Sqlite { connection: Connection, indexes: Vec<String> },
    Postgres { url: String, open: Vec<Copying>, line: String, indexes: Vec<String> },
}

impl Copy {
    /// Opens a desk that nobody else has open.
    pub fn into(place: &Place) -> Self {
        if place.engine == "sqlite" {
            let connection = Connection::open(place.file()).expect("the desk's file");
            connection
                .execute_batch(
                    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; \
                 PRAGMA cache_size = -400000; PRAGMA locking_mode = EXCLUSIVE",
                )
                .expect("pragmas");
            let indexes = sqlite_indexes(&connection);
            connection.execute_batch("BEGIN").expect("a transaction");
            connection.set_prepared_statement_cache_capacity(32);
            return Copy::Sqlite { connection, indexes };
        }
        let indexes = postgres_indexes(&place.url);
        Copy::Postgres { url: place.url.clone(), open: Vec::new(), line: String::new(), indexes }
    }

    pub fn row(&mut self, table: Table, cells: &[Cell]) {
        assert_eq!(table.1.len(), cells.len(), "{}", table.0);
        match self {
            Copy::Sqlite { connection, .. } => {
                let marks = vec!["?"; cells.len()].join(", ");
                let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", table.0, table.1.join(", "));
                let mut insert = connection.prepare_cached(&sql).expect("an insert");
                insert.execute(rusqlite::params_from_iter(cells)).expect("a row");
            }
            Copy::Postgres { url, open, line, .. } => {
                let at = open.iter().position(|(known, ..)| known.0 == table.0);
                let at = at.unwrap_or_else(|| {
                    open.push(copying(url, table));
                    open.len() - 1
                });
                write_line(line, cells);
                open[at].2.write_all(line.as_bytes()).expect("psql reads");
            }
        }
    }

    /// Makes the indexes again and, on PostgreSQL, the statistics that autovacuum would have made.
    pub fn finish(self) {
        match self {
            Copy::Sqlite { connection, indexes } => {
                connection.execute_batch("COMMIT").expect("the rows");
                indexes.iter().for_each(|index| connection.execute_batch(index).expect("an index"));
                connection
                    .execute_batch("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL")
                    .expect("WAL");
                connection.close().expect("closing");
            }
            Copy::Postgres { url, open, indexes, .. } => {
                for (table, mut child, stdin) in open {
                    drop(stdin);
                    assert!(child.wait().expect("psql ends").success(), "COPY {}", table.0);
                }
                indexes.iter().for_each(|index| drop(psql(&url, index).expect("an index")));
                for table in ["appeals", "messages", "members"] {
                    let raise = format!(
                        "SELECT setval(pg_get_serial_sequence('{table}', 'pk'), (SELECT coalesce(max(pk), 1) FROM {table}))"
                    );
                    psql(&url, &raise).expect("a sequence");
                }
                psql(&url, "VACUUM ANALYZE").expect("statistics");
            }
        }
    }
}

/// Drops the indexes that are no constraints; the texts that make them again.
fn sqlite_indexes(connection: &Connection) -> Vec<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut select = connection
        .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        .expect("the schema");
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("the schema");
    found.extend(rows.map(|row| row.expect("an index")));
    found
        .iter()
        .for_each(|(name, _)| connection.execute_batch(&format!("DROP INDEX {name}")).expect("a drop"));
    found.into_iter().map(|(_, sql)| sql).collect()
}

fn postgres_indexes(url: &str) -> Vec<String> {
    let list = "SELECT indexname || '|' || indexdef FROM pg_indexes i WHERE schemaname = 'public' \
                AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)";
    let list = psql(url, list).expect("the schema");
    let found: Vec<(&str, &str)> = list.lines().filter_map(|line| line.split_once('|')).collect();
    found.iter().for_each(|(name, _)| drop(psql(url, &format!("DROP INDEX {name}")).expect("a drop")));
    found.into_iter().map(|(_, sql)| sql.to_owned()).collect()
}

fn copying(url: &str, table: Table) -> Copying {
    let copy = format!("COPY {} ({}) FROM STDIN", table.0, table.1.join(", "));
    let mut child = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", url, "--command", &copy])
        // Rows of several tables go side by side, so a reference may come before what it names.
        .env("PGOPTIONS", "-c session_replication_role=replica")
        .stdin(Stdio::piped())
        .spawn()
        .expect("psql");
    let stdin = child.stdin.take().expect("psql's input");
    (table, child, BufWriter::with_capacity(1 << 18, stdin))
}

/// One line of COPY's text format.
fn write_line(line: &mut String, cells: &[Cell]) {
    line.clear();
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            line.push('\t');
        }
        match cell {
            Cell::Null => line.push_str("\\N"),
            Cell::Int(value) => write!(line, "{value}").expect("a number"),
            Cell::Id(value) => write!(line, "{value}").expect("an id"),
            Cell::Text(value) => {
                for c in value.chars() {
                    match c {
                        '\\' => line.push_str("\\\\"),
                        '\n' => line.push_str("\\n"),
                        '\r' => line.push_str("\\r"),
                        '\t' => line.push_str("\\t"),
                        c => line.push(c),
                    }
                }
            }
        }
    }
    line.push('\n');
}
