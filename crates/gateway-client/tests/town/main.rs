//! Many sessions and our gateway's hub in one virtual world: connections that end in the middle of a byte stream,
//! links that carry in one direction only, and a gateway that goes away and comes back.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs, reason = "tests")]

mod herd;
mod kills;
mod links;
mod town;
