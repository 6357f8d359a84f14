//! The gateway's own accounts: who may link a session (op 20), and the HTTP side of signing in.
//!
//! The database outlives the server and may be changed by `hearth-gateway account` while a server runs on it:
//! everything is looked up anew for each question, and [`ChangeFeed`] finds what others changed. Which dialect
//! shows what of an account is in [`Account`]; what an account may do in a group is the hub's business.

mod account;
mod administration;
mod feed;
mod flags;
mod gate;
mod guest;
mod key;
mod lasting;
mod name;
mod opening;
mod password;
mod signed;
mod store;
mod token;
mod web;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hearth_clock::Clock;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::hub::Verdict;
use crate::verify::Verifier;
use password::{Hashing, HashingError};
use signed::{Purpose, TokenSigner};
use store::{NewAccount, Store};

pub use account::{Account, iso8601};
pub use administration::ChangeError;
pub use feed::ChangeFeed;
pub use flags::{Flag, FlagChange, Flags, NotAFlagChange};
pub use gate::{Gate, TurnedAway};
pub use name::{InvalidUsername, Username};
pub use opening::OpenError;
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
        let new = NewAccount { username, email, display_name, password_hash, guest_of: None };
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

    /// An access token for somebody who has shown otherwise who they are, and how long it is good; `None` when the
    /// cryptography fails, which it does not.
    pub(crate) fn access_token(&self, account: &Account) -> Option<(String, Duration)> {
        let now_ms = self.now_ms();
        let token = self.signer.issue(account, Purpose::Access, now_ms)?;
        // It is counted in whole seconds.
        Some((token, Purpose::Access.lifetime() - Duration::from_millis(now_ms % 1000)))
    }

    /// Whose access token this is, suspended or not; `None` when it is nobody's, over, revoked, or no access
    /// token.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn verify_access(&self, token: &str) -> Result<Option<Account>, StorageError> {
        Ok(self.verify_access_until(token).await?.map(|(account, _)| account))
    }

    /// The same, and until when it is good, ms since 1970.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn verify_access_until(&self, token: &str) -> Result<Option<(Account, u64)>, StorageError> {
        self.verify_for(token, Purpose::Access).await
    }

    /// A token that says who somebody is for a week, for dialects whose clients cannot fetch a new one; `None` when the
    /// cryptography fails, which it does not.
    #[must_use]
    pub fn session_token(&self, account: &Account) -> Option<String> {
        self.signer.issue(account, Purpose::Session, self.now_ms())
    }

    /// Whose token of [`Accounts::session_token`] this is, suspended or not; `None` as in
    /// [`Accounts::verify_access`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn verify_session(&self, token: &str) -> Result<Option<Account>, StorageError> {
        Ok(self.verify_for(token, Purpose::Session).await?.map(|(account, _)| account))
    }

    async fn verify_for(
        &self,
        token: &str,
        purpose: Purpose,
    ) -> Result<Option<(Account, u64)>, StorageError> {
        let Some(claims) = self.signer.read(token, purpose, self.now_ms()) else { return Ok(None) };
        let account = self.store.by_id(claims.sub).await?;
        let account = account.filter(|account| claims.iat.saturating_mul(1000) >= account.signed_after_ms);
        Ok(account.map(|account| (account, claims.exp.saturating_mul(1000))))
    }

    /// Whose token this is, of either kind. A guest is a session's already.
    async fn owner(&self, token: &str) -> Result<Option<Account>, StorageError> {
        let account = match LongToken::parse(token) {
            Some(token) => self.store.by_token(token.hash(), self.now_ms()).await?,
            None => self.verify_access(token).await?,
        };
        Ok(account.filter(|account| account.guest_of.is_none()))
    }

    /// An account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn by_id(&self, id: Uuid) -> Result<Option<Account>, StorageError> {
        self.store.by_id(id).await
    }

    /// The account with this number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn by_number(&self, number: u64) -> Result<Option<Account>, StorageError> {
        self.store.by_number(number).await
    }

    /// The database, for what else belongs to accounts.
    pub(crate) const fn pool(&self) -> &SqlitePool {
        self.store.pool()
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
