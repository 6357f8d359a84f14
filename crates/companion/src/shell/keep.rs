//! Files for the person, kept among their downloads: under a name that is safe everywhere, and never over another.

use std::io;
use std::path::{Path, PathBuf};

use crate::downloads::write_new;

/// The most letters of a name, its ending included.
const LONGEST: usize = 96;

/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The person's folder for downloads; their home where there is none.
#[must_use]
pub fn downloads() -> Option<PathBuf> {
    let directories = directories::UserDirs::new()?;
    let downloads = directories.download_dir().map(Path::to_owned);
    Some(downloads.unwrap_or_else(|| directories.home_dir().to_owned()))
}

/// A name that can be given to a file on every system, as near as possible to the one that was asked for.
#[must_use]
pub fn file_name(asked: &str) -> String {
    let last = asked.rsplit(['/', '\\']).next().unwrap_or_default();
    let fits = |letter: &char| letter.is_alphanumeric() || " -_.,()+&'".contains(*letter);
    let name: String = last.chars().filter(fits).collect();
    // Neither hidden, nor with an end that Windows would drop.
    let name = name.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).trim_start();
    let (stem, ending) = parts(name);
    let room = LONGEST - ending.chars().count();
    let stem: String = stem.chars().take(room).collect();
    let stem = stem.trim_end();
    if stem.is_empty() || is_device(stem) {
        return format!("Hearth{ending}");
    }
    format!("{stem}{ending}")
}

fn is_device(stem: &str) -> bool {
    let stem = stem.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |kind: &str| {
        stem.strip_prefix(kind).is_some_and(|n| n.len() == 1 && n.chars().all(|c| c.is_ascii_digit()))
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// A name and its ending, which begins with the dot.
fn parts(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 12 => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Keeps a file in a folder, which is made when it is missing: under `name`, or `name (2)` and so on when there
/// is such a file. Where it is.
///
/// # Errors
/// The folder cannot be written to, or the disk is full; nothing is left behind.
pub fn keep(folder: &Path, name: &str, content: &[u8]) -> io::Result<PathBuf> {
    let (stem, ending) = parts(name);
    write_new(folder, stem, ending, content)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_name_stays_as_it_is_where_it_can() {
        for name in ["sesh 12 (Sunday).png", "history.csv", "Größe & Dauer.json", "no ending"] {
            assert_eq!(file_name(name), name);
        }
    }

    #[test]
    fn a_name_never_leaves_its_folder_nor_hides() {
        for (asked, name) in [
            ("../../.bashrc", "bashrc"),
            ("..\\..\\evil.exe", "evil.exe"),
            ("/etc/passwd", "passwd"),
            ("a\0b\nc:d*?.png", "abcd.png"),
            ("..", "Hearth"),
            ("", "Hearth"),
            ("   .png", "png"),
            ("con", "Hearth"),
            ("COM1.csv", "Hearth.csv"),
            ("name. ", "name"),
        ] {
            assert_eq!(file_name(asked), name, "{asked:?}");
        }
        let long = file_name(&format!("{}.png", "x".repeat(500)));
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with(".png"));
    }

    #[test]
    fn a_file_is_never_written_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("made on the way");
        let kept: Vec<_> = ["1", "2", "3"]
            .iter()
            .map(|content| keep(&folder, "card.png", content.as_bytes()).expect("kept"))
            .collect();
        let names: Vec<_> = kept.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["card.png", "card (2).png", "card (3).png"]);
        for (path, content) in kept.iter().zip(["1", "2", "3"]) {
            assert_eq!(fs::read_to_string(path).expect("readable"), content);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a file");
        fs::write(&file, "").expect("written");
        assert!(keep(&file, "card.png", b"x").is_err());
    }
}
