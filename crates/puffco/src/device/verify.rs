//! After an uncertain heat: it is never written again, and the state tells whether it arrived.

use std::collections::VecDeque;
use std::time::Instant;

use super::machine::Device;
use super::session::Receipt;
use super::timing::{LOOK_AGAIN, VERIFY};
use super::{IntentId, RequestError, RequestId};
use crate::lorax::Status;

/// So many written intents are remembered; each is a heat that a person wanted.
const MOST_INTENTS: usize = 4096;
/// Looks at the state after an uncertain heat.
const LOOKS: u8 = 6;

/// The intents that were written. They are never written again, whatever became of them.
#[derive(Debug, Default)]
pub(super) struct Intents(VecDeque<IntentId>);

impl Intents {
    pub(super) fn contains(&self, intent: IntentId) -> bool {
        self.0.contains(&intent)
    }

    pub(super) fn insert(&mut self, intent: IntentId) {
        if self.0.len() >= MOST_INTENTS {
            self.0.pop_front();
        }
        self.0.push_back(intent);
    }
}

/// A heat that was written, and it is not known whether it arrived.
#[derive(Debug)]
pub(super) struct Verify {
    request: RequestId,
    /// Its answer may still come, on this link.
    receipt: Option<Receipt>,
    until: Instant,
    looks: u8,
    pub(super) next_look: Instant,
}

impl Device {
    pub(super) fn begin_verify(&mut self, now: Instant, request: RequestId, receipt: Option<Receipt>) {
        self.verify = Some(Verify { request, receipt, until: now + VERIFY, looks: 0, next_look: now });
    }

    /// Time to look at the state again.
    pub(super) fn look_due(&mut self, now: Instant) -> bool {
        let Some(verify) = self.verify.as_mut().filter(|verify| verify.next_look <= now) else {
            return false;
        };
        if verify.looks >= LOOKS {
            self.verified(Err(RequestError::Uncertain));
            return false;
        }
        verify.looks += 1;
        verify.next_look = now + LOOK_AGAIN;
        true
    }

    pub(super) fn verified(&mut self, result: Result<(), RequestError>) {
        if let Some(verify) = self.verify.take() {
            self.done(verify.request, result);
        }
    }

    /// An answer to no command in flight: to the uncertain heat, or to nobody.
    pub(super) fn late_answer(&mut self, now: Instant, receipt: Receipt, status: Status) {
        if self.verify.as_ref().is_some_and(|verify| verify.receipt == Some(receipt)) {
            self.verified(if status.is_ok() { Ok(()) } else { Err(RequestError::Status(status.0)) });
            self.expect_change(now);
        } else if let Receipt::Sequence(sequence) = receipt
            && self.session().is_some()
        {
            self.stray_reply(now, sequence);
        }
    }

    /// The link is gone: no answer can come any more.
    pub(super) fn verify_without_link(&mut self) {
        if let Some(verify) = &mut self.verify {
            verify.receipt = None;
        }
    }

    pub(super) fn expire_verify(&mut self, now: Instant) {
        if self.verify.as_ref().is_some_and(|verify| verify.until <= now) {
            self.verified(Err(RequestError::Uncertain));
        }
    }

    pub(super) fn verify_timeout(&self) -> Option<Instant> {
        self.verify.as_ref().map(|verify| verify.until)
    }
}
