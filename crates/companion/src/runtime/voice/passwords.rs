//! The passwords of servers that help people to reach each other: in the keychain, all in one place, by address.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::secrets::{Secret, SecretName, Secrets};

/// The passwords. Clones are the same ones.
#[derive(Clone)]
pub(super) struct Passwords {
    secrets: Secrets,
    /// One at a time reads and writes.
    turn: Arc<Mutex<()>>,
}

impl Passwords {
    pub(super) fn new(secrets: Secrets) -> Self {
        Self { secrets, turn: Arc::default() }
    }

    /// By the addresses of their servers. Waits for the person when the keychain asks them to unlock it.
    pub(super) async fn known(&self) -> BTreeMap<String, String> {
        let _turn = self.turn.lock().await;
        self.read().await
    }

    /// Changes them, one change after the other.
    pub(super) fn change(&self, change: impl FnOnce(&mut BTreeMap<String, String>) + Send + 'static) {
        let passwords = self.clone();
        tokio::spawn(async move {
            let _turn = passwords.turn.lock().await;
            let mut known = passwords.read().await;
            change(&mut known);
            passwords.write(&known).await;
        });
    }

    async fn read(&self) -> BTreeMap<String, String> {
        let kept = self.secrets.get(SecretName::VoiceServers).await;
        kept.and_then(|kept| serde_json::from_str(kept.reveal()).ok()).unwrap_or_default()
    }

    async fn write(&self, known: &BTreeMap<String, String>) {
        if known.is_empty() {
            return self.secrets.delete(SecretName::VoiceServers).await;
        }
        if let Ok(text) = serde_json::to_string(known) {
            self.secrets.set(SecretName::VoiceServers, Secret::new(text)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELAY: &str = "turn:relay.example.org:3478";
    const OTHER: &str = "turn:other.example.org";

    async fn kept(passwords: &Passwords) -> BTreeMap<String, String> {
        // What was asked before has the lock first.
        tokio::task::yield_now().await;
        passwords.known().await
    }

    #[tokio::test]
    async fn they_are_kept_by_address_and_the_last_takes_all_with_it() {
        let secrets = Secrets::in_memory();
        let passwords = Passwords::new(secrets.clone());
        for (url, secret) in [(RELAY, "one"), (OTHER, "two"), (RELAY, "three")] {
            passwords.change(move |known| {
                known.insert(url.into(), secret.into());
            });
        }
        let known = kept(&passwords).await;
        assert_eq!((known.len(), known.get(RELAY).map(String::as_str)), (2, Some("three")));
        for url in [RELAY, OTHER, "turn:nobody.example.org"] {
            passwords.change(move |known| drop(known.remove(url)));
        }
        assert!(kept(&passwords).await.is_empty());
        assert_eq!(secrets.get(SecretName::VoiceServers).await, None);
    }
}
