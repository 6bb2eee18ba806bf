//! Whole rows of the registry, many in one statement: what imports write, compare with and put back.

use super::members::Change;
use super::text::in_json;
use super::{Conn, row, rows, run, store_error};
use crate::error::{Error, Result};
use crate::types::Untrusted;
use serde_json::Value;
use sqlx::{AssertSqlSafe, FromRow};
use std::fmt::Write as _;
use uuid::Uuid;

/// A value of a row as it stands in a JSON document.
trait Kept: Sized {
    fn json(&self) -> Value;
    fn of(value: &Value) -> Option<Self>;
}

impl Kept for String {
    fn json(&self) -> Value {
        self.as_str().into()
    }
    fn of(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Kept for Untrusted {
    fn json(&self) -> Value {
        in_json(self)
    }
    fn of(value: &Value) -> Option<Self> {
        value.as_str().map(Untrusted::new)
    }
}

impl Kept for Uuid {
    fn json(&self) -> Value {
        self.simple().to_string().into()
    }
    fn of(value: &Value) -> Option<Self> {
        Uuid::parse_str(value.as_str()?).ok()
    }
}

impl Kept for i64 {
    fn json(&self) -> Value {
        (*self).into()
    }
    fn of(value: &Value) -> Option<Self> {
        value.as_i64()
    }
}

impl<T: Kept> Kept for Option<T> {
    fn json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Kept::json)
    }
    fn of(value: &Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::of(value).map(Some) }
    }
}

macro_rules! whole_row {
    ($($name:ident: $type:ty),+ $(,)?) => {
        /// A row as it is written: normalised values beside the raw ones.
        #[derive(Clone, Debug, FromRow)]
        pub(crate) struct WholeMember { $(pub $name: $type),+ }

        const COLUMNS: &[&str] = &[$(stringify!($name),)+ "changed_in"];

        impl WholeMember {
            /// The row as a document, by its columns.
            pub fn to_json(&self) -> Value {
                let mut object = serde_json::Map::new();
                $(object.insert(stringify!($name).into(), self.$name.json());)+
                object.into()
            }

            /// The row of such a document; none when it is of another shape.
            pub fn of_json(value: &Value) -> Option<Self> {
                Some(Self { $($name: <$type>::of(value.get(stringify!($name))?)?),+ })
            }
        }

        macro_rules! bound {
            ($arguments:expr, $row:expr, $change:expr) => {
                super::waiting::all_added([
                    $(sqlx::Arguments::add($arguments, &$row.$name),)+
                    sqlx::Arguments::add($arguments, $change),
                ])
            };
        }
    };
}

whole_row! {
    id: Uuid, source_id: Option<Untrusted>, org_id: Option<Uuid>,
    name_raw: Untrusted, name_folded: String, surname: Untrusted, given: Untrusted, patronymic: Untrusted,
    former_raw: Untrusted, birth_raw: Untrusted, birth: Option<String>, card_raw: Untrusted, card: Option<String>,
    workplace: Untrusted, position: Untrusted, elected: Untrusted,
    phone_raw: Untrusted, phone: Option<String>, email_raw: Untrusted, email: Option<String>,
    joined_raw: Untrusted, joined: Option<String>, left_raw: Untrusted, left_on: Option<String>,
    org_from_raw: Untrusted, org_from: Option<String>, org_to_raw: Untrusted, org_to: Option<String>,
    dues_raw: Untrusted, dues: String, status_raw: Untrusted, status: String,
    source_file: String, source_sheet: Untrusted, source_row: i64,
    import_id: Option<Uuid>, made_by: Option<Uuid>, missing_since: Option<Uuid>, imported_at: i64,
}

/// Rows of one statement. To SQLite `$1` is a name, and finding each name's place takes as long as there are names, so a
/// statement of many rows costs more than many of a few; PostgreSQL numbers them, and a round trip costs more.
const BATCH_SQLITE: usize = 6;
const BATCH_POSTGRES: usize = 200;

/// Adds rows, and brings those with a known id up to date; each carries the number of the change.
pub(crate) async fn write(conn: &mut Conn<'_>, members: &[WholeMember], change: Change) -> Result<()> {
    let most = match conn {
        Conn::Sqlite(_) => BATCH_SQLITE,
        Conn::Postgres(_) => BATCH_POSTGRES,
    };
    let full = (members.len() >= most).then(|| write_text(most));
    for batch in members.chunks(most) {
        let text = match &full {
            Some(text) if batch.len() == most => text.clone(),
            _ => write_text(batch.len()),
        };
        match conn {
            Conn::Sqlite(line) => {
                let mut values = sqlx::sqlite::SqliteArguments::default();
                batch.iter().try_for_each(|row| bound!(&mut values, row, change.number()))?;
                let query = sqlx::query_with(AssertSqlSafe(text), values);
                query.execute(line.ready().await?).await.map_err(store_error)?;
            }
            Conn::Postgres(line) => {
                let mut values = sqlx::postgres::PgArguments::default();
                batch.iter().try_for_each(|row| bound!(&mut values, row, change.number()))?;
                let query = sqlx::query_with(AssertSqlSafe(text), values);
                query.execute(line.ready().await?).await.map_err(store_error)?;
            }
        }
    }
    Ok(())
}

/// The text for so many rows; nothing but the names of columns and numbers of values stands in it.
fn write_text(count: usize) -> String {
    let mut text = format!("INSERT INTO members ({}) VALUES ", COLUMNS.join(", "));
    for n in 0..count {
        text.push_str(if n == 0 { "(" } else { ", (" });
        for column in 1..=COLUMNS.len() {
            let comma = if column == 1 { "" } else { ", " };
            let _ = write!(text, "{comma}${}", n * COLUMNS.len() + column);
        }
        text.push(')');
    }
    text.push_str(" ON CONFLICT (id) DO UPDATE SET ");
    for (n, column) in COLUMNS.iter().skip(1).enumerate() {
        let comma = if n == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}{column} = excluded.{column}");
    }
    text
}

macro_rules! whole_columns {
    () => {
        "SELECT m.id, m.source_id, m.org_id, m.name_raw, m.name_folded, m.surname, m.given, m.patronymic, m.former_raw, \
         m.birth_raw, m.birth, m.card_raw, m.card, m.workplace, m.position, m.elected, m.phone_raw, m.phone, m.email_raw, \
         m.email, m.joined_raw, m.joined, m.left_raw, m.left_on, m.org_from_raw, m.org_from, m.org_to_raw, m.org_to, \
         m.dues_raw, m.dues, m.status_raw, m.status, m.source_file, m.source_sheet, m.source_row, m.import_id, m.made_by, \
         m.missing_since, m.imported_at FROM members m "
    };
}

/// Rows whose value is one of a JSON list's: a list is one value for both engines.
macro_rules! listed {
    ($conn:expr, $list:expr, $column:literal) => {{
        const SQLITE: &str =
            concat!(whole_columns!(), "WHERE m.", $column, " IN (SELECT value FROM json_each($1))");
        const POSTGRES: &str = concat!(
            whole_columns!(),
            "WHERE m.",
            $column,
            " IN (SELECT jsonb_array_elements_text($1::jsonb))"
        );
        let sql = match $conn {
            Conn::Sqlite(_) => SQLITE,
            Conn::Postgres(_) => POSTGRES,
        };
        rows!($conn, WholeMember, sql, $list)
    }};
}

/// A list as one value. What cannot stand in a text of PostgreSQL can stand in none of its columns either.
fn list_of<'a>(values: impl Iterator<Item = &'a str>) -> String {
    Value::from(values.map(|value| value.replace('\0', "\u{fffd}")).collect::<Vec<_>>()).to_string()
}

pub(crate) async fn by_source_ids(conn: &mut Conn<'_>, ids: &[&Untrusted]) -> Result<Vec<WholeMember>> {
    let list = Value::from(ids.iter().map(|id| in_json(id)).collect::<Vec<_>>()).to_string();
    listed!(conn, list, "source_id")
}

pub(crate) async fn by_cards(conn: &mut Conn<'_>, cards: &[&str]) -> Result<Vec<WholeMember>> {
    let list = list_of(cards.iter().copied());
    listed!(conn, list, "card")
}

pub(crate) async fn by_folded_names(conn: &mut Conn<'_>, names: &[&str]) -> Result<Vec<WholeMember>> {
    let list = list_of(names.iter().copied());
    listed!(conn, list, "name_folded")
}

pub(crate) async fn by_ids(conn: &mut Conn<'_>, ids: &[Uuid]) -> Result<Vec<WholeMember>> {
    const SQLITE: &str =
        concat!(whole_columns!(), "WHERE m.id IN (SELECT unhex(value) FROM json_each($1)) ORDER BY m.pk");
    const POSTGRES: &str = concat!(
        whole_columns!(),
        "WHERE m.id IN (SELECT jsonb_array_elements_text($1::jsonb)::uuid) ORDER BY m.pk"
    );
    let list = uuid_list(ids);
    let sql = match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    };
    rows!(conn, WholeMember, sql, list)
}

fn uuid_list(ids: &[Uuid]) -> String {
    Value::from(ids.iter().map(|id| id.simple().to_string()).collect::<Vec<_>>()).to_string()
}

/// Whether the registry has rows at all.
pub(crate) async fn is_empty(conn: &mut Conn<'_>) -> Result<bool> {
    let found: Option<(i64,)> = row!(conn, (i64,), "SELECT CAST(1 AS BIGINT) FROM members LIMIT 1")?;
    Ok(found.is_none())
}

/// Rows of an organisation, or of none, that are neither missing already nor known to have left.
pub(crate) async fn present_in(conn: &mut Conn<'_>, org: Option<Uuid>) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> = match org {
        Some(org) => rows!(
            conn,
            (Uuid,),
            "SELECT id FROM members WHERE org_id = $1 AND missing_since IS NULL AND status <> 'left' ORDER BY pk",
            org
        )?,
        None => rows!(
            conn,
            (Uuid,),
            "SELECT id FROM members WHERE org_id IS NULL AND missing_since IS NULL AND status <> 'left' ORDER BY pk"
        )?,
    };
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Telephones and addresses of a row behind its first ones.
pub(crate) struct Contact {
    pub member: Uuid,
    /// `phone` or `email`.
    pub kind: &'static str,
    pub value: String,
}

/// Takes the further contacts of these rows away.
pub(crate) async fn drop_contacts(conn: &mut Conn<'_>, members: &[Uuid]) -> Result<()> {
    const SQLITE: &str =
        "DELETE FROM member_contacts WHERE member_id IN (SELECT unhex(value) FROM json_each($1))";
    const POSTGRES: &str =
        "DELETE FROM member_contacts WHERE member_id IN (SELECT jsonb_array_elements_text($1::jsonb)::uuid)";
    for batch in members.chunks(2000) {
        let list = uuid_list(batch);
        match conn {
            Conn::Sqlite(_) => run!(conn, SQLITE, list)?,
            Conn::Postgres(_) => run!(conn, POSTGRES, list)?,
        };
    }
    Ok(())
}

/// Adds further contacts; none of them may be there already.
pub(crate) async fn add_contacts(conn: &mut Conn<'_>, contacts: &[Contact]) -> Result<()> {
    const SQLITE: &str = "INSERT INTO member_contacts (member_id, kind, value) \
         SELECT unhex(r.value->>0), r.value->>1, r.value->>2 FROM json_each($1) r";
    const POSTGRES: &str = "INSERT INTO member_contacts (member_id, kind, value) \
         SELECT (r->>0)::uuid, r->>1, r->>2 FROM jsonb_array_elements($1::jsonb) r";
    for batch in contacts.chunks(2000) {
        let row = |contact: &Contact| {
            serde_json::json!([contact.member.simple().to_string(), contact.kind, contact.value])
        };
        let list = Value::from(batch.iter().map(row).collect::<Vec<_>>()).to_string();
        match conn {
            Conn::Sqlite(_) => run!(conn, SQLITE, list)?,
            Conn::Postgres(_) => run!(conn, POSTGRES, list)?,
        };
    }
    Ok(())
}

/// An import as it was made.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ImportRecord {
    pub id: Uuid,
    pub file: Untrusted,
    pub sheet: Untrusted,
    pub sha256: Vec<u8>,
    pub org_id: Option<Uuid>,
    pub org_code: Option<Untrusted>,
    pub actor: String,
    pub done_at: i64,
    pub undone_at: Option<i64>,
    pub counts: String,
}

/// Writes an import down; its counts follow when they are known.
pub(crate) async fn add_import(conn: &mut Conn<'_>, import: &ImportRecord) -> Result<()> {
    run!(
        conn,
        "INSERT INTO imports (id, file, sheet, sha256, org_id, actor, done_at, counts) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        import.id,
        &import.file,
        &import.sheet,
        &import.sha256,
        import.org_id,
        &import.actor,
        import.done_at,
        &import.counts
    )?;
    Ok(())
}

pub(crate) async fn set_import_counts(conn: &mut Conn<'_>, id: Uuid, counts: &str) -> Result<()> {
    run!(conn, "UPDATE imports SET counts = $2 WHERE id = $1", id, counts)?;
    Ok(())
}

/// Imports, the newest first.
pub(crate) async fn imports(conn: &mut Conn<'_>, limit: i64) -> Result<Vec<ImportRecord>> {
    rows!(
        conn,
        ImportRecord,
        "SELECT i.id, i.file, i.sheet, i.sha256, i.org_id, o.code AS org_code, i.actor, i.done_at, i.undone_at, i.counts \
         FROM imports i LEFT JOIN orgs o ON o.id = i.org_id ORDER BY i.pk DESC LIMIT $1",
        limit
    )
}

pub(crate) async fn import_of(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<ImportRecord>> {
    row!(
        conn,
        ImportRecord,
        "SELECT i.id, i.file, i.sheet, i.sha256, i.org_id, o.code AS org_code, i.actor, i.done_at, i.undone_at, i.counts \
         FROM imports i LEFT JOIN orgs o ON o.id = i.org_id WHERE i.id = $1",
        id
    )
}

/// Keeps what rows were before an import: pairs of the fate and the row.
pub(crate) async fn keep_former(
    conn: &mut Conn<'_>,
    import: Uuid,
    rows: &[(&'static str, &WholeMember)],
) -> Result<()> {
    const SQLITE: &str = "INSERT INTO import_changes (import_id, member_id, fate, former) \
         SELECT $1, unhex(r.value->>0), r.value->>1, r.value->>2 FROM json_each($2) r";
    const POSTGRES: &str = "INSERT INTO import_changes (import_id, member_id, fate, former) \
         SELECT $1, (r->>0)::uuid, r->>1, r->>2 FROM jsonb_array_elements($2::jsonb) r";
    for batch in rows.chunks(1000) {
        let row = |(fate, member): &(&'static str, &WholeMember)| {
            serde_json::json!([member.id.simple().to_string(), fate, member.to_json().to_string()])
        };
        let list = Value::from(batch.iter().map(row).collect::<Vec<_>>()).to_string();
        match conn {
            Conn::Sqlite(_) => run!(conn, SQLITE, import, list)?,
            Conn::Postgres(_) => run!(conn, POSTGRES, import, list)?,
        };
    }
    Ok(())
}

/// What rows were before an import, those after `after` by their ids, at most `limit`.
pub(crate) async fn former(
    conn: &mut Conn<'_>,
    import: Uuid,
    after: Uuid,
    limit: i64,
) -> Result<Vec<WholeMember>> {
    let found: Vec<(String,)> = rows!(
        conn,
        (String,),
        "SELECT former FROM import_changes WHERE import_id = $1 AND member_id > $2 ORDER BY member_id LIMIT $3",
        import,
        after,
        limit
    )?;
    let row = |(text,): (String,)| {
        let value: Value = serde_json::from_str(&text).ok()?;
        WholeMember::of_json(&value)
    };
    found.into_iter().map(row).collect::<Option<_>>().ok_or_else(|| Error::failed("store"))
}

/// Rows of an import that something later has changed again.
pub(crate) async fn changed_later(conn: &mut Conn<'_>, import: Uuid) -> Result<i64> {
    let found: Option<(i64,)> = row!(
        conn,
        (i64,),
        "SELECT CAST((SELECT count(*) FROM members m WHERE m.made_by = $1 AND m.import_id <> $1) + \
         (SELECT count(*) FROM import_changes c LEFT JOIN members m ON m.id = c.member_id \
          WHERE c.import_id = $1 AND (m.id IS NULL OR m.import_id IS NULL OR m.import_id <> $1)) AS BIGINT)",
        import
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// Appeals whose author is a row that an import made, and one of them.
pub(crate) async fn linked_appeals(conn: &mut Conn<'_>, import: Uuid) -> Result<Option<(i64, i64, i64)>> {
    row!(
        conn,
        (i64, i64, i64),
        "SELECT CAST(count(*) AS BIGINT), CAST(coalesce(max(a.year), 0) AS BIGINT), \
         CAST(coalesce(max(a.seq), 0) AS BIGINT) FROM appeals a WHERE a.id IN ( \
           SELECT l.id FROM appeals l JOIN members m ON m.id = l.member_id WHERE m.made_by = $1 UNION \
           SELECT l.appeal_id FROM member_links l JOIN members n ON n.id = l.member_id WHERE n.made_by = $1)",
        import
    )
}

/// Cards that were issued to rows that an import made.
pub(crate) async fn cards_of_made(conn: &mut Conn<'_>, import: Uuid) -> Result<i64> {
    let found: Option<(i64,)> = row!(
        conn,
        (i64,),
        "SELECT CAST(count(*) AS BIGINT) FROM member_cards c JOIN members m ON m.id = c.member_id WHERE m.made_by = $1",
        import
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// Takes away the rows that an import made.
pub(crate) async fn drop_made(conn: &mut Conn<'_>, import: Uuid) -> Result<u64> {
    run!(
        conn,
        "DELETE FROM member_contacts WHERE member_id IN (SELECT id FROM members WHERE made_by = $1)",
        import
    )?;
    run!(conn, "DELETE FROM members WHERE made_by = $1", import)
}

pub(crate) async fn set_undone(conn: &mut Conn<'_>, import: Uuid, at: i64) -> Result<()> {
    run!(conn, "DELETE FROM import_changes WHERE import_id = $1", import)?;
    run!(conn, "UPDATE imports SET undone_at = $2 WHERE id = $1", import, at)?;
    Ok(())
}

/// The layout that was last used for an organisation, by its id, or '' for files of several.
pub(crate) async fn layout(conn: &mut Conn<'_>, org: &str) -> Result<Option<String>> {
    let found: Option<(String,)> =
        row!(conn, (String,), "SELECT layout FROM import_layouts WHERE org = $1", org)?;
    Ok(found.map(|(layout,)| layout))
}

pub(crate) async fn save_layout(conn: &mut Conn<'_>, org: &str, layout: &str, at: i64) -> Result<()> {
    run!(
        conn,
        "INSERT INTO import_layouts (org, layout, saved_at) VALUES ($1, $2, $3) \
         ON CONFLICT (org) DO UPDATE SET layout = $2, saved_at = $3",
        org,
        layout,
        at
    )?;
    Ok(())
}
