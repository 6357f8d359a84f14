//! When an entry was written (facts/puffco-ble.md §18). A device whose clock was never set counts from its
//! boot; such a time can be placed only while it counts from the same boot and still is not set.

use std::time::Duration;

use super::{AuditCode, FaultCode, LogEntry, LogKind, Record};
use crate::state::UNIX_EPOCH_LEAST;

/// An entry with its place in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The entry.
    pub entry: LogEntry,
    /// What it says.
    pub record: Record,
    /// When it was written, since 1970; `None` when that cannot be known.
    pub at: Option<Duration>,
}

/// Places entries of a log, in the order of their indices. `device_clock` is the device's own, raw
/// ([`crate::state::DeviceState::clock`]), and `now` the computer's, since 1970, at the same moment.
#[must_use]
pub fn place(kind: LogKind, entries: &[LogEntry], device_clock: Option<u32>, now: Duration) -> Vec<Placed> {
    let boot = match kind {
        LogKind::Audit => AuditCode::SYSTEM_BOOT.0,
        LogKind::Fault => FaultCode::SYSTEM_BOOT.0,
    };
    let last_boot = entries.iter().filter(|entry| entry.code() == boot).map(|entry| entry.index).max();
    // The device's clock counts from its boot: the only one that relative times can be told by.
    let running = device_clock.filter(|clock| *clock < UNIX_EPOCH_LEAST);
    let at = |entry: &LogEntry| {
        let stamp = entry.stamp();
        if stamp >= UNIX_EPOCH_LEAST {
            return Some(Duration::from_secs(u64::from(stamp)));
        }
        let this_boot = last_boot.is_none_or(|boot| entry.index >= boot);
        let ago = running.filter(|_| this_boot)?.checked_sub(stamp)?;
        now.checked_sub(Duration::from_secs(u64::from(ago)))
    };
    let mut placed: Vec<Placed> = entries
        .iter()
        .map(|entry| Placed { entry: *entry, record: entry.record(kind), at: at(entry) })
        .collect();
    placed.sort_by_key(|placed| placed.entry.index);
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_767_225_600);

    fn entry(index: u32, stamp: u32, code: u8) -> LogEntry {
        let mut bytes = [0; super::super::ENTRY_LENGTH];
        bytes[..4].copy_from_slice(&stamp.to_le_bytes());
        bytes[4] = code;
        LogEntry { index, bytes }
    }

    fn times(entries: &[LogEntry], clock: Option<u32>) -> Vec<Option<u64>> {
        let placed = place(LogKind::Audit, entries, clock, NOW);
        placed.into_iter().map(|placed| placed.at.map(|at| at.as_secs())).collect()
    }

    #[test]
    fn a_time_since_1970_is_taken_as_it_is() {
        assert_eq!(times(&[entry(1, 1_700_000_000, 6)], None), [Some(1_700_000_000)]);
        // However far the device's clock is off: the entry is not shifted.
        assert_eq!(times(&[entry(1, 1_700_000_000, 6)], Some(1_800_000_000)), [Some(1_700_000_000)]);
    }

    #[test]
    fn a_time_since_boot_is_counted_back_from_now() {
        assert_eq!(times(&[entry(1, 40, 6)], Some(100)), [Some(NOW.as_secs() - 60)]);
    }

    #[test]
    fn a_time_since_an_earlier_boot_is_unknown() {
        let log = [entry(1, 40, 6), entry(2, 0, 8), entry(3, 10, 6)];
        let now = NOW.as_secs();
        assert_eq!(times(&log, Some(100)), [None, Some(now - 100), Some(now - 90)]);
    }

    #[test]
    fn a_time_since_boot_is_unknown_once_the_clock_was_set() {
        assert_eq!(times(&[entry(1, 40, 6)], Some(1_700_000_000)), [None]);
        assert_eq!(times(&[entry(1, 40, 6)], None), [None]);
    }

    #[test]
    fn a_time_that_is_still_to_come_is_unknown() {
        assert_eq!(times(&[entry(1, 200, 6)], Some(100)), [None]);
    }

    #[test]
    fn entries_come_in_the_order_of_their_indices() {
        let placed = place(LogKind::Fault, &[entry(9, 1, 0), entry(3, 1, 0)], None, NOW);
        let indices: Vec<u32> = placed.iter().map(|placed| placed.entry.index).collect();
        assert_eq!(indices, [3, 9]);
    }
}
