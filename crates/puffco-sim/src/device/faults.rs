//! What a test makes go wrong with a simulated device, and what it counts.

use std::collections::{BTreeMap, VecDeque};

/// Things that go wrong. Those with a number do so that many times.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Requests that get lost on their way to the device: it does nothing.
    pub lost_commands: u32,
    /// Replies that get lost on their way back: the device did what was asked.
    pub lost_replies: u32,
    /// Each notification comes twice.
    pub duplicate_notifications: bool,
    /// Watches stay silent.
    pub silent_watches: bool,
    /// Readings of IDLE in the middle of a heat.
    pub spurious_idles: u32,
    /// Statuses of the next replies, in place of doing anything.
    pub fail_next: VecDeque<u8>,
    /// Links that are dropped as soon as they are opened.
    pub refused_connects: u32,
    /// It does not advertise: out of range.
    pub silent_radio: bool,
}

impl Faults {
    pub(crate) fn take_lost_command(&mut self) -> bool {
        take(&mut self.lost_commands)
    }

    pub(crate) fn take_lost_reply(&mut self) -> bool {
        take(&mut self.lost_replies)
    }

    pub(crate) fn take_spurious_idle(&mut self) -> bool {
        take(&mut self.spurious_idles)
    }
}

fn take(count: &mut u32) -> bool {
    let some = *count > 0;
    *count = count.saturating_sub(1);
    some
}

/// What a simulated device was asked to do.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Links that were opened.
    pub links: u32,
    /// Requests that arrived.
    pub commands: u32,
    writes: BTreeMap<String, u32>,
    modes: BTreeMap<u8, u32>,
}

impl Counters {
    /// How often a file was written.
    #[must_use]
    pub fn writes(&self, path: &str) -> u32 {
        self.writes.get(path).copied().unwrap_or_default()
    }

    /// Every file that was written, with how often.
    #[must_use]
    pub fn written(&self) -> &BTreeMap<String, u32> {
        &self.writes
    }

    /// How often a mode command was written.
    #[must_use]
    pub fn modes(&self, mode: u8) -> u32 {
        self.modes.get(&mode).copied().unwrap_or_default()
    }

    pub(crate) fn count_write(&mut self, path: &str, data: &[u8]) {
        *self.writes.entry(path.to_owned()).or_default() += 1;
        if let ("/p/app/mc", Some(mode)) = (path, data.first()) {
            *self.modes.entry(*mode).or_default() += 1;
        }
    }
}
