//! Rows of every table as plain values, in and out: what a backup is made of. It knows tables by the database's own
//! catalogue, so that a program can also copy a desk of an older schema before it upgrades it. What the values mean is
//! nothing to it.

use super::{Conn, Store, row, rows, run, store_error};
use crate::error::{Error, Result};
use crate::types::Untrusted;
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, FromRow, Postgres, QueryBuilder, Row, Sqlite};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Every table with content, in an order in which each refers only to those before it, and the order of its rows.
const TABLES: &[(&str, &str)] = &[
    ("desk", "id"),
    // Whatever stands higher has fewer above it, so a parent comes before its children.
    ("orgs", "(SELECT count(*) FROM org_closure c WHERE c.descendant_id = orgs.id), id"),
    ("org_closure", "ancestor_id, descendant_id"),
    ("staff", "id"),
    ("staff_grants", "id"),
    ("org_names", "org_id, name"),
    ("members", "pk"),
    ("member_contacts", "member_id, kind, value"),
    ("card_keys", "id"),
    ("member_cards", "id"),
    ("imports", "pk"),
    ("import_changes", "import_id, member_id"),
    ("import_layouts", "org"),
    ("accounts", "id"),
    ("account_addresses", "address"),
    ("mailboxes", "account_id, name"),
    ("reconciliations", "id"),
    ("raw_items", "pk"),
    ("raw_pieces", "raw_id, n"),
    ("history_letters", "pk"),
    ("counters", "name"),
    ("appeals", "pk"),
    ("appeal_topics", "appeal_pk, position, topic"),
    ("appeal_links", "id"),
    ("appeal_orgs", "appeal_pk, org_id"),
    ("appeal_tokens", "token"),
    ("reports", "id"),
    ("messages", "pk"),
    ("attachments", "id"),
    ("limitations", "id"),
    ("drafts", "appeal_id, staff_id"),
    ("draft_files", "id"),
    ("draft_pieces", "file_id, n"),
    ("mail_tokens", "token_sha256"),
    ("deliveries", "pk"),
    ("member_links", "appeal_id"),
    ("call_tasks", "appeal_id"),
    ("call_attempts", "id"),
    ("call_applications", "id"),
    ("identities", "id"),
    ("conflicts", "id"),
    ("member_queries", "id"),
    ("idempotency", "key"),
    ("journal", "seq"),
    ("journal_links", "seq, subject, subject_seq"),
    ("journal_heads", "subject"),
    ("checkpoints", "n"),
    ("versions", "seq, position, side"),
];

/// What is left out: leases hold for a running process only; the index of words is made anew from the messages, since
/// each engine keeps it in a form of its own.
const LEFT_OUT: &[&str] = &["leases", "message_terms", "history_terms"];

/// Rows of one statement: below the least number of parameters that an engine takes.
const PARAMETERS: usize = 900;

/// What a column holds. `Bytes` and `Uuid` are the same value, in a form that only PostgreSQL tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Bytes,
    Uuid,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub name: String,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub name: &'static str,
    order: &'static str,
    pub columns: Vec<Column>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// What a reading of tables gives, in order.
#[derive(Debug)]
pub(crate) enum Piece {
    Begin(Table),
    Row(Vec<Cell>),
}

impl Table {
    fn names(&self) -> String {
        self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
    }
}

/// The tables that this database has, with their columns.
pub(crate) async fn catalogue(conn: &mut Conn<'_>) -> Result<Vec<Table>> {
    let mut found = Vec::new();
    for &(name, order) in TABLES {
        let mut columns = Vec::new();
        for (column, declared) in declared(conn, name).await? {
            let kind = match declared.as_str() {
                "INTEGER" | "bigint" => Kind::Int,
                "TEXT" | "text" => Kind::Text,
                "BLOB" | "bytea" => Kind::Bytes,
                "uuid" => Kind::Uuid,
                _ => return Err(Error::failed("desk-damaged")),
            };
            columns.push(Column { name: column, kind });
        }
        if !columns.is_empty() {
            found.push(Table { name, order, columns });
        }
    }
    Ok(found)
}

/// Columns and their declared types; none for a table that is not there.
async fn declared(conn: &mut Conn<'_>, table: &str) -> Result<Vec<(String, String)>> {
    match conn {
        Conn::Sqlite(conn) => {
            sqlx::query_as("SELECT name, type FROM pragma_table_info($1) ORDER BY cid")
                .bind(table)
                .fetch_all(conn.ready().await?)
                .await
        }
        Conn::Postgres(conn) => {
            sqlx::query_as(
                "SELECT column_name::text, data_type::text FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
            )
            .bind(table)
            .fetch_all(conn.ready().await?)
            .await
        }
    }
    .map_err(store_error)
}

/// Every table of the database's own, whoever made it.
async fn all_tables(conn: &mut Conn<'_>) -> Result<Vec<String>> {
    match conn {
        Conn::Sqlite(conn) => {
            sqlx::query_scalar(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                 AND name NOT LIKE 'message_terms_%' AND name NOT LIKE 'history_terms_%' ORDER BY name",
            )
            .fetch_all(conn.ready().await?)
            .await
        }
        Conn::Postgres(conn) => {
            sqlx::query_scalar(
                "SELECT table_name::text FROM information_schema.tables \
                 WHERE table_schema = current_schema() ORDER BY table_name",
            )
            .fetch_all(conn.ready().await?)
            .await
        }
    }
    .map_err(store_error)
}

/// Whether nothing stands here: no table at all, or the tables of a desk that was never made, without a row.
pub(crate) async fn is_empty(conn: &mut Conn<'_>) -> Result<bool> {
    let ours = |name: &str| {
        name == "_sqlx_migrations" || LEFT_OUT.contains(&name) || TABLES.iter().any(|table| table.0 == name)
    };
    for name in all_tables(conn).await? {
        if !ours(&name) {
            return Ok(false);
        }
        // Their rows come only with rows of others, or are those of the schema itself.
        if name == "_sqlx_migrations" || LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM \"{name}\" LIMIT 1) AS one");
        let found: i64 = match conn {
            Conn::Sqlite(conn) => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn.ready().await?).await,
            Conn::Postgres(conn) => {
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn.ready().await?).await
            }
        }
        .map_err(store_error)?;
        if found != 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

macro_rules! cells {
    ($row:expr, $table:expr) => {{
        let cell = |(at, column): (usize, &Column)| -> sqlx::Result<Cell> {
            Ok(match column.kind {
                Kind::Int => $row.try_get::<Option<i64>, _>(at)?.map_or(Cell::Null, Cell::Int),
                Kind::Text => $row.try_get::<Option<String>, _>(at)?.map_or(Cell::Null, Cell::Text),
                Kind::Bytes => $row.try_get::<Option<Vec<u8>>, _>(at)?.map_or(Cell::Null, Cell::Bytes),
                Kind::Uuid => {
                    let id = $row.try_get::<Option<Uuid>, _>(at)?;
                    id.map_or(Cell::Null, |id| Cell::Bytes(id.as_bytes().to_vec()))
                }
            })
        };
        $table.columns.iter().enumerate().map(cell).collect::<sqlx::Result<Vec<Cell>>>()
    }};
}

/// Reads a table into a channel, as slowly as it is taken out. It ends early, and well, when nobody takes it.
pub(crate) async fn stream(
    conn: &mut Conn<'_>,
    table: &Table,
    sender: &mpsc::Sender<Result<Piece>>,
) -> Result<()> {
    if sender.send(Ok(Piece::Begin(table.clone()))).await.is_err() {
        return Ok(());
    }
    let sql = format!("SELECT {} FROM \"{}\" ORDER BY {}", table.names(), table.name, table.order);
    macro_rules! send_all {
        ($conn:expr) => {{
            let mut found = sqlx::query(AssertSqlSafe(sql)).fetch($conn.ready().await?);
            while let Some(row) = found.try_next().await.map_err(store_error)? {
                let cells = cells!(row, table).map_err(store_error)?;
                if sender.send(Ok(Piece::Row(cells))).await.is_err() {
                    return Ok(());
                }
            }
        }};
    }
    match conn {
        Conn::Sqlite(conn) => send_all!(conn),
        Conn::Postgres(conn) => send_all!(conn),
    }
    Ok(())
}

/// Puts rows into a table. Each has the table's columns in their order; a value of another kind is refused.
pub(crate) async fn insert(conn: &mut Conn<'_>, table: &Table, rows: &[Vec<Cell>]) -> Result<()> {
    let at_once = (PARAMETERS / table.columns.len().max(1)).max(1);
    let head = format!("INSERT INTO \"{}\" ({}) ", table.name, table.names());
    let fits = |row: &Vec<Cell>| {
        row.len() == table.columns.len()
            && row.iter().zip(&table.columns).all(|(cell, column)| is_of(cell, column.kind))
    };
    if !rows.iter().all(fits) {
        return Err(Error::failed("archive-damaged"));
    }
    macro_rules! insert_some {
        ($conn:expr, $Engine:ty, $some:expr) => {{
            let mut query = QueryBuilder::<$Engine>::new(head.as_str());
            query.push_values($some, |mut values, row| {
                for (cell, column) in row.iter().zip(&table.columns) {
                    match column.kind {
                        Kind::Int => values.push_bind(int(cell)),
                        Kind::Text => values.push_bind(text(cell)),
                        Kind::Bytes => values.push_bind(bytes(cell)),
                        Kind::Uuid => values.push_bind(uuid(cell)),
                    };
                }
            });
            query.build().execute($conn.ready().await?).await.map(|_| ())
        }};
    }
    for some in rows.chunks(at_once) {
        match conn {
            Conn::Sqlite(conn) => insert_some!(conn, Sqlite, some),
            Conn::Postgres(conn) => insert_some!(conn, Postgres, some),
        }
        .map_err(store_error)?;
    }
    Ok(())
}

fn is_of(cell: &Cell, kind: Kind) -> bool {
    match (cell, kind) {
        (Cell::Null, _) | (Cell::Int(_), Kind::Int) | (Cell::Text(_), Kind::Text) => true,
        (Cell::Bytes(_), Kind::Bytes) => true,
        (Cell::Bytes(bytes), Kind::Uuid) => bytes.len() == 16,
        _ => false,
    }
}

fn int(cell: &Cell) -> Option<i64> {
    if let Cell::Int(int) = cell { Some(*int) } else { None }
}

fn text(cell: &Cell) -> Option<String> {
    // PostgreSQL has no place for U+0000 in a text.
    if let Cell::Text(text) = cell { Some(text.replace('\0', "\u{fffd}")) } else { None }
}

fn bytes(cell: &Cell) -> Option<Vec<u8>> {
    if let Cell::Bytes(bytes) = cell { Some(bytes.clone()) } else { None }
}

fn uuid(cell: &Cell) -> Option<Uuid> {
    if let Cell::Bytes(bytes) = cell { Uuid::from_slice(bytes).ok() } else { None }
}

/// Makes ready for rows in the order of a backup: references are checked at the commit where the engine can.
pub(crate) async fn before_loading(conn: &mut Conn<'_>) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            let defer = sqlx::query("PRAGMA defer_foreign_keys = ON").execute(conn.ready().await?).await;
            defer.map(|_| ()).map_err(store_error)
        }
        Conn::Postgres(_) => Ok(()),
    }
}

/// Lets every number that the database gives out go on after the greatest one loaded. SQLite does so by itself.
pub(crate) async fn reset_numbers(conn: &mut Conn<'_>) -> Result<()> {
    let Conn::Postgres(conn) = conn else { return Ok(()) };
    let numbered: Vec<(String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text FROM information_schema.columns \
         WHERE table_schema = current_schema() AND is_identity = 'YES'",
    )
    .fetch_all(conn.ready().await?)
    .await
    .map_err(store_error)?;
    for (table, column) in numbered {
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), max(\"{column}\")) FROM \"{table}\""
        );
        sqlx::query(AssertSqlSafe(sql)).execute(conn.ready().await?).await.map_err(store_error)?;
    }
    Ok(())
}

/// A message whose words are to be found.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Words {
    pub pk: i64,
    pub id: Uuid,
    pub subject: Untrusted,
    pub body: Untrusted,
}

/// Messages after `pk` whose words are indexed: all but what the program wrote by itself.
pub(crate) async fn words_after(conn: &mut Conn<'_>, pk: i64, limit: i64) -> Result<Vec<Words>> {
    rows!(
        conn,
        Words,
        "SELECT pk, id, subject, body FROM messages WHERE pk > $1 AND automatic = 0 ORDER BY pk LIMIT $2",
        pk,
        limit
    )
}

/// A delivery that waited when the backup was made.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Waiting {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub state: String,
}

/// Stops every delivery that waits, and names them.
pub(crate) async fn stop_waiting(conn: &mut Conn<'_>) -> Result<Vec<Waiting>> {
    let waiting = rows!(
        conn,
        Waiting,
        "SELECT id, appeal_id, state FROM deliveries WHERE state IN ('scheduled', 'sending', 'retry') ORDER BY pk"
    )?;
    run!(
        conn,
        "UPDATE deliveries SET state = 'unknown', reason = 'restored', lease_owner = NULL, lease_until = NULL \
         WHERE state IN ('scheduled', 'sending', 'retry')"
    )?;
    Ok(waiting)
}

/// The desk's own id, by the columns that every schema has.
pub(crate) async fn desk_id(store: &Store) -> Result<Option<Uuid>> {
    let mut reader = store.read().await?;
    let found: Option<(Uuid,)> =
        row!(&mut reader.conn(), (Uuid,), "SELECT desk_uuid FROM desk WHERE id = 1")?;
    Ok(found.map(|(id,)| id))
}

/// The tables of a database that no backup knows; a migration that adds one must add it here.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DeskUrl, migrate};

    #[tokio::test]
    async fn every_table_of_the_schema_is_in_a_backup_or_left_out_on_purpose() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&DeskUrl::Sqlite(folder.path().join("desk"))).await.unwrap();
        let mut reader = store.read().await.unwrap();
        assert!(is_empty(&mut reader.conn()).await.unwrap());
        migrate::run(&store).await.unwrap();
        let mut known: Vec<&str> =
            TABLES.iter().map(|table| table.0).chain(LEFT_OUT.iter().copied()).collect();
        known.push("_sqlx_migrations");
        known.sort_unstable();
        assert_eq!(all_tables(&mut reader.conn()).await.unwrap(), known);
        assert_eq!(catalogue(&mut reader.conn()).await.unwrap().len(), TABLES.len());
        assert!(is_empty(&mut reader.conn()).await.unwrap(), "a schema without a row is empty");
    }
}
