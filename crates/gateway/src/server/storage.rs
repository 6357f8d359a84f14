//! The data directory: one JSON file with what outlives a restart, replaced as a whole, so that a crash leaves the old
//! one; and a lock, so that two gateways never write to one directory.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::options::BindError;
use crate::hub::Stored;

/// The version of the file's form. Version 1 had groups only and reads as such.
const VERSION: u32 = 2;

#[derive(Deserialize)]
struct Saved {
    version: u32,
    #[serde(flatten)]
    stored: Stored,
}

#[derive(Serialize)]
struct Saving<'a> {
    version: u32,
    #[serde(flatten)]
    stored: &'a Stored,
}

/// A data directory that can be written, and that nobody else writes while this or a clone of it lives.
#[derive(Clone, Debug)]
pub(super) struct Storage {
    directory: PathBuf,
    file: PathBuf,
    #[expect(dead_code, reason = "held, not read")]
    lock: Arc<File>,
}

impl Storage {
    /// Opens a directory, creating it when it is missing.
    pub fn open(directory: &Path) -> Result<Self, BindError> {
        let failed = |source| BindError::Data { directory: directory.to_owned(), source };
        fs::create_dir_all(directory).map_err(failed)?;
        let lock = File::create(directory.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(BindError::InUse { directory: directory.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let file = directory.join("groups.json");
        let storage = Self { directory: directory.to_owned(), file, lock: Arc::new(lock) };
        // Better to fail now than at the first save.
        if !storage.file.exists() {
            storage.save(&Stored::default()).map_err(failed)?;
        }
        Ok(storage)
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What was saved last. A file that cannot be read is put aside, not overwritten.
    pub fn load(&self) -> Stored {
        let file = fs::read(&self.file).and_then(|text| Ok(serde_json::from_slice::<Saved>(&text)?));
        match file {
            Ok(file) if file.version <= VERSION => file.stored,
            other => {
                let error = other.err();
                let aside = self.file.with_extension("unreadable.json");
                tracing::warn!(?error, file = %aside.display(), "the saved groups cannot be read; putting them aside");
                if let Err(error) = fs::rename(&self.file, aside) {
                    tracing::warn!(%error, "could not put the saved groups aside");
                }
                Stored::default()
            }
        }
    }

    /// Replaces what is saved. It is on the disk when this returns.
    pub fn save(&self, stored: &Stored) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(&Saving { version: VERSION, stored })?;
        let next = self.file.with_extension("next.json");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // Who is where is nobody else's business.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut writing = options.open(&next)?;
        writing.write_all(&text)?;
        // Otherwise the new name may reach the disk before the contents.
        writing.sync_all()?;
        drop(writing);
        fs::rename(next, &self.file)?;
        // The new name is in the directory, which other systems cannot open.
        #[cfg(unix)]
        File::open(&self.directory)?.sync_all()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::StoredGroup;

    fn stored() -> Stored {
        let group = StoredGroup { id: "abc123".into(), name: "Misty Porch".into(), ..StoredGroup::default() };
        vec![StoredGroup { public: true, sesh_counter: 3, ..group }].into()
    }

    #[test]
    fn what_was_saved_is_loaded() {
        let directory = tempfile::tempdir().unwrap();
        let deeper = directory.path().join("deep/er");
        let storage = Storage::open(&deeper).unwrap();
        assert_eq!(storage.load(), Stored::default());
        storage.save(&stored()).unwrap();
        drop(storage);
        assert_eq!(Storage::open(&deeper).unwrap().load(), stored());
    }

    #[test]
    fn a_broken_file_is_put_aside() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("groups.json"), "{").unwrap();
        let storage = Storage::open(directory.path()).unwrap();
        assert_eq!(storage.load(), Stored::default());
        storage.save(&stored()).unwrap();
        assert_eq!(fs::read_to_string(directory.path().join("groups.unreadable.json")).unwrap(), "{");
    }

    #[test]
    fn what_a_crash_left_half_written_is_not_read() {
        let directory = tempfile::tempdir().unwrap();
        let storage = Storage::open(directory.path()).unwrap();
        storage.save(&stored()).unwrap();
        fs::write(directory.path().join("groups.next.json"), r#"{"version":2,"gro"#).unwrap();
        assert_eq!(storage.load(), stored());
        storage.save(&Stored::default()).unwrap();
        assert_eq!(storage.load(), Stored::default());
    }

    #[test]
    fn groups_of_the_first_version_are_read() {
        let directory = tempfile::tempdir().unwrap();
        let group = r#"{"id":"abc123","name":"Misty Porch","public":true,"sesh_counter":3}"#;
        let file = format!(r#"{{"version":1,"groups":[{group}]}}"#);
        fs::write(directory.path().join("groups.json"), file).unwrap();
        assert_eq!(Storage::open(directory.path()).unwrap().load(), stored());
    }

    #[test]
    fn a_directory_has_one_gateway_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let storage = Storage::open(directory.path()).unwrap();
        let refused = Storage::open(directory.path()).unwrap_err();
        assert!(matches!(refused, BindError::InUse { .. }), "{refused}");
        drop(storage);
        assert!(Storage::open(directory.path()).is_ok());
    }
}
