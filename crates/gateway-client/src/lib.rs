//! Client sessions of the gateway dialects: state machines without I/O, and one tokio driver.
//!
//! [`group`] is what every dialect's session keeps of a group; [`puff`] speaks puff.social's dialect, [`concierge`]
//! that of ert-concierge, a broker of named services. [`chat`] is what the sessions with chat servers have in common;
//! [`together`], [`emagine`] and [`i386chat`] speak their dialects. [`machine`] is what all sessions have in common, and
//! [`driver`] moves their bytes over a WebSocket and HTTP.

mod address;
mod backoff;
pub mod chat;
pub mod concierge;
mod connection;
pub mod driver;
pub mod emagine;
pub mod group;
mod http;
pub mod i386chat;
mod liveness;
pub mod machine;
pub mod puff;
pub mod together;
