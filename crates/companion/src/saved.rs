//! What is remembered between starts: settings, devices, gateway. One small JSON file, written whole and
//! renamed into place, so that a crash leaves the old or the new one. Nothing in it is secret.

mod community;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use puffco::link::DeviceId;
use serde::{Deserialize, Serialize};

use crate::contract::{Language, Settings};
use crate::identity::Fingerprints;
pub use community::{ReadMark, SavedCommunity, SavedPlace, SavedRooms};

/// The version of the file that this program writes.
const VERSION: u32 = 1;

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Saved {
    /// Version of the file.
    pub version: u32,
    /// The person's settings.
    pub settings: Settings,
    /// The gateway in use; `None`: the one in this program.
    pub gateway: Option<String>,
    /// Gateways that were used, newest first.
    pub gateways: Vec<String>,
    /// Remembered devices.
    pub devices: Vec<SavedDevice>,
    /// The device that heats with the group.
    pub in_use: Option<String>,
    /// The Bluetooth adapter that was chosen; `None`: whichever works.
    pub adapter: Option<String>,
    /// Community gateways, in the order in which they were added.
    pub community: Vec<SavedCommunity>,
    /// The port of the overlay's address; 0: any, `None`: the usual one.
    pub overlay_port: Option<u16>,
    /// The port that this computer hosted a gateway on last.
    pub host_port: Option<u16>,
    /// Which programs can come to it.
    pub host_scripts: SavedScripts,
    /// Makes pseudonyms and fingerprints of MAC addresses; 32 hex digits.
    pub pseudonym_salt: String,
}

impl Default for Saved {
    fn default() -> Self {
        Self {
            version: VERSION,
            settings: Settings::default(),
            gateway: None,
            gateways: Vec::new(),
            devices: Vec::new(),
            in_use: None,
            adapter: None,
            community: Vec::new(),
            host_port: None,
            host_scripts: SavedScripts::default(),
            overlay_port: None,
            pseudonym_salt: String::new(),
        }
    }
}

impl Saved {
    /// The salt of this installation; made from `fresh` when there is none yet.
    pub fn salt(&mut self, fresh: [u8; 16]) -> [u8; 16] {
        if let Ok(salt) = u128::from_str_radix(&self.pseudonym_salt, 16)
            && self.pseudonym_salt.len() == 32
        {
            return salt.to_be_bytes();
        }
        self.pseudonym_salt = format!("{:032x}", u128::from_be_bytes(fresh));
        fresh
    }
}

/// Which scripts, lights and other programs can come to the gateway that this computer hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SavedScripts {
    /// They can come.
    pub on: bool,
    /// They need the secret that is in the keychain.
    pub secret: bool,
}

impl Default for SavedScripts {
    fn default() -> Self {
        Self { on: true, secret: false }
    }
}

/// A remembered device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedDevice {
    /// The radio's id of it.
    pub id: String,
    /// Name.
    pub name: String,
    /// Product.
    pub model: String,
    /// Not real.
    pub simulated: bool,
    /// By what it is recognised under another id.
    #[serde(default, skip_serializing_if = "Fingerprints::is_empty")]
    pub fingerprints: Fingerprints,
}

impl SavedDevice {
    /// A device that was just met.
    #[must_use]
    pub fn new(id: &DeviceId, name: String, model: String, simulated: bool) -> Self {
        Self { id: id.0.clone(), name, model, simulated, fingerprints: Fingerprints::default() }
    }
}

/// What was read, and what of it is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// What is remembered.
    pub saved: Saved,
    /// What a person should know.
    pub trouble: Option<StoreReport>,
}

/// What became of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreReport {
    /// It cannot be used, in technical words: this run starts afresh and keeps nothing.
    Closed(String),
    /// It could not be understood, and is kept aside under this name.
    PutAside(String),
    /// It was written.
    Written,
    /// It could not be written, in technical words; what was there before is still there.
    NotWritten(String),
}

/// Where it is kept.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// The store in a directory, which is made on the first write.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        Self { path: directory.join("companion.json") }
    }

    /// Reads it. A missing file is a first start; one that cannot be read is put aside, never overwritten.
    ///
    /// # Errors
    /// The file exists but cannot be opened or put aside; nothing may be written over it.
    pub fn load(&self) -> io::Result<Loaded> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Loaded { saved: Saved::default(), trouble: None });
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return self.put_aside(&error.to_string());
            }
            Err(error) => return Err(error),
        };
        match serde_json::from_str::<Saved>(&text) {
            Ok(saved) if saved.version <= VERSION => {
                Ok(Loaded { saved: Saved { version: VERSION, ..saved }, trouble: None })
            }
            Ok(saved) => {
                self.put_aside(&format!("it is of version {}, this program knows {VERSION}", saved.version))
            }
            Err(error) => self.put_aside(&error.to_string()),
        }
    }

    /// The language of the settings, for what is said before there is a companion. Nothing is changed, whatever is there.
    #[must_use]
    pub fn language(&self) -> Language {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        serde_json::from_str::<Saved>(&text).map_or(Language::System, |saved| saved.settings.language)
    }

    fn put_aside(&self, why: &str) -> io::Result<Loaded> {
        let aside = self.path.with_extension("json.unread");
        tracing::warn!(file = %self.path.display(), aside = %aside.display(), why, "settings cannot be read; starting afresh");
        std::fs::rename(&self.path, &aside)?;
        let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Loaded { saved: Saved::default(), trouble: Some(StoreReport::PutAside(name)) })
    }

    /// Writes it.
    ///
    /// # Errors
    /// The disk is full or read-only; what was there before is still there.
    pub fn save(&self, saved: &Saved) -> io::Result<()> {
        if let Some(directory) = self.path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        // Another Hearth may write at the same time: each has a draft of its own, and the last one stays.
        let fresh = self.path.with_extension(format!("json.{}.new", std::process::id()));
        let mut draft = open_private(&fresh)?;
        draft.write_all(&serde_json::to_vec_pretty(saved)?)?;
        draft.sync_all()?;
        std::fs::rename(&fresh, &self.path)
    }
}

/// A new file that only this person can read: radios name devices by their addresses.
fn open_private(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Theme, Unit};

    #[test]
    fn what_is_saved_is_loaded() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::new(&directory.path().join("new"));
        assert_eq!(store.load().expect("first start").saved, Saved::default());
        let mut saved = Saved { gateway: Some("http://127.0.0.1:1".into()), ..Saved::default() };
        assert_eq!(saved.salt([9; 16]), [9; 16]);
        store.save(&saved).expect("written");
        let mut loaded = store.load().expect("read").saved;
        assert_eq!(loaded, saved);
        assert_eq!(loaded.salt([1; 16]), [9; 16], "the salt stays");
    }

    #[test]
    fn the_language_can_be_read_before_anything_else_and_that_changes_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let (store, file) = (Store::new(directory.path()), directory.path().join("companion.json"));
        assert_eq!(store.language(), Language::System, "there is no file");
        for (text, language) in [
            (r#"{ "version": 1, "settings": { "language": "de" } }"#, Language::De),
            (r#"{ "version": 99, "settings": {} }"#, Language::System),
            ("nonsense", Language::System),
        ] {
            std::fs::write(&file, text).expect("written");
            assert_eq!(store.language(), language);
            assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);
        }
    }

    #[test]
    fn a_file_of_an_earlier_program_is_read_and_what_is_new_has_its_usual_value() {
        let directory = tempfile::tempdir().expect("a directory");
        let earlier =
            r#"{ "version": 1, "settings": { "theme": "dark", "unit": "celsius" }, "inUse": "ble:x" }"#;
        std::fs::write(directory.path().join("companion.json"), earlier).expect("written");
        let loaded = Store::new(directory.path()).load().expect("read").saved;
        assert_eq!(loaded.in_use.as_deref(), Some("ble:x"));
        let settings = loaded.settings;
        assert_eq!((settings.theme, settings.unit), (Theme::Dark, Unit::Celsius));
        assert!(settings.away_without_device && settings.away_when_locked);
        assert!(!settings.remote_actions, "a heater is nobody's from afar unless they say so");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_on_this_computer_can_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("companion.json");
        // As an earlier program left it.
        std::fs::write(&file, "{}").expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("changed");
        Store::new(directory.path()).save(&Saved::default()).expect("written");
        assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_broken_file_is_put_aside_and_kept() {
        for nonsense in [b"{ nonsense".as_slice(), b"\xff\xfe no text"] {
            let directory = tempfile::tempdir().expect("a directory");
            let store = Store::new(directory.path());
            std::fs::write(directory.path().join("companion.json"), nonsense).expect("written");
            let loaded = store.load().expect("defaults");
            assert_eq!(loaded.saved, Saved::default());
            assert_eq!(loaded.trouble, Some(StoreReport::PutAside("companion.json.unread".into())));
            let kept = std::fs::read(directory.path().join("companion.json.unread")).expect("kept");
            assert_eq!(kept, nonsense);
        }
    }
}
