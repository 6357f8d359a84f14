//! A virtual test world: people with devices, one gateway, and everything between them, in virtual time.
//!
//! A [`World`] owns the gateway's hub and, for every [party](PartyId), a gateway session, a bridge, a device
//! machine and a simulated device: the same state machines that the programs run. Between them are a network
//! and radios that delay, lose connections and repeat themselves as [`Options`] say. Nothing here waits, reads a
//! clock or opens a socket; minutes pass in milliseconds, and the same seed gives the same story.
//!
//! A [`Room`] is the other half: no gateway, but devices of every kind on one computer, and between each and its
//! machine a radio that does everything that radios do on a bad day.
//!
//! Not here: the companion's controller and faces, the tokio drivers, and any real radio; they have tests of
//! their own.

mod gateway;
mod network;
mod options;
mod party;
mod queue;
mod radio;
mod record;
mod room;
mod story;
mod trace;
mod world;

pub use options::{Options, Range};
pub use party::PartyId;
pub use record::{HeatWrite, Record, StartTold};
pub use room::{Answers, Climate, Room, Tally};
pub use world::World;

/// When every world and room of a program begins, so that the same seed tells the same story.
fn begin() -> std::time::Instant {
    static BEGIN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    *BEGIN.get_or_init(|| hearth_clock::Clock::new().now().instant)
}
