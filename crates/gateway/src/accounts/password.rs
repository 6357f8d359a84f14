//! Passwords: what they may be, and their argon2id hashes. Hashing is dear on purpose (19 MiB and some ten
//! milliseconds each), so it runs beside the async threads, few at once, with a short queue.

use std::fmt;
use std::num::NonZero;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::hub::{OsRandom, RandomSource};

/// A password that somebody chose. Never shown, also not by `Debug`.
#[derive(Clone)]
pub struct Password(String);

/// Not a password that an account can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Password must be between 8 and 128 characters")]
pub struct InvalidPassword;

impl Password {
    const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

    /// Takes a password that is to be set.
    ///
    /// # Errors
    /// When it has fewer than 8 or more than 128 characters.
    pub fn choose(text: String) -> Result<Self, InvalidPassword> {
        if Self::LENGTH.contains(&text.chars().count()) { Ok(Self(text)) } else { Err(InvalidPassword) }
    }

    /// Takes a password that is to be compared, whatever it is.
    #[must_use]
    pub const fn attempt(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HashingError {
    /// Too many wait already: try again in a moment.
    #[error("too many passwords are being checked")]
    Busy,
    /// Memory ran out, or the program ends.
    #[error("a password could not be hashed")]
    Failed,
}

/// Hashes and compares, some at once.
pub(super) struct Hashing {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// The hash of a password that nobody knows: it is compared when there is no other, so that a wrong name
    /// takes as long as a wrong password.
    decoy: Arc<str>,
}

impl Hashing {
    /// How many may run or wait, in total.
    const QUEUE: usize = 64;

    /// Makes the decoy.
    pub async fn new() -> Result<Self, HashingError> {
        let at_once = std::thread::available_parallelism().map_or(1, NonZero::get).div_ceil(2).min(4);
        let mut secret = [0; 32];
        OsRandom.fill(&mut secret);
        let decoy = tokio::task::spawn_blocking(move || hash(&secret)).await;
        Ok(Self {
            running: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(Self::QUEUE)),
            decoy: decoy.ok().flatten().ok_or(HashingError::Failed)?.into(),
        })
    }

    /// The PHC string of a password, with a salt of its own.
    pub async fn hash(&self, password: Password) -> Result<String, HashingError> {
        self.run(move || hash(password.0.as_bytes())).await?.ok_or(HashingError::Failed)
    }

    /// Whether the password is the hashed one. Takes as long without a hash.
    pub async fn verify(&self, password: Password, stored: Option<String>) -> Result<bool, HashingError> {
        let decoy = Arc::clone(&self.decoy);
        self.run(move || {
            let is_right = matches(password.0.as_bytes(), stored.as_deref().unwrap_or(&decoy));
            is_right && stored.is_some()
        })
        .await
    }

    /// The permits go with the work: it is not cut short when nobody waits for it any more.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        let queued = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| HashingError::Busy)?;
        let slot = Arc::clone(&self.running).acquire_owned().await.map_err(|_| HashingError::Failed)?;
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((slot, queued));
            result
        });
        task.await.map_err(|_| HashingError::Failed)
    }
}

impl fmt::Debug for Hashing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hashing").field("running", &self.running).finish_non_exhaustive()
    }
}

/// OWASP's first choice of memory for argon2id with two passes.
fn argon2() -> Option<Argon2<'static>> {
    const MEMORY_KIB: u32 = 19 * 1024;
    const PASSES: u32 = 2;
    const LANES: u32 = 1;
    let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

fn hash(password: &[u8]) -> Option<String> {
    argon2()?.hash_password(password).ok().map(|hash| hash.to_string())
}

fn matches(password: &[u8], stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else {
        tracing::error!("the hash of a password cannot be read");
        return false;
    };
    argon2().is_some_and(|argon2| argon2.verify_password(password, &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(text: &str) -> Password {
        Password::attempt(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_right_password_matches_and_salts_differ() {
        let hashing = Hashing::new().await.unwrap();
        let first = hashing.hash(attempt("correct horse")).await.unwrap();
        let second = hashing.hash(attempt("correct horse")).await.unwrap();
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_ne!(first, second);
        assert_eq!(hashing.decoy[..31], first[..31], "comparing nothing costs what comparing a hash costs");
        assert!(hashing.verify(attempt("correct horse"), Some(first.clone())).await.unwrap());
        assert!(!hashing.verify(attempt("correct hors"), Some(first)).await.unwrap());
        assert!(!hashing.verify(attempt("correct horse"), None).await.unwrap());
        assert!(!hashing.verify(attempt("correct horse"), Some("nonsense".into())).await.unwrap());
    }

    #[tokio::test]
    async fn a_crowd_is_turned_away_and_never_runs_all_at_once() {
        let hashing = Hashing::new().await.unwrap();
        let held = Arc::clone(&hashing.waiting).try_acquire_many_owned(Hashing::QUEUE as u32).unwrap();
        assert_eq!(hashing.verify(attempt("x"), None).await, Err(HashingError::Busy));
        drop(held);
        assert_eq!(hashing.verify(attempt("x"), None).await, Ok(false));
    }

    #[test]
    fn a_password_is_eight_to_a_hundred_and_twenty_eight_characters_and_never_shown() {
        assert!(Password::choose("1234567".into()).is_err());
        assert!(Password::choose("é".repeat(128)).is_ok());
        assert!(Password::choose("é".repeat(129)).is_err());
        assert!(!format!("{:?}", Password::choose("12345678".into()).unwrap()).contains('1'));
    }
}
