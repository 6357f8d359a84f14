//! Simulated Puffco devices: without I/O ([`device`]), as a radio in the same program ([`radio`]), and as a
//! fake BlueZ that the real btleplug talks to (`bluez`).

#[cfg(target_os = "linux")]
pub mod bluez;
pub mod config;
pub mod device;
pub mod radio;

pub use config::{SimConfig, SimModel, SimProfile};
pub use device::{Counters, Faults, SimDevice};
pub use radio::{SimHandle, SimRadio};
