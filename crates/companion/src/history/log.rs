//! What a device's own log tells the history.

use hearth_history::{Ending, LogDab, LogReading, Profile};
use puffco::log::{self, HeatProfile, LogEntry, LogKind, Session, place, sessions};
use puffco::state::UNIX_EPOCH_LEAST;

use crate::logs::Clocks;

/// The dabs of an activity log that was read. `names` are those of the profiles now.
pub(crate) fn reading(entries: &[LogEntry], clocks: Clocks, names: &[String], now_ms: u64) -> LogReading {
    let placed = place(LogKind::Audit, entries, clocks.device, clocks.here);
    let stamp = |index| entries.iter().find(|entry| entry.index == index).map(LogEntry::stamp);
    let told = sessions(&placed);
    let dabs = told.iter().filter_map(|session| Some(dab(session, stamp(session.index)?, names)));
    let here_ms = whole(clocks.here.as_millis());
    let clock = clocks.device.filter(|clock| *clock >= UNIX_EPOCH_LEAST);
    LogReading {
        now_ms: whole(u128::from(now_ms)),
        clock_ahead_ms: clock.map(|clock| i64::from(clock) * 1000 - here_ms),
        dabs: dabs.collect(),
    }
}

fn dab(session: &Session, stamp: u32, names: &[String]) -> LogDab {
    let slot = match session.profile {
        Some(HeatProfile::Slot(slot)) if slot <= 3 => Some(slot),
        _ => None,
    };
    LogDab {
        index: session.index,
        stamp,
        at_ms: whole(session.at.as_millis()),
        profile: Profile { slot, name: slot.and_then(|slot| name_of(slot, names)) },
        target_celsius: session.nominal_celsius,
        peak_celsius: session.peak_celsius,
        time_to_temp_ms: session.preheat_s.map(millis),
        held_ms: session.held_s.map(millis),
        boosts: session.boosts,
        ending: match session.ending {
            None => Ending::Unknown,
            Some(log::Ending::Completed) => Ending::Completed,
            Some(log::Ending::Aborted) => Ending::Stopped,
            Some(log::Ending::Faulted) => Ending::Faulted,
        },
    }
}

/// A place is there before its name is read.
fn name_of(slot: u8, names: &[String]) -> Option<String> {
    names.get(usize::from(slot)).filter(|name| !name.is_empty()).cloned()
}

fn millis(seconds: f32) -> u32 {
    (seconds * 1000.0).round().max(0.0) as u32
}

fn whole(ms: u128) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
