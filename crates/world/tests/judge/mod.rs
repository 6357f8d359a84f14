//! What holds of heat commands in every story, whatever went wrong in it.

use std::time::{Duration, Instant};

use hearth_world::World;

/// A heat command is not written later than this after the start.
const DEADLINE: Duration = Duration::from_millis(1500);

/// What a party may be wrong about the gateway's clock: half the difference of the two ways.
const CLOCK_TOLERANCE: Duration = Duration::from_millis(200);

/// Holds in any weather.
pub fn never_twice_and_never_late(world: &World) {
    let record = world.record();
    for party in world.parties() {
        let mut answered: Vec<Instant> = Vec::new();
        let mut intents = Vec::new();
        for write in record.heat_writes_of(party) {
            let fits = |start: &&Instant| {
                write.at + CLOCK_TOLERANCE >= **start && write.at <= **start + DEADLINE + CLOCK_TOLERANCE
            };
            let start = record.starts.iter().find(fits);
            world.check("a heat command belongs to a start and is in time", start.is_some());
            let start = *start.unwrap();
            world.check("one heat command for each start", !answered.contains(&start));
            answered.push(start);
            world.check("one heat command for each intent", !intents.contains(&write.intent));
            intents.push(write.intent);
            let invited = record.invitations_of(party).any(|invitation| invitation.told_at <= write.at);
            world.check("nobody heats uninvited", invited);
        }
    }
}
