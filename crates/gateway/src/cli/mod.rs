//! The program's commands.

pub mod account;
pub mod serve;
