//! Client sessions of the gateway dialects: state machines without I/O, and one tokio driver.
//!
//! [`group`] is what every dialect's session keeps of a group; [`puff`] speaks puff.social's dialect, [`concierge`]
//! that of ert-concierge, a broker of named services; [`machine`] is what they have in common, and [`driver`] moves
//! its bytes over a WebSocket.

mod address;
pub mod concierge;
pub mod driver;
pub mod group;
pub mod machine;
pub mod puff;
