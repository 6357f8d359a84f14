//! The bearer token of the administration listener: from a file of the host's, or a random one in the data directory.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::options::{AdminOptions, BindError};
use crate::hub::{OsRandom, RandomSource};

/// The name of the file in the data directory.
pub(super) const FILE: &str = "admin-token";

/// Shorter ones can be guessed.
const SHORTEST: usize = 16;

/// A token. It is never shown, not even in logs.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    /// The token that `options` mean; a random one is written when there is none yet.
    pub fn of(options: &AdminOptions, data: Option<&Path>) -> Result<Self, BindError> {
        let AdminOptions { address, token_file } = options;
        let (file, read) = match (token_file, data) {
            (Some(file), _) => (file.clone(), Self::read(file)),
            (None, _) if !address.ip().to_canonical().is_loopback() => {
                return Err(BindError::AdminExposed(*address));
            }
            (None, None) => return Err(BindError::AdminWithoutToken),
            (None, Some(data)) => {
                let file = data.join(FILE);
                let read = Self::read_or_create(&file);
                (file, read)
            }
        };
        read.map_err(|source| BindError::AdminToken { file, source })
    }

    /// Whether a request carries the token. Takes the same time for every wrong token of the same length.
    pub fn authorizes(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
        let Some((scheme, token)) = value.split_at_checked(b"Bearer ".len()) else { return false };
        scheme.eq_ignore_ascii_case(b"Bearer ") && token.ct_eq(self.0.as_bytes()).into()
    }

    fn read(file: &Path) -> io::Result<Self> {
        let token = fs::read_to_string(file)?.trim().to_owned();
        if token.len() < SHORTEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a token has at least 16 characters"));
        }
        Ok(Self(token))
    }

    fn read_or_create(file: &PathBuf) -> io::Result<Self> {
        match Self::read(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            read => return read,
        }
        let mut random = [0; 32];
        OsRandom.fill(&mut random);
        let token = URL_SAFE_NO_PAD.encode(random);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut writing = options.open(file)?;
        writeln!(writing, "{token}")?;
        writing.sync_all()?;
        Ok(Self(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(address: &str, token_file: Option<PathBuf>) -> AdminOptions {
        AdminOptions { address: address.parse().unwrap(), token_file }
    }

    fn carrying(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn a_random_token_is_left_for_its_owner_alone_and_kept() {
        let data = tempfile::tempdir().unwrap();
        let token = Token::of(&options("127.0.0.1:0", None), Some(data.path())).unwrap();
        let file = data.path().join(FILE);
        let written = fs::read_to_string(&file).unwrap();
        assert!(
            written.trim().len() > 40 && token.authorizes(&carrying(&format!("Bearer {}", written.trim())))
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let again = Token::of(&options("[::1]:0", None), Some(data.path())).unwrap();
        assert!(again.authorizes(&carrying(&format!("bearer {}", written.trim()))));
    }

    #[test]
    fn only_the_token_opens() {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("token");
        fs::write(&file, "0123456789abcdef\n").unwrap();
        let token = Token::of(&options("0.0.0.0:0", Some(file)), None).unwrap();
        assert!(token.authorizes(&carrying("Bearer 0123456789abcdef")));
        for wrong in
            ["", "Bearer", "Bearer ", "0123456789abcdef", "Bearer 0123456789abcdeg", "Basic 0123456789abcdef"]
        {
            assert!(!token.authorizes(&carrying(wrong)), "{wrong}");
        }
        assert!(!token.authorizes(&HeaderMap::new()));
    }

    #[test]
    fn an_open_listener_needs_a_token_of_the_hosts_choice() {
        let data = tempfile::tempdir().unwrap();
        let of = |options: AdminOptions, data| Token::of(&options, data).err().unwrap();
        let exposed = of(options("0.0.0.0:9002", None), Some(data.path()));
        assert!(matches!(exposed, BindError::AdminExposed(_)));
        assert!(matches!(of(options("127.0.0.1:9002", None), None), BindError::AdminWithoutToken));
        let short = data.path().join("short");
        fs::write(&short, "hunter2").unwrap();
        for file in [short, data.path().join("missing")] {
            let refused = of(options("127.0.0.1:9002", Some(file)), None);
            assert!(matches!(refused, BindError::AdminToken { .. }));
        }
    }
}
