//! When which socket has to be looked at: the timers of all sockets of a dialect, for one task.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use crate::hub::ConnectionId;

/// The timers. A socket has one at most.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    set: Mutex<BTreeSet<(Instant, ConnectionId)>>,
    sooner: Notify,
}

impl Alarms {
    fn set(&self) -> MutexGuard<'_, BTreeSet<(Instant, ConnectionId)>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the timer of a socket, `due`, for `at`, unless it rings before: a timer that rings too soon costs less than one
    /// that moves with every frame.
    pub fn arm(&self, id: ConnectionId, due: &mut Option<Instant>, at: Option<Instant>) {
        let Some(at) = at.filter(|at| due.is_none_or(|due| *at < due)) else { return };
        let mut set = self.set();
        if let Some(due) = due.replace(at) {
            set.remove(&(due, id));
        }
        set.insert((at, id));
        if set.first() == Some(&(at, id)) {
            drop(set);
            self.sooner.notify_one();
        }
    }

    /// Forgets the timer of a socket.
    pub fn disarm(&self, id: ConnectionId, due: &mut Option<Instant>) {
        if let Some(due) = due.take() {
            self.set().remove(&(due, id));
        }
    }

    /// When the next rings.
    pub fn next(&self) -> Option<Instant> {
        self.set().first().map(|(at, _)| *at)
    }

    /// Waits until one is set that rings before all others.
    pub async fn sooner(&self) {
        self.sooner.notified().await;
    }

    /// Those that ring by now; they are set no more.
    pub fn ring(&self, now: Instant) -> Vec<ConnectionId> {
        let mut set = self.set();
        let mut due = Vec::new();
        while let Some((_, id)) = set.first().filter(|(at, _)| *at <= now).copied() {
            set.pop_first();
            due.push(id);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hearth_clock::Clock;

    use super::*;

    #[test]
    fn each_rings_once_and_a_later_time_waits_for_the_earlier_one() {
        let alarms = Alarms::default();
        let start = Clock::new().now().instant;
        let at = |seconds| Some(start + Duration::from_secs(seconds));
        let (mut first, mut second) = (None, None);
        alarms.arm(ConnectionId(1), &mut first, at(5));
        alarms.arm(ConnectionId(2), &mut second, at(3));
        alarms.arm(ConnectionId(1), &mut first, at(9));
        assert_eq!(
            (alarms.next(), first),
            (at(3), at(5)),
            "the later time is looked at when the earlier one has come"
        );
        alarms.arm(ConnectionId(1), &mut first, at(2));
        assert_eq!(alarms.ring(start + Duration::from_secs(1)), []);
        assert_eq!(alarms.ring(start + Duration::from_secs(4)), [ConnectionId(1), ConnectionId(2)]);
        assert_eq!(alarms.next(), None);
        let mut third = None;
        alarms.arm(ConnectionId(3), &mut third, at(7));
        alarms.disarm(ConnectionId(3), &mut third);
        assert_eq!((alarms.next(), third), (None, None));
    }
}
