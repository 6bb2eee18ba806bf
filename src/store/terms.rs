//! Full text: stems in, newest messages out.

use super::{Conn, later, postgres, row, sqlite};
use crate::error::Result;
use crate::rules::stems::{QueryTerm, QueryTerms};
use uuid::Uuid;

/// Indexes the stems of a message that is there (already folded; letters, digits and spaces only).
pub(crate) async fn insert(conn: &mut Conn<'_>, message: Uuid, terms: &str) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => later!(conn, sqlite::INSERT_TERMS, message, terms),
        Conn::Postgres(_) => later!(conn, postgres::INSERT_TERMS, message, postgres::head_of(terms)),
    }
}

/// The query's syntax of the engine: every term must be found. Terms hold letters and digits only.
fn syntax(conn: &Conn<'_>, query: &QueryTerms) -> String {
    let fts5 = matches!(conn, Conn::Sqlite(_));
    let term = |term: &QueryTerm| match (term, fts5) {
        (QueryTerm::Stem(stem), true) => format!("\"{stem}\""),
        (QueryTerm::Stem(stem), false) => stem.clone(),
        (QueryTerm::Prefix { typed, stem }, true) => format!("(\"{typed}\"* OR \"{stem}\")"),
        (QueryTerm::Prefix { typed, stem }, false) => format!("({typed}:* | {stem})"),
    };
    query.terms.iter().map(term).collect::<Vec<_>>().join(if fts5 { " AND " } else { " & " })
}

/// Newest messages that hold every term.
pub(crate) async fn find(conn: &mut Conn<'_>, query: &QueryTerms, limit: i64) -> Result<Vec<i64>> {
    let query = syntax(conn, query);
    match conn {
        Conn::Sqlite(conn) => sqlite::find_terms(conn.ready().await?, &query, limit).await,
        Conn::Postgres(conn) => postgres::find_terms(conn.ready().await?, &query, limit).await,
    }
}

/// Places of the last stored earlier letters that hold every term. Scope is not applied: whoever asks looks each letter up in
/// scope.
pub(crate) async fn find_history(conn: &mut Conn<'_>, query: &QueryTerms, limit: i64) -> Result<Vec<i64>> {
    let query = syntax(conn, query);
    match conn {
        Conn::Sqlite(conn) => sqlite::find_history(conn.ready().await?, &query, limit).await,
        Conn::Postgres(conn) => postgres::find_history(conn.ready().await?, &query, limit).await,
    }
}

/// The appeal that a message belongs to.
pub(crate) async fn appeal_of(conn: &mut Conn<'_>, message_pk: i64) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> =
        row!(conn, (Uuid,), "SELECT appeal_id FROM messages WHERE pk = $1", message_pk)?;
    Ok(found.map(|(id,)| id))
}
