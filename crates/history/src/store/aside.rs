//! Sets a database aside that cannot be opened. Nothing is deleted: it gets another name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Store;
use super::opening::{beside, lock};
use crate::OpenError;

/// What the write-ahead log and its index are called after the database.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

impl Store {
    /// Gives the file another name beside it ("history.sqlite.aside-1"), which is returned; [`Store::open`] then
    /// begins anew. For when it is damaged or of a later version and the person chose so.
    ///
    /// # Errors
    /// [`OpenError::InUse`]: it is open. Others: it could not be renamed, and is where it was.
    pub fn set_aside(file: &Path) -> Result<PathBuf, OpenError> {
        let _lock = lock(file)?;
        finish(file)?;
        let to = free_name(file)?;
        fs::rename(file, &to)?;
        finish(file)?;
        Ok(to)
    }
}

/// Moves a write-ahead log after its database, should the program have ended between the two. A new database must
/// never find the log of an old one.
pub(super) fn finish(file: &Path) -> io::Result<()> {
    if file.try_exists()? {
        return Ok(());
    }
    let Some(last) = names(file).take_while(|name| name.exists()).last() else { return Ok(()) };
    for companion in COMPANIONS {
        match fs::rename(beside(file, companion), beside(&last, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn names(file: &Path) -> impl Iterator<Item = PathBuf> + '_ {
    (1_u32..).map(|n| beside(file, &format!(".aside-{n}")))
}

fn free_name(file: &Path) -> io::Result<PathBuf> {
    for name in names(file) {
        if !name.try_exists()? {
            return Ok(name);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
