//! The person at the computer, as far as the system tells: whether the screen is locked, and for how long nobody has
//! touched a key or the mouse. What that means for a group is not decided here.
//!
//! Linux tells by itself (logind, and the screen savers of the desktops); Windows and macOS are asked. Where nobody
//! tells, the seat stays [`Lock::Unknown`], and nothing else happens.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(windows, target_os = "macos"))]
mod polled;
#[cfg(windows)]
mod windows;

use std::time::Duration;

use tokio::sync::watch;

#[cfg(target_os = "linux")]
pub use linux::Buses;

/// The person at the computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    /// Whether the screen is locked.
    pub lock: Lock,
    /// Whole minutes without a key or the mouse; `None`: nobody tells.
    pub idle_min: Option<u16>,
}

/// Whether a screen is locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lock {
    /// Nobody tells.
    #[default]
    Unknown,
    /// It is not.
    Unlocked,
    /// It is.
    Locked,
}

/// Watches the seat of this program, on the current tokio runtime, until all receivers are gone.
#[must_use]
pub fn watch() -> watch::Receiver<Seat> {
    let (seat, receiver) = watch::channel(Seat::default());
    #[cfg(target_os = "linux")]
    tokio::spawn(linux::watch(Buses::default(), seat));
    #[cfg(target_os = "macos")]
    tokio::spawn(polled::watch(macos::lock, macos::idle, seat));
    #[cfg(windows)]
    tokio::spawn(polled::watch(windows::lock, windows::idle, seat));
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    drop(seat);
    receiver
}

/// As [`watch`], on these buses.
#[cfg(target_os = "linux")]
#[must_use]
pub fn watch_on(buses: Buses) -> watch::Receiver<Seat> {
    let (seat, receiver) = watch::channel(Seat::default());
    tokio::spawn(linux::watch(buses, seat));
    receiver
}

/// How often it is asked for how long nobody has touched anything. Somebody who comes back is seen this late.
const IDLE_EVERY: Duration = Duration::from_secs(15);

/// Tells what changed, and only that: once a minute while nobody touches anything, and never while somebody does.
fn tell_idle(seat: &watch::Sender<Seat>, idle: Option<Duration>) {
    let minutes = idle.map(|idle| u16::try_from(idle.as_secs() / 60).unwrap_or(u16::MAX));
    seat.send_if_modified(|seat| std::mem::replace(&mut seat.idle_min, minutes) != minutes);
}

/// Tells what changed, and only that.
fn tell(seat: &watch::Sender<Seat>, lock: Lock) {
    seat.send_if_modified(|seat| std::mem::replace(&mut seat.lock, lock) != lock);
}
