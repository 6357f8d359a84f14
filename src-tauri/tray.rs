//! The tray: shows what the companion says, and reports what is chosen. Where there is none, nothing is missing; one
//! that comes later is taken up.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;

#[cfg(target_os = "linux")]
pub use linux::Tray;
#[cfg(not(target_os = "linux"))]
pub use native::Tray;

/// The name of the item.
const ID: &str = "social.hearth.companion";
