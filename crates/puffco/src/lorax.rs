//! Lorax: the file-system RPC of newer firmware (facts/puffco-ble.md §7–§9, §11).
//!
//! [`Request`], [`Reply`] and [`WatchEvent`] are the three kinds of frame; [`Operation`] is what a request
//! asks for; [`piece`](fn@piece) splits what is longer than one frame; [`token`] answers the unlock challenge; [`Limits`]
//! is what a device can take. Which files there are and what they mean is in [`crate::attribute`]; what may be
//! written is in [`mod@crate::write`].

mod access;
mod frame;
mod limits;
mod operation;
mod piece;

pub use access::{LEGACY_KEY, LORAX_KEY, SEED_LENGTH, token};
pub use frame::{BadFrame, Reply, Request, Sequence, Status, WatchEvent, request_frame};
pub use limits::Limits;
pub use operation::{Operation, opcode};
pub use piece::{next_read, piece, room};

/// No request may be longer: one frame must fit one ATT packet of the MTU 131 that was seen, and longer ones
/// vanish without a reply (§7.4).
pub const MAX_FRAME: usize = 128;
