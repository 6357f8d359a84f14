//! The groups that were visited. Their codes are invitations: they are in this table only.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{Erased, Store, Stored, clipped};
use crate::RecentGroup;

/// More are not remembered; the one that was not visited for longest goes.
const MOST_GROUPS: u32 = 50;

impl Store {
    /// The groups that were visited, the last one first.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError).
    pub async fn recent_groups(&self) -> Stored<Vec<RecentGroup>> {
        let sql = "SELECT gateway_url, code, name, last_ms FROM recent_groups ORDER BY last_ms DESC, name";
        let rows = sqlx::query(sql).fetch_all(&self.readers).await?;
        let read = |row: &SqliteRow| {
            Ok(RecentGroup {
                gateway_url: row.try_get("gateway_url")?,
                code: row.try_get("code")?,
                name: row.try_get("name")?,
                last_ms: row.try_get("last_ms")?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Forgets one.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError).
    pub async fn forget_group(&self, gateway_url: &str, code: &str) -> Stored<Erased> {
        let query = sqlx::query("DELETE FROM recent_groups WHERE gateway_url = ? AND code = ?");
        let done = query.bind(gateway_url).bind(code).execute(&self.writer).await?;
        self.erased(done.rows_affected() > 0).await
    }

    /// Forgets all.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError).
    pub async fn forget_groups(&self) -> Stored<Erased> {
        let done = sqlx::query("DELETE FROM recent_groups").execute(&self.writer).await?;
        self.erased(done.rows_affected() > 0).await
    }
}

pub(super) async fn keep(connection: &mut SqliteConnection, group: &RecentGroup) -> Stored<()> {
    let sql = "INSERT INTO recent_groups (gateway_url, code, name, last_ms) VALUES (?, ?, ?, ?) \
               ON CONFLICT (gateway_url, code) DO UPDATE SET name = excluded.name, \
               last_ms = max(last_ms, excluded.last_ms)";
    sqlx::query(sql)
        .bind(clipped(&group.gateway_url))
        .bind(clipped(&group.code))
        .bind(clipped(&group.name))
        .bind(group.last_ms)
        .execute(&mut *connection)
        .await?;
    let sql = "DELETE FROM recent_groups WHERE (gateway_url, code) IN \
               (SELECT gateway_url, code FROM recent_groups ORDER BY last_ms DESC LIMIT -1 OFFSET ?)";
    sqlx::query(sql).bind(MOST_GROUPS).execute(connection).await?;
    Ok(())
}
