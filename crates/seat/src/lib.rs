//! The person at the computer, as far as the system tells: whether the screen is locked. What that means for a
//! group is not decided here.
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

use tokio::sync::watch;

#[cfg(target_os = "linux")]
pub use linux::Buses;

/// The person at the computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    /// Whether the screen is locked.
    pub lock: Lock,
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
    tokio::spawn(polled::watch(macos::lock, seat));
    #[cfg(windows)]
    tokio::spawn(polled::watch(windows::lock, seat));
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

/// Tells what changed, and only that.
fn tell(seat: &watch::Sender<Seat>, lock: Lock) {
    seat.send_if_modified(|seat| std::mem::replace(&mut seat.lock, lock) != lock);
}
