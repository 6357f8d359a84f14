//! The log: to standard error, and into files that never grow beyond a bound. What is written there has no secrets,
//! addresses or serial numbers in it; a test looks (`tests/privacy.rs`).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// How large one file becomes, bytes.
const LARGEST: u64 = 2 << 20;
/// So many files there are at most.
const FILES: u32 = 5;

/// What is written to files unless `RUST_LOG` says otherwise.
///
/// The libraries below voice are not asked: they name the addresses of everybody in a room.
const KEPT: &str =
    "info,rtc=off,hearth_companion=debug,hearth_gateway_client=debug,puffco=debug,puffco_ble=debug";
/// What is written to standard error unless `RUST_LOG` says otherwise.
const SAID: &str = "info,rtc=off";

/// Starts to log, once in a program. With a folder also into files there; it is said when that is not possible, and
/// nothing else depends on it. The folder, when files are written.
pub fn start(folder: Option<&Path>) -> Option<PathBuf> {
    let opened = folder.map(|folder| LogFile::open(folder).map(|file| (folder, file)));
    let (file, trouble) = match opened {
        Some(Ok(opened)) => (Some(opened), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let written = file.as_ref().map(|(folder, _)| (*folder).to_owned());
    let layer = file.map(|(_, file)| {
        fmt::layer().with_ansi(false).with_writer(Mutex::new(file)).with_filter(filter(KEPT))
    });
    let said = fmt::layer().with_writer(io::stderr).with_filter(filter(SAID));
    // Somebody else may have begun to log already: then that is how it is.
    let _ = tracing_subscriber::registry().with(layer).with(said).try_init();
    if let Some(error) = trouble {
        tracing::warn!(%error, "no log files can be written");
    }
    written
}

fn filter(usual: &str) -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual))
}

/// The end of what was logged, at most `most` bytes, from its first whole line on.
#[must_use]
pub fn end_of_log(folder: &Path, most: u64) -> String {
    let mut text = String::new();
    for number in 0..FILES {
        let room = most.saturating_sub(text.len() as u64);
        match end_of_file(&name(folder, number), room) {
            Ok(older) if room > 0 => text = older + &text,
            _ => break,
        }
    }
    text
}

fn end_of_file(path: &Path, most: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let skipped = file.metadata()?.len().saturating_sub(most);
    file.seek(SeekFrom::Start(skipped))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match text.split_once('\n') {
        Some((_, whole)) if skipped > 0 => Ok(whole.to_owned()),
        _ => Ok(text),
    }
}

/// The newest file is number 0.
fn name(folder: &Path, number: u32) -> PathBuf {
    match number {
        0 => folder.join("hearth.log"),
        number => folder.join(format!("hearth.{number}.log")),
    }
}

/// A file that is put behind older ones when it is large, of which the oldest goes.
struct LogFile {
    folder: PathBuf,
    file: File,
    size: u64,
    largest: u64,
}

impl LogFile {
    fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut open = OpenOptions::new();
        open.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        let file = open.open(name(folder, 0))?;
        let size = file.metadata()?.len();
        Ok(Self { folder: folder.to_owned(), file, size, largest: LARGEST })
    }

    fn turn(&mut self) -> io::Result<()> {
        for number in (0..FILES - 1).rev() {
            match fs::rename(name(&self.folder, number), name(&self.folder, number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let fresh = Self::open(&self.folder)?;
        *self = Self { largest: self.largest, ..fresh };
        Ok(())
    }
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.size > 0 && self.size + line.len() as u64 > self.largest {
            self.turn()?;
        }
        let written = self.file.write(line)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_never_grow_beyond_their_bound_and_the_oldest_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = LogFile { largest: 100, ..LogFile::open(folder.path()).expect("opened") };
        for line in 0..200 {
            writeln!(log, "line {line:04}").expect("written");
        }
        let files: Vec<_> = fs::read_dir(folder.path()).expect("read").collect();
        assert_eq!(files.len(), FILES as usize);
        for number in 0..FILES {
            assert!(fs::metadata(name(folder.path(), number)).expect("there").len() <= 100);
        }
        let end = end_of_log(folder.path(), 1_000);
        assert!(end.ends_with("line 0198\nline 0199\n"), "{end}");
        assert_eq!(end.lines().count(), 50, "in order, and all that there is");
        assert!(end.lines().is_sorted());
    }

    #[test]
    fn the_end_of_the_log_begins_with_a_whole_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = LogFile::open(folder.path()).expect("opened");
        writeln!(log, "first line").expect("written");
        writeln!(log, "second line").expect("written");
        assert_eq!(end_of_log(folder.path(), 15), "second line\n");
        assert_eq!(end_of_log(folder.path(), 0), "");
        assert_eq!(end_of_log(Path::new("/nowhere"), 100), "");
    }

    #[test]
    fn what_was_logged_last_time_is_still_there() {
        let folder = tempfile::tempdir().expect("a folder");
        for time in ["first", "second"] {
            writeln!(LogFile::open(folder.path()).expect("opened"), "{time}").expect("written");
        }
        assert_eq!(end_of_log(folder.path(), 100), "first\nsecond\n");
    }
}
