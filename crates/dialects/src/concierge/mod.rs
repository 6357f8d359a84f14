//! The ert-concierge dialect: named clients, services that they own, and messages between them, as JSON objects over
//! a WebSocket.
//!
//! A client sends a [`ClientPayload`]; a server sends a [`ServerFrame`], which is a [`ServerPayload`] and, when it
//! answers a client, the number of what it answers. Both directions encode and decode. What a message carries
//! ([`Data`]) is passed on byte for byte. Facts: `facts/other-gateways.md` §2, with its ids `CON-01`…`CON-54` and
//! resolutions `CON-R1`…`CON-R31`.

mod client;
mod close;
mod data;
mod info;
mod server;
mod target;
mod version;

pub use client::{ClientPayload, Identify, Undecodable};
pub use close::CloseCode;
pub use data::{Data, NotJson};
pub use info::{ClientInfo, Origin, ServiceInfo};
pub use server::{ServerFrame, ServerPayload};
pub use target::Target;
pub use version::{VERSION, is_compatible};

/// What a client offers in `Sec-WebSocket-Protocol`, and what a server picks if it was offered (CON-01, CON-R8).
pub const SUBPROTOCOL: &str = "ert-concierge";

/// The header of the file server that carries the uuid of a client (CON-R31).
pub const FILE_KEY_HEADER: &str = "x-fs-key";

/// Whether a client may be called this: at least one letter or digit of any script or underscore, nothing else, at
/// most [`limits::NAME`] characters (CON-21, CON-R5).
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().count() <= limits::NAME
}

/// Limits of what a client may send. Lengths of texts are in characters (Unicode scalar values).
pub mod limits {
    use std::time::Duration;

    /// Bytes of one message, all its fragments together.
    pub const MESSAGE_BYTES: usize = 1024 * 1024;
    /// Bytes that the real servers take in one frame, without fragments (CON-R25).
    pub const PORTABLE_BYTES: usize = 64 * 1024;
    /// A client's name.
    pub const NAME: usize = 64;
    /// A client's or a service's nickname.
    pub const NICKNAME: usize = 128;
    /// A client's tags, how many.
    pub const TAGS: usize = 16;
    /// One of these tags.
    pub const TAG: usize = 32;
    /// The name of a service.
    pub const SERVICE: usize = 128;
    /// What a server tells about what it cannot read.
    pub const DESCRIPTION: usize = 256;
    /// How long a client may take to identify itself (CON-02).
    pub const IDENTIFY: Duration = Duration::from_secs(5);
    /// How often a server pings (CON-R7).
    pub const PING: Duration = Duration::from_secs(5);
    /// A client from which nothing came for this long is closed (CON-R7).
    pub const SILENCE: Duration = Duration::from_secs(15);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CON-21, CON-R5
    #[test]
    fn con_21_names_are_letters_digits_and_underscores() {
        for good in ["a", "_", "sam_2", "名前", "Zoë", "0"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "a b", "a-b", "a.b", "a\n", "é!", "🙂"] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_name(&"ü".repeat(limits::NAME)));
        assert!(!is_name(&"ü".repeat(limits::NAME + 1)));
    }
}
