//! The mDNS daemon, one thread: started on the interfaces that are wanted, and watched. What it remembers of the network
//! has no bound of its own, so whoever uses it asks [`Daemon::health`] every few seconds, and starts another.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use mdns_sd::{IfKind, IfPredicate, ServiceDaemon};
use socket2::{Domain, Protocol, Socket, Type};

use crate::{Lan, Trouble, local};

/// More records than any household, and few enough to hold.
const MOST_RECORDS: i64 = 4096;

/// How soon interfaces that come and go are noticed, in seconds.
const INTERFACES_EVERY_SECONDS: u32 = 2;

/// How long the daemon may take to answer, or to say goodbye.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a daemon is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Fine,
    /// It has ended, or remembers too much: it is of no use any more.
    Lost(Trouble),
}

/// A running daemon. Dropping it ends it.
pub(crate) struct Daemon {
    inner: ServiceDaemon,
}

impl Daemon {
    pub fn start(lan: &Lan) -> Result<Self, Trouble> {
        // The daemon does not tell when it gets no socket.
        bind_like_the_daemon(lan.port).map_err(|error| Trouble::of_binding(&error))?;
        let broken = |error| {
            tracing::warn!(%error, "mDNS could not be started");
            Trouble::Broken
        };
        let inner = ServiceDaemon::new_with_port(lan.port).map_err(broken)?;
        let daemon = Self { inner };
        daemon.inner.set_ip_check_interval(INTERFACES_EVERY_SECONDS).map_err(broken)?;
        let unwanted = {
            let lan = lan.clone();
            IfPredicate::new(move |interface| {
                !lan.listens_on(interface.ip()) || local::is_within_this_computer(&interface.name)
            })
        };
        daemon.inner.disable_interface(IfKind::Predicate(unwanted)).map_err(broken)?;
        Ok(daemon)
    }

    pub const fn mdns(&self) -> &ServiceDaemon {
        &self.inner
    }

    /// Looks how the daemon is.
    pub async fn health(&self) -> Health {
        let asked = match self.inner.get_metrics() {
            Ok(asked) => asked,
            // It has much to do; that is looked at next time.
            Err(mdns_sd::Error::Again) => return Health::Fine,
            Err(_) => return Health::Lost(Trouble::Broken),
        };
        match tokio::time::timeout(PATIENCE, asked.recv_async()).await {
            Ok(Ok(counts)) => {
                let kinds = [
                    "cached-ptr",
                    "cached-srv",
                    "cached-txt",
                    "cached-addr",
                    "cached-nsec",
                    "cached-subtype",
                    "timer",
                ];
                let records: i64 = kinds.iter().filter_map(|kind| counts.get(*kind)).sum();
                if records > MOST_RECORDS { Health::Lost(Trouble::Flooded) } else { Health::Fine }
            }
            Ok(Err(_)) => Health::Lost(Trouble::Broken),
            // So busy with what it hears that it cannot answer.
            Err(_) => Health::Lost(Trouble::Flooded),
        }
    }

    /// Says goodbye for everything that is announced, and ends.
    pub async fn end(self) {
        if let Ok(ended) = self.inner.shutdown() {
            let _ = tokio::time::timeout(PATIENCE, ended.recv_async()).await;
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.inner.shutdown();
    }
}

/// The waits before another try after a failure.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    failures: usize,
    fine: u32,
}

impl Tries {
    /// The last one repeats.
    const WAITS: [Duration; 4] =
        [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(60)];
    /// Checkups that have to go well before failures are forgotten: who floods the network does so again.
    const LONG: u32 = 30;

    /// A checkup went well.
    pub const fn fine(&mut self) {
        self.fine += 1;
        if self.fine >= Self::LONG {
            *self = Self { failures: 0, fine: 0 };
        }
    }

    /// How long to wait now.
    pub fn failed(&mut self) -> Duration {
        let wait = Self::WAITS[self.failures.min(Self::WAITS.len() - 1)];
        *self = Self { failures: self.failures + 1, fine: 0 };
        wait
    }
}

/// Whether the port can be shared, as the responders of all systems let us.
fn bind_like_the_daemon(port: u16) -> std::io::Result<()> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_again_and_again_waits_longer_until_it_went_well_for_long() {
        let mut tries = Tries::default();
        let mut wait = |fine: u32| {
            (0..fine).for_each(|_| tries.fine());
            tries.failed().as_secs()
        };
        assert_eq!([wait(0), wait(1), wait(29), wait(0), wait(0)], [1, 5, 15, 60, 60]);
        assert_eq!([wait(30), wait(0)], [1, 5]);
    }
}
