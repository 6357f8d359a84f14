//! What was asked of the server and is not answered yet. Everything is answered by an event or by an error; errors of
//! servers like ours name the number of what they answer, others answer in order.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearth_dialects::i386chat::{Event, MessageCreate, Number};

/// Servers answer at once, in the order in which they are asked.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// More do not wait for their answers.
const MOST: usize = 64;

/// So much may be said at once, and once more each time this has passed: servers end connections that say more
/// (I386-R17).
const BURST: u32 = 50;
const REFILL: Duration = Duration::from_millis(125);

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Say {
        ticket: u64,
        nonce: u64,
    },
    Delete {
        ticket: u64,
        message: String,
    },
    Ban {
        ticket: u64,
        user: String,
    },
    Create {
        ticket: u64,
        name: String,
    },
    /// `None`: to be where we were before.
    Move {
        ticket: Option<u64>,
    },
    Leave {
        ticket: u64,
    },
}

impl Asked {
    /// What the owner waits for with this ticket.
    pub const fn ticket(&self) -> Option<u64> {
        match self {
            Self::Say { ticket, .. }
            | Self::Delete { ticket, .. }
            | Self::Ban { ticket, .. }
            | Self::Create { ticket, .. }
            | Self::Leave { ticket } => Some(*ticket),
            Self::Move { ticket } => *ticket,
        }
    }

    fn is_answered_by(&self, event: &Event, own: &str) -> bool {
        match (self, event) {
            (Self::Say { nonce, .. }, Event::MessageCreate(MessageCreate { user, nonce: told, .. })) => {
                *told == Some(Number::from(*nonce)) && (own.is_empty() || user.id.to_string() == own)
            }
            (Self::Delete { message, .. }, Event::MessageDelete { message_id }) => {
                *message == message_id.to_string()
            }
            (Self::Ban { user: id, .. }, Event::SystemBanAdd { user }) => *id == user.id.to_string(),
            (Self::Create { name, .. }, Event::ChannelAdd { room }) => *name == room.name,
            (Self::Move { .. }, Event::ChannelMove { .. }) => true,
            (Self::Leave { .. }, Event::RoomUserRemove { user }) => user.id.to_string() == own,
            _ => false,
        }
    }
}

#[derive(Debug)]
struct Waiting {
    s: u64,
    asked: Asked,
    until: Instant,
}

/// What was asked on one connection.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// What was counted last (I386-R3).
    s: u64,
    waiting: VecDeque<Waiting>,
    full_at: Option<Instant>,
}

impl Questions {
    /// Whether another may be asked now.
    pub fn have_room(&mut self, now: Instant) -> bool {
        let full_at = self.full_at.map_or(now, |at| at.max(now)) + REFILL;
        let fits = self.waiting.len() < MOST && full_at.saturating_duration_since(now) <= REFILL * BURST;
        if fits {
            self.full_at = Some(full_at);
        }
        fits
    }

    /// The number of the next.
    pub const fn next(&mut self) -> u64 {
        self.s += 1;
        self.s
    }

    pub fn ask(&mut self, now: Instant, s: u64, asked: Asked) {
        self.waiting.push_back(Waiting { s, asked, until: now + ANSWER_WITHIN });
    }

    /// The question that an event answers. `own`: who we are.
    pub fn answered(&mut self, event: &Event, own: &str) -> Option<Asked> {
        let place = self.waiting.iter().position(|waiting| waiting.asked.is_answered_by(event, own))?;
        self.waiting.remove(place).map(|waiting| waiting.asked)
    }

    /// The question that was not carried out.
    pub fn refused(&mut self, s: Option<Number>) -> Option<Asked> {
        let place = match s {
            Some(s) => self.waiting.iter().position(|waiting| Number::from(waiting.s) == s)?,
            None => 0,
        };
        self.waiting.remove(place).map(|waiting| waiting.asked)
    }

    pub fn take_expired(&mut self, now: Instant) -> Option<Asked> {
        let is_over = self.waiting.front().is_some_and(|waiting| waiting.until <= now);
        is_over.then(|| self.waiting.pop_front()).flatten().map(|waiting| waiting.asked)
    }

    /// All of them: the connection is gone.
    pub fn take_all(&mut self) -> impl Iterator<Item = Asked> + use<> {
        std::mem::take(self).waiting.into_iter().map(|waiting| waiting.asked)
    }

    pub fn due(&self) -> Option<Instant> {
        self.waiting.front().map(|waiting| waiting.until)
    }
}
