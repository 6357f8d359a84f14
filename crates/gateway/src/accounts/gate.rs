//! Who may try to sign in or to register, and how often: one gate for all dialects, so that nobody gets more attempts by
//! changing the path.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;

use super::Accounts;
use super::web::AuthOptions;
use crate::buckets::AddressBuckets;

/// Why somebody may not try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnedAway {
    /// Nobody makes an account for themselves.
    Closed,
    /// Too many attempts: again after this time.
    Wait(Duration),
}

/// Counts attempts by address.
#[derive(Debug)]
pub struct Gate {
    clock: Arc<Clock>,
    closed_registration: bool,
    logins: AddressBuckets,
    registrations: AddressBuckets,
}

impl Gate {
    /// With the clock of the accounts, and the limits of the host.
    #[must_use]
    pub fn new(accounts: &Accounts, options: AuthOptions) -> Self {
        let AuthOptions { closed_registration, logins, registrations, loopback } = options;
        Self {
            clock: Arc::clone(&accounts.clock),
            closed_registration,
            logins: AddressBuckets::new(logins, loopback),
            registrations: AddressBuckets::new(registrations, loopback),
        }
    }

    /// Somebody tries to make an account, whatever comes of it.
    ///
    /// # Errors
    /// See [`TurnedAway`].
    pub fn register(&self, peer: IpAddr) -> Result<(), TurnedAway> {
        if self.closed_registration {
            return Err(TurnedAway::Closed);
        }
        self.registrations.take(self.clock.now().instant, peer).map_err(TurnedAway::Wait)
    }

    /// Somebody tries to sign in, whatever comes of it.
    ///
    /// # Errors
    /// [`TurnedAway::Wait`].
    pub fn login(&self, peer: IpAddr) -> Result<(), TurnedAway> {
        self.logins.take(self.clock.now().instant, peer).map_err(TurnedAway::Wait)
    }
}
