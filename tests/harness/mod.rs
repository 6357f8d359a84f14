//! What whole-system tests are made of: programs in process groups of their own, a display, a bus, a gateway, a
//! simulated device over the real Bluetooth library, a friend, and the real window driven over WebDriver.
//!
//! Everything lives in a temporary HOME, on ports of its own, and ends with the test. Logs and screenshots are
//! kept in `target/e2e/NAME`.

#![allow(dead_code, unused_imports, reason = "each test uses what its story needs")]

mod desktop;
mod friend;
mod held;
mod keyboard;
mod place;
mod process;
mod proxy;
mod services;
mod window;

pub use desktop::{App, Bubbles, Panel};
pub use friend::Friend;
pub use held::{HeldProfile, Numbers, text};
pub use keyboard::keysym;
pub use place::{Place, programs};
pub use process::Process;
pub use proxy::Proxy;
pub use services::{Bus, Display, Gateway, Simulator};
pub use window::{Window, until};

pub use fantoccini::key::Key;

use std::time::Duration;

/// The longest that a single step of a story may take, on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(30);
