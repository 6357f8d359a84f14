//! What was asked of a simulated device: how often, when, and whether it should never have been.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use super::state::mode;

/// Writes that are remembered one by one.
const REMEMBERED: usize = 4096;

/// Something that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// When.
    pub at: Instant,
    /// Path of the attribute. A legacy characteristic is named by the path that newer firmware has for it, or by
    /// its four digits; another characteristic by its UUID.
    pub path: String,
    /// Where in the attribute it begins.
    pub offset: u16,
    /// What. Enumerations are one byte here, also those of the legacy service.
    pub data: Vec<u8>,
}

/// What a simulated device was asked to do.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Links that were opened.
    pub links: u32,
    /// Requests that arrived.
    pub commands: u32,
    /// Round trips over the air: requests, and reads and acknowledged writes of characteristics.
    pub round_trips: u32,
    writes: BTreeMap<String, u32>,
    modes: BTreeMap<u8, u32>,
    history: VecDeque<Written>,
    forbidden: Vec<Written>,
}

impl Counters {
    /// How often an attribute was written.
    #[must_use]
    pub fn writes(&self, path: &str) -> u32 {
        self.writes.get(path).copied().unwrap_or_default()
    }

    /// Every attribute that was written, with how often.
    #[must_use]
    pub fn written(&self) -> &BTreeMap<String, u32> {
        &self.writes
    }

    /// How often a mode command was written.
    #[must_use]
    pub fn modes(&self, mode: u8) -> u32 {
        self.modes.get(&mode).copied().unwrap_or_default()
    }

    /// The last 4096 writes, the oldest first.
    pub fn history(&self) -> impl Iterator<Item = &Written> {
        self.history.iter()
    }

    /// When HEAT_CYCLE_START was written, as far as [`Self::history`] goes back.
    #[must_use]
    pub fn heats_written_at(&self) -> Vec<Instant> {
        let heats = self.history.iter().filter(|written| is_mode(written, mode::HEAT_START));
        heats.map(|written| written.at).collect()
    }

    /// Everything that a client must never write (facts/puffco-ble.md §23), and did: update services, factory
    /// reset and test, deleting bonds, heater tuning, raw memory, UNLINK.
    #[must_use]
    pub fn forbidden(&self) -> &[Written] {
        &self.forbidden
    }

    pub(super) fn count_write(&mut self, at: Instant, path: &str, offset: u16, data: &[u8]) {
        let written = Written { at, path: path.to_owned(), offset, data: data.to_vec() };
        *self.writes.entry(path.to_owned()).or_default() += 1;
        if let ("/p/app/mc", Some(mode)) = (path, data.first()) {
            *self.modes.entry(*mode).or_default() += 1;
        }
        if is_forbidden(path) || is_mode(&written, mode::FACTORY_TEST) {
            self.forbidden.push(written.clone());
        }
        if self.history.len() == REMEMBERED {
            self.history.pop_front();
        }
        self.history.push_back(written);
    }

    /// Something else that must never be sent.
    pub(super) fn count_forbidden(&mut self, at: Instant, what: &str, data: &[u8]) {
        self.forbidden.push(Written { at, path: what.to_owned(), offset: 0, data: data.to_vec() });
    }
}

fn is_mode(written: &Written, mode: u8) -> bool {
    written.path == "/p/app/mc" && written.data.first() == Some(&mode)
}

fn is_forbidden(path: &str) -> bool {
    /// Legacy: delete bondings, factory reset, raw memory.
    const LEGACY: [&str; 4] = ["0043", "004f", "0100", "0101"];
    matches!(path, "/p/app/facr" | "/p/app/bt/delb")
        || path.starts_with("/p/htr/tun/")
        || LEGACY.contains(&path)
        || matches!(path, "00e1" | "00e2" | "00e3" | "00e4" | "00e5" | "00e6" | "00e7")
}
