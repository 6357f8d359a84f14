//! Recordings of real servers. They are not part of this repository: they are taken from `HEARTH_TRANSCRIPTS`, or from
//! a folder `shared` beside the workspace.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder of one dialect, if it is there.
pub fn folder(dialect: &str) -> Option<PathBuf> {
    let beside = || {
        let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        crates.ancestors().nth(3).map(|root| root.join("shared").join("transcripts"))
    };
    let transcripts = std::env::var_os("HEARTH_TRANSCRIPTS").map(PathBuf::from).or_else(beside)?;
    Some(transcripts.join(dialect)).filter(|folder| folder.is_dir())
}

/// All of a folder, in the order of their names.
pub fn of(folder: &Path) -> Vec<Value> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |path: &PathBuf| filled_in(&std::fs::read_to_string(path).unwrap());
    files.iter().map(|path| serde_json::from_str(&read(path)).unwrap()).collect()
}

/// With uuids in the place of `<uuid:A>`.
fn filled_in(text: &str) -> String {
    let mut parts = text.split("<uuid:");
    let mut filled = parts.next().unwrap().to_owned();
    for part in parts {
        let (label, rest) = part.split_once('>').unwrap();
        filled += &format!("00000000-0000-4000-8000-0000000000{:02x}{rest}", label.bytes().last().unwrap());
    }
    filled
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
