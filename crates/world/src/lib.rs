//! A virtual test world: people with devices, one gateway, and everything between them, in virtual time.
//!
//! A [`World`] owns the gateway's hub and, for every [party](PartyId), a gateway session, a bridge, a device
//! machine and a simulated device: the same state machines that the programs run. Between them are a network
//! and radios that delay, lose connections and repeat themselves as [`Options`] say. Nothing here waits, reads a
//! clock or opens a socket; minutes pass in milliseconds, and the same seed gives the same story.
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
mod story;
mod world;

pub use options::{Options, Range};
pub use party::PartyId;
pub use record::{HeatWrite, Record, StartTold};
pub use world::World;
