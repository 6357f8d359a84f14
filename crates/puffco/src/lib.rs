//! Puffco vaporizers as state machines without I/O or clock.
//!
//! [`link`] is the border to a radio, [`advertisement`] tells a device from its neighbours, [`lorax`] frames
//! the file-system RPC of newer firmware, [`file`](mod@file) and [`write`](mod@write) are what is read and
//! what may be written over it, [`state`] is what a device can tell, and [`device`] is the machine that
//! connects, bonds, unlocks, watches and commands one device. Facts come from `facts/puffco-ble.md`.

pub mod advertisement;
pub mod cbor;
pub mod color;
pub mod device;
pub mod file;
pub mod firmware;
pub mod gatt;
pub mod link;
pub mod lorax;
pub mod model;
pub mod number;
pub mod oui;
pub mod state;
pub mod write;
