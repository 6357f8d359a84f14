//! Client sessions of the gateway dialects: state machines without I/O, and one tokio driver.
//!
//! [`group`] is what every dialect's session keeps of a group; [`puff`] speaks puff.social's dialect;
//! [`driver`] moves its bytes over a WebSocket.

pub mod driver;
pub mod group;
pub mod puff;
