//! The E-Magine dialect: questions, streams and direct messages as channels. Its socket tells of new messages only;
//! everything is written over REST.
//!
//! A client sends a [`ClientOp`], a server a [`ServerFrame`]; `rest` has the bodies of both sides. The document
//! contradicts itself and its server: facts/other-gateways.md §4, with its ids `EMG-01`…`EMG-14` and resolutions
//! `EMG-R1`…`EMG-R18`. Ids are numbers in decimal texts.

mod client;
mod close;
pub mod rest;
mod server;
mod time;

pub use client::{ClientOp, Token, Unreadable};
pub use close::CloseCode;
pub use server::ServerFrame;
pub use time::Time;

/// How often each side asks whether the other is there, and how long it waits for an answer (EMG-01, EMG-12).
pub const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(45);

/// The opcodes (EMG-14, EMG-R1, EMG-R2).
pub mod op {
    /// The first frame of a server.
    pub const HELLO: u8 = 0;
    /// Who a client is.
    pub const IDENTIFY: u8 = 1;
    /// A server knows who.
    pub const READY: u8 = 2;
    /// A new message.
    pub const MESSAGE: u8 = 3;
    /// Asks for [`HEARTBEAT_ACK`], both ways.
    pub const HEARTBEAT: u8 = 10;
    /// Answers [`HEARTBEAT`], both ways.
    pub const HEARTBEAT_ACK: u8 = 11;
}

/// Limits of what a client may send. Lengths of texts are in characters.
pub mod limits {
    use std::ops::RangeInclusive;

    /// Bytes of one message on the socket: a token, or the time of a heartbeat, with much room to spare.
    pub const FRAME_BYTES: usize = 16 * 1024;
    /// Bytes of a body.
    pub const BODY_BYTES: usize = 64 * 1024;
    /// A username.
    pub const USERNAME: RangeInclusive<usize> = 3..=32;
    /// A password; the real server takes any.
    pub const PASSWORD: RangeInclusive<usize> = 4..=128;
    /// The title of a channel.
    pub const TITLE: RangeInclusive<usize> = 1..=100;
    /// What a channel is about: each of its two texts.
    pub const ABOUT: usize = 1024;
    /// What is posted.
    pub const CONTENT: RangeInclusive<usize> = 1..=4000;
    /// Bytes of what else is posted, as JSON.
    pub const EXTRA_BYTES: usize = 2048;
    /// Posts of a page, and how many come when it is not said.
    pub const PAGE: u32 = 50;
    /// See [`PAGE`].
    pub const USUAL_PAGE: u32 = 10;
}

/// Reads an id: a number in decimal digits, without sign or leading zeros.
#[must_use]
pub fn id(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_plain_digits() {
        assert_eq!([id("0"), id("9007199254740991")], [Some(0), Some(9_007_199_254_740_991)]);
        for wrong in ["", "-1", "+1", "01", " 1", "1.0", "1e3", "18446744073709551616", "١"] {
            assert_eq!(id(wrong), None, "{wrong:?}");
        }
    }
}
