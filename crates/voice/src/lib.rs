//! Voice rooms: people who hear each other directly, each connected with each (a mesh of up to [`MOST_PEOPLE`]).
//!
//! [`Room`] decides everything and touches nothing: participants, signals, packets, the microphone's frames and time go
//! in; signals, packets, the frames to play and news come out. [`link`] is one connection, [`audio`] what is done to
//! sound, [`device`] the doors to microphones and speakers, [`driver`] the tokio task that runs a room on real sockets
//! and devices. The gateway only passes signals on; who is in a room is told from outside (TOG-25…27).

pub mod audio;
pub mod device;
pub mod driver;
pub mod link;
mod room;
pub mod signal;
#[cfg(feature = "trial")]
pub mod trial;

pub use audio::cleaning::Cleaning;
pub use audio::frame::{FRAME, FRAME_TIME, Frame, RATE};
pub use audio::speaker::Talk;
pub use link::servers::{BadServer, IceServer, Reach};
pub use room::{Event, Faults, Input, Link, NoRoom, Output, Person, Resolved, Room, RoomConfig, Wish};

/// So many people hear each other at most, this one included: each sends to each, and a ninth would cost everybody's
/// uplink.
pub const MOST_PEOPLE: usize = 8;
