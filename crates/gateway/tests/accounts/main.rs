//! Accounts as the server, its host and people who sign in meet them: real database files, real HTTP.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cli;
mod external;
mod http;
#[path = "../common/log.rs"]
mod log;
mod place;
mod privacy;
mod sessions;
mod storage;
mod timing;
mod verdicts;
