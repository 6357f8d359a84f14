//! The gateway that people meet at: who is in which group, who is ready, when devices heat.
//!
//! [`hub`] and [`concierge`] are the cores, state machines without I/O; [`server`] moves their bytes over WebSockets and
//! answers HTTP.

pub mod accounts;
mod address;
mod buckets;
pub mod chat;
pub mod concierge;
mod dialect;
mod emagine;
pub mod hub;
mod i386chat;
#[cfg(test)]
mod interop;
mod number;
pub mod server;
mod together;
pub mod verify;

pub use server::{BindError, Server, ServerOptions};
