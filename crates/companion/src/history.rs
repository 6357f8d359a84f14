//! The history as the controller knows it: what it asks for ([`Job`]) and what it is told ([`News`]). The file itself
//! belongs to the keeper, a task of its own, so that a slow disk holds nothing up. Kept are pseudonyms of devices,
//! never addresses ([`key`]).

mod backlog;
mod happening;
pub(crate) mod keeper;
mod log;
mod view;
mod words;

use hearth_history::{
    Device, Figures, LogReading, Range, Recap, RecentGroup, SeshId, SeshKey, SeshPage, Write,
};
use sha2::{Digest, Sha256};

use crate::contract::{ExportFormat, HistoryRange};
use crate::report::Pseudonym;
pub(crate) use log::reading;
pub(crate) use view::{history, recap, without_any};
pub(crate) use words::{failed, not_kept, problem};

/// What the keeper is asked for. It carries out one after the other.
#[derive(Clone, Debug)]
pub enum Job {
    /// Keep this.
    Keep(Vec<Write>),
    /// Take in what was read from a device's log.
    TakeLog(Device, LogReading),
    /// A device is known by another key from now on.
    RenameDevice {
        /// The key so far.
        old: String,
        /// The key from now on.
        new: String,
    },
    /// Forget a group that was visited.
    ForgetGroup(Visited),
    /// Read the figures of a range, and its latest seshes.
    Read {
        /// Comes back with the answer.
        ask: u64,
        /// The range.
        range: Range,
        /// At most so many seshes.
        seshes: u32,
    },
    /// Read one sesh.
    ReadRecap(SeshId),
    /// Delete a sesh.
    EraseSesh(SeshId),
    /// Delete everything.
    EraseAll,
    /// Put the file aside that could not be opened, and begin anew.
    SetAside,
    /// Write the history into a file.
    Export(ExportFormat),
}

/// A group that was visited: its gateway and its code, which is an invitation.
#[derive(Clone, PartialEq, Eq)]
pub struct Visited {
    /// Address of the gateway.
    pub gateway: String,
    /// The code to join by.
    pub code: String,
}

impl std::fmt::Debug for Visited {
    /// Without the code: an invitation is never logged.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visited").finish_non_exhaustive()
    }
}

/// What the keeper tells.
#[derive(Clone, Debug)]
pub enum News {
    /// The history is open.
    Opened,
    /// It is not: why.
    NotOpened(Trouble),
    /// What happens cannot be kept at the moment, and is tried again; `None`: it is kept again.
    Keeping(Option<Trouble>),
    /// Something was added.
    Added,
    /// A sesh is over and kept.
    SeshKept(SeshKey, SeshId),
    /// The groups that were visited, latest first.
    Recent(Vec<RecentGroup>),
    /// The answer to [`Job::Read`].
    Read {
        /// From the question.
        ask: u64,
        /// The figures.
        figures: Figures,
        /// The latest seshes.
        page: SeshPage,
    },
    /// The answer to [`Job::ReadRecap`]; `None`: there is no such sesh.
    Recap(SeshId, Option<Box<Recap>>),
    /// A sesh was deleted; `None`: everything was.
    Erased(Option<SeshId>),
    /// A file was written: its name, where it was kept, or else its content as base64.
    Exported {
        /// Name.
        name: String,
        /// Where it was kept.
        path: Option<String>,
        /// Its content when it was not kept.
        base64: String,
    },
    /// Something else that was asked for was not done.
    Failed(Asked, Trouble),
}

/// What was asked for and not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To read.
    Reading,
    /// To delete.
    Erasing,
    /// To export.
    Exporting,
}

/// Why something of the history does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Stable code.
    pub code: &'static str,
    /// Technical words.
    pub details: Option<String>,
}

/// The days of a range.
pub(crate) fn days(range: HistoryRange) -> Range {
    match range {
        HistoryRange::Days14 => Range::Days(14),
        HistoryRange::Days90 => Range::Days(90),
        HistoryRange::All => Range::All,
    }
}

/// What a device is named by in the history: the pseudonym of its address. As long as it has not told its address, a
/// salted hash of the radio's id for it, which may have the address in it.
pub(crate) fn key(salt: &[u8; 16], mac: Option<[u8; 6]>, id: &str) -> String {
    match mac {
        Some(mac) => Pseudonym::new(*salt).of(mac),
        None => {
            let digest = Sha256::new().chain_update(salt).chain_update("id").chain_update(id).finalize();
            digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
        }
    }
}
