//! What was asked of one device machine, what it wrote and what it answered; and what must hold of that.
//!
//! A broken rule comes back as text: the room knows the seed and the story.

use std::time::{Duration, Instant};

use puffco::device::{IntentId, Request, RequestError, RequestId};

/// Every request is answered within this time, logs left out.
const ANSWERED_WITHIN: Duration = Duration::from_secs(90);
/// A log is read in this time, or given up.
const LOG_WITHIN: Duration = Duration::from_secs(600);
/// So many requests may be unanswered at once: those that wait, those under way, and some stops.
const MOST_OPEN: usize = 32;

/// A rule that was broken.
pub(crate) type Broken = String;

/// One request.
#[derive(Debug)]
struct Entry {
    id: RequestId,
    request: Request,
    asked: Instant,
    /// A stop or a farewell came after it.
    taken_back: bool,
    /// For a heat: it was written.
    written: bool,
    open: bool,
}

impl Entry {
    fn heat(&self) -> Option<(IntentId, Instant)> {
        match self.request {
            Request::Heat { intent, deadline } => Some((intent, deadline)),
            _ => None,
        }
    }
}

/// A heat command that was written, and where it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct HeatWritten {
    intent: IntentId,
    deadline: Instant,
    arrived: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    heats: Vec<HeatWritten>,
    /// Requests before this index are answered.
    settled: usize,
    pub answers: Answers,
}

/// How requests ended, for knowing that a story is worth something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Carried out.
    pub done: u32,
    /// Refused, or too late, or without a link: nothing was written.
    pub refused: u32,
    /// The device kept another value, or refused.
    pub kept: u32,
    /// Nobody knows.
    pub uncertain: u32,
    /// Longest time to an answer, logs left out; a computer that slept meanwhile counts.
    pub slowest: Duration,
}

impl Answers {
    pub(crate) fn add(&mut self, other: Self) {
        self.done += other.done;
        self.refused += other.refused;
        self.kept += other.kept;
        self.uncertain += other.uncertain;
        self.slowest = self.slowest.max(other.slowest);
    }
}

impl Ledger {
    pub fn asked(&mut self, now: Instant, id: RequestId, request: &Request) {
        if *request == Request::Abort {
            self.take_back();
        }
        let request = request.clone();
        self.entries.push(Entry { id, request, asked: now, taken_back: false, written: false, open: true });
    }

    /// Heats that were asked for are not wanted any more.
    pub fn take_back(&mut self) {
        for entry in &mut self.entries[self.settled..] {
            entry.taken_back |= entry.open && entry.heat().is_some();
        }
    }

    /// An intent that was asked for before.
    pub fn intent(&self, back: usize) -> Option<IntentId> {
        self.entries.iter().rev().filter_map(|entry| entry.heat().map(|(intent, _)| intent)).nth(back)
    }

    /// A heat command leaves the machine. It answers in order, so it is for the oldest heat that is open. Gives its number.
    pub fn heat_written(&mut self, now: Instant) -> Result<usize, Broken> {
        let open = self.entries[self.settled..].iter_mut().filter(|entry| entry.open);
        let mut oldest = None;
        for entry in open {
            if entry.request == Request::Abort {
                return Err(format!("a heat is written while the stop {:?} is under way", entry.id));
            }
            if oldest.is_none() && entry.heat().is_some() {
                oldest = Some(entry);
            }
        }
        let Some(entry) = oldest else { return Err("a heat is written that nobody asked for".to_owned()) };
        let Some((intent, deadline)) = entry.heat() else { return Err("no heat".to_owned()) };
        if entry.taken_back {
            return Err(format!("{intent:?} is written after it was taken back"));
        }
        if deadline < now {
            return Err(format!("{intent:?} is written {:?} after its deadline", now - deadline));
        }
        if entry.written || self.heats.iter().any(|heat| heat.intent == intent) {
            return Err(format!("{intent:?} is written twice"));
        }
        entry.written = true;
        self.heats.push(HeatWritten { intent, deadline, arrived: false });
        Ok(self.heats.len() - 1)
    }

    /// A heat command reaches the device, `on_the_way` after it was written.
    pub fn heat_arrived(
        &mut self,
        now: Instant,
        heat: Option<usize>,
        on_the_way: Duration,
    ) -> Result<(), Broken> {
        let heat = heat.and_then(|at| self.heats.get_mut(at));
        let Some(heat) = heat else { return Err("a heat arrives that nobody wrote".to_owned()) };
        if std::mem::replace(&mut heat.arrived, true) {
            return Err(format!("{:?} arrives twice", heat.intent));
        }
        if now > heat.deadline + on_the_way {
            return Err(format!("{:?} arrives {:?} after its deadline", heat.intent, now - heat.deadline));
        }
        Ok(())
    }

    /// Whether the heat of this intent reached the device.
    pub fn arrived(&self, intent: IntentId) -> bool {
        self.heats.iter().any(|heat| heat.intent == intent && heat.arrived)
    }

    /// An answer. Gives what was asked.
    pub fn answered(
        &mut self,
        now: Instant,
        id: RequestId,
        result: &Result<(), RequestError>,
    ) -> Result<Request, Broken> {
        let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry.id == id) else {
            return Err(format!("{id:?} is answered, and nobody asked it"));
        };
        if !std::mem::replace(&mut entry.open, false) {
            return Err(format!("{id:?} is answered twice"));
        }
        let nothing_written = matches!(
            result,
            Err(RequestError::NotConnected
                | RequestError::TooLate
                | RequestError::AlreadyWritten
                | RequestError::NotPossible(_)
                | RequestError::Cancelled
                | RequestError::Invalid(_))
        );
        if nothing_written && entry.written {
            return Err(format!("{id:?} was written, and its answer {result:?} denies it"));
        }
        match result {
            Ok(()) => self.answers.done += 1,
            Err(RequestError::Uncertain) => self.answers.uncertain += 1,
            Err(_) if nothing_written => self.answers.refused += 1,
            Err(_) => self.answers.kept += 1,
        }
        let request = entry.request.clone();
        if !matches!(request, Request::ReadLog(_) | Request::ReadAll) {
            self.answers.slowest = self.answers.slowest.max(now - entry.asked);
        }
        while self.entries.get(self.settled).is_some_and(|entry| !entry.open) {
            self.settled += 1;
        }
        Ok(request)
    }

    /// Whether a request is there of which progress may be told.
    pub fn is_open(&self, id: RequestId) -> bool {
        self.entries[self.settled..].iter().any(|entry| entry.open && entry.id == id)
    }

    /// Nothing waits for ever, and not too much at once. A computer that slept since `awake_since` has no blame.
    pub fn check(&self, now: Instant, awake_since: Instant) -> Result<(), Broken> {
        let open = || self.entries[self.settled..].iter().filter(|entry| entry.open);
        let late = open().find(|entry| {
            let limit = match entry.request {
                Request::ReadLog(_) | Request::ReadAll => LOG_WITHIN,
                _ => ANSWERED_WITHIN,
            };
            now > entry.asked.max(awake_since) + limit
        });
        if let Some(late) = late {
            return Err(format!(
                "{:?} {:?} has no answer after {:?}",
                late.id,
                late.request,
                now - late.asked
            ));
        }
        let open = open().count();
        if open > MOST_OPEN {
            return Err(format!("{open} requests are open at once"));
        }
        Ok(())
    }

    /// Nothing is open.
    pub fn is_settled(&self) -> bool {
        self.settled == self.entries.len()
    }

    /// The requests that are open, for reading.
    pub fn open(&self) -> Vec<String> {
        let open = self.entries[self.settled..].iter().filter(|entry| entry.open);
        open.map(|entry| format!("{:?} {:?}", entry.id, entry.request)).collect()
    }
}
