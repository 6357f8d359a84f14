//! A data directory of its own for each test, and a clock that the test sets.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::accounts::{Account, Accounts, Password, Registration, Username};
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery";

/// Where accounts are kept, and what time it is there.
pub struct Place {
    directory: TempDir,
    pub clock: Arc<Clock>,
    passed_ms: Arc<AtomicU64>,
}

impl Place {
    pub fn new() -> Self {
        let start = Clock::new().now();
        let passed_ms = Arc::new(AtomicU64::new(0));
        let passed = Arc::clone(&passed_ms);
        let clock = Clock::reading(move || {
            let passed = Duration::from_millis(passed.load(Ordering::SeqCst));
            (start.instant + passed, Duration::from_millis(start.unix_ms) + passed)
        });
        Self { directory: tempfile::tempdir().unwrap(), clock: Arc::new(clock), passed_ms }
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    pub fn pass(&self, by: Duration) {
        self.passed_ms.fetch_add(by.as_millis().try_into().unwrap(), Ordering::SeqCst);
    }

    pub async fn open(&self) -> Arc<Accounts> {
        Arc::new(Accounts::open(Some(self.directory.path()), Arc::clone(&self.clock)).await.unwrap())
    }
}

pub fn password(text: &str) -> Password {
    Password::attempt(text.to_owned())
}

pub async fn register(accounts: &Accounts, name: &str) -> Account {
    let registration = Registration {
        username: Username::parse(name).unwrap(),
        password: Some(password(PASSWORD)),
        email: None,
        display_name: None,
    };
    accounts.register(registration).await.unwrap()
}
