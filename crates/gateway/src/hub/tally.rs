//! Counters that only grow, for metrics.

use std::collections::BTreeMap;

/// What happened since the hub was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Frames that came, whatever was in them.
    pub frames_in: u64,
    /// Frames that went out, each recipient counted.
    pub frames_out: u64,
    /// Bytes of text that went out, each recipient counted.
    pub bytes_out: u64,
    /// Sockets that were opened, those turned away included.
    pub connects: u64,
    /// Sessions that were taken up again (op 13).
    pub resumes: u64,
    /// Groups that were told to heat.
    pub starts: u64,
    /// Seshes in which at least one device heated and that are over.
    pub seshes: u64,
    /// Requests that were too fast: a limit of the session or of the address.
    pub rate_limited: u64,
    /// Refusals by error code.
    pub refusals: BTreeMap<String, u64>,
    /// Sockets closed by the hub, by close code.
    pub closes: BTreeMap<u16, u64>,
}

impl Tally {
    pub(super) fn refused(&mut self, code: &str) {
        match self.refusals.get_mut(code) {
            Some(count) => *count += 1,
            None => _ = self.refusals.insert(code.to_owned(), 1),
        }
    }

    pub(super) fn closed(&mut self, code: u16) {
        *self.closes.entry(code).or_default() += 1;
    }
}
