//! Full text: stems in, newest messages out.

use super::{Conn, postgres, row, sqlite};
use crate::error::Result;
use uuid::Uuid;

/// Indexes a message's stems (already folded; letters, digits and spaces only).
pub(crate) async fn insert(conn: &mut Conn<'_>, message_pk: i64, terms: &str) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => sqlite::insert_terms(conn, message_pk, terms).await,
        Conn::Postgres(conn) => postgres::insert_terms(conn, message_pk, terms).await,
    }
}

/// The query's syntax of the engine: every word must be found, the last one as a prefix too.
fn syntax(conn: &Conn<'_>, words: &[(Vec<String>, bool)]) -> String {
    let fts5 = matches!(conn, Conn::Sqlite(_));
    let word = |(forms, prefix): &(Vec<String>, bool)| {
        let forms: Vec<String> = forms
            .iter()
            .enumerate()
            .map(|(n, form)| match (fts5, *prefix && n == 0) {
                (true, false) => format!("\"{form}\""),
                (true, true) => format!("\"{form}\"*"),
                (false, false) => form.clone(),
                (false, true) => format!("{form}:*"),
            })
            .collect();
        format!("({})", forms.join(if fts5 { " OR " } else { " | " }))
    };
    words.iter().map(word).collect::<Vec<_>>().join(if fts5 { " AND " } else { " & " })
}

/// Newest messages that hold every word. A word is its alternative forms, and whether the first of them is a prefix.
pub(crate) async fn find(conn: &mut Conn<'_>, words: &[(Vec<String>, bool)], limit: i64) -> Result<Vec<i64>> {
    let query = syntax(conn, words);
    match conn {
        Conn::Sqlite(conn) => sqlite::find_terms(conn, &query, limit).await,
        Conn::Postgres(conn) => postgres::find_terms(conn, &query, limit).await,
    }
}

/// The appeal that a message belongs to.
pub(crate) async fn appeal_of(conn: &mut Conn<'_>, message_pk: i64) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> =
        row!(conn, (Uuid,), "SELECT appeal_id FROM messages WHERE pk = $1", message_pk)?;
    Ok(found.map(|(id,)| id))
}
