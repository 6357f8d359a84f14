//! Deletion that deletes. What is deleted is overwritten (`secure_delete`), the file is written anew without what
//! moving rows about may have left between them (VACUUM), and the write-ahead log is emptied.

use super::{Store, Stored, log};
use crate::{DabId, SeshId, SeshKey};

/// What came of a deletion. It has happened in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// There was something to delete.
    pub found: bool,
    /// The bytes are gone from the file. If not, somebody was reading or the disk is full: they go with the next
    /// deletion, or when the history is opened the next time.
    pub bytes_gone: bool,
}

impl Store {
    /// Deletes a sesh with all that is known of it. Dabs had in it stay, as had alone.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError). Nothing was deleted.
    pub async fn erase_sesh(&self, id: SeshId) -> Stored<Erased> {
        let sql = "DELETE FROM seshes WHERE id = ? RETURNING key";
        let key: Option<i64> = sqlx::query_scalar(sql).bind(id.0).fetch_optional(&self.writer).await?;
        self.deleted().extend(key.map(SeshKey));
        self.erased(key.is_some()).await
    }

    /// Deletes a dab. What stays is that the device had one at that moment and that it is not to be taken from the
    /// log again.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError). Nothing was deleted.
    pub async fn erase_dab(&self, id: DabId) -> Stored<Erased> {
        let mut transaction = self.write().await?;
        let remember = "INSERT INTO deleted_dabs (device_id, at_ms, log_index, log_stamp) \
                        SELECT device_id, at_ms, log_index, log_stamp FROM dabs WHERE id = ?";
        sqlx::query(remember).bind(id.0).execute(&mut *transaction).await?;
        let done = sqlx::query("DELETE FROM dabs WHERE id = ?").bind(id.0).execute(&mut *transaction).await?;
        transaction.commit().await?;
        self.erased(done.rows_affected() > 0).await
    }

    /// Deletes a device and its dabs. What its log says of the time until `now_ms` is not taken in again. Seshes
    /// stay: they are the group's.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError). Nothing was deleted.
    pub async fn erase_device(&self, key: &str, now_ms: i64) -> Stored<Erased> {
        let mut transaction = self.write().await?;
        let done =
            sqlx::query("DELETE FROM devices WHERE key = ?").bind(key).execute(&mut *transaction).await?;
        raise_floor(&mut transaction, Some(key), now_ms).await?;
        transaction.commit().await?;
        self.erased(done.rows_affected() > 0).await
    }

    /// Deletes everything, the groups that were visited too. What logs of devices say of the time until `now_ms` is
    /// not taken in again.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError). Nothing was deleted.
    pub async fn erase_all(&self, now_ms: i64) -> Stored<Erased> {
        let mut transaction = self.write().await?;
        let running = "SELECT key FROM seshes WHERE ended_ms IS NULL";
        let running: Vec<i64> = sqlx::query_scalar(running).fetch_all(&mut *transaction).await?;
        let mut rows = 0;
        for sql in [
            "DELETE FROM devices",
            "DELETE FROM seshes",
            "DELETE FROM recent_groups",
            "DELETE FROM log_floors",
        ] {
            rows += sqlx::query(sql).execute(&mut *transaction).await?.rows_affected();
        }
        raise_floor(&mut transaction, None, now_ms).await?;
        transaction.commit().await?;
        self.deleted().extend(running.into_iter().map(SeshKey));
        self.erased(rows > 0).await
    }

    /// After a deletion: takes the bytes out of the file.
    pub(super) async fn erased(&self, found: bool) -> Stored<Erased> {
        Ok(Erased { found, bytes_gone: self.scrub().await.unwrap_or(false) })
    }

    async fn scrub(&self) -> Result<bool, sqlx::Error> {
        // One connection for both: nothing is written in between.
        let mut writer = self.writer.acquire().await?;
        let vacuumed = sqlx::query("VACUUM").execute(&mut *writer).await;
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *writer).await?;
        vacuumed?;
        Ok(busy == 0)
    }
}

async fn raise_floor(
    connection: &mut sqlx::sqlite::SqliteConnection,
    key: Option<&str>,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO log_floors (device, before_ms) VALUES (?, ?) \
               ON CONFLICT (device) DO UPDATE SET before_ms = max(before_ms, excluded.before_ms)";
    sqlx::query(sql).bind(log::floor_name(key)).bind(now_ms).execute(connection).await?;
    Ok(())
}
