//! Files that a person keeps: exports, cards, bundles. They go among the downloads, whole or not at all, and never in
//! place of a file that is there. What a face names them is data: a name, never a path.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The longest name, bytes; file systems take 255.
const LONGEST: usize = 120;
/// More files of one name are not tried.
const MOST_ALIKE: u32 = 1_000;
/// Names that Windows has for devices, whatever follows their dot.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The person's downloads; `None` where there are none.
#[must_use]
pub fn directory() -> Option<PathBuf> {
    let directories = directories::UserDirs::new()?;
    let downloads = directories.download_dir().map(Path::to_owned);
    downloads.or_else(|| Some(directories.home_dir().join("Downloads")))
}

/// Keeps a file. Its name is cleaned ([`cleaned`]), and gets a number when there is such a file. Where it is.
///
/// # Errors
/// It could not be written; nothing of it is left.
pub fn keep(directory: &Path, name: &str, content: &[u8]) -> io::Result<PathBuf> {
    let name = cleaned(name);
    let (stem, ending) = split(&name);
    write_new(directory, stem, ending, content)
}

/// Writes a file that was not there, in a directory that is made when it is missing: `stem`, with a number where there is
/// such a file, and `ending`, with its dot. Where it is.
///
/// # Errors
/// It could not be written; nothing of it is left.
fn write_new(directory: &Path, stem: &str, ending: &str, content: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(directory)?;
    for number in 1..=MOST_ALIKE {
        let path = match number {
            1 => directory.join(format!("{stem}{ending}")),
            number => directory.join(format!("{stem} ({number}){ending}")),
        };
        let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        let written = file.write_all(content).and_then(|()| file.sync_all());
        return match written {
            Ok(()) => Ok(path),
            Err(error) => {
                drop(file);
                // The first error is the one to tell.
                let _ = fs::remove_file(&path);
                Err(error)
            }
        };
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// A name for a file that every system takes, made from any text: the last part of a path, without what has a meaning
/// to a shell or a file system, and not hidden.
#[must_use]
pub fn cleaned(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mark = |letter: char| match letter {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '-',
        letter => letter,
    };
    let kept: String = last.chars().filter(|letter| is_plain(*letter)).map(mark).collect();
    let kept = kept.trim_matches(|letter: char| letter == '.' || letter == '-' || letter.is_whitespace());
    let (stem, ending) = split(kept);
    let room = LONGEST.saturating_sub(ending.len());
    let stem = stem[..stem.floor_char_boundary(room)].trim_end();
    let short = format!("{stem}{ending}");
    let first = short.split('.').next().unwrap_or_default().trim().to_lowercase();
    if first.is_empty() {
        return format!("Hearth{short}");
    }
    if DEVICES.contains(&first.as_str()) { format!("hearth-{short}") } else { short }
}

/// Neither a control character nor one that turns the reading direction, behind which an ending could hide.
fn is_plain(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Name and ending; the ending with its dot, when it looks like one.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 9 => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_never_written_over() {
        let directory = tempfile::tempdir().expect("a directory");
        let downloads = directory.path().join("Downloads");
        let first = keep(&downloads, "card.png", b"one").expect("written");
        let second = keep(&downloads, "card.png", b"two").expect("written");
        assert_eq!(first, downloads.join("card.png"));
        assert_eq!(second, downloads.join("card (2).png"));
        assert_eq!(fs::read(first).expect("read"), b"one");
        assert_eq!(fs::read(second).expect("read"), b"two");
    }

    #[test]
    fn a_name_is_never_a_path() {
        for (said, kept) in [
            ("card.png", "card.png"),
            ("../../.bashrc", "bashrc"),
            ("/etc/passwd", "passwd"),
            (r"C:\Windows\win.ini", "win.ini"),
            ("..", "Hearth"),
            ("", "Hearth"),
            ("   .png", "png"),
            ("name. ", "name"),
            ("Größe & Dauer (2).json", "Größe & Dauer (2).json"),
            ("NUL.txt", "hearth-NUL.txt"),
            ("Friday: 4/20\n.png", "20.png"),
            ("what? \"this\" <one>*", "what- -this- -one"),
            ("evil\u{202e}gnp.exe", "evilgnp.exe"),
            ("Grüße.csv", "Grüße.csv"),
        ] {
            assert_eq!(cleaned(said), kept, "{said:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_and_keeps_its_ending() {
        let name = cleaned(&format!("{}.json", "ä".repeat(500)));
        assert!(name.len() <= LONGEST && name.ends_with("ä.json"), "{name}");
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("file");
        fs::write(&file, "x").expect("written");
        assert!(keep(&file, "card.png", b"one").is_err());
        assert_eq!(fs::read(&file).expect("read"), b"x");
    }
}
