//! How the accounts come out of a data directory, and into one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hearth_clock::Clock;

use super::key::{KEY_FILE, create_private};
use super::password::Hashing;
use super::signed::TokenSigner;
use super::store::{DATABASE_FILE, Store};
use super::{Accounts, StorageError};

/// Why the accounts cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or a file in it cannot be used: choose another, or make it accessible.
    #[error("cannot use {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no database, or a damaged one: take it back from a copy.
    #[error("cannot open the accounts")]
    Storage(#[from] StorageError),
    /// The database is of a newer version of this program, or one that never was: use the newer version.
    #[error("the accounts are not of this version")]
    Version(#[source] Box<sqlx::migrate::MigrateError>),
    /// There is no memory to hash passwords.
    #[error("passwords cannot be hashed")]
    Hashing,
}

impl Accounts {
    /// Opens the accounts of a data directory, which is created when it is missing, or new ones in memory.
    /// Database and key are readable for their owner alone.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(data: Option<&Path>, clock: Arc<Clock>) -> Result<Self, OpenError> {
        let hashing = Hashing::new().await.map_err(|_| OpenError::Hashing)?;
        let Some(directory) = data else {
            let store = Store::open(None).await?;
            store.migrate().await.map_err(|error| OpenError::Version(error.into()))?;
            return Ok(Self { store, hashing, signer: TokenSigner::ephemeral(), clock });
        };
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::File { path, source }
        };
        fs::create_dir_all(directory).map_err(failed(directory))?;
        let file = directory.join(DATABASE_FILE);
        // The log and its index get the rights of the database.
        match create_private(&file) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(&file)(error)),
            _ => {}
        }
        let lock = lock(&directory.join("accounts.lock")).await.map_err(failed(directory))?;
        let store = Store::open(Some(&file)).await?;
        store.migrate().await.map_err(|error| OpenError::Version(error.into()))?;
        let signer = TokenSigner::in_directory(directory).map_err(failed(&directory.join(KEY_FILE)))?;
        drop(lock);
        Ok(Self { store, hashing, signer, clock })
    }
}

/// Waits until no other program brings the tables to the present form or makes the key.
async fn lock(file: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(file)?;
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    locked.map_err(io::Error::other)?
}
