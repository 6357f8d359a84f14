//! One Hearth for each data directory: the first holds a lock there; a later start hands over what it was started
//! with and ends. It is handed over on the loopback interface, to whom a file names that only this user can read, and
//! with the secret in it: no other program, and no page in a browser, can speak here.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// Held as long as the program runs; the system lets it go whatever happens to the program.
const LOCK: &str = "instance.lock";

/// Who to speak to.
const DOOR: &str = "instance.json";

/// The most that is read of a message.
const LONGEST: u64 = 8192;

/// How long one side waits for the other.
const PATIENCE: Duration = Duration::from_secs(2);

/// So often a later start tries: the first may be about to open its door, or to end.
const TRIES: u32 = 25;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(200);

/// What a later start says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The link that it was started with.
    pub link: Option<String>,
}

/// Where the first one listens.
#[derive(Serialize, Deserialize)]
struct Door {
    port: u16,
    secret: String,
}

/// What became of a start.
#[derive(Debug)]
pub enum Claim {
    /// This is the only one.
    First(First),
    /// Another runs already, and took the call.
    HandedOver,
    /// Another runs already, but does not answer.
    Silent,
}

/// The right to be the only one.
#[derive(Debug, Default)]
pub struct First {
    /// `None` where nothing can be written: then nobody knows of the others.
    held: Option<(File, TcpListener, String)>,
    /// Why not; nothing is logged yet when it is found.
    trouble: Option<io::Error>,
}

/// Claims a directory; blocks for as long as the other takes to answer.
pub fn claim(directory: &Path, call: &Call) -> Claim {
    for _ in 0..TRIES {
        match hold(directory) {
            Ok(Some(first)) => return Claim::First(first),
            Ok(None) => {}
            Err(error) => return Claim::First(First { trouble: Some(error), ..First::default() }),
        }
        // It may not answer yet, or not any more.
        if hand_over(directory, call).is_ok() {
            return Claim::HandedOver;
        }
        thread::sleep(PAUSE);
    }
    Claim::Silent
}

/// Holds the directory, if nobody else does.
fn hold(directory: &Path) -> io::Result<Option<First>> {
    fs::create_dir_all(directory)?;
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(directory.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let secret = rand::random::<[u8; 16]>().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let door = Door { port: listener.local_addr()?.port(), secret: secret.clone() };
    write_private(&directory.join(DOOR), &serde_json::to_vec(&door)?)?;
    Ok(Some(First { held: Some((lock, listener, secret)), trouble: None }))
}

/// Writes a file that only this user can read.
fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    // An earlier one may be open to others.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content)
}

fn hand_over(directory: &Path, call: &Call) -> io::Result<()> {
    let door: Door = serde_json::from_slice(&fs::read(directory.join(DOOR))?)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, door.port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("{}\n{}\n", door.secret, serde_json::to_string(call)?).as_bytes())?;
    let mut answer = [0; 3];
    stream.read_exact(&mut answer)?;
    if &answer == b"ok\n" { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

impl First {
    /// Takes calls from later starts for as long as the program runs.
    pub fn listen(self, take: impl Fn(Call) + Send + 'static) {
        if let Some(error) = self.trouble {
            tracing::warn!(%error, "whether another Hearth runs cannot be known");
        }
        let Some((lock, listener, secret)) = self.held else { return };
        thread::spawn(move || {
            let _lock = lock;
            for stream in listener.incoming().flatten() {
                match answer(stream, &secret) {
                    Ok(call) => take(call),
                    Err(error) => tracing::debug!(%error, "somebody who is no Hearth knocked"),
                }
            }
        });
    }
}

fn answer(mut stream: TcpStream, secret: &str) -> io::Result<Call> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream.try_clone()?.take(LONGEST)).lines();
    let mut line = || lines.next().unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()));
    if !bool::from(line()?.as_bytes().ct_eq(secret.as_bytes())) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let call = serde_json::from_str(&line()?)?;
    stream.write_all(b"ok\n")?;
    Ok(call)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn first(directory: &Path) -> First {
        match claim(directory, &Call::default()) {
            Claim::First(first) => first,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_second_start_hands_its_link_over() {
        let directory = tempfile::tempdir().expect("a folder");
        let (calls, taken) = mpsc::channel();
        first(directory.path()).listen(move |call| calls.send(call).expect("the test listens"));
        let call = Call { link: Some("hearth://join/q7xk2m".into()) };
        assert!(matches!(claim(directory.path(), &call), Claim::HandedOver));
        assert_eq!(taken.recv_timeout(PATIENCE), Ok(call));
    }

    #[test]
    fn another_directory_is_a_hearth_of_its_own() {
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let _one = first(one.path());
        let _other = first(other.path());
    }

    #[test]
    fn what_an_ended_hearth_left_behind_stops_nobody() {
        let directory = tempfile::tempdir().expect("a folder");
        drop(first(directory.path()));
        assert!(directory.path().join(DOOR).exists(), "a crash takes nothing away");
        first(directory.path());
    }

    #[test]
    fn who_does_not_know_the_secret_is_not_heard() {
        let directory = tempfile::tempdir().expect("a folder");
        let (calls, taken) = mpsc::channel();
        first(directory.path()).listen(move |call| calls.send(call).expect("the test listens"));
        let path = directory.path().join(DOOR);
        let door: Door = serde_json::from_slice(&fs::read(&path).expect("there")).expect("JSON");
        for said in
            ["GET / HTTP/1.1\r\n\r\n", "\n{\"link\":null}\n", "00000000000000000000000000000000\n{}\n"]
        {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, door.port)).expect("it listens");
            stream.write_all(said.as_bytes()).expect("written");
            let mut answer = String::new();
            let _ = stream.read_to_string(&mut answer);
            assert_eq!(answer, "");
        }
        assert!(taken.try_recv().is_err());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_secret() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a folder");
        fs::write(directory.path().join(DOOR), "old").expect("written");
        let _first = first(directory.path());
        let mode = fs::metadata(directory.path().join(DOOR)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
