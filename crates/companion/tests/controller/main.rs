//! What faces are told, and what is asked of the world, for what goes into the controller.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod adapters;
mod community;
mod countdown;
mod desk;
mod diagnostics;
mod edits;
mod gesture;
mod history;
mod host_scripts;
mod identity;
mod lobby;
mod logs;
mod looking;
mod overlay;
mod owning;
mod page;
mod remote;
mod rooms;
mod seat;
mod session;
mod several;
mod shell;
mod shell_notify;
mod tongue;
mod voice;
