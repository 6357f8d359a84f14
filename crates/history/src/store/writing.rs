//! Keeps what the recorder gives, all of a batch or nothing.

use std::ops::{Deref, DerefMut};

use sqlx::Sqlite;
use sqlx::pool::PoolConnection;
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
        let mut transaction = self.write().await?;
        for write in writes {
            self.keep(&mut transaction, write).await?;
        }
        transaction.commit().await
    }

    /// Begins to write.
    pub(super) async fn write(&self) -> Stored<Writing> {
        let connection = self.writer.acquire().await?;
        let mut writing = Writing { connection, done: false };
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *writing).await?;
        Ok(writing)
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

/// A transaction. Without [`Writing::commit`] its connection is closed, which takes everything back: when the disk
/// is full SQLite ends a transaction by itself, and a connection in such a state is of no use any more.
pub(super) struct Writing {
    connection: PoolConnection<Sqlite>,
    done: bool,
}

impl Writing {
    pub async fn commit(mut self) -> Stored<()> {
        sqlx::query("COMMIT").execute(&mut *self).await?;
        self.done = true;
        Ok(())
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.done {
            self.connection.close_on_drop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Calendar, Page, Range, SeshKey, SeshWrite, StoreError};

    const NOW: i64 = 1_795_280_645_000;

    fn sesh(n: i64) -> Write {
        let member = crate::Member { name: "x".repeat(3_000), ..crate::Member::default() };
        Write::Sesh(SeshWrite {
            key: SeshKey(NOW + n),
            gateway: "puff.social".into(),
            group: "Friday".into(),
            number: None,
            began_ms: NOW + n,
            known_ms: NOW + n,
            ended: true,
            skew_ms: None,
            members: vec![member; 20],
        })
    }

    async fn kept(store: &Store) -> usize {
        let page = store.seshes(Range::All, &Calendar::fixed(0), NOW, Page::first(1_000)).await;
        page.expect("it can be read").seshes.len()
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_costs_nothing_else() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(&directory.path().join("history.sqlite")).await.expect("a store");
        store.apply(&[sesh(0)]).await.expect("room");
        // The file may not grow further, as if there were no room.
        sqlx::query("PRAGMA max_page_count = 60").execute(&store.writer).await.expect("a limit");
        let mut n = 1;
        let error = loop {
            match store.apply(&[sesh(n)]).await {
                Ok(()) => n += 1,
                Err(error) => break error,
            }
            assert!(n < 100, "it never was full");
        };
        assert!(matches!(error, StoreError::Full(_)), "{error:?}");
        assert_eq!(error.code(), "history_disk_full");
        assert_eq!(kept(&store).await, n as usize, "what was kept is there, of the rest nothing");
        // The limit was the connection's: there is room again, and the same batch is kept.
        store.apply(&[sesh(n)]).await.expect("room");
        assert_eq!(kept(&store).await, n as usize + 1);
    }

    #[tokio::test]
    async fn a_write_that_is_given_up_leaves_nothing_behind() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(&directory.path().join("history.sqlite")).await.expect("a store");
        let mut writing = store.write().await.expect("a transaction");
        sqlx::query("INSERT INTO devices (key, name, model, seen_ms) VALUES ('a', '', '', 0)")
            .execute(&mut *writing)
            .await
            .expect("a row");
        // As when the task that writes is cancelled.
        drop(writing);
        store.apply(&[sesh(0)]).await.expect("the next one can write");
        assert_eq!(store.devices().await.expect("devices"), []);
    }

    #[tokio::test]
    async fn a_batch_is_kept_whole_or_not_at_all() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(&directory.path().join("history.sqlite")).await.expect("a store");
        sqlx::query("CREATE TRIGGER no BEFORE INSERT ON recent_groups BEGIN SELECT raise(ABORT, 'no'); END")
            .execute(&store.writer)
            .await
            .expect("a trigger");
        let group = crate::RecentGroup {
            gateway_url: "wss://puff.social".into(),
            code: "q7xk2m".into(),
            name: "Friday".into(),
            last_ms: NOW,
        };
        store.apply(&[sesh(0), Write::RecentGroup(group)]).await.expect_err("it fails");
        assert_eq!(kept(&store).await, 0);
    }
}
