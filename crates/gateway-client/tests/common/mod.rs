//! What tests of sessions share: a stage on which any session plays, and recordings of real servers.
#![allow(dead_code, reason = "each test uses what it needs")]

pub mod recordings;
mod stage;

#[allow(unused_imports, reason = "each test uses what it needs")]
pub use stage::{REST, Stage, line};
