//! The app's brain: controller, bridge between device and group, settings. No window, no Tauri.
//!
//! Faces know [`contract`] and hold a [`Companion`]. Inside, [`controller`] owns what there is to see,
//! [`bridge`] ties the device in use to the group and keeps the rules of safety; both are without I/O or
//! clock, and [`runtime`] moves bytes for them.

pub mod away;
pub mod bridge;
mod bundle;
mod chart;
mod chat;
pub mod contract;
pub mod controller;
pub mod downloads;
mod edits;
mod ending;
mod facts;
pub mod history;
pub mod host;
mod identity;
mod intensity;
mod light;
mod local;
pub mod logging;
mod logs;
mod notices;
pub mod radios;
mod redaction;
pub mod report;
pub mod runtime;
pub mod saved;
pub mod secrets;
mod sesh;
pub mod shell;
pub mod sound;
pub mod telemetry;
pub mod tongue;
mod words;

pub use ending::asked_to_end;
pub use hearth_seat as seat;
pub use runtime::{Companion, Face, Options};
