//! Keeps what the recorder gives, all of a batch or nothing.

use sqlx::sqlite::SqliteConnection;

use super::{Store, Stored, dabs, devices, groups, seshes};
use crate::Write;

impl Store {
    /// Keeps a batch. When this returns, it is on the disk.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError). Nothing of the batch was kept; it can be given again, alone or before
    /// later ones, and does no harm when it is not.
    pub async fn apply(&self, writes: &[Write]) -> Stored<()> {
        if writes.is_empty() {
            return Ok(());
        }
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        for write in writes {
            self.keep(&mut transaction, write).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn keep(&self, connection: &mut SqliteConnection, write: &Write) -> Stored<()> {
        match write {
            Write::Device { device, seen_ms } => {
                devices::row_of(connection, device, *seen_ms).await?;
            }
            Write::Dab(dab) => {
                let sesh = match dab.sesh {
                    Some(key) => seshes::id_of(connection, key).await?,
                    None => None,
                };
                dabs::keep_seen(connection, dab, sesh).await?;
            }
            Write::Sesh(sesh) if !self.deleted().contains(&sesh.key) => {
                seshes::keep(connection, sesh).await?;
            }
            Write::Sesh(_) => {}
            Write::Line(line) => seshes::keep_line(connection, line).await?,
            Write::RecentGroup(group) => groups::keep(connection, group).await?,
        }
        Ok(())
    }
}
