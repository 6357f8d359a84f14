//! Simulated Puffco devices: without I/O ([`device`]), and as radios that a companion can use.

#[cfg(target_os = "linux")]
pub mod bluez;
pub mod config;
pub mod device;

pub use config::{SimConfig, SimModel, SimProfile};
pub use device::{Counters, Faults, SimDevice};
