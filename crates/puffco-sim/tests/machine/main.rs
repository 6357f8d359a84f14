//! The device machine of `puffco` against a simulated device, in virtual time.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod bad_input;
mod budget;
mod generations;
mod golden;
mod heat;
mod life;
mod logs;
mod once;
mod pair;
mod reading;
mod rest;
mod settings;
mod stopping;
