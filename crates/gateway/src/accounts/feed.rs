//! What changed about accounts, also by other programs on the same database.

use std::sync::Arc;
use std::time::Duration;

use super::account::Account;
use super::{Accounts, StorageError};

/// Tells changes in their order. Each of two changes of one account between two looks is told as the latter.
#[derive(Debug)]
pub struct ChangeFeed {
    accounts: Arc<Accounts>,
    seen: u64,
}

impl Accounts {
    /// Everything that changes from now on, and first what has changed in the time before: a server that takes
    /// sessions up again, which it had written down when it ended, hears what it has missed since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn changes(self: &Arc<Self>, before: Duration) -> Result<ChangeFeed, StorageError> {
        let before_ms = u64::try_from(before.as_millis()).unwrap_or(u64::MAX);
        let seen = self.store.revision_before(self.now_ms().saturating_sub(before_ms)).await?;
        Ok(ChangeFeed { seen, accounts: Arc::clone(self) })
    }
}

impl ChangeFeed {
    /// How often it looks: one read of an index.
    const INTERVAL: Duration = Duration::from_secs(1);

    /// What has changed since the last call, without waiting.
    ///
    /// # Errors
    /// When the database does not answer; the next call tells the same changes.
    pub async fn poll(&mut self) -> Result<Vec<Account>, StorageError> {
        let changed = self.accounts.store.changed_since(self.seen).await?;
        if let Some(last) = changed.last() {
            self.seen = last.revision;
        }
        Ok(changed)
    }

    /// Waits for the next changes. May be dropped in mid-wait without losing any.
    pub async fn next(&mut self) -> Vec<Account> {
        loop {
            match self.poll().await {
                Ok(changed) if !changed.is_empty() => return changed,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "could not look for changes");
                }
            }
            tokio::time::sleep(Self::INTERVAL).await;
        }
    }
}
