//! The accounts in SQLite. Several programs may have the file open at once: the write-ahead log lets them read
//! while one writes, and a writer waits for another.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Row};
use uuid::Uuid;

use super::account::Account;
use super::name::Username;
use super::token::TokenHash;
use crate::hub::OsRandom;
use crate::number;

/// The name of the database in the data directory.
pub(super) const DATABASE_FILE: &str = "accounts.sqlite";

/// The database does not answer, is full or damaged. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("the accounts cannot be read or written")]
pub struct StorageError(#[from] pub(super) sqlx::Error);

type Stored<T> = Result<T, StorageError>;

/// What an account is made of.
#[derive(Clone, Debug)]
pub(super) struct NewAccount {
    pub username: Username,
    pub email: Option<String>,
    pub display_name: Option<String>,
    pub password_hash: Option<String>,
    /// See [`Account::guest_of`].
    pub guest_of: Option<String>,
}

/// Changes of one account. `None` keeps what there is.
#[derive(Clone, Debug, Default)]
pub(super) struct AccountChange {
    pub flags: Option<u64>,
    pub suspended: Option<bool>,
    pub signed_after_ms: Option<u64>,
    pub password_hash: Option<String>,
    pub bio: Option<String>,
}

/// A long-lived token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptToken {
    /// What it is for, in words.
    pub label: String,
    /// When it was made, ms since 1970.
    pub created_ms: u64,
    /// Void from then on, ms since 1970.
    pub expires_ms: u64,
}

/// What [`Account::read`] needs.
macro_rules! columns {
    () => {
        "id, number, username, display_name, email, avatar_url, banner_url, bio, location, flags, suspended, \
         signed_after_ms, revision, created_ms, updated_ms, guest_of"
    };
}

/// The next revision. Writers take turns, so no two get the same.
macro_rules! next_revision {
    () => {
        "(SELECT coalesce(max(revision), 0) + 1 FROM accounts)"
    };
}

#[derive(Debug)]
pub(super) struct Store {
    pool: SqlitePool,
}

impl Store {
    const BUSY: Duration = Duration::from_secs(5);
    const CONNECTIONS: u32 = 4;

    /// Opens `file`, or a database in memory. [`Store::migrate`] comes next.
    pub async fn open(file: Option<&Path>) -> Stored<Self> {
        let options = match file {
            Some(file) => SqliteConnectOptions::new()
                .filename(file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // What was told to have happened has happened, also when the power goes.
                .synchronous(SqliteSynchronous::Full),
            None => SqliteConnectOptions::new().in_memory(true),
        };
        let options = options.foreign_keys(true).busy_timeout(Self::BUSY).disable_statement_logging();
        let pool = SqlitePoolOptions::new().acquire_timeout(Self::BUSY);
        // A database in memory is its one connection's.
        let pool = match file {
            Some(_) => pool.max_connections(Self::CONNECTIONS),
            None => pool.min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None),
        };
        Ok(Self { pool: pool.connect_with(options).await? })
    }

    /// Brings the tables to the present form. One program at a time.
    pub async fn migrate(&self) -> Result<(), sqlx::migrate::MigrateError> {
        sqlx::migrate!().run(&self.pool).await
    }

    pub const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Waits until everything is written and closed.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// `None`: the name is taken.
    pub async fn insert(&self, new: NewAccount, now_ms: u64) -> Stored<Option<Account>> {
        let NewAccount { username, email, display_name, password_hash, guest_of } = new;
        let sql = concat!(
            "INSERT INTO accounts (id, username, username_folded, email, display_name, password_hash, number, \
             guest_of, revision, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?8, ?9, \
             CASE WHEN ?9 IS NULL THEN ",
            next_revision!(),
            " ELSE (SELECT min(coalesce(min(revision), 0), 0) - 1 FROM accounts) END, ?7, ?7) \
             ON CONFLICT (username_folded) DO NOTHING RETURNING ",
            columns!()
        );
        let row = sqlx::query(sql)
            .bind(Uuid::new_v4().to_string())
            .bind(username.as_str())
            .bind(username.folded())
            .bind(email)
            .bind(display_name)
            .bind(password_hash)
            .bind(now_ms.cast_signed())
            .bind(number::random(&mut OsRandom).cast_signed())
            .bind(guest_of)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(Account::read).transpose()?)
    }

    /// The account of a name as it is folded, and the hash of its password.
    pub async fn by_name(&self, folded: &str) -> Stored<Option<(Account, Option<String>)>> {
        let sql = concat!("SELECT ", columns!(), ", password_hash FROM accounts WHERE username_folded = ?");
        let query = sqlx::query(sql).bind(folded);
        let Some(row) = query.fetch_optional(&self.pool).await? else { return Ok(None) };
        Ok(Some((Account::read(&row)?, row.try_get("password_hash")?)))
    }

    pub async fn by_id(&self, id: Uuid) -> Stored<Option<Account>> {
        let sql = concat!("SELECT ", columns!(), " FROM accounts WHERE id = ?");
        let query = sqlx::query(sql).bind(id.to_string());
        Ok(query.fetch_optional(&self.pool).await?.as_ref().map(Account::read).transpose()?)
    }

    pub async fn by_number(&self, number: u64) -> Stored<Option<Account>> {
        let sql = concat!("SELECT ", columns!(), " FROM accounts WHERE number = ?");
        let query = sqlx::query(sql).bind(number.cast_signed());
        Ok(query.fetch_optional(&self.pool).await?.as_ref().map(Account::read).transpose()?)
    }

    /// The account of a token that is not over.
    pub async fn by_token(&self, hash: TokenHash, now_ms: u64) -> Stored<Option<Account>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM accounts WHERE id = \
             (SELECT account_id FROM account_tokens WHERE hash = ?1 AND expires_ms > ?2)"
        );
        let query = sqlx::query(sql).bind(hash.as_slice().to_vec()).bind(now_ms.cast_signed());
        Ok(query.fetch_optional(&self.pool).await?.as_ref().map(Account::read).transpose()?)
    }

    /// All accounts but guests, in the order of their names.
    pub async fn all(&self) -> Stored<Vec<Account>> {
        let sql =
            concat!("SELECT ", columns!(), " FROM accounts WHERE guest_of IS NULL ORDER BY username_folded");
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(Account::read).collect::<Result<_, _>>()?)
    }

    /// Removes this guest, or all. How many there were.
    pub async fn remove_guests(&self, id: Option<Uuid>) -> Stored<u64> {
        let sql = "DELETE FROM accounts WHERE guest_of IS NOT NULL AND (?1 IS NULL OR id = ?1)";
        let query = sqlx::query(sql).bind(id.map(|id| id.to_string()));
        Ok(query.execute(&self.pool).await?.rows_affected())
    }

    /// `None`: there is no such account (any more).
    pub async fn change(&self, id: Uuid, change: AccountChange, now_ms: u64) -> Stored<Option<Account>> {
        let AccountChange { flags, suspended, signed_after_ms, password_hash, bio } = change;
        let sql = concat!(
            "UPDATE accounts SET flags = coalesce(?2, flags), suspended = coalesce(?3, suspended), \
             signed_after_ms = coalesce(?4, signed_after_ms), password_hash = coalesce(?5, password_hash), \
             bio = coalesce(?7, bio), revision = ",
            next_revision!(),
            ", updated_ms = ?6 WHERE id = ?1 RETURNING ",
            columns!()
        );
        let row = sqlx::query(sql)
            .bind(id.to_string())
            .bind(flags.map(u64::cast_signed))
            .bind(suspended)
            .bind(signed_after_ms.map(u64::cast_signed))
            .bind(password_hash)
            .bind(now_ms.cast_signed())
            .bind(bio)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(Account::read).transpose()?)
    }

    /// Accounts that changed after `revision`, the earliest change first.
    pub async fn changed_since(&self, revision: u64) -> Stored<Vec<Account>> {
        let sql =
            concat!("SELECT ", columns!(), " FROM accounts WHERE revision > ? ORDER BY revision LIMIT 1000");
        let query = sqlx::query(sql).bind(revision.cast_signed());
        let rows = query.fetch_all(&self.pool).await?;
        Ok(rows.iter().map(Account::read).collect::<Result<_, _>>()?)
    }

    /// The last change of an account that has not changed since then.
    pub async fn revision_before(&self, unix_ms: u64) -> Stored<u64> {
        let sql = "SELECT coalesce(max(revision), 0) FROM accounts WHERE updated_ms <= ?";
        let query = sqlx::query_scalar::<_, i64>(sql).bind(unix_ms.cast_signed());
        Ok(query.fetch_one(&self.pool).await?.cast_unsigned())
    }

    /// Keeps a token, and drops those that are over.
    pub async fn keep_token(&self, account: Uuid, hash: TokenHash, token: KeptToken) -> Stored<()> {
        let KeptToken { label, created_ms, expires_ms } = token;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM account_tokens WHERE expires_ms <= ?")
            .bind(created_ms.cast_signed())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO account_tokens (hash, account_id, label, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(hash.as_slice().to_vec())
        .bind(account.to_string())
        .bind(label)
        .bind(created_ms.cast_signed())
        .bind(expires_ms.cast_signed())
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The tokens of an account that are not over, the oldest first.
    pub async fn tokens(&self, account: Uuid, now_ms: u64) -> Stored<Vec<KeptToken>> {
        let rows = sqlx::query(
            "SELECT label, created_ms, expires_ms FROM account_tokens WHERE account_id = ? AND expires_ms > ? \
             ORDER BY created_ms",
        )
        .bind(account.to_string())
        .bind(now_ms.cast_signed())
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            Ok(KeptToken {
                label: row.try_get("label")?,
                created_ms: row.try_get::<i64, _>("created_ms")?.cast_unsigned(),
                expires_ms: row.try_get::<i64, _>("expires_ms")?.cast_unsigned(),
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Drops the tokens of an account, all or those with this label. How many there were.
    pub async fn drop_tokens(&self, account: Uuid, label: Option<&str>) -> Stored<u64> {
        let query =
            sqlx::query("DELETE FROM account_tokens WHERE account_id = ?1 AND (?2 IS NULL OR label = ?2)");
        Ok(query.bind(account.to_string()).bind(label).execute(&self.pool).await?.rows_affected())
    }
}
