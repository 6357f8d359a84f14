//! The radio: Bluetooth LE through btleplug, behind the border of [`puffco::link`].
//!
//! [`BleRadio`] scans and connects on Linux, macOS and Windows; what only one system needs lives in a file of
//! its own (on Linux: adapters coming and going, and the pairing agent). [`drive`] runs device machines over
//! any radio and knows nothing of btleplug. What is said over a link is not here: that is `puffco`.

mod adapters;
pub mod drive;
mod ear;
mod failure;
mod follow;
mod heard;
mod link;
mod news;
mod permitted;
mod radio;
mod scan;
mod sleep;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
use elsewhere as system;
#[cfg(target_os = "linux")]
use linux as system;

pub use drive::DeviceHandle;
pub use radio::BleRadio;
