//! Notifications, through whatever the system has for them. Where there is nothing, the companion is told so.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;

#[cfg(target_os = "linux")]
pub use linux::Notifications;
#[cfg(not(target_os = "linux"))]
pub use native::Notifications;
