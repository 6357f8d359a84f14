//! A device as a service on a concierge: what it tells its followers, and what it lets them ask (docs/telemetry.md).
//!
//! Pure: states go in, JSON comes out, and the other way round. Whom it is sent to, and what a command does, is
//! decided in `controller::community`.

mod allowance;
mod command;
mod message;
mod pace;
mod reading;
mod sesh;

pub use allowance::{Allowance, Verdict};
pub use command::{Answer, Asked, Bad, CommandId, Refusal, TelemetryCommand, parse};
pub use message::{DeviceNow, Doing, GroupNow, Payload, State, Temperature, VERSION, write};
pub use pace::{FULL_EVERY, Pace, STEP};
pub use reading::{Reading, read};
pub use sesh::{SeshEvent, SeshFollower};

/// What the names of the services of devices begin with.
pub const PREFIX: &str = "hearth.";

/// The longest name that is told or shown, characters.
pub const NAME: usize = 64;

/// A name of somebody as it is told or shown: one line, not too long.
#[must_use]
pub fn name(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(NAME).collect::<String>().trim().to_owned()
}

/// The name of the service of a device. `number` tells devices of one name apart, from 2. What JSON would escape is
/// not in it: real concierges do not understand it (CON-R24).
#[must_use]
pub fn service_name(device: &str, number: u32) -> String {
    let device = name(device).replace('"', "'").replace('\\', "/");
    if number < 2 { format!("{PREFIX}{device}") } else { format!("{PREFIX}{device} {number}") }
}
