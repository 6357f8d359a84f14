//! What was asked of the server and is not answered yet. Answers carry the number of what they answer; numbers are
//! counted here as the server counts them: every text after IDENTIFY, from 0 (facts CON-18, CON-R17).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearth_dialects::concierge::{ServerPayload, Target};
use uuid::Uuid;

/// Servers answer at once, in the order in which they are asked.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Create(String),
    Delete(String),
    Subscribe(String),
    Unsubscribe(String),
    Look(String),
    Services,
    Clients,
    Message { ticket: u64, target: Target },
}

#[derive(Debug)]
struct Waiting {
    seq: u64,
    asked: Asked,
    until: Instant,
}

/// What was asked on one connection.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    next_seq: u64,
    waiting: VecDeque<Waiting>,
}

impl InFlight {
    /// A text was sent.
    pub fn sent(&mut self, now: Instant, asked: Asked) {
        self.waiting.push_back(Waiting { seq: self.next_seq, asked, until: now + ANSWER_WITHIN });
        self.next_seq += 1;
    }

    /// The question that a frame answers, if it answers one. `own` is who we are.
    ///
    /// An answer with a number belongs to the question with that number. One without belongs to the oldest question
    /// that it can be an answer to: servers leave the number out of some (facts CON-R19), and a service that is ours
    /// is told twice when it comes and when it goes, first without (facts CON-R13, CON-R15).
    pub fn answered(&mut self, seq: Option<u64>, payload: &ServerPayload<'_>, own: Uuid) -> Option<Asked> {
        let of_kind = |waiting: &Waiting| waiting.asked.is_answered_by(payload);
        let place = match seq {
            Some(seq) => self.waiting.iter().position(|waiting| waiting.seq == seq && of_kind(waiting)),
            None if !is_ours(payload, own) => None,
            None => {
                let deletion = |waiting: &Waiting| matches!(waiting.asked, Asked::Delete(_));
                let bad = matches!(payload, ServerPayload::Bad);
                let first_of = |fits: &dyn Fn(&Waiting) -> bool| self.waiting.iter().position(fits);
                bad.then(|| first_of(&deletion)).flatten().or_else(|| first_of(&of_kind))
            }
        };
        Some(self.waiting.remove(place?)?.asked)
    }

    /// Takes a question that is not answered in time.
    pub fn take_expired(&mut self, now: Instant) -> Option<Asked> {
        let expired = self.waiting.front().is_some_and(|waiting| waiting.until <= now);
        expired.then(|| self.waiting.pop_front()).flatten().map(|waiting| waiting.asked)
    }

    /// When the oldest question is not answered in time.
    pub fn due(&self) -> Option<Instant> {
        self.waiting.front().map(|waiting| waiting.until)
    }

    /// How many messages wait for an answer.
    pub fn messages(&self) -> usize {
        self.waiting.iter().filter(|waiting| matches!(waiting.asked, Asked::Message { .. })).count()
    }

    /// Whether this waits for an answer.
    pub fn has(&self, asked: &Asked) -> bool {
        self.waiting.iter().any(|waiting| waiting.asked == *asked)
    }

    /// Everything that waits.
    pub fn into_asked(self) -> impl Iterator<Item = Asked> {
        self.waiting.into_iter().map(|waiting| waiting.asked)
    }
}

/// A frame without a number about a service that came or went: only one that is ours can be an answer to us.
fn is_ours(payload: &ServerPayload<'_>, own: Uuid) -> bool {
    match payload {
        ServerPayload::ServiceCreateResult { successful: true, service }
        | ServerPayload::ServiceDeleteResult { service } => service.owner_uuid == own,
        _ => true,
    }
}

impl Asked {
    fn is_answered_by(&self, payload: &ServerPayload<'_>) -> bool {
        use ServerPayload as P;

        match payload {
            P::Bad | P::ErrorInternal { .. } | P::ErrorUnsupported | P::ErrorProtocol { .. } => true,
            P::Ok => matches!(self, Self::Message { .. }),
            P::SelfSubscribeResult { service, .. } => {
                matches!(self, Self::Subscribe(name) if *name == service.name)
            }
            P::SelfUnsubscribeResult { service, .. } => {
                matches!(self, Self::Unsubscribe(name) if *name == service.name)
            }
            P::ServiceCreateResult { service, .. } => {
                matches!(self, Self::Create(name) if *name == service.name)
            }
            P::ServiceDeleteResult { service } => matches!(self, Self::Delete(name) if *name == service.name),
            P::ServiceFetchResult { service } => matches!(self, Self::Look(name) if *name == service.name),
            P::ServiceFetchAllResult { .. } => matches!(self, Self::Services),
            P::ClientFetchAllResult { .. } => matches!(self, Self::Clients),
            P::InvalidName { name: unknown } => {
                matches!(self, Self::Message { target: Target::Name { name }, .. } if name == unknown)
            }
            P::InvalidUuid { uuid: unknown } => {
                matches!(self, Self::Message {
                    target: Target::Uuid { uuid } | Target::ServiceClientUuid { uuid, .. }, ..
                } if uuid == unknown)
            }
            P::InvalidService { service } => self.service() == Some(service),
            _ => false,
        }
    }

    fn service(&self) -> Option<&String> {
        match self {
            Self::Delete(name) | Self::Subscribe(name) | Self::Unsubscribe(name) | Self::Look(name) => {
                Some(name)
            }
            Self::Message {
                target: Target::Service { service } | Target::ServiceClientUuid { service, .. },
                ..
            } => Some(service),
            Self::Create(_) | Self::Services | Self::Clients | Self::Message { .. } => None,
        }
    }
}
