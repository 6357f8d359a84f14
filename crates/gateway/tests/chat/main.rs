//! The chat core with its database: who may do what, who is told what in which order, and what is left on the disk.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod club;
mod full;
mod model;
mod numbers;
mod order;
mod rules;
mod schemas;
mod seshes;
