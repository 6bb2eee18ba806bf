//! All SQL stands here (wall 7). One static `$1` text serves both engines through the macros below; what differs (text
//! search, notices, connections) stands in `sqlite` and `postgres`. Nothing here decides anything: the desk does.

pub(crate) mod accounts;
pub(crate) mod appeals;
pub(crate) mod backup;
pub(crate) mod calls;
pub(crate) mod cards;
pub(crate) mod conflicts;
pub(crate) mod copies;
pub(crate) mod deliveries;
pub(crate) mod desk_row;
pub(crate) mod digests;
pub(crate) mod draft_files;
pub(crate) mod drafts;
mod faults;
mod feed;
pub(crate) mod history_letters;
pub(crate) mod identities;
pub(crate) mod journal;
pub(crate) mod leases;
pub(crate) mod mailboxes;
pub(crate) mod member_links;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod migrate;
pub(crate) mod orgs;
pub(crate) mod packed;
mod pages;
mod postgres;
pub(crate) mod quality;
pub(crate) mod quarantine;
pub(crate) mod queries;
pub(crate) mod queue;
pub(crate) mod raw;
pub(crate) mod reconciliations;
pub(crate) mod redirects;
pub(crate) mod registry;
pub(crate) mod reports;
mod sqlite;
pub(crate) mod staff;
pub(crate) mod staff_mail;
pub(crate) mod teams;
pub(crate) mod terms;
mod text;
pub(crate) mod tokens;
mod waiting;

pub(crate) use feed::Told;
pub use feed::{Feed, Heard};

use crate::error::{Error, Result};
use faults::connection_error;
pub(crate) use faults::store_error;
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::path::{Path, PathBuf};
pub(crate) use waiting::later;
use waiting::{Line, Waiting};

/// Where a desk is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskUrl {
    Sqlite(PathBuf),
    /// The whole URL, which may hold a password: never logged.
    Postgres(String),
}

impl DeskUrl {
    /// Reads `sqlite:PATH` or `postgres://…`.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::usage("desk-url").arg("url", text));
            }
            return Ok(DeskUrl::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(DeskUrl::Postgres(text.to_owned()));
        }
        Err(Error::usage("desk-url").arg("url", text))
    }

    /// The URL without a password, for messages.
    pub fn shown(&self) -> String {
        match self {
            DeskUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DeskUrl::Postgres(url) => match url.rsplit_once('@') {
                Some((_, rest)) => format!("postgres://…@{rest}"),
                None => url.clone(),
            },
        }
    }

    /// The file of an embedded desk.
    pub fn file(&self) -> Option<&Path> {
        match self {
            DeskUrl::Sqlite(path) => Some(path),
            DeskUrl::Postgres(_) => None,
        }
    }
}

/// The open pools: one writer and a few read-only readers of SQLite, or one pool of PostgreSQL.
#[derive(Clone)]
pub enum Store {
    Sqlite { writer: SqlitePool, reader: SqlitePool },
    Postgres(PgPool),
}

/// A connection of either engine, borrowed from a transaction or from a reader, with the writes that wait on it.
pub(crate) enum Conn<'c> {
    Sqlite(Line<'c, Sqlite>),
    Postgres(Line<'c, Postgres>),
}

/// A write transaction. Dropped without `commit` it rolls back.
pub(crate) enum Tx {
    Sqlite(sqlite::Transaction),
    Postgres(Transaction<'static, Postgres>, Waiting<Postgres>),
}

/// A connection for reading.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>, Waiting<Sqlite>),
    Postgres(PoolConnection<Postgres>, Waiting<Postgres>),
}

impl Store {
    /// Opens an existing desk's database without migrating it.
    pub async fn open(url: &DeskUrl) -> Result<Self> {
        match url {
            DeskUrl::Sqlite(path) => sqlite::open(path, false).await,
            DeskUrl::Postgres(url) => postgres::open(url).await,
        }
    }

    /// Opens the database of a desk to be, creating the file of an embedded one (mode 0600).
    pub async fn create(url: &DeskUrl) -> Result<Self> {
        match url {
            DeskUrl::Sqlite(path) => sqlite::open(path, true).await,
            DeskUrl::Postgres(url) => postgres::open(url).await,
        }
    }

    /// Begins a write transaction; on SQLite at once as the writer (`BEGIN IMMEDIATE`), so that it never fails half-way.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Store::Sqlite { writer, .. } => {
                let conn = writer.acquire().await.map_err(store_error)?;
                Tx::Sqlite(sqlite::Transaction::begin(conn, "BEGIN IMMEDIATE"))
            }
            Store::Postgres(pool) => {
                Tx::Postgres(pool.begin().await.map_err(connection_error)?, Waiting::default())
            }
        })
    }

    pub(crate) async fn read(&self) -> Result<Reader> {
        Ok(match self {
            Store::Sqlite { reader, .. } => {
                Reader::Sqlite(reader.acquire().await.map_err(store_error)?, Waiting::default())
            }
            Store::Postgres(pool) => {
                Reader::Postgres(pool.acquire().await.map_err(connection_error)?, Waiting::default())
            }
        })
    }

    /// Bytes that are free beside the file of an embedded desk; of a server's disk nothing is known.
    pub(crate) fn space_left(&self) -> Option<u64> {
        match self {
            Store::Sqlite { reader, .. } => sqlite::space_left(reader.connect_options().get_filename()),
            Store::Postgres(_) => None,
        }
    }

    /// Closes every connection; SQLite writes its log back into the file.
    pub async fn close(&self) {
        match self {
            Store::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Store::Postgres(pool) => pool.close().await,
        }
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        match self {
            Store::Sqlite { .. } => "sqlite",
            Store::Postgres(_) => "postgres",
        }
    }
}

impl Tx {
    pub(crate) fn conn(&mut self) -> Conn<'_> {
        match self {
            Tx::Sqlite(tx) => Conn::Sqlite(tx.line()),
            Tx::Postgres(tx, waiting) => Conn::Postgres(Line { conn: &mut *tx, waiting }),
        }
    }

    /// Commits durably. On PostgreSQL it also tells every listener to look again.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if let Conn::Postgres(mut line) = self.conn() {
            postgres::notify(line.ready().await?).await?;
        }
        match self {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx, _) => tx.commit().await.map_err(store_error),
        }
    }
}

impl Tx {
    /// Gives up what was written, and every lock, before it returns.
    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.rollback().await,
            Tx::Postgres(tx, _) => tx.rollback().await.map_err(store_error),
        }
    }
}

impl Store {
    /// A transaction that only reads and sees one moment of the desk, however long it lasts.
    pub(crate) async fn snapshot(&self) -> Result<Tx> {
        Ok(match self {
            // SQLite's moment is that of the first read.
            Store::Sqlite { reader, .. } => {
                let conn = reader.acquire().await.map_err(store_error)?;
                Tx::Sqlite(sqlite::Transaction::begin(conn, "BEGIN"))
            }
            Store::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Tx::Postgres(pool.begin_with(begin).await.map_err(connection_error)?, Waiting::default())
            }
        })
    }
}

impl Reader {
    pub(crate) fn conn(&mut self) -> Conn<'_> {
        match self {
            Reader::Sqlite(conn, waiting) => Conn::Sqlite(Line { conn: &mut *conn, waiting }),
            Reader::Postgres(conn, waiting) => Conn::Postgres(Line { conn: &mut *conn, waiting }),
        }
    }
}

/// Every row of a query as `$Row: FromRow`.
macro_rules! rows {
    ($conn:expr, $Row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::store::ask!(fetch_all, $conn, $Row, $sql $(, $arg)*)
    };
}
pub(crate) use rows;

/// The one row of a query, or none.
macro_rules! row {
    ($conn:expr, $Row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::store::ask!(fetch_optional, $conn, $Row, $sql $(, $arg)*)
    };
}
pub(crate) use row;

/// Every row whose key is among at most `$most` values, the text's only parameters; what is missing is bound as null, so
/// that one text serves any number.
macro_rules! named {
    ($conn:expr, $Row:ty, $sql:expr, $values:expr, $most:expr) => {
        match &mut *$conn {
            $crate::store::Conn::Sqlite(line) => match line.behind($sql).await {
                Ok((sql, values)) => {
                    let query = sqlx::query_as_with::<sqlx::Sqlite, $Row, _>(sql, values);
                    let query = (0..$most).fold(query, |query, n| query.bind($values.get(n)));
                    query.fetch_all(&mut *line.conn).await.map_err($crate::store::store_error)
                }
                Err(error) => Err(error),
            },
            $crate::store::Conn::Postgres(line) => match line.behind($sql).await {
                Ok((sql, values)) => {
                    let query = sqlx::query_as_with::<sqlx::Postgres, $Row, _>(sql, values);
                    let query = (0..$most).fold(query, |query, n| query.bind($values.get(n)));
                    query.fetch_all(&mut *line.conn).await.map_err($crate::store::store_error)
                }
                Err(error) => Err(error),
            },
        }
    };
}
pub(crate) use named;

/// A query, behind the writes that wait.
macro_rules! ask {
    ($fetch:ident, $conn:expr, $Row:ty, $sql:expr $(, $arg:expr)*) => {
        match $conn {
            $crate::store::Conn::Sqlite(line) => match line.behind($sql).await {
                Ok((sql, values)) => {
                    let query = sqlx::query_as_with::<sqlx::Sqlite, $Row, _>(sql, values)$(.bind($arg))*;
                    query.$fetch(&mut *line.conn).await.map_err($crate::store::store_error)
                }
                Err(error) => Err(error),
            },
            $crate::store::Conn::Postgres(line) => match line.behind($sql).await {
                Ok((sql, values)) => {
                    let query = sqlx::query_as_with::<sqlx::Postgres, $Row, _>(sql, values)$(.bind($arg))*;
                    query.$fetch(&mut *line.conn).await.map_err($crate::store::store_error)
                }
                Err(error) => Err(error),
            },
        }
    };
}
pub(crate) use ask;

/// Runs a statement after the writes that wait; the number of rows that it touched.
macro_rules! run {
    ($conn:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $conn {
            $crate::store::Conn::Sqlite(line) => match line.ready().await {
                Ok(conn) => {
                    let done = sqlx::query($sql)$(.bind($arg))*.execute(conn).await;
                    done.map(|done| done.rows_affected()).map_err($crate::store::store_error)
                }
                Err(error) => Err(error),
            },
            $crate::store::Conn::Postgres(line) => match line.ready().await {
                Ok(conn) => {
                    let done = sqlx::query($sql)$(.bind($arg))*.execute(conn).await;
                    done.map(|done| done.rows_affected()).map_err($crate::store::store_error)
                }
                Err(error) => Err(error),
            },
        }
    };
}
pub(crate) use run;

/// Whether a database error says that a unique key is taken.
pub(crate) fn store_is_unique_violation(error: &Error) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<sqlx::Error>())
        .and_then(|error| error.as_database_error())
        .is_some_and(|error| error.is_unique_violation())
}
