//! The audit and fault logs: rings of 16-byte entries that are read one at a time (facts/puffco-ble.md §18).

use std::collections::VecDeque;

/// From writing an index to the entry being there, seconds.
const LAG_S: f64 = 0.008;
/// Entries that a ring keeps.
const AUDIT_CAPACITY: usize = 1000;
const FAULT_CAPACITY: usize = 300;

/// One entry: timestamp, code, and what the code decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry([u8; 16]);

impl Entry {
    /// An entry without details. `clock` is what the device's clock says.
    pub(super) fn new(clock: u32, code: u8) -> Self {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&clock.to_le_bytes());
        bytes[4] = code;
        Self(bytes)
    }

    /// The same with these bytes at this place.
    pub(super) fn with(mut self, at: usize, bytes: &[u8]) -> Self {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }
}

/// Codes of the audit log.
pub(super) mod audit {
    pub const CHARGE_STARTED: u8 = 0;
    pub const CHARGER_GONE: u8 = 1;
    pub const CHARGE_COMPLETE: u8 = 2;
    pub const PREHEAT: u8 = 3;
    pub const PREHEAT_ABORTED: u8 = 4;
    pub const ACTIVE_ABORTED: u8 = 5;
    pub const COMPLETE: u8 = 6;
    pub const BOOSTED: u8 = 7;
    pub const BOOTED: u8 = 8;
    pub const REACHED: u8 = 9;
    pub const CLOCK_SET: u8 = 11;
    pub const LANTERN_ENDED: u8 = 13;
    /// Of the second generation: AW and newer.
    pub const PREHEAT_V2: u8 = 15;
    pub const COMPLETE_V2: u8 = 18;
    pub const REACHED_V2: u8 = 20;
}

/// Codes of the fault log.
pub(super) mod fault {
    pub const LOW_BATTERY: u8 = 2;
    pub const HEATER_OPEN: u8 = 5;
    pub const BOOTED: u8 = 12;
}

/// One ring.
#[derive(Debug)]
pub(super) struct Log {
    /// Index before the first entry that is still there.
    begin: u32,
    entries: VecDeque<Entry>,
    capacity: usize,
    selected: u32,
    /// The index that was selected before.
    previous: u32,
    selected_at: f64,
}

impl Log {
    fn new(begin: u32, capacity: usize) -> Self {
        Self {
            begin,
            entries: VecDeque::new(),
            capacity,
            selected: 0,
            previous: 0,
            selected_at: f64::NEG_INFINITY,
        }
    }

    pub(super) fn push(&mut self, entry: Entry) {
        if self.entries.len() == self.capacity {
            self.entries.pop_front();
            self.begin = self.begin.wrapping_add(1);
        }
        self.entries.push_back(entry);
    }

    /// Valid indices are greater than this…
    pub(super) fn begin(&self) -> u32 {
        self.begin
    }

    /// …and less than this.
    pub(super) fn end(&self) -> u32 {
        self.begin.wrapping_add(self.entries.len() as u32).wrapping_add(1)
    }

    pub(super) fn select(&mut self, index: u32, seconds: f64) {
        self.previous = self.current(seconds);
        self.selected = index;
        self.selected_at = seconds;
    }

    /// The index whose entry can be read: the selected one, a moment after it was selected.
    pub(super) fn current(&self, seconds: f64) -> u32 {
        if seconds - self.selected_at >= LAG_S { self.selected } else { self.previous }
    }

    pub(super) fn selected(&self) -> u32 {
        self.selected
    }

    /// The entry that can be read; zeros where there is none.
    pub(super) fn entry(&self, seconds: f64) -> [u8; 16] {
        self.at(self.current(seconds))
    }

    /// The selected entry without waiting, as the legacy characteristics give it.
    pub(super) fn selected_entry(&self) -> [u8; 16] {
        self.at(self.selected)
    }

    fn at(&self, index: u32) -> [u8; 16] {
        let place = index.checked_sub(self.begin).and_then(|place| place.checked_sub(1));
        let entry = place.and_then(|place| self.entries.get(place as usize));
        entry.map_or([0; 16], |entry| entry.0)
    }
}

/// Both rings.
#[derive(Debug)]
pub(super) struct Logs {
    pub(super) audit: Log,
    pub(super) fault: Log,
}

impl Logs {
    /// Empty, of a device that has forgotten the entries of this many heats.
    pub(super) fn after_heats(heats: u32) -> Self {
        Self {
            audit: Log::new(heats.saturating_mul(3), AUDIT_CAPACITY),
            fault: Log::new(heats / 8, FAULT_CAPACITY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_indices_are_strictly_between_begin_and_end() {
        let mut log = Log::new(7, 3);
        assert_eq!((log.begin(), log.end()), (7, 8));
        for code in 1..=5 {
            log.push(Entry::new(100, code));
        }
        assert_eq!((log.begin(), log.end()), (9, 13));
        for (index, code) in [(9, 0), (10, 3), (11, 4), (12, 5), (13, 0), (u32::MAX, 0)] {
            log.select(index, 1.0);
            assert_eq!(log.entry(2.0)[4], code, "{index}");
        }
    }

    #[test]
    fn the_current_index_lags_behind_the_selected_one() {
        let mut log = Log::new(0, 3);
        log.push(Entry::new(100, 3));
        log.select(1, 5.0);
        assert_eq!((log.current(5.004), log.entry(5.004)), (0, [0; 16]));
        assert_eq!((log.current(5.01), log.entry(5.01)[4]), (1, 3));
    }
}
