//! Lorax: the file-system RPC of newer firmware (facts/puffco-ble.md §7–§9, §11).
//!
//! [`Request`], [`Reply`] and [`WatchEvent`] are the three kinds of frame; [`Operation`] is what a request
//! asks for; [`token`] answers the unlock challenge; [`Limits`] is what a device can take. Which files there
//! are and what they mean is in [`crate::file`]; what may be written is in [`crate::write`].

mod access;
mod frame;
mod limits;
mod operation;

pub use access::{LEGACY_KEY, LORAX_KEY, SEED_LENGTH, token};
pub use frame::{BadFrame, Reply, Request, Sequence, Status, WatchEvent};
pub use limits::Limits;
pub use operation::{Operation, opcode};

/// No request may be longer: one frame must fit one ATT packet of the MTU 131 that was seen, and longer ones
/// vanish without a reply (§7.4).
pub const MAX_FRAME: usize = 128;
