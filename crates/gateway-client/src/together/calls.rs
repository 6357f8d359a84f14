//! Calls over REST: a few at once, and those that belong together one after the other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::Message;
use super::sought::Saying;
use crate::machine::{HttpId, Method};

/// So many run at once.
pub(super) const AT_ONCE: usize = 8;

/// So many more of the owner's may wait.
const MOST_WAITING: usize = 256;

/// A call that was not carried out by then is given up.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Calls of the same lane are carried out one after the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    Channel(String),
    /// A message whose channel is not known.
    Message(String),
    Voice,
    /// Making, joining and leaving servers.
    Servers,
}

/// What was heard while a page was on its way: it may show what was before.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Oldest first.
    pub said: Vec<Message>,
    pub edited: BTreeMap<String, Message>,
    pub gone: BTreeSet<String>,
}

/// Which part of a server is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Channels,
    Members,
    /// Who is in this voice channel.
    Room(String),
}

/// What is done in a voice room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InVoice {
    /// Joining or changing: the answer is our state.
    Be,
    Leave,
}

/// What a call is for.
#[derive(Debug)]
pub(super) enum Purpose {
    Say(Saying),
    /// Looks for something whose answer was lost.
    Look(Saying),
    Page {
        ticket: u64,
        channel: String,
        newest: bool,
        changes: Changes,
    },
    Edit {
        ticket: u64,
        message: String,
        echoed: bool,
    },
    Delete {
        ticket: u64,
        message: String,
    },
    CreateServer {
        ticket: u64,
    },
    JoinServer {
        ticket: u64,
        asked: String,
    },
    LeaveServer {
        ticket: u64,
        server: String,
    },
    CreateChannel {
        ticket: u64,
        server: String,
    },
    /// Where we are a member.
    Servers,
    /// `echoed`: an event has told it since.
    Voice {
        channel: String,
        what: InVoice,
        echoed: bool,
    },
    Load {
        server: String,
        part: Part,
    },
}

impl Purpose {
    /// What the owner waits for with this ticket.
    pub const fn ticket(&self) -> Option<u64> {
        match self {
            Self::Say(saying) | Self::Look(saying) => Some(saying.ticket),
            Self::Page { ticket, .. }
            | Self::Edit { ticket, .. }
            | Self::Delete { ticket, .. }
            | Self::CreateServer { ticket }
            | Self::JoinServer { ticket, .. }
            | Self::LeaveServer { ticket, .. }
            | Self::CreateChannel { ticket, .. } => Some(*ticket),
            Self::Servers | Self::Voice { .. } | Self::Load { .. } => None,
        }
    }

    /// It is asked for again with each connection.
    pub const fn ends_with_connection(&self) -> bool {
        matches!(self, Self::Servers | Self::Load { .. })
    }
}

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    pub purpose: Purpose,
    pub method: Method,
    pub path: String,
    pub body: Option<String>,
    pub lane: Option<Lane>,
    pub give_up_at: Instant,
    /// It was tried before; not again before this.
    pub not_before: Option<Instant>,
    pub tries: u32,
    /// A token was refused for it already.
    pub signed_again: bool,
}

impl Call {
    pub fn new(purpose: Purpose, method: Method, path: String, now: Instant) -> Self {
        let give_up_at = now + PATIENCE;
        Self {
            purpose,
            method,
            path,
            body: None,
            lane: None,
            give_up_at,
            not_before: None,
            tries: 0,
            signed_again: false,
        }
    }

    pub fn get(purpose: Purpose, path: String, now: Instant) -> Self {
        Self::new(purpose, Method::Get, path, now)
    }

    pub fn body(mut self, body: &impl serde::Serialize) -> Self {
        self.body = serde_json::to_string(body).ok();
        self
    }

    pub fn lane(mut self, lane: Lane) -> Self {
        self.lane = Some(lane);
        self
    }
}

/// All calls of a session.
#[derive(Debug, Default)]
pub(super) struct Calls {
    waiting: VecDeque<Call>,
    running: BTreeMap<HttpId, Call>,
    /// The server wants to be left alone until then.
    held_until: Option<Instant>,
}

impl Calls {
    /// Whether another one of the owner's may wait.
    pub fn have_room(&self) -> bool {
        self.waiting.len() < MOST_WAITING
    }

    pub fn push(&mut self, call: Call) {
        self.waiting.push_back(call);
    }

    /// Before all others: it was started already.
    pub fn put_back(&mut self, call: Call) {
        self.waiting.push_front(call);
    }

    /// Nothing is started until then.
    pub fn hold(&mut self, until: Instant) {
        self.held_until = Some(self.held_until.map_or(until, |held| held.max(until)));
    }

    /// The next connection may go to a server that has forgotten it.
    pub const fn let_go(&mut self) {
        self.held_until = None;
    }

    /// Whether one could be started now, if there is a token.
    pub fn has_next(&self, now: Instant) -> bool {
        self.next(now).is_some()
    }

    fn next(&self, now: Instant) -> Option<usize> {
        if self.running.len() >= AT_ONCE || self.held_until.is_some_and(|until| now < until) {
            return None;
        }
        let mut taken: BTreeSet<&Lane> =
            self.running.values().filter_map(|call| call.lane.as_ref()).collect();
        self.waiting.iter().position(|call| {
            let is_first = call.lane.as_ref().is_none_or(|lane| taken.insert(lane));
            is_first && call.not_before.is_none_or(|at| at <= now)
        })
    }

    /// Takes the next one that can be started.
    pub fn take_next(&mut self, now: Instant) -> Option<Call> {
        let next = self.next(now)?;
        self.waiting.remove(next)
    }

    pub fn started(&mut self, id: HttpId, call: Call) {
        self.running.insert(id, call);
    }

    pub fn answered(&mut self, id: HttpId) -> Option<Call> {
        self.running.remove(&id)
    }

    /// What is being asked just now.
    pub fn running_mut(&mut self) -> impl Iterator<Item = &mut Purpose> {
        self.running.values_mut().map(|call| &mut call.purpose)
    }

    /// When something waits for time to pass.
    pub fn due(&self) -> Option<Instant> {
        let times = self.waiting.iter().flat_map(|call| [Some(call.give_up_at), call.not_before]);
        let held = self.held_until.filter(|_| !self.waiting.is_empty());
        times.flatten().chain(held).min()
    }

    /// Time has passed: nothing waits for what is over.
    pub fn wait_no_longer(&mut self, now: Instant) {
        self.held_until = self.held_until.filter(|until| now < *until);
        for call in &mut self.waiting {
            call.not_before = call.not_before.filter(|at| now < *at);
        }
    }

    /// Takes those that were not carried out in time.
    pub fn take_expired(&mut self, now: Instant) -> Vec<Call> {
        self.take_waiting(|call| call.give_up_at <= now)
    }

    /// Takes those that wait and are like this.
    pub fn take_waiting(&mut self, mut wanted: impl FnMut(&Call) -> bool) -> Vec<Call> {
        let (taken, kept): (VecDeque<Call>, _) =
            std::mem::take(&mut self.waiting).into_iter().partition(|call| wanted(call));
        self.waiting = kept;
        Vec::from(taken)
    }

    /// Forgets those that run and are like this; their answers mean nothing any more.
    pub fn take_running(&mut self, wanted: impl Fn(&Purpose) -> bool) -> Vec<Call> {
        self.running.extract_if(.., |_, call| wanted(&call.purpose)).map(|(_, call)| call).collect()
    }
}
