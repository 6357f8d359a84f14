//! Why something in the chat was not done.

use std::time::Duration;

use super::store::ChatRefusal;
use crate::accounts::StorageError;

/// Why something was not done. Nothing is different.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// By the rules.
    #[error(transparent)]
    Refused(#[from] ChatRefusal),
    /// The database does not answer, or is full.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The database does not answer, or is full; somebody else's change was to be written with this one, and the log
    /// says why.
    #[error("the chat cannot be written")]
    NotWritten,
    /// The account changes too much: again after this time.
    #[error("too many changes")]
    TooFast(Duration),
    /// There is too much to do: again in a moment.
    #[error("the chat has too much to do")]
    Busy,
    /// The account may not be used any more.
    #[error("the account is suspended")]
    Suspended,
    /// The gateway ends.
    #[error("the gateway is shutting down")]
    Closed,
}
