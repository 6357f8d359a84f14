//! The device's logs: what it did (audit) and what went wrong (faults); facts/puffco-ble.md §18.

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
