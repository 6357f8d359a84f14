//! The devices.

use sqlx::sqlite::SqliteConnection;

use super::{Store, Stored, clipped};
use crate::Device;

impl Store {
    /// The devices that something is known of, the last seen first.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError).
    pub async fn devices(&self) -> Stored<Vec<Device>> {
        let sql = "SELECT key, name, model FROM devices ORDER BY seen_ms DESC, id DESC";
        let rows: Vec<(String, String, String)> = sqlx::query_as(sql).fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(|(key, name, model)| Device { key, name, model }).collect())
    }

    /// A device came back under another key: what is known of both is the one's. Does nothing when nothing is
    /// known of the old one.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError). Nothing was changed.
    pub async fn rename_device(&self, old: &str, new: &str) -> Stored<()> {
        if old == new {
            return Ok(());
        }
        let mut transaction = self.write().await?;
        let of = "SELECT id FROM devices WHERE key = ?";
        let old_id: Option<i64> = sqlx::query_scalar(of).bind(old).fetch_optional(&mut *transaction).await?;
        let new_id: Option<i64> = sqlx::query_scalar(of).bind(new).fetch_optional(&mut *transaction).await?;
        match (old_id, new_id) {
            (None, _) => return Ok(()),
            (Some(old_id), None) => {
                sqlx::query("UPDATE devices SET key = ? WHERE id = ?")
                    .bind(new)
                    .bind(old_id)
                    .execute(&mut *transaction)
                    .await?;
            }
            (Some(old_id), Some(new_id)) => {
                // A dab that both have is the new one's; the rest goes with the old device.
                for sql in [
                    "UPDATE OR IGNORE dabs SET device_id = ?2 WHERE device_id = ?1",
                    "UPDATE deleted_dabs SET device_id = ?2 WHERE device_id = ?1",
                    "DELETE FROM devices WHERE id = ?1 AND id <> ?2",
                ] {
                    sqlx::query(sql).bind(old_id).bind(new_id).execute(&mut *transaction).await?;
                }
            }
        }
        let floor = "INSERT INTO log_floors (device, before_ms) SELECT ?2, before_ms FROM log_floors WHERE device = ?1 \
                     ON CONFLICT (device) DO UPDATE SET before_ms = max(before_ms, excluded.before_ms)";
        sqlx::query(floor)
            .bind(super::log::floor_name(Some(old)))
            .bind(super::log::floor_name(Some(new)))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}

/// The row of a device, made or brought up to date.
pub(super) async fn row_of(connection: &mut SqliteConnection, device: &Device, seen_ms: i64) -> Stored<i64> {
    let sql = "INSERT INTO devices (key, name, model, seen_ms) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (key) DO UPDATE SET name = excluded.name, model = excluded.model, \
               seen_ms = max(seen_ms, excluded.seen_ms) RETURNING id";
    let query = sqlx::query_scalar(sql)
        .bind(&device.key)
        .bind(clipped(&device.name))
        .bind(clipped(&device.model))
        .bind(seen_ms);
    Ok(query.fetch_one(connection).await?)
}
