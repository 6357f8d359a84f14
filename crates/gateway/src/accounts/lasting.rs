//! Accounts that work with a token alone: the i386chat dialect makes an account for whoever asks, and knows it again by a
//! signed token that lasts (facts/other-gateways.md §1.3).

use super::store::AccountChange;
use super::token::LongToken;
use super::{Account, Accounts, RegisterError, Registration, StorageError, Username};

impl Accounts {
    /// A new account without a password.
    ///
    /// # Errors
    /// See [`RegisterError`].
    pub async fn create(&self, username: Username, bio: Option<String>) -> Result<Account, RegisterError> {
        let registration = Registration { username, password: None, email: None, display_name: None };
        let account = self.register(registration).await?;
        if bio.is_none() {
            return Ok(account);
        }
        let change = AccountChange { bio, ..AccountChange::default() };
        Ok(self.store.change(account.id, change, self.now_ms()).await?.unwrap_or(account))
    }

    /// A token that says who somebody is until it is revoked; `None` when the cryptography fails, which it does not.
    #[must_use]
    pub fn user_token(&self, account: &Account) -> Option<String> {
        self.signer.issue_user(account, self.now_ms())
    }

    /// Whose token this is, suspended or not: one of [`Accounts::user_token`], or a long-lived one of the host's. `None`
    /// when it is nobody's, over, revoked, or of another kind.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn verify_user(&self, token: &str) -> Result<Option<Account>, StorageError> {
        if let Some(token) = LongToken::parse(token) {
            return self.store.by_token(token.hash(), self.now_ms()).await;
        }
        let Some(claims) = self.signer.read_user(token) else { return Ok(None) };
        let account = self.store.by_number(claims.id).await?;
        Ok(account.filter(|account| claims.iat.saturating_mul(1000) >= account.signed_after_ms))
    }
}
