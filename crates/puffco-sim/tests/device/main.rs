//! The simulated device by itself: what it answers, what it keeps to itself, and what it does badly.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod attributes;
mod client;
mod counters;
mod legacy;
mod logs;
mod lorax;
mod models;
mod quirks;
