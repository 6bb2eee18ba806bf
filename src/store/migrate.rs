//! Migrations: the same names on both engines, embedded in the program.

use super::{Store, store_error};
use crate::error::{Error, Result};
use sqlx::migrate::Migrator;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The schema that this program writes: the number of its newest migration.
pub fn schema_version() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The schema a database has; 0 for an empty one.
pub(crate) async fn current(store: &Store) -> Result<i64> {
    // Both engines answer with an error when the table is missing; a missing table is an empty database.
    const SQL: &str = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success";
    let version = match store {
        Store::Sqlite { writer, .. } => {
            let made: i64 =
                sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
                    .fetch_one(writer)
                    .await
                    .map_err(store_error)?;
            if made == 0 {
                return Ok(0);
            }
            sqlx::query_scalar(SQL).fetch_one(writer).await
        }
        Store::Postgres(pool) => {
            let made: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
                .fetch_one(pool)
                .await
                .map_err(store_error)?;
            if !made {
                return Ok(0);
            }
            sqlx::query_scalar(SQL).fetch_one(pool).await
        }
    };
    version.map_err(store_error)
}

/// Brings a database to this program's schema. A newer one is refused.
pub(crate) async fn run(store: &Store) -> Result<()> {
    let (have, want) = (current(store).await?, schema_version());
    if have > want {
        return Err(Error::conflict("desk-newer").arg("desk", have).arg("program", want));
    }
    let done = match store {
        Store::Sqlite { writer, .. } => SQLITE.run(writer).await,
        Store::Postgres(pool) => POSTGRES.run(pool).await,
    };
    done.map_err(|error| Error::failed("migration").because(error))?;
    match store {
        Store::Sqlite { writer, .. } => {
            sqlx::query("UPDATE desk SET schema_version = $1 WHERE schema_version < $1")
                .bind(want)
                .execute(writer)
                .await
                .map(|_| ())
        }
        Store::Postgres(pool) => sqlx::query("UPDATE desk SET schema_version = $1 WHERE schema_version < $1")
            .bind(want)
            .execute(pool)
            .await
            .map(|_| ()),
    }
    .map_err(store_error)
}
