//! Linux: logind on the system bus, and the screen savers of the desktops on the session bus. Whoever is there is
//! heard, also one that comes later; the screen is locked when one of them says so.

mod idle;
mod logind;
mod saver;

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::{mpsc, watch};
use zbus::Connection;

use crate::{Lock, Seat, tell};

/// A bus that is not there, or went, is tried again after this long.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// The buses, by address; `None`: the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buses {
    /// That of the system.
    pub system: Option<String>,
    /// That of the person's session.
    pub session: Option<String>,
}

/// Who tells of the lock, and what.
type Word = (&'static str, Lock);

/// Where words go.
type Words = mpsc::UnboundedSender<Word>;

/// Listens until nobody listens any more.
pub(crate) async fn watch(buses: Buses, seat: watch::Sender<Seat>) {
    let (words, mut said) = mpsc::unbounded_channel();
    let combine = async {
        let mut all = BTreeMap::new();
        while let Some((who, lock)) = said.recv().await {
            all.insert(who, lock);
            tell(&seat, together(all.values().copied()));
        }
    };
    let idle = idle::watch(buses.clone(), &seat);
    tokio::select! {
        () = combine => {}
        () = idle => {}
        () = on_system_bus(buses.system, words.clone()) => {}
        () = on_session_bus(buses.session, words) => {}
        () = seat.closed() => {}
    }
}

/// One that says "locked" is enough; the others may not know.
fn together(locks: impl Iterator<Item = Lock>) -> Lock {
    locks.fold(Lock::Unknown, |all, lock| match (all, lock) {
        (Lock::Locked, _) | (_, Lock::Locked) => Lock::Locked,
        (Lock::Unlocked, _) | (_, Lock::Unlocked) => Lock::Unlocked,
        (Lock::Unknown, Lock::Unknown) => Lock::Unknown,
    })
}

async fn on_system_bus(address: Option<String>, words: Words) {
    loop {
        let connection = match &address {
            Some(address) => open(address).await,
            None => Connection::system().await,
        };
        if let Some(bus) = present(connection, "system") {
            end_of(logind::listen(&bus, &words).await, logind::SERVICE, &words);
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

async fn on_session_bus(address: Option<String>, words: Words) {
    loop {
        let connection = match &address {
            Some(address) => open(address).await,
            None => Connection::session().await,
        };
        if let Some(bus) = present(connection, "session") {
            let savers = saver::ALL.iter().map(|saver| async {
                end_of(saver.listen(&bus, &words).await, saver.service, &words);
            });
            join_all(savers).await;
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

async fn open(address: &str) -> zbus::Result<Connection> {
    zbus::connection::Builder::address(address)?.build().await
}

fn present(connection: zbus::Result<Connection>, which: &'static str) -> Option<Connection> {
    connection.inspect_err(|error| tracing::debug!(which, %error, "no bus")).ok()
}

/// Nothing more is heard of it, be it that the bus is gone.
fn end_of(result: zbus::Result<()>, who: &'static str, words: &Words) {
    if let Err(error) = result {
        tracing::debug!(who, %error, "does not tell of the lock");
    }
    say(words, who, Lock::Unknown);
}

fn say(words: &Words, who: &'static str, lock: Lock) {
    // Without a listener everything here has ended.
    let _ = words.send((who, lock));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_says_locked_is_enough() {
        use Lock::{Locked, Unknown, Unlocked};
        assert_eq!(together([].into_iter()), Unknown);
        assert_eq!(together([Unknown, Unlocked].into_iter()), Unlocked);
        assert_eq!(together([Locked, Unlocked, Unknown].into_iter()), Locked);
        assert_eq!(together([Unlocked, Locked].into_iter()), Locked);
    }
}
