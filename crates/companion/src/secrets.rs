//! Secrets: kept in the keychain of the system, and nowhere else. Where there is none, or it stays locked, they are
//! kept in memory until the program ends, and [`Keychain`] says so; never in a file.
//!
//! The stores of the systems block, and one of them starts a runtime of its own: they are only ever called on threads
//! that may block.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyring_core::{CredentialStore, Entry, Error};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

/// The name of this program in keychains.
const SERVICE: &str = "Hearth";

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretName {
    /// The key in the address of the overlay for streams.
    OverlayKey,
    /// The secret that programs need at the gateway that this computer hosts.
    HostScripts,
    /// The secret of a community gateway, by the number that it is remembered under.
    Community(u32),
    /// The passwords of the servers that help people in a voice room to reach each other, by their addresses: JSON.
    VoiceServers,
}

impl SecretName {
    fn text(self) -> String {
        match self {
            Self::OverlayKey => "overlay key".into(),
            Self::HostScripts => "hosted scripts".into(),
            Self::Community(number) => format!("community gateway {number}"),
            Self::VoiceServers => "voice servers".into(),
        }
    }
}

/// A secret. It does not show in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text from showing.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How the keychain is, as far as it was needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keychain {
    /// Nothing wanted to be kept yet.
    #[default]
    Unasked,
    /// It keeps what it is given.
    Works,
    /// It is there and does not open: secrets are kept until the program ends. In technical words.
    Locked(String),
    /// There is none, or it is broken: secrets are kept until the program ends. In technical words.
    Missing(String),
}

/// Opens the store of the system; `None`: this run keeps secrets in memory only, as was asked for.
type Open = fn() -> keyring_core::Result<Arc<CredentialStore>>;

/// The secrets. Clones are the same ones.
#[derive(Clone)]
pub struct Secrets {
    inner: Arc<Inner>,
}

struct Inner {
    open: Option<Open>,
    /// Tells the secrets of this installation from those of another one of the same person.
    installation: String,
    kept: Mutex<Kept>,
    keychain: watch::Sender<Keychain>,
}

#[derive(Default)]
struct Kept {
    store: Option<Arc<CredentialStore>>,
    /// What the keychain did not take.
    memory: BTreeMap<SecretName, Secret>,
}

impl Secrets {
    /// In the keychain of this system. `salt` is that of the installation.
    #[must_use]
    pub fn in_keychain(salt: &[u8; 16]) -> Self {
        Self::by(Some(open_system), salt)
    }

    /// In memory, for a run of which nothing is to remain.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::by(None, &[0; 16])
    }

    fn by(open: Option<Open>, salt: &[u8; 16]) -> Self {
        let digest = Sha256::new_with_prefix(b"keychain").chain_update(salt).finalize();
        let installation = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        let inner = Inner {
            open,
            installation,
            kept: Mutex::default(),
            keychain: watch::Sender::new(Keychain::Unasked),
        };
        Self { inner: Arc::new(inner) }
    }

    /// How the keychain is, from now on.
    #[must_use]
    pub fn keychain(&self) -> watch::Receiver<Keychain> {
        self.inner.keychain.subscribe()
    }

    /// What is kept under a name. Waits for the person when the keychain asks them to unlock it.
    pub async fn get(&self, name: SecretName) -> Option<Secret> {
        self.blocking(move |inner| inner.get(name)).await.flatten()
    }

    /// Keeps a secret, in place of the one of this name. Waits as [`Secrets::get`] does.
    pub async fn set(&self, name: SecretName, secret: Secret) {
        self.blocking(move |inner| inner.set(name, secret)).await;
    }

    /// Keeps nothing under this name any more. Waits as [`Secrets::get`] does.
    pub async fn delete(&self, name: SecretName) {
        self.blocking(move |inner| inner.delete(name)).await;
    }

    async fn blocking<T: Send + 'static>(&self, job: impl FnOnce(&Inner) -> T + Send + 'static) -> Option<T> {
        let inner = Arc::clone(&self.inner);
        // A store that panics costs what was asked of it.
        tokio::task::spawn_blocking(move || job(&inner)).await.ok()
    }
}

impl Inner {
    fn get(&self, name: SecretName) -> Option<Secret> {
        if let Some(secret) = self.kept().memory.get(&name) {
            return Some(secret.clone());
        }
        match self.with_entry(name, Entry::get_password) {
            Ok(text) => Some(Secret(text)),
            Err(_) => None,
        }
    }

    fn set(&self, name: SecretName, secret: Secret) {
        let kept = self.with_entry(name, |entry| entry.set_password(secret.reveal()));
        let mut here = self.kept();
        if kept.is_ok() {
            here.memory.remove(&name);
        } else {
            here.memory.insert(name, secret);
        }
    }

    fn delete(&self, name: SecretName) {
        self.kept().memory.remove(&name);
        let _ = self.with_entry(name, Entry::delete_credential);
    }

    /// Asks the keychain, and says how it is.
    fn with_entry<T>(
        &self,
        name: SecretName,
        job: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> keyring_core::Result<T> {
        let Some(open) = self.open else { return Err(Error::NoDefaultStore) };
        let user = format!("{} {}", name.text(), self.installation);
        let mut result =
            self.store(open).and_then(|store| store.build(SERVICE, &user, None)).and_then(|it| job(&it));
        // Its service may have been started anew, and know nothing of an earlier acquaintance.
        if matches!(result, Err(Error::PlatformFailure(_))) && self.kept().store.take().is_some() {
            result =
                self.store(open).and_then(|store| store.build(SERVICE, &user, None)).and_then(|it| job(&it));
        }
        let keychain = match &result {
            Ok(_) | Err(Error::NoEntry) => Keychain::Works,
            Err(error @ Error::NoStorageAccess(_)) => Keychain::Locked(words(error)),
            Err(error) => Keychain::Missing(words(error)),
        };
        self.keychain.send_if_modified(|known| {
            let changed = *known != keychain;
            if changed {
                if let Keychain::Locked(why) | Keychain::Missing(why) = &keychain {
                    tracing::warn!(why, "secrets are not kept in the keychain");
                }
                *known = keychain;
            }
            changed
        });
        result
    }

    fn store(&self, open: Open) -> keyring_core::Result<Arc<CredentialStore>> {
        if let Some(store) = &self.kept().store {
            return Ok(Arc::clone(store));
        }
        // Not while the lock is held: it may take a while.
        let store = open()?;
        self.kept().store = Some(Arc::clone(&store));
        Ok(store)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let store = self.kept().store.take();
        // Taking leave of the service blocks as well, wherever the last of these is dropped.
        if let Some(store) = store {
            std::thread::spawn(move || drop(store));
        }
    }
}

/// The words of errors that hold what was read are never used.
fn words(error: &Error) -> String {
    match error {
        Error::PlatformFailure(why) | Error::NoStorageAccess(why) => why.to_string(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "what it holds cannot be read".into(),
        Error::Ambiguous(_) => "it holds several of that name".into(),
        Error::NoDefaultStore => "this system has none".into(),
        error => error.to_string(),
    }
}

fn open_system() -> keyring_core::Result<Arc<CredentialStore>> {
    #[cfg(target_os = "linux")]
    return Ok(zbus_secret_service_keyring_store::Store::new()?);
    #[cfg(target_os = "macos")]
    return Ok(apple_native_keyring_store::keychain::Store::new()?);
    #[cfg(windows)]
    return Ok(windows_native_keyring_store::Store::new()?);
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    Err(Error::NoDefaultStore)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: SecretName = SecretName::OverlayKey;

    fn working() -> Secrets {
        fn open() -> keyring_core::Result<Arc<CredentialStore>> {
            Ok(keyring_core::mock::Store::new()?)
        }
        Secrets::by(Some(open), &[1; 16])
    }

    fn failing(open: Open) -> Secrets {
        Secrets::by(Some(open), &[1; 16])
    }

    #[tokio::test]
    async fn a_secret_is_kept_replaced_and_deleted() {
        let secrets = working();
        assert_eq!(*secrets.keychain().borrow(), Keychain::Unasked);
        assert_eq!(secrets.get(NAME).await, None);
        secrets.set(NAME, Secret::new("one")).await;
        secrets.set(NAME, Secret::new("two")).await;
        assert_eq!(secrets.get(NAME).await, Some(Secret::new("two")));
        assert!(secrets.inner.kept().memory.is_empty(), "it is in the keychain");
        secrets.delete(NAME).await;
        assert_eq!(secrets.get(NAME).await, None);
        assert_eq!(*secrets.keychain().borrow(), Keychain::Works);
    }

    #[tokio::test]
    async fn without_a_keychain_secrets_last_until_the_end_and_it_is_said() {
        let secrets = failing(|| Err(Error::NoDefaultStore));
        secrets.set(NAME, Secret::new("one")).await;
        assert_eq!(secrets.get(NAME).await, Some(Secret::new("one")));
        assert!(matches!(*secrets.keychain().borrow(), Keychain::Missing(_)));
        secrets.delete(NAME).await;
        assert_eq!(secrets.get(NAME).await, None);
    }

    #[tokio::test]
    async fn a_keychain_that_stays_locked_is_told_from_one_that_is_missing() {
        let secrets = failing(|| Err(Error::NoStorageAccess("locked".into())));
        secrets.set(NAME, Secret::new("one")).await;
        assert_eq!(*secrets.keychain().borrow(), Keychain::Locked("locked".into()));
        assert_eq!(secrets.get(NAME).await, Some(Secret::new("one")));
    }

    #[tokio::test]
    async fn a_keychain_that_fails_once_gets_the_next_secret() {
        let secrets = working();
        secrets.set(NAME, Secret::new("one")).await;
        let store = secrets.inner.kept().store.clone().expect("opened");
        let user = format!("{} {}", NAME.text(), secrets.inner.installation);
        let entry = store.build(SERVICE, &user, None).expect("an entry");
        let mock: &keyring_core::mock::Cred = entry.as_any().downcast_ref().expect("a mock");
        mock.set_error(Error::NoStorageAccess("locked".into()));
        secrets.set(NAME, Secret::new("two")).await;
        assert!(matches!(*secrets.keychain().borrow(), Keychain::Locked(_)));
        assert_eq!(
            secrets.get(NAME).await,
            Some(Secret::new("two")),
            "the newer one, though not in the keychain"
        );
        secrets.set(NAME, Secret::new("three")).await;
        assert_eq!(*secrets.keychain().borrow(), Keychain::Works);
        assert!(secrets.inner.kept().memory.is_empty());
    }

    #[tokio::test]
    async fn what_is_to_leave_no_trace_asks_no_keychain() {
        let secrets = Secrets::in_memory();
        secrets.set(NAME, Secret::new("one")).await;
        assert_eq!(secrets.get(NAME).await, Some(Secret::new("one")));
        assert_eq!(*secrets.keychain().borrow(), Keychain::Unasked);
    }

    #[test]
    fn a_secret_does_not_show() {
        assert!(!format!("{:?}", Secret::new("canary")).contains("canary"));
        let error = Error::BadEncoding(b"canary".to_vec());
        assert!(!words(&error).contains("canary"));
    }
}
