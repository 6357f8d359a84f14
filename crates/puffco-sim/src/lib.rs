//! Simulated Puffco devices: without I/O ([`device`]), as a radio in the same program ([`radio`]), and as a
//! fake BlueZ that the real btleplug talks to (`bluez`).
//!
//! They are written from the fact sheet and share nothing with the driver but the border to a radio
//! ([`puffco::link`]): own ids, frames, token, numbers, colours. A slip in one of the two shows as a
//! disagreement between them.
//!
//! # For tests
//! [`SimConfig`] says what a device is ([`SimModel`], firmware, profiles) and what it does badly all its life
//! ([`Quirks`]). [`SimDevice`] is the device with time passed in, [`SimHandle`] the hand on devices of a
//! [`SimRadio`]; both can
//! - be the owner: [`press`](SimDevice::press), [`double_press`](SimDevice::double_press),
//!   [`hold`](SimDevice::hold), [`set_charger`](SimDevice::set_charger), [`set_chamber`](SimDevice::set_chamber),
//!   [`sleep`](SimDevice::sleep);
//! - be the weather: [`drop_link`](SimDevice::drop_link), [`forget_bond`](SimDevice::forget_bond), and
//!   [`faults_mut`](SimDevice::faults_mut) for lost, silent, doubled or refused replies and for advertising
//!   ([`Faults`]);
//! - look inside: [`attribute`](SimDevice::attribute) and [`set_attribute`](SimDevice::set_attribute);
//! - say what was asked: [`counters`](SimDevice::counters) ([`Counters`]) has writes by path and instant, heats,
//!   round trips, and everything that a client must never write.

#[cfg(target_os = "linux")]
pub mod bluez;
pub mod config;
pub mod device;
pub mod ids;
mod light;
pub mod radio;
pub mod revision;

pub use config::{
    ConfigError, Generation, LedApi, Numbers, QuirkError, Quirks, SimConfig, SimModel, SimProfile,
    UpdateService, WatchQuirk,
};
pub use device::{Charger, Counters, Faults, OperatingState, SimDevice, Written};
pub use light::Rgb;
pub use radio::{SimHandle, SimRadio};
