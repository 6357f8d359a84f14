//! What tests of sessions share: a stage on which any session plays, servers that say anything, and recordings of real ones.
#![allow(dead_code, reason = "each test uses what it needs")]

pub mod chance;
pub mod recordings;
mod stage;

#[allow(unused_imports, reason = "each test uses what it needs")]
pub use stage::{REST, Stage, assert_strict, line};
