//! Reading everything that is not read by itself, once, for a page that shows it all.

use std::collections::BTreeSet;
use std::time::Instant;

use super::machine::Device;
use super::snapshot::RARE;
use super::{Event, Output, RequestError, RequestId};
use crate::attribute::Attribute;

/// A reading of everything.
#[derive(Debug)]
pub(super) struct Everything {
    requests: Vec<RequestId>,
    left: BTreeSet<Attribute>,
    all: usize,
}

impl Device {
    pub(super) fn begin_all(&mut self, now: Instant, request: RequestId) {
        if let Some(all) = &mut self.all {
            all.requests.push(request);
            return;
        }
        let Some(session) = self.session_mut() else { return };
        let left: BTreeSet<_> =
            RARE.into_iter().filter(|attribute| !session.polls.is_missing(*attribute)).collect();
        for attribute in &left {
            session.polls.by(now, *attribute);
        }
        self.all = Some(Everything { requests: vec![request], all: left.len(), left });
        self.tell_all();
    }

    /// An attribute was read, or could not be.
    pub(super) fn all_read(&mut self, attribute: Attribute) {
        if self.all.as_mut().is_some_and(|all| all.left.remove(&attribute)) {
            self.tell_all();
        }
    }

    fn tell_all(&mut self) {
        let Some(all) = &self.all else { return };
        let (done, of) = (all.all - all.left.len(), all.all);
        let requests = all.requests.clone();
        for request in &requests {
            self.push(Output::Event(Event::Progress(*request, done as u32, of as u32)));
        }
        if done == of {
            self.all = None;
            for request in requests {
                self.done(request, Ok(()));
            }
        }
    }

    /// The link is gone.
    pub(super) fn abandon_all(&mut self) {
        for request in self.all.take().into_iter().flat_map(|all| all.requests) {
            self.done(request, Err(RequestError::NotConnected));
        }
    }
}
