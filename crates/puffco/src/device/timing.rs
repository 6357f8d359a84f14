//! The machine's times, all in one place. Sources: facts/puffco-ble.md §7.6, §8, §19, §20 and
//! hardware-measured clients named there.

use std::time::Duration;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A radio gives up by itself after 30 s; this is for one that does not.
pub(super) const CONNECT: Duration = ms(35_000);
/// The first encrypted read: bonding may ask a person.
pub(super) const BOND: Duration = ms(30_000);
/// Asking for notifications.
pub(super) const SUBSCRIBE: Duration = ms(5_000);
/// A command; normal are tens of milliseconds.
pub(super) const COMMAND: Duration = ms(3_000);
/// A stop: tried again sooner. And the look at a link that the computer slept on.
pub(super) const STOP: Duration = ms(1_000);
/// A stop that was acknowledged must show in the state within this time.
pub(super) const STOP_SHOWS: Duration = ms(1_200);
/// A boost that was acknowledged shows in target and planned time after this (a command needs up to 1 s, §19).
pub(super) const BOOST_SHOWS: Duration = ms(1_000);
/// A stop is kept this long for a link that comes back.
pub(super) const STOP_KEPT: Duration = ms(10_000);
/// A request that takes a resting link up is kept this long for it.
pub(super) const REQUEST_KEPT: Duration = ms(15_000);
/// Between two looks at the state after an uncertain heat or a stop.
pub(super) const LOOK_AGAIN: Duration = ms(350);
/// After this the outcome of an uncertain heat stays uncertain.
pub(super) const VERIFY: Duration = ms(8_000);
/// A link that lived this long as ready ends the count of tries.
pub(super) const STABLE: Duration = ms(10_000);
/// One recovery of a silent link in this time; the next silence is a reconnect.
pub(super) const RECOVERY: Duration = ms(60_000);
/// A device that was just heard is given this long before it is connected.
pub(super) const AFTER_HEARD: Duration = ms(300);
/// Longest wait between being heard and being connected, after failed tries.
pub(super) const AFTER_HEARD_MOST: Duration = ms(700);
/// Temperatures are looked at closely for this long after a heat.
pub(super) const AFTERGLOW: Duration = ms(15_000);
/// A link that nobody looks at is let go after this time (§20).
pub(super) const REST_AFTER: Duration = ms(180_000);
/// Before a watch that lapsed is opened again.
pub(super) const REWATCH: Duration = ms(500);
/// First wait between two tries to connect; doubles, with full jitter.
pub(super) const BACKOFF_FIRST: Duration = ms(500);
/// Longest wait between two tries.
pub(super) const BACKOFF_MOST: Duration = ms(16_000);
/// What can wait is read this long after a link came back to a known device, so far apart.
pub(super) const LATER: Duration = ms(3_000);
/// See [`LATER`].
pub(super) const BITE: Duration = ms(250);
/// What can wait on a new device is due at once, and keeps its order by this.
pub(super) const IN_ORDER: Duration = Duration::from_micros(1);
/// A value that could not be read is tried once more after this, then rarely.
pub(super) const READ_AGAIN: Duration = ms(2_000);
/// See [`READ_AGAIN`].
pub(super) const UNREADABLE: Duration = ms(60_000);
/// A setting that does not show yet is read once more after this.
pub(super) const SETTING_SHOWS: Duration = ms(300);
/// Between two looks whether a log entry is ready (§18: 10–50 ms).
pub(super) const ENTRY_POLL: Duration = ms(30);
/// Between two tellings of the progress of a log.
pub(super) const PROGRESS: Duration = ms(250);
/// The number of commands is told to who looks after this time.
pub(super) const ROUND_TRIPS: Duration = ms(10_000);
/// Between two tellings of the counters.
pub(super) const COUNTERS: Duration = ms(1_000);
