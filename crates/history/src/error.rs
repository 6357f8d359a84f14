//! What can go wrong with the database, sorted by what one can do about it.

use std::io;

/// Why the history cannot be opened. The file is as it was; everything else of the program can go on without.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is no history, or a damaged one. It can be set aside ([`crate::Store::set_aside`]), or taken back
    /// from a copy.
    #[error("the history is damaged")]
    Damaged(#[source] Option<sqlx::Error>),
    /// A newer version of this program wrote it. Use that one, or set the file aside.
    #[error("the history is of a newer version ({version}; known are {known})")]
    FromFuture {
        /// Version of its tables.
        version: i64,
        /// The latest that this program knows.
        known: i64,
    },
    /// Another program has it open. Close that one and try again.
    #[error("another program has the history open")]
    InUse,
    /// It cannot be written: the disk is read-only, or the rights are missing. Try again after that is mended.
    #[error("the history cannot be written")]
    ReadOnly(#[source] Cause),
    /// The disk is full. Try again when there is room.
    #[error("no room for the history")]
    Full(#[source] Cause),
    /// The disk does not answer as it should. Try again, or look at the disk.
    #[error("the history cannot be read")]
    Unusable(#[source] Cause),
}

impl OpenError {
    /// A name that stays.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Damaged(_) => "history_damaged",
            Self::FromFuture { .. } => "history_from_future",
            Self::InUse => "history_in_use",
            Self::ReadOnly(_) => "history_read_only",
            Self::Full(_) => "history_disk_full",
            Self::Unusable(_) => "history_unusable",
        }
    }

    /// Setting the file aside and beginning anew helps.
    #[must_use]
    pub fn helps_to_set_aside(&self) -> bool {
        matches!(self, Self::Damaged(_) | Self::FromFuture { .. })
    }
}

/// Why something could not be read or written. Nothing of it was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is damaged. See [`OpenError::Damaged`].
    #[error("the history is damaged")]
    Damaged(#[source] sqlx::Error),
    /// It cannot be written, only read.
    #[error("the history cannot be written")]
    ReadOnly(#[source] sqlx::Error),
    /// The disk is full. The same can be given again when there is room.
    #[error("no room for the history")]
    Full(#[source] sqlx::Error),
    /// Something else was being done for too long. The same can be given again.
    #[error("the history is busy")]
    Busy(#[source] sqlx::Error),
    /// The disk does not answer as it should, or the store was closed.
    #[error("the history cannot be read or written")]
    Unusable(#[source] sqlx::Error),
    /// An export could not be written to where it was to go.
    #[error("the export cannot be written")]
    Output(#[source] io::Error),
}

impl StoreError {
    /// A name that stays.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Damaged(_) => "history_damaged",
            Self::ReadOnly(_) => "history_read_only",
            Self::Full(_) => "history_disk_full",
            Self::Busy(_) => "history_busy",
            Self::Unusable(_) => "history_unusable",
            Self::Output(_) => "export_failed",
        }
    }
}

/// What the system or the database said.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The system.
    #[error(transparent)]
    System(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What SQLite's code of an error means for us (sqlite.org/rescode.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Damaged,
    ReadOnly,
    Full,
    Busy,
    Other,
}

impl Sort {
    /// Extended codes have the plain one in their lowest byte.
    fn of_code(code: u32) -> Self {
        match code & 0xff {
            11 | 26 => Self::Damaged,
            3 | 8 | 23 => Self::ReadOnly,
            13 => Self::Full,
            5 | 6 => Self::Busy,
            _ => Self::Other,
        }
    }

    fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(database) => {
                database.code().and_then(|code| code.parse().ok()).map_or(Self::Other, Self::of_code)
            }
            // What is in the file is not what our tables hold.
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Damaged,
            sqlx::Error::Io(error) => Self::of_system(error),
            _ => Self::Other,
        }
    }

    fn of_system(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Other,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match Sort::of(&error) {
            Sort::Damaged => Self::Damaged(error),
            Sort::ReadOnly => Self::ReadOnly(error),
            Sort::Full => Self::Full(error),
            Sort::Busy => Self::Busy(error),
            Sort::Other => Self::Unusable(error),
        }
    }
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        match Sort::of(&error) {
            Sort::Damaged => Self::Damaged(Some(error)),
            Sort::ReadOnly => Self::ReadOnly(error.into()),
            Sort::Full => Self::Full(error.into()),
            Sort::Busy => Self::InUse,
            Sort::Other => Self::Unusable(error.into()),
        }
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        match Sort::of_system(&error) {
            Sort::ReadOnly => Self::ReadOnly(error.into()),
            Sort::Full => Self::Full(error.into()),
            _ => Self::Unusable(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_by_what_one_can_do() {
        let sorted = [
            (11, Sort::Damaged),
            (267, Sort::Damaged),
            (26, Sort::Damaged),
            (8, Sort::ReadOnly),
            (1032, Sort::ReadOnly),
            (13, Sort::Full),
            (5, Sort::Busy),
            (517, Sort::Busy),
            (10, Sort::Other),
            (1, Sort::Other),
        ];
        for (code, sort) in sorted {
            assert_eq!(Sort::of_code(code), sort, "{code}");
        }
    }

    #[test]
    fn only_what_is_in_the_way_is_set_aside() {
        assert!(OpenError::Damaged(None).helps_to_set_aside());
        assert!(OpenError::FromFuture { version: 9, known: 1 }.helps_to_set_aside());
        let full = OpenError::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(matches!(full, OpenError::Full(_)) && !full.helps_to_set_aside());
        assert!(!OpenError::InUse.helps_to_set_aside());
    }
}
