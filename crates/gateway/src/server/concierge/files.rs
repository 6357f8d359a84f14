//! The files of the file server: one folder for each client, named by its uuid, removed when the client leaves. Knows
//! nothing of HTTP.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// How much the file server keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLimits {
    /// Bytes of one file.
    pub file: u64,
    /// Files of one client.
    pub files: usize,
    /// Bytes of all files of one client.
    pub client: u64,
    /// Bytes of all files.
    pub total: u64,
}

impl Default for FileLimits {
    /// 8 MiB a file, 32 files and 32 MiB a client, 256 MiB in all.
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self { file: 8 * MIB, files: 32, client: 32 * MIB, total: 256 * MIB }
    }
}

/// Why a file is not kept.
#[derive(Debug, thiserror::Error)]
pub(in crate::server) enum NotKept {
    /// Larger than a file may be.
    #[error("larger than a file may be")]
    TooLarge,
    /// The client or the server has as much as it may have.
    #[error("no room for more files")]
    Full,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The folders.
#[derive(Debug)]
pub(in crate::server) struct FileStore {
    root: PathBuf,
    limits: FileLimits,
    kept: Mutex<Kept>,
}

/// What is there, by client.
#[derive(Debug, Default)]
struct Kept {
    total: u64,
    folders: HashMap<Uuid, BTreeMap<String, u64>>,
}

/// What a file is called: the last part of a path, without characters that mean something to a file system. `None`:
/// nothing is left that could be a name.
pub(in crate::server) fn clean(name: &str) -> Option<String> {
    /// Bytes of a name.
    const LONGEST: usize = 128;
    /// What Windows keeps for itself, with any ending.
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String =
        last.chars().filter(|c| !c.is_control() && !r#"<>:"|?*"#.contains(*c) && *c != '\u{202e}').collect();
    let kept = kept.trim_matches([' ', '.']);
    let stem = kept.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_device = DEVICES.contains(&stem.trim_end_matches(|c: char| c.is_ascii_digit()));
    (!kept.is_empty() && kept.len() <= LONGEST && !is_device).then(|| kept.to_owned())
}

impl FileStore {
    /// Uses a directory, created when it is missing, and removes the folders of clients that an earlier server left
    /// there. Nothing else in it is touched.
    pub fn open(root: &Path, limits: FileLimits) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        for entry in fs::read_dir(root)? {
            let entry = entry?;
            let is_folder = entry.file_type()?.is_dir();
            let of_client = entry
                .file_name()
                .to_str()
                .is_some_and(|name| Uuid::try_parse(name).is_ok_and(|uuid| uuid.to_string() == name));
            if is_folder && of_client {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(Self { root: root.canonicalize()?, limits, kept: Mutex::default() })
    }

    pub const fn limits(&self) -> FileLimits {
        self.limits
    }

    /// Keeps a file of a client, in place of one of the same name. Blocks.
    pub fn keep(&self, client: Uuid, name: &str, data: &[u8]) -> Result<(), NotKept> {
        let size = data.len() as u64;
        if size > self.limits.file {
            return Err(NotKept::TooLarge);
        }
        let mut kept = self.lock();
        let folder = kept.folders.get(&client);
        let before = folder.and_then(|files| files.get(name)).copied();
        let (count, bytes) = folder.map_or((0, 0), |files| (files.len(), files.values().sum::<u64>()));
        let freed = before.unwrap_or_default();
        if count + usize::from(before.is_none()) > self.limits.files
            || bytes - freed + size > self.limits.client
            || kept.total - freed + size > self.limits.total
        {
            return Err(NotKept::Full);
        }
        let folder = self.folder(client);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ if !fs::symlink_metadata(&folder)?.is_dir() => {
                return Err(io::Error::other("the folder of a client is none").into());
            }
            _ => {}
        }
        // No name that is kept begins with a dot.
        let part = folder.join(".part");
        fs::write(&part, data)?;
        fs::rename(&part, folder.join(name))?;
        kept.total = kept.total - freed + size;
        kept.folders.entry(client).or_default().insert(name.to_owned(), size);
        Ok(())
    }

    /// A file of a client, when it is there, and its length. Blocks.
    pub fn file(&self, client: Uuid, name: &str) -> io::Result<Option<(fs::File, fs::Metadata)>> {
        if !self.lock().folders.get(&client).is_some_and(|files| files.contains_key(name)) {
            return Ok(None);
        }
        let path = self.folder(client).join(name);
        if !fs::symlink_metadata(&path)?.is_file() {
            return Ok(None);
        }
        let file = fs::File::open(path)?;
        let metadata = file.metadata()?;
        Ok(Some((file, metadata)))
    }

    /// Removes a file of a client; whether there was one. Blocks.
    pub fn remove(&self, client: Uuid, name: &str) -> io::Result<bool> {
        let mut kept = self.lock();
        let Some(size) = kept.folders.get_mut(&client).and_then(|files| files.remove(name)) else {
            return Ok(false);
        };
        kept.total -= size;
        fs::remove_file(self.folder(client).join(name))?;
        Ok(true)
    }

    /// Removes everything of a client, a little later.
    pub fn forget(self: &Arc<Self>, client: Uuid) {
        let store = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let mut kept = store.lock();
            let Some(files) = kept.folders.remove(&client) else { return };
            kept.total -= files.values().sum::<u64>();
            if let Err(error) = fs::remove_dir_all(store.folder(client)) {
                tracing::warn!(%error, "could not remove the files of a client that left");
            }
        });
    }

    fn folder(&self, client: Uuid) -> PathBuf {
        self.root.join(client.to_string())
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FileStore {
    /// What is still there goes with the server.
    fn drop(&mut self) {
        let folders = std::mem::take(&mut self.lock().folders);
        #[expect(clippy::iter_over_hash_type, reason = "which goes first makes no difference")]
        for client in folders.into_keys() {
            // Whatever cannot be removed now is when the next server starts.
            let _ = fs::remove_dir_all(self.folder(client));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Uuid = Uuid::from_u128(0xa);
    const B: Uuid = Uuid::from_u128(0xb);

    fn store(limits: FileLimits) -> (tempfile::TempDir, FileStore) {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::open(directory.path(), limits).unwrap();
        (directory, store)
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for (name, cleaned) in [
            ("a.txt", Some("a.txt")),
            ("Grüße 1.txt", Some("Grüße 1.txt")),
            ("../../etc/passwd", Some("passwd")),
            ("..\\..\\x", Some("x")),
            ("/etc/passwd", Some("passwd")),
            ("C:\\x.txt", Some("x.txt")),
            ("a\u{0}b\nc", Some("abc")),
            (".hidden", Some("hidden")),
            ("x. .", Some("x")),
            ("what?.txt:stream", Some("what.txtstream")),
            ("", None),
            (".", None),
            ("..", None),
            ("a/..", None),
            ("con", None),
            ("NUL.txt", None),
            ("com1", None),
        ] {
            assert_eq!(clean(name).as_deref(), cleaned, "{name}");
        }
        assert_eq!(clean(&"x".repeat(129)), None);
    }

    #[test]
    fn limits_hold_for_a_file_a_client_and_all() {
        let (_directory, store) = store(FileLimits { file: 10, files: 2, client: 15, total: 20 });
        assert!(matches!(store.keep(A, "a", &[0; 11]), Err(NotKept::TooLarge)));
        store.keep(A, "a", &[0; 10]).unwrap();
        assert!(matches!(store.keep(A, "b", &[0; 6]), Err(NotKept::Full)));
        store.keep(A, "a", &[0; 9]).unwrap();
        store.keep(A, "b", &[0; 6]).unwrap();
        assert!(matches!(store.keep(A, "c", &[]), Err(NotKept::Full)));
        assert!(matches!(store.keep(B, "a", &[0; 6]), Err(NotKept::Full)), "nor is there room for others");
        assert!(store.remove(A, "a").unwrap() && !store.remove(A, "a").unwrap());
        store.keep(B, "a", &[0; 10]).unwrap();
    }

    #[tokio::test]
    async fn a_client_that_leaves_takes_its_files_along_and_a_start_removes_what_was_left() {
        let (directory, store) = store(FileLimits::default());
        let store = Arc::new(store);
        store.keep(A, "a", b"x").unwrap();
        store.keep(B, "b", b"x").unwrap();
        store.forget(A);
        for _ in 0..500 {
            if !directory.path().join(A.to_string()).exists() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(!directory.path().join(A.to_string()).exists());
        assert!(store.file(A, "a").unwrap().is_none() && store.file(B, "b").unwrap().is_some());
        drop(store);

        fs::create_dir_all(directory.path().join(A.to_string()).join("x")).unwrap();
        fs::create_dir(directory.path().join("mine")).unwrap();
        fs::write(directory.path().join("notes.txt"), "x").unwrap();
        FileStore::open(directory.path(), FileLimits::default()).unwrap();
        let mut left: Vec<_> =
            fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["mine", "notes.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (directory, store) = store(FileLimits::default());
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(outside.path(), directory.path().join(A.to_string())).unwrap();
        assert!(matches!(store.keep(A, "x", b"x"), Err(NotKept::Io(_))));
        assert!(!outside.path().join("x").exists());
        store.keep(B, "a", b"x").unwrap();
        let inside = directory.path().join(B.to_string()).join("a");
        fs::remove_file(&inside).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), &inside).unwrap();
        assert!(store.file(B, "a").unwrap().is_none());
        assert!(store.remove(B, "a").unwrap());
        assert!(outside.path().join("secret").exists());
    }
}
