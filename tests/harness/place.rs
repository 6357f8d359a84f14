//! Where one test lives: its temporary HOME, and the folder of what it keeps.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The place of one test.
pub struct Place {
    home: TempDir,
    kept: PathBuf,
}

impl Place {
    /// A fresh place; what an earlier run kept is gone.
    pub fn new(name: &str) -> Self {
        let kept = programs().join("../e2e").join(name);
        let _ = std::fs::remove_dir_all(&kept);
        std::fs::create_dir_all(&kept).expect("the folder for screenshots can be made");
        Self { home: tempfile::tempdir().expect("a temporary HOME"), kept }
    }

    /// An empty HOME.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file to keep.
    pub fn keep(&self, file: &str) -> PathBuf {
        self.kept.join(file)
    }
}

/// The folder of the programs under test.
pub fn programs() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_hearth")).parent().expect("programs are in a folder").to_owned()
}
