//! Client sessions of the gateway dialects: state machines without I/O, and one tokio driver.
//!
//! [`group`] is what every dialect's session keeps of a group; [`puff`] speaks puff.social's dialect, [`concierge`]
//! that of ert-concierge, a broker of named services, [`together`] that of Together, a chat server; [`machine`] is
//! what they have in common, and [`driver`] moves its bytes over a WebSocket and HTTP.

mod address;
pub mod concierge;
pub mod driver;
pub mod group;
mod http;
pub mod machine;
pub mod puff;
pub mod together;
