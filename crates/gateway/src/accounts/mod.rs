//! The gateway's own accounts: who may link a session (op 20), and the HTTP side of signing in.
//!
//! The database outlives the server and may be changed by `hearth-gateway account` while a server runs on it:
//! everything is looked up anew for each question, and [`ChangeFeed`] finds what others changed. Which dialect
//! shows what of an account is in [`Account`]; what an account may do in a group is the hub's business.

mod account;
mod feed;
mod flags;
mod name;
mod password;
mod rates;
mod signed;
mod store;
mod token;
mod web;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hearth_clock::Clock;

use crate::hub::Verdict;
use crate::verify::Verifier;
use password::{Hashing, HashingError};
use signed::{Purpose, TokenSigner};
use store::{AccountChange, DATABASE_FILE, NewAccount, Store};

pub use account::{Account, iso8601};
pub use feed::ChangeFeed;
pub use flags::{Flag, FlagChange, Flags, NotAFlagChange};
pub use name::{InvalidUsername, Username};
pub use password::{InvalidPassword, Password};
pub use store::{KeptToken, StorageError};
pub use token::LongToken;
pub use web::{AuthOptions, router};

/// All accounts. Cheap to share; every method may be called from several tasks at once.
#[derive(Debug)]
pub struct Accounts {
    store: Store,
    hashing: Hashing,
    signer: TokenSigner,
    clock: Arc<Clock>,
}

/// Why the accounts cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or a file in it cannot be used: choose another, or make it accessible.
    #[error("cannot use {path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no database, or a damaged one: take it back from a copy.
    #[error("cannot open the accounts")]
    Storage(#[from] StorageError),
    /// The database is of a newer version of this program, or one that never was: use the newer version.
    #[error("the accounts are not of this version")]
    Version(#[source] Box<sqlx::migrate::MigrateError>),
    /// There is no memory to hash passwords.
    #[error("passwords cannot be hashed")]
    Hashing,
}

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Choose another name.
    #[error(transparent)]
    Username(#[from] InvalidUsername),
    /// Choose another password.
    #[error(transparent)]
    Password(#[from] InvalidPassword),
    /// Give another address, or none.
    #[error("This is not an e-mail address")]
    Email,
    /// Somebody has the name.
    #[error("Username is taken")]
    Taken,
    /// Many sign in at once: try again in some seconds.
    #[error("Too many people sign in right now. Try again in a moment")]
    Busy,
    /// Nothing that the asker can change.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// No such account, or another password: which of the two is not told, also not by how long it takes.
    #[error("Wrong username or password")]
    Wrong,
    /// The password was right, but the account must not be used.
    #[error("This account is suspended")]
    Suspended,
    /// Many sign in at once: try again in some seconds.
    #[error("Too many people sign in right now. Try again in a moment")]
    Busy,
    /// Nothing that the asker can change.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Look at the list.
    #[error("there is no account named {0}")]
    Unknown(String),
    /// The password could not be hashed: try again.
    #[error("the password could not be hashed")]
    Hashing,
    /// Nothing was changed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Who wants an account.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The name.
    pub username: Username,
    /// Without one, the account works with long-lived tokens only.
    pub password: Option<Password>,
    /// Where its owner is reached.
    pub email: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// Says so for 15 minutes, for op 20 and wherever an access token is asked for.
    pub access_token: String,
    /// Good for 7 days; never taken in place of an access token.
    pub refresh_token: String,
}

impl Accounts {
    const LONGEST_EMAIL: usize = 254;

    /// Opens the accounts of a data directory, which is created when it is missing, or new ones in memory.
    /// Database and key are readable for their owner alone.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(data: Option<&Path>, clock: Arc<Clock>) -> Result<Self, OpenError> {
        let hashing = Hashing::new().await.map_err(|_| OpenError::Hashing)?;
        let Some(directory) = data else {
            let store = Store::open(None).await?;
            store.migrate().await.map_err(|error| OpenError::Version(error.into()))?;
            return Ok(Self { store, hashing, signer: TokenSigner::ephemeral(), clock });
        };
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::File { path, source }
        };
        fs::create_dir_all(directory).map_err(failed(directory))?;
        let file = directory.join(DATABASE_FILE);
        // The log and its index get the rights of the database.
        match create_private(&file) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(&file)(error)),
            _ => {}
        }
        let lock = lock(&directory.join("accounts.lock")).await.map_err(failed(directory))?;
        let store = Store::open(Some(&file)).await?;
        store.migrate().await.map_err(|error| OpenError::Version(error.into()))?;
        drop(lock);
        let signer =
            TokenSigner::in_directory(directory).map_err(failed(&directory.join(signed::KEY_FILE)))?;
        Ok(Self { store, hashing, signer, clock })
    }

    /// Waits until everything is written, and closes the database. What is asked afterwards fails.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// A new account.
    ///
    /// # Errors
    /// See [`RegisterError`].
    pub async fn register(&self, registration: Registration) -> Result<Account, RegisterError> {
        let Registration { username, password, email, display_name } = registration;
        let is_address = |email: &String| {
            let parts = email.split_once('@');
            email.len() <= Self::LONGEST_EMAIL
                && !email.contains(|letter: char| letter.is_whitespace() || letter.is_control())
                && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        };
        if !email.as_ref().is_none_or(is_address) {
            return Err(RegisterError::Email);
        }
        let password_hash = match password {
            None => None,
            Some(password) => {
                Some(self.hashing.hash(password).await.map_err(|_: HashingError| RegisterError::Busy)?)
            }
        };
        let new = NewAccount { username, email, display_name, password_hash };
        let account = self.store.insert(new, self.now_ms()).await?.ok_or(RegisterError::Taken)?;
        tracing::info!(account = %account.id, "an account was made");
        Ok(account)
    }

    /// Signs in. A wrong name costs the same work and time as a wrong password.
    ///
    /// # Errors
    /// See [`LoginError`].
    pub async fn login(&self, username: &str, password: Password) -> Result<SignedIn, LoginError> {
        // Also a name that no account can have is looked up.
        let found = self.store.by_name(&Username::fold(username)).await?;
        let (account, hash) = found.unzip();
        let is_right = self.hashing.verify(password, hash.flatten()).await;
        let is_right = is_right.map_err(|_: HashingError| LoginError::Busy)?;
        match account {
            Some(account) if is_right && account.suspended => Err(LoginError::Suspended),
            Some(account) if is_right => self.sign_in(account).ok_or(LoginError::Busy),
            _ => Err(LoginError::Wrong),
        }
    }

    /// Signed tokens for an account that has just proved who it is.
    pub(crate) fn sign_in(&self, account: Account) -> Option<SignedIn> {
        let now_ms = self.now_ms();
        let access_token = self.signer.issue(&account, Purpose::Access, now_ms)?;
        let refresh_token = self.signer.issue(&account, Purpose::Refresh, now_ms)?;
        Some(SignedIn { account, access_token, refresh_token })
    }

    /// Whose access token this is, suspended or not; `None` when it is nobody's, over, revoked, or no access
    /// token.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn verify_access(&self, token: &str) -> Result<Option<Account>, StorageError> {
        let Some(claims) = self.signer.read(token, Purpose::Access, self.now_ms()) else { return Ok(None) };
        let account = self.store.by_id(claims.sub).await?;
        Ok(account.filter(|account| claims.iat.saturating_mul(1000) >= account.signed_after_ms))
    }

    /// The account of this name, however it is capitalised.
    ///
    /// # Errors
    /// [`ChangeError::Unknown`], or the database does not answer.
    pub async fn find(&self, name: &str) -> Result<Account, ChangeError> {
        let unknown = || ChangeError::Unknown(name.to_owned());
        let username = Username::parse(name).map_err(|_| unknown())?;
        Ok(self.store.by_name(&username.folded()).await?.ok_or_else(unknown)?.0)
    }

    /// All accounts, in the order of their names.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self) -> Result<Vec<Account>, StorageError> {
        self.store.all().await
    }

    /// The long-lived tokens of an account that are not over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tokens(&self, account: &Account) -> Result<Vec<KeptToken>, StorageError> {
        self.store.tokens(account.id, self.now_ms()).await
    }

    /// A new long-lived token. It is told now and never again.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn create_token(
        &self,
        name: &str,
        label: &str,
        lifetime: Duration,
    ) -> Result<(LongToken, KeptToken), ChangeError> {
        let account = self.find(name).await?;
        let token = LongToken::new();
        let created_ms = self.now_ms();
        let expires_ms = created_ms.saturating_add(u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX));
        // The database has signed numbers.
        let expires_ms = expires_ms.min(i64::MAX.unsigned_abs());
        let kept = KeptToken { label: label.to_owned(), created_ms, expires_ms };
        self.store.keep_token(account.id, token.hash(), kept.clone()).await?;
        Ok((token, kept))
    }

    /// Takes back long-lived tokens: those with this label, or all, and then every signed token too. How many
    /// long-lived ones there were.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn revoke(&self, name: &str, label: Option<&str>) -> Result<u64, ChangeError> {
        let account = self.find(name).await?;
        if label.is_none() {
            let signed_after_ms = Some(self.now_ms());
            self.change(name, &account, AccountChange { signed_after_ms, ..AccountChange::default() })
                .await?;
        }
        Ok(self.store.drop_tokens(account.id, label).await?)
    }

    /// Suspends an account, or takes that back.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn set_suspended(&self, name: &str, suspended: bool) -> Result<Account, ChangeError> {
        let account = self.find(name).await?;
        let change = AccountChange { suspended: Some(suspended), ..AccountChange::default() };
        self.change(name, &account, change).await
    }

    /// Sets and clears flags.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn change_flags(&self, name: &str, changes: &[FlagChange]) -> Result<Account, ChangeError> {
        let account = self.find(name).await?;
        let flags = changes.iter().fold(account.flags, |flags, change| flags.with(*change));
        let change = AccountChange { flags: Some(flags.bits()), ..AccountChange::default() };
        self.change(name, &account, change).await
    }

    /// Gives an account another password, and makes the signed tokens of the former one void.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn set_password(&self, name: &str, password: Password) -> Result<Account, ChangeError> {
        let account = self.find(name).await?;
        let hash = self.hashing.hash(password).await.map_err(|_| ChangeError::Hashing)?;
        let change = AccountChange {
            password_hash: Some(hash),
            signed_after_ms: Some(self.now_ms()),
            ..AccountChange::default()
        };
        self.change(name, &account, change).await
    }

    async fn change(
        &self,
        name: &str,
        account: &Account,
        change: AccountChange,
    ) -> Result<Account, ChangeError> {
        let changed = self.store.change(account.id, change, self.now_ms()).await?;
        changed.ok_or_else(|| ChangeError::Unknown(name.to_owned()))
    }

    /// Whose token this is, of either kind.
    async fn owner(&self, token: &str) -> Result<Option<Account>, StorageError> {
        match LongToken::parse(token) {
            Some(token) => self.store.by_token(token.hash(), self.now_ms()).await,
            None => self.verify_access(token).await,
        }
    }

    fn now_ms(&self) -> u64 {
        self.clock.now().unix_ms
    }
}

#[async_trait]
impl Verifier for Accounts {
    async fn verify(&self, token: &str) -> Verdict {
        match self.owner(token).await {
            Ok(Some(account)) if account.suspended => Verdict::Suspended,
            Ok(Some(account)) => Verdict::User(account.puff_user()),
            Ok(None) => Verdict::Invalid,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "could not look a token up");
                Verdict::Unavailable
            }
        }
    }
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("account", &self.account.id).finish_non_exhaustive()
    }
}

/// Creates a file that its owner alone may read. It must not be there yet.
fn create_private(file: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Waits until no other program brings the tables to the present form.
async fn lock(file: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(file)?;
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    locked.map_err(io::Error::other)?
}
