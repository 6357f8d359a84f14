//! The device's logs: what it did (audit) and what went wrong (faults); facts/puffco-ble.md §18.
//!
//! Here is where they are read. [`Record`] is what an entry says, [`place`] when it was, and [`sessions`] which
//! dabs it tells of.

mod code;
mod place;
mod record;
mod session;

pub use code::{AuditCode, BootCause, FaultCode};
pub use place::{Placed, place};
pub use record::{Charge, Fault, Heat, HeatMoment, HeatProfile, Reached, Record};
pub use session::{Ending, Session, sessions};

use crate::attribute::Source;
use crate::generation::Generation;
use crate::legacy;
use crate::write::Target;

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogKind {
    /// Heats, charges, starts.
    Audit,
    /// Faults.
    Fault,
}

/// Bytes of an entry.
pub const ENTRY_LENGTH: usize = 16;

/// One entry, with its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its index on the device.
    pub index: u32,
    /// The bytes.
    pub bytes: [u8; ENTRY_LENGTH],
}

impl LogEntry {
    /// When it was written: seconds since 1970, or since the boot of that time
    /// ([`crate::state::UNIX_EPOCH_LEAST`] tells which). [`place`] makes a time of it.
    #[must_use]
    pub fn stamp(&self) -> u32 {
        let [a, b, c, d, ..] = self.bytes;
        u32::from_le_bytes([a, b, c, d])
    }

    /// What kind of entry it is.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.bytes[4]
    }

    /// What it says, as an entry of this log.
    #[must_use]
    pub fn record(&self, kind: LogKind) -> Record {
        Record::decode(kind, &self.bytes)
    }
}

impl LogKind {
    /// Where the index of the entry to read is written.
    #[must_use]
    pub fn selector(self, generation: Generation) -> Target {
        match generation {
            Generation::Lorax => Target::File(format!("{}/sel", self.directory())),
            Generation::Legacy => Target::Characteristic(legacy::characteristic(self.first_suffix())),
        }
    }

    /// Where the index of the entry that is ready is read.
    #[must_use]
    pub fn ready(self, generation: Generation) -> Source {
        self.source(generation, "curr", 0)
    }

    /// Where the entry itself is read.
    #[must_use]
    pub fn entry(self, generation: Generation) -> Source {
        self.source(generation, "entr", 1)
    }

    /// Where the index before the first entry is read.
    #[must_use]
    pub fn begin(self, generation: Generation) -> Source {
        self.source(generation, "begn", 2)
    }

    /// Where the index after the last entry is read.
    #[must_use]
    pub fn end(self, generation: Generation) -> Source {
        self.source(generation, "end", 3)
    }

    fn source(self, generation: Generation, leaf: &str, offset: u16) -> Source {
        match generation {
            Generation::Lorax => Source::File(format!("{}/{leaf}", self.directory()).into()),
            Generation::Legacy => {
                Source::Characteristic(legacy::characteristic(self.first_suffix() + offset))
            }
        }
    }

    fn directory(self) -> &'static str {
        match self {
            Self::Audit => "/p/logv/aud",
            Self::Fault => "/p/logv/flt",
        }
    }

    fn first_suffix(self) -> u16 {
        match self {
            Self::Audit => 0x00c1,
            Self::Fault => 0x00d1,
        }
    }
}
