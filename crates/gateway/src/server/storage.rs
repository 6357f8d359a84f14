//! The data directory: one JSON file with the groups, replaced as a whole, so that a crash leaves the old one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::hub::StoredGroup;

/// The version of the file's form.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    groups: Vec<StoredGroup>,
}

/// A data directory that can be written.
#[derive(Clone, Debug)]
pub(super) struct Storage {
    file: PathBuf,
}

impl Storage {
    /// Opens a directory, creating it when it is missing.
    pub fn open(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let storage = Self { file: directory.join("groups.json") };
        // Better to fail now than at the first save.
        if !storage.file.exists() {
            storage.save(&[])?;
        }
        Ok(storage)
    }

    /// The groups that were saved last. A file that cannot be read is put aside, not overwritten.
    pub fn load(&self) -> Vec<StoredGroup> {
        let file = fs::read(&self.file).and_then(|text| Ok(serde_json::from_slice::<File>(&text)?));
        match file {
            Ok(file) if file.version == VERSION => file.groups,
            other => {
                let error = other.err();
                let aside = self.file.with_extension("unreadable.json");
                tracing::warn!(?error, file = %aside.display(), "the saved groups cannot be read; putting them aside");
                if let Err(error) = fs::rename(&self.file, aside) {
                    tracing::warn!(%error, "could not put the saved groups aside");
                }
                Vec::new()
            }
        }
    }

    /// Replaces what is saved.
    pub fn save(&self, groups: &[StoredGroup]) -> io::Result<()> {
        let file = File { version: VERSION, groups: groups.to_vec() };
        let next = self.file.with_extension("next.json");
        let mut writing = fs::File::create(&next)?;
        writing.write_all(&serde_json::to_vec_pretty(&file)?)?;
        // Otherwise the new name may reach the disk before the contents.
        writing.sync_all()?;
        drop(writing);
        fs::rename(next, &self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> StoredGroup {
        StoredGroup { id: "abc123".into(), name: "Misty Porch".into(), public: true, sesh_counter: 3, ..StoredGroup::default() }
    }

    #[test]
    fn what_was_saved_is_loaded() {
        let directory = tempfile::tempdir().unwrap();
        let storage = Storage::open(&directory.path().join("deep/er")).unwrap();
        assert_eq!(storage.load(), []);
        storage.save(&[group()]).unwrap();
        assert_eq!(Storage::open(&directory.path().join("deep/er")).unwrap().load(), [group()]);
    }

    #[test]
    fn a_broken_file_is_put_aside() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("groups.json"), "{").unwrap();
        let storage = Storage::open(directory.path()).unwrap();
        assert_eq!(storage.load(), []);
        storage.save(&[group()]).unwrap();
        assert_eq!(fs::read_to_string(directory.path().join("groups.unreadable.json")).unwrap(), "{");
    }
}
