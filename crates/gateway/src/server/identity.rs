//! Who people are: opens the accounts, or takes another's word, and passes on to the hub what changes about accounts
//! while the gateway runs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hearth_clock::Clock;
use tokio::sync::watch;

use super::courier::{Letter, Mailbox};
use super::options::{BindError, Identity};
use super::until_stopped;
use crate::accounts::{self, Account, Accounts, ChangeFeed, Gate};
use crate::chat::Chat;
use crate::hub::UserChange;
use crate::verify::Verifier;

/// What the server needs to know who people are.
pub(super) struct Identities {
    pub verifier: Arc<dyn Verifier>,
    /// The routes of the accounts, if there are any.
    pub routes: Router,
    pub accounts: Option<Arc<Accounts>>,
    /// Who may try to sign in to them.
    pub gate: Option<Arc<Gate>>,
}

impl Identities {
    pub async fn open(
        identity: Identity,
        data: Option<&Path>,
        clock: &Arc<Clock>,
    ) -> Result<Self, BindError> {
        match identity {
            Identity::External(verifier) => {
                Ok(Self { verifier, routes: Router::new(), accounts: None, gate: None })
            }
            Identity::Accounts(options) => {
                let opened = Accounts::open(data, Arc::clone(clock)).await;
                let accounts = Arc::new(opened.map_err(|error| BindError::Accounts(error.into()))?);
                // Their members come back as sessions, and ask again.
                let gone = accounts.remove_all_guests().await;
                gone.map_err(|error| BindError::Accounts(error.into()))?;
                let gate = Arc::new(Gate::new(&accounts, options));
                let routes = accounts::router(Arc::clone(&accounts), Arc::clone(&gate));
                let verifier = Arc::clone(&accounts) as Arc<dyn Verifier>;
                Ok(Self { verifier, routes, accounts: Some(accounts), gate: Some(gate) })
            }
        }
    }

    /// Longer than any session waits for the server to come back.
    const AWAY: Duration = Duration::from_secs(60 * 60);

    /// What changes about accounts, if there are any: from now on, and lately, for those whose sessions are taken
    /// up again.
    pub async fn changes(&self) -> Result<Option<ChangeFeed>, BindError> {
        match &self.accounts {
            None => Ok(None),
            Some(accounts) => accounts
                .changes(Self::AWAY)
                .await
                .map(Some)
                .map_err(|error| BindError::Accounts(error.into())),
        }
    }
}

/// Tells the hub what changes about accounts, whoever changes it, until the server stops: somebody who is suspended
/// has to go now, not at the next sign-in.
pub(super) async fn follow(
    mut changes: ChangeFeed,
    mailbox: Mailbox,
    chat: Option<Chat>,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        let changed = tokio::select! {
            changed = changes.next() => changed,
            () = until_stopped(&mut stopped) => return,
        };
        for account in changed {
            if let Some(chat) = chat.as_ref().filter(|_| account.suspended) {
                chat.shut(account.id).await;
            }
            let (user, change) = change_of(&account);
            mailbox.ask(|answer| Letter::UserUpdated { user, change: Box::new(change), answer }).await;
        }
    }
}

fn change_of(account: &Account) -> (String, UserChange) {
    let user = account.puff_user();
    (user.id.clone(), UserChange { user: Some(Some(user)), voice: None })
}
