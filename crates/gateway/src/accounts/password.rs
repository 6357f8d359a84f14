//! Passwords: what they may be, and their argon2id hashes. Hashing is dear on purpose (19 MiB and some ten
//! milliseconds each), so it runs beside the async threads, few at once, with a short queue.

use std::fmt;
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::hub::{OsRandom, RandomSource};

/// A password that somebody chose. Never shown, also not by `Debug`.
#[derive(Clone)]
pub struct Password(String);

/// Not a password that an account can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Password must be between {shortest} and 128 characters")]
pub struct InvalidPassword {
    /// How many it needs.
    pub shortest: usize,
}

impl Password {
    const SHORTEST: usize = 8;
    const LONGEST: usize = 128;
    /// Where clients know of no shortest one.
    const SHORTEST_OF_ALL: usize = 4;

    /// Takes a password that is to be set.
    ///
    /// # Errors
    /// When it has fewer than 8 or more than 128 characters.
    pub fn choose(text: String) -> Result<Self, InvalidPassword> {
        Self::of_length(text, Self::SHORTEST)
    }

    /// The same for a dialect whose clients know of no shortest one: from 4 characters on.
    ///
    /// # Errors
    /// When it has fewer or more than 128 characters.
    pub fn choose_short(text: String) -> Result<Self, InvalidPassword> {
        Self::of_length(text, Self::SHORTEST_OF_ALL)
    }

    fn of_length(text: String, shortest: usize) -> Result<Self, InvalidPassword> {
        let fits = (shortest..=Self::LONGEST).contains(&text.chars().count());
        if fits { Ok(Self(text)) } else { Err(InvalidPassword { shortest }) }
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
    rooms: Arc<Rooms>,
    /// The hash of a password that nobody knows: it is compared when there is no other, so that a wrong name
    /// takes as long as a wrong password.
    decoy: Arc<str>,
}

impl Hashing {
    /// How many may run or wait, in total.
    const QUEUE: usize = 64;

    /// Makes the decoy.
    pub async fn new() -> Result<Self, HashingError> {
        // A quarter of the processors: everybody else's messages go on while many sign in.
        let at_once = std::thread::available_parallelism().map_or(1, NonZero::get).div_ceil(4).min(4);
        let mut secret = [0; 32];
        OsRandom.fill(&mut secret);
        let decoy = tokio::task::spawn_blocking(move || hash(&Rooms::default(), &secret)).await;
        Ok(Self {
            running: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(Self::QUEUE)),
            rooms: Arc::default(),
            decoy: decoy.ok().flatten().ok_or(HashingError::Failed)?.into(),
        })
    }

    /// The PHC string of a password, with a salt of its own.
    pub async fn hash(&self, password: Password) -> Result<String, HashingError> {
        self.run(move |rooms| hash(rooms, password.0.as_bytes())).await?.ok_or(HashingError::Failed)
    }

    /// Whether the password is the hashed one. Takes as long without a hash.
    pub async fn verify(&self, password: Password, stored: Option<String>) -> Result<bool, HashingError> {
        let decoy = Arc::clone(&self.decoy);
        self.run(move |rooms| {
            let is_right = matches(rooms, password.0.as_bytes(), stored.as_deref().unwrap_or(&decoy));
            is_right && stored.is_some()
        })
        .await
    }

    /// The permits go with the work: it is not cut short when nobody waits for it any more.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Rooms) -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        let queued = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| HashingError::Busy)?;
        let slot = Arc::clone(&self.running).acquire_owned().await.map_err(|_| HashingError::Failed)?;
        let (rooms, waiting) = (Arc::clone(&self.rooms), Arc::clone(&self.waiting));
        let task = tokio::task::spawn_blocking(move || {
            let result = work(&rooms);
            drop((slot, queued));
            if waiting.available_permits() == Self::QUEUE {
                rooms.give_back();
            }
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

/// Memory for hashes: used again while others wait, and given back to the system when nobody does.
#[derive(Debug, Default)]
struct Rooms(Mutex<Vec<Vec<Block>>>);

impl Rooms {
    /// The allocator of Linux keeps what is freed below 32 MiB, for each thread, and a gateway would stay at hundreds of
    /// MiB after people have signed in. What is not used of it is never more than a promise.
    const GIVEN_BACK: usize = 33 * 1024 * 1024 / Block::SIZE;

    fn fill(
        &self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        hash: &mut [u8],
    ) -> Result<(), argon2::Error> {
        let blocks = argon2.params().block_count();
        let left = self.free().pop();
        let mut room = left.unwrap_or_else(|| Vec::with_capacity(blocks.max(Self::GIVEN_BACK)));
        room.resize(blocks, Block::new());
        let filled = argon2.hash_password_into_with_memory(password, salt, hash, room.as_mut_slice());
        self.free().push(room);
        filled
    }

    fn give_back(&self) {
        self.free().clear();
    }

    fn free(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(rooms: &Rooms, password: &[u8]) -> Option<String> {
    let argon2 = argon2()?;
    let (mut salt, mut hash) = ([0; Salt::RECOMMENDED_LENGTH], [0; Params::DEFAULT_OUTPUT_LEN]);
    OsRandom.fill(&mut salt);
    rooms.fill(&argon2, password, &salt, &mut hash).ok()?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).ok()?,
        salt: Some(Salt::new(&salt).ok()?),
        hash: Some(Output::new(&hash).ok()?),
    };
    Some(hash.to_string())
}

fn matches(rooms: &Rooms, password: &[u8], stored: &str) -> bool {
    let is_match = PasswordHash::new(stored).ok().and_then(|stored| is_hash_of(rooms, password, &stored));
    if is_match.is_none() {
        tracing::error!("the hash of a password cannot be read");
    }
    is_match == Some(true)
}

/// With the parameters that it was made with; `None`: it is no hash of this kind.
fn is_hash_of(rooms: &Rooms, password: &[u8], stored: &PasswordHash) -> Option<bool> {
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).ok()?;
    let version = stored.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    let argon2 = Argon2::new(algorithm, version, Params::try_from(stored).ok()?);
    let (salt, expected) = (stored.salt.as_ref()?, stored.hash.as_ref()?);
    let mut hash = vec![0; expected.as_bytes().len()];
    rooms.fill(&argon2, password, salt, &mut hash).ok()?;
    Some(hash.ct_eq(expected.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher, PasswordVerifier};

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
        // Made by another program, with other parameters.
        let other =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 3, 2, Some(24)).unwrap());
        let other = other.hash_password(b"correct horse").unwrap().to_string();
        assert!(hashing.verify(attempt("correct horse"), Some(other.clone())).await.unwrap());
        assert!(!hashing.verify(attempt("correct hors"), Some(other)).await.unwrap());
        let ours = hashing.hash(attempt("correct horse")).await.unwrap();
        let theirs = argon2().unwrap().verify_password(b"correct horse", ours.as_str());
        assert!(theirs.is_ok(), "others can read ours");
    }

    #[tokio::test]
    async fn a_crowd_is_turned_away_and_never_runs_all_at_once() {
        let hashing = Hashing::new().await.unwrap();
        let held = Arc::clone(&hashing.waiting).try_acquire_many_owned(Hashing::QUEUE as u32).unwrap();
        assert_eq!(hashing.verify(attempt("x"), None).await, Err(HashingError::Busy));
        drop(held);
        assert_eq!(hashing.verify(attempt("x"), None).await, Ok(false));
    }

    #[tokio::test]
    async fn memory_is_used_again_while_others_wait_and_given_back_when_nobody_does() {
        let hashing = Hashing::new().await.unwrap();
        let kept = || hashing.rooms.free().len();
        let waiting = Arc::clone(&hashing.waiting).try_acquire_owned().unwrap();
        for _ in 0..2 {
            hashing.verify(attempt("x"), None).await.unwrap();
            assert_eq!(kept(), 1);
        }
        drop(waiting);
        hashing.verify(attempt("x"), None).await.unwrap();
        assert_eq!(kept(), 0);
    }

    #[test]
    fn a_password_is_eight_to_a_hundred_and_twenty_eight_characters_and_never_shown() {
        assert!(Password::choose("1234567".into()).is_err());
        assert!(Password::choose("é".repeat(128)).is_ok());
        assert!(Password::choose("é".repeat(129)).is_err());
        assert!(
            Password::choose_short("123".into()).is_err() && Password::choose_short("1234".into()).is_ok()
        );
        assert!(Password::choose_short("é".repeat(129)).is_err());
        assert!(!format!("{:?}", Password::choose("12345678".into()).unwrap()).contains('1'));
    }
}
