//! Wire types of the gateway dialects: frames, events, close codes and limits. Pure data, no I/O.

pub mod concierge;
pub mod emagine;
pub mod i386chat;
pub mod puff;
pub mod together;
