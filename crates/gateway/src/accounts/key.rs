//! The key that signs tokens, in a file of the data directory for its owner alone.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use uuid::Uuid;

use crate::hub::{OsRandom, RandomSource};

/// The name of the key's file in the data directory.
pub(super) const KEY_FILE: &str = "account-tokens.key";

/// What tokens are signed with: as many random bits as SHA-256 has.
pub(super) type SigningKey = [u8; 32];

/// A key that nobody knows.
pub(super) fn random() -> SigningKey {
    let mut key = SigningKey::default();
    OsRandom.fill(&mut key);
    key
}

/// Reads the key, or makes one. One program at a time: two would make two.
pub(super) fn in_directory(directory: &Path) -> io::Result<SigningKey> {
    let file = directory.join(KEY_FILE);
    match fs::read(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => {
            keep_private(&file)?;
            let wrong =
                |_| io::Error::new(io::ErrorKind::InvalidData, "the key that signs tokens is damaged");
            return read?.try_into().map_err(wrong);
        }
    }
    let key = random();
    // As a whole or not at all, also when the power goes.
    let draft = directory.join(format!("{KEY_FILE}.{}", Uuid::new_v4()));
    write_private(&draft, &key)?;
    fs::rename(&draft, &file)?;
    Ok(key)
}

fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create_private(file)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Takes away what others may do with a file.
#[cfg(unix)]
fn keep_private(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(file)?.permissions().mode() & 0o077 != 0 {
        tracing::warn!(file = %file.display(), "others could read the key that signs tokens; not any more");
        fs::set_permissions(file, fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Creates a file that its owner alone may read. It must not be there yet.
pub(super) fn create_private(file: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let key = in_directory(directory.path()).unwrap();
        assert_eq!(in_directory(directory.path()).unwrap(), key);
        assert_ne!(key, random());
        let file = directory.path().join(KEY_FILE);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no draft stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
            in_directory(directory.path()).unwrap();
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&file, "short").unwrap();
        assert!(in_directory(directory.path()).is_err(), "a damaged key is not replaced in silence");
    }
}
