//! Puffco vaporizers as state machines without I/O or clock.
//!
//! [`link`] is the border to a radio, [`advertisement`] tells a device from its neighbours, [`lorax`] frames
//! the file-system RPC of newer firmware and [`legacy`] the characteristics of older one;
//! [`attribute`] is what is read over either, [`setting`] and [`write`](mod@write) what may be written,
//! [`state`] what a device can tell, and [`device`] is the machine that
//! connects, bonds, unlocks, watches and commands one device. Facts come from `facts/puffco-ble.md`.

pub mod advertisement;
pub mod attribute;
pub mod cbor;
pub mod device;
pub mod firmware;
pub mod gatt;
pub mod generation;
pub mod legacy;
pub mod light;
pub mod link;
pub mod log;
pub mod lorax;
pub mod model;
pub mod number;
pub mod oui;
pub mod round_trips;
pub mod setting;
pub mod state;
pub mod temperature;
pub mod ulid;
pub mod write;
