//! What a host does with accounts.

use std::time::Duration;

use super::store::AccountChange;
use super::{Account, Accounts, FlagChange, KeptToken, LongToken, Password, StorageError, Username};

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

impl Accounts {
    /// The account of this name, however it is capitalised; a guest is not the host's business.
    ///
    /// # Errors
    /// [`ChangeError::Unknown`], or the database does not answer.
    pub async fn find(&self, name: &str) -> Result<Account, ChangeError> {
        let unknown = || ChangeError::Unknown(name.to_owned());
        let username = Username::parse(name).map_err(|_| unknown())?;
        let found = self.store.by_name(&username.folded()).await?.map(|(account, _)| account);
        found.filter(|account| account.guest_of.is_none()).ok_or_else(unknown)
    }

    /// All accounts but guests, in the order of their names.
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
}
