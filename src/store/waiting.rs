//! Writes that wait. A statement on SQLite crosses to the thread of its connection and back, one on PostgreSQL goes to the
//! server and back, and for a letter that costs more than the rows do. So a write that nobody asks about waits in its
//! transaction and goes with the next statement: on SQLite in front of its text, on PostgreSQL in as few round trips before
//! it as there can be. Order is kept; an error ends the transaction as it would have done at once; a transaction that is
//! dropped takes what waits with it. Nothing here outlives a transaction or decides what is written.

use super::store_error;
use crate::error::Result;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{
    Arguments, AssertSqlSafe, Database, PgConnection, Postgres, SqlSafeStr, SqlStr, Sqlite, SqliteConnection,
};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Statements of one crossing: a longer text is not worth keeping prepared.
const MOST: usize = 24;

/// Statements that go together, in their order, and the values of all of them.
struct Group<DB: Database> {
    /// Each with the number of values before its own.
    texts: Vec<(&'static str, usize)>,
    values: DB::Arguments,
}

/// The writes of a transaction that wait.
pub(crate) struct Waiting<DB: Database> {
    groups: Vec<Group<DB>>,
    /// The newest sequence of the journal, once this transaction has asked, where nobody else can write meanwhile.
    last_seq: Option<i64>,
    /// Heads of chains that this transaction has moved, and so holds.
    pub(super) heads: HashMap<String, (i64, Vec<u8>)>,
    /// Something has gone to the database.
    touched: bool,
}

impl<DB: Database> Default for Waiting<DB> {
    fn default() -> Self {
        Self { groups: Vec::new(), last_seq: None, heads: HashMap::new(), touched: false }
    }
}

impl<DB: Database> Waiting<DB> {
    /// Whether everything that was ever added still waits.
    pub(super) fn is_untouched(&self) -> bool {
        !self.touched
    }

    /// Lets a statement wait; its values follow. `joins`: whether it may go together with what waits already.
    pub(super) fn add(&mut self, sql: &'static str, joins: bool) -> &mut DB::Arguments {
        let joins = joins && self.groups.last().is_some_and(|last| last.texts.len() < MOST);
        if !joins {
            self.groups.push(Group { texts: Vec::new(), values: DB::Arguments::default() });
        }
        let at = self.groups.len() - 1;
        let group = &mut self.groups[at];
        group.texts.push((sql, group.values.len()));
        &mut group.values
    }
}

/// A connection with what waits for it.
pub(crate) struct Line<'c, DB: Database> {
    pub(super) conn: &'c mut DB::Connection,
    pub(super) waiting: &'c mut Waiting<DB>,
}

impl Line<'_, Sqlite> {
    pub fn last_seq(&self) -> Option<i64> {
        self.waiting.last_seq
    }

    pub fn set_last_seq(&mut self, last: i64) {
        self.waiting.last_seq = Some(last);
    }

    pub fn later(&mut self, sql: &'static str) -> &mut SqliteArguments {
        self.waiting.add(sql, true)
    }

    /// The text of `sql` behind what waits, with the values of that. Not for a statement whose touched rows are counted:
    /// the count would be that of all.
    pub async fn behind(&mut self, sql: &'static str) -> Result<(SqlStr, SqliteArguments)> {
        self.waiting.touched = true;
        let Some(last) = self.waiting.groups.pop() else {
            return Ok((sql.into_sql_str(), Default::default()));
        };
        self.ready().await?;
        let mut text = joined(&last);
        renumber(sql, last.values.len(), &mut text);
        Ok((AssertSqlSafe(text).into_sql_str(), last.values))
    }

    /// The connection, with nothing waiting.
    pub async fn ready(&mut self) -> Result<&mut SqliteConnection> {
        self.waiting.touched = true;
        for group in std::mem::take(&mut self.waiting.groups) {
            let all = sqlx::query_with(AssertSqlSafe(joined(&group)), group.values);
            all.execute(&mut *self.conn).await.map_err(store_error)?;
        }
        Ok(self.conn)
    }
}

impl Line<'_, Postgres> {
    pub fn later(&mut self, sql: &'static str) -> &mut PgArguments {
        let alone = |group: &Group<Postgres>| group.texts.iter().any(|(text, _)| !is_plain_insert(text));
        let joins = is_plain_insert(sql) && !self.waiting.groups.last().is_some_and(alone);
        self.waiting.add(sql, joins)
    }

    /// As on SQLite; what waits has gone before.
    pub async fn behind(&mut self, sql: &'static str) -> Result<(SqlStr, PgArguments)> {
        self.ready().await?;
        Ok((sql.into_sql_str(), Default::default()))
    }

    /// The connection, with nothing waiting.
    pub async fn ready(&mut self) -> Result<&mut PgConnection> {
        for group in std::mem::take(&mut self.waiting.groups) {
            let all = sqlx::query_with(AssertSqlSafe(as_one(&group)), group.values);
            all.execute(&mut *self.conn).await.map_err(store_error)?;
        }
        Ok(self.conn)
    }
}

/// One text of several statements, each behind the other.
fn joined(group: &Group<Sqlite>) -> String {
    let mut text = String::with_capacity(group.texts.iter().map(|(sql, _)| sql.len() + 16).sum());
    for (sql, before) in &group.texts {
        renumber(sql, *before, &mut text);
        text.push_str(";\n");
    }
    text
}

/// One statement of several inserts, in which none sees the rows of another, but each may refer to them: PostgreSQL checks
/// references when the whole is done (manual, 7.8.4). Two changes of one row must never meet here, so only rows that are
/// new join.
fn as_one(group: &Group<Postgres>) -> String {
    let mut text = String::new();
    let last = group.texts.len() - 1;
    for (n, (sql, before)) in group.texts.iter().enumerate() {
        if n < last {
            text.push_str(if n == 0 { "WITH " } else { ", " });
            let _ = write!(text, "w{n} AS (");
            renumber(sql, *before, &mut text);
            text.push(')');
        } else {
            text.push(' ');
            renumber(sql, *before, &mut text);
        }
    }
    text
}

fn is_plain_insert(sql: &str) -> bool {
    sql.starts_with("INSERT") && sql.contains(" VALUES ") && !sql.contains(" ON CONFLICT")
}

/// Writes `sql` with every `$N` raised by `by`. No text of ours has a dollar sign elsewhere.
fn renumber(sql: &str, by: usize, into: &mut String) {
    let mut parts = sql.split('$');
    into.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = part[..digits].parse().unwrap_or_default();
        let _ = write!(into, "${}", number + by);
        into.push_str(&part[digits..]);
    }
}

/// Lets a write wait whose outcome nobody asks.
macro_rules! later {
    ($conn:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $conn {
            $crate::store::Conn::Sqlite(line) => {
                let values = line.later($sql);
                $crate::store::waiting::all_added([$(sqlx::Arguments::add(values, $arg)),*])
            }
            $crate::store::Conn::Postgres(line) => {
                let values = line.later($sql);
                $crate::store::waiting::all_added([$(sqlx::Arguments::add(values, $arg)),*])
            }
        }
    };
}
pub(crate) use later;

/// Whether every value could be written as the engine has it.
pub(crate) fn all_added<const N: usize>(
    added: [std::result::Result<(), sqlx::error::BoxDynError>; N],
) -> Result<()> {
    let refused = added.into_iter().find_map(std::result::Result::err);
    refused.map_or(Ok(()), |error| Err(store_error(sqlx::Error::Encode(error))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_values_are_raised() {
        let mut text = String::new();
        renumber("INSERT INTO t (a, b) VALUES ($1, $12)", 30, &mut text);
        assert_eq!(text, "INSERT INTO t (a, b) VALUES ($31, $42)");
    }

    #[test]
    fn only_new_rows_share_a_statement() {
        let mut waiting = Waiting::<Postgres>::default();
        // A connection is not needed to see what would go together.
        for sql in ["INSERT INTO a (x) VALUES ($1)", "INSERT INTO b (x) VALUES ($1)"] {
            let values = waiting.add(sql, is_plain_insert(sql));
            values.add(1i64).unwrap();
        }
        let sql = "UPDATE a SET x = $1";
        waiting.add(sql, is_plain_insert(sql)).add(2i64).unwrap();
        assert_eq!(waiting.groups.len(), 2);
        assert_eq!(
            as_one(&waiting.groups[0]),
            "WITH w0 AS (INSERT INTO a (x) VALUES ($1)) INSERT INTO b (x) VALUES ($2)"
        );
        assert_eq!(as_one(&waiting.groups[1]), " UPDATE a SET x = $1");
    }
}
