//! Gateways in the local network: announcing one by mDNS (`_hearth._tcp`), and finding those of others.
//!
//! Whatever is heard is data from strangers: it is bounded, cleaned, and never leads out of the local network. Nothing
//! is connected to from here. [`Lan`] is where to begin; [`local`] knows the addresses of this computer.

mod announcement;
mod announcer;
mod browser;
mod daemon;
mod found;
mod heard;
mod label;
pub mod local;
mod trouble;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use announcement::{Announcement, Crowd};
pub use announcer::Announcer;
pub use browser::Browser;
pub use found::{Found, Neighbourhood};
pub use label::cleaned as cleaned_name;
pub use trouble::Trouble;

/// The kind of service, as DNS-SD names it.
pub const SERVICE: &str = "_hearth._tcp.local.";

/// The port of mDNS.
const MDNS_PORT: u16 = 5353;

/// Which interfaces are spoken and listened on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// All but loopback.
    Network,
    /// Loopback only.
    Loopback,
}

/// The local network, for announcing and for finding. Clones are the same: what one announces another knows as ours.
#[derive(Clone, Debug)]
pub struct Lan {
    reach: Reach,
    port: u16,
    own: Arc<Mutex<BTreeSet<String>>>,
}

impl Default for Lan {
    fn default() -> Self {
        Self { reach: Reach::Network, port: MDNS_PORT, own: Arc::default() }
    }
}

impl Lan {
    /// All networks that this computer is in.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This computer only, and not on the port of mDNS, so that nobody else hears it: for tests and demonstrations.
    #[must_use]
    pub fn loopback(port: u16) -> Self {
        Self { reach: Reach::Loopback, port, ..Self::default() }
    }

    /// The same network as another program on this computer would see it: what is announced here is not its own.
    #[must_use]
    pub fn of_another_program(&self) -> Self {
        Self { own: Arc::default(), ..self.clone() }
    }

    /// Announces a gateway until the announcer is stopped or dropped. Needs a tokio runtime. What stands in the way is
    /// told by [`Announcer::trouble`], and tried again.
    #[must_use]
    pub fn announce(&self, announcement: Announcement) -> Announcer {
        Announcer::start(self.clone(), announcement)
    }

    /// Looks for gateways until the browser is dropped. Needs a tokio runtime.
    #[must_use]
    pub fn browse(&self) -> Browser {
        Browser::start(self.clone())
    }

    fn own(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listens_on(&self, address: IpAddr) -> bool {
        match self.reach {
            Reach::Network => !address.is_loopback(),
            Reach::Loopback => address == IpAddr::V4(Ipv4Addr::LOCALHOST),
        }
    }
}
