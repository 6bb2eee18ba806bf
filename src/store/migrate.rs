//! Migrations: the same names on both engines, embedded in the program.

use super::{Store, store_error};
use crate::error::{Error, Result};
use sqlx::migrate::{MigrateError, Migrator};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The schema that this program writes: the number of its newest migration.
pub fn schema_version() -> i64 {
    Steps::SHIPPED.version()
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

/// The steps that a program knows: those it was built with, or more of them in a test of the upgrade.
#[derive(Clone, Copy)]
pub(crate) struct Steps<'a> {
    sqlite: &'a Migrator,
    postgres: &'a Migrator,
}

impl Steps<'static> {
    pub const SHIPPED: Self = Self { sqlite: &SQLITE, postgres: &POSTGRES };
}

impl Steps<'_> {
    /// The number of the newest step.
    pub fn version(&self) -> i64 {
        self.sqlite.iter().map(|migration| migration.version).max().unwrap_or(0)
    }

    /// Brings a database up to `version`, step by step, each in a transaction of its own. A newer one is refused.
    pub async fn run_to(&self, store: &Store, version: i64) -> Result<()> {
        let have = current(store).await?;
        if have > version {
            return Err(Error::conflict("desk-newer").arg("desk", have).arg("program", version));
        }
        let done = match store {
            Store::Sqlite { writer, .. } => self.sqlite.run_to(version, writer).await,
            Store::Postgres(pool) => self.postgres.run_to(version, pool).await,
        };
        done.map_err(|error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                let inner = store_error(error);
                if inner.code == "store" { Error::failed("migration").because(inner) } else { inner }
            }
            error => Error::failed("migration").because(error),
        })?;
        // Programs that still run with an older schema stop at their next write.
        const RAISE: &str = "UPDATE desk SET schema_version = $1 WHERE schema_version < $1";
        match store {
            Store::Sqlite { writer, .. } => {
                sqlx::query(RAISE).bind(version).execute(writer).await.map(|_| ())
            }
            Store::Postgres(pool) => sqlx::query(RAISE).bind(version).execute(pool).await.map(|_| ()),
        }
        .map_err(store_error)
    }
}

/// Brings a database to this program's schema. A newer one is refused.
pub(crate) async fn run(store: &Store) -> Result<()> {
    Steps::SHIPPED.run_to(store, schema_version()).await
}

/// Steps of a program to come, and places to try them on: what the tests of an upgrade need and only this room may make.
#[cfg(test)]
pub(crate) mod tomorrow {
    use super::*;
    use crate::store::DeskUrl;
    use sqlx::migrate::{Migration, MigrationType};
    use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

    pub(crate) struct Tomorrow {
        sqlite: Migrator,
        postgres: Migrator,
    }

    impl Tomorrow {
        /// The shipped steps and one more, of this SQL.
        pub fn with(sql: &str) -> Self {
            let more = |migrator: &Migrator| {
                let mut steps: Vec<Migration> = migrator.iter().cloned().collect();
                let next = schema_version() + 1;
                let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
                steps.push(Migration::new(next, "tomorrow".into(), MigrationType::Simple, sql, false));
                Migrator::with_migrations(steps)
            };
            Self { sqlite: more(&SQLITE), postgres: more(&POSTGRES) }
        }

        pub fn steps(&self) -> Steps<'_> {
            Steps { sqlite: &self.sqlite, postgres: &self.postgres }
        }
    }

    /// A new database on the tests' PostgreSQL, if there is one. The server is thrown away with what stands in it.
    pub(crate) async fn postgres() -> Option<DeskUrl> {
        let server = std::env::var("OTKLIK_TEST_POSTGRES").ok();
        assert!(server.is_some() || std::env::var_os("CI").is_none(), "PostgreSQL must run in CI");
        let server = server?;
        let name = format!("otklik_upgrade_{}", uuid::Uuid::now_v7().simple());
        let pool = sqlx::PgPool::connect(&server).await.unwrap();
        pool.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        let (address, _) = server.rsplit_once('/').unwrap();
        Some(DeskUrl::Postgres(format!("{address}/{name}")))
    }
}
