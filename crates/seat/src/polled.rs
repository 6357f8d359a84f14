//! Systems that are asked again and again.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::{IDLE_EVERY, Lock, Seat, tell, tell_idle};

/// How often. A lock that is noticed this late is noticed in time.
const EVERY: Duration = Duration::from_secs(2);

/// Asks until nobody listens any more.
pub(crate) async fn watch(lock: fn() -> Lock, idle: fn() -> Option<Duration>, seat: watch::Sender<Seat>) {
    let mut ticks = tokio::time::interval(EVERY);
    // After a sleep of the computer there is nothing to catch up on.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut idle_ticks = tokio::time::interval(IDLE_EVERY);
    idle_ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = idle_ticks.tick() => tell_idle(&seat, idle()),
            _ = ticks.tick() => tell(&seat, lock()),
            () = seat.closed() => return,
        }
    }
}
