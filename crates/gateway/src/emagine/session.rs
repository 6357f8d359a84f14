//! The rules of one E-Magine connection as a state machine without I/O or clock: who identifies when, and which
//! heartbeat has to be answered until when (facts/other-gateways.md §4). What is said in channels is not its business,
//! it only passes it on.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::emagine::{ClientOp, CloseCode, HEARTBEAT, ServerFrame, Time, Token};

use super::show;
use crate::accounts::Account;
use crate::chat::{self, ChatEvent, Delivery, Ending, Noticed, Output, Outputs};
use crate::dialect::Dialect;

/// The times of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How often the server asks whether the client is there; a heartbeat that is not answered when the next is due
    /// ends the connection (EMG-08, EMG-12).
    pub heartbeat: Duration,
    /// How long a client has to identify (EMG-R15).
    pub identify: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self { heartbeat: HEARTBEAT, identify: HEARTBEAT }
    }
}

/// What takes a while.
#[derive(Debug, PartialEq)]
pub(crate) enum Request {
    /// Whose token is it, of those whose account may be used?
    Identify(Token),
    /// The client is who it says, and hears from now on of what happens. Ready goes out with its welcome.
    Enter(Box<Account>),
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The token is theirs.
    Theirs(Box<Account>),
    /// The token is nobody's, or their account may not be used any more.
    Nobodys,
    /// They came in.
    Entered,
    /// It could not be done now.
    Unavailable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nobody yet.
    Waiting { until: Instant },
    /// The account with this number.
    Identified { user: u64 },
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Session {
    rules: Rules,
    state: State,
    next_beat: Instant,
    /// `time` of the heartbeat that waits for its answer.
    unanswered: Option<u64>,
    /// Heartbeats from before, which was a sleep of the computer, may be answered late.
    awake_since_ms: u64,
    /// How much more may come: full again at this time.
    full_at: Instant,
    outputs: Outputs,
}

impl Session {
    /// Frames that one connection may send at once, and how soon one more; others are not looked at.
    pub const BURST: u32 = 100;
    /// See [`Session::BURST`].
    pub const REFILL: Duration = Duration::from_millis(100);

    /// A connection that is about to open. The clock runs (EMG-R11).
    pub fn new(now: Now, rules: Rules) -> Self {
        Self {
            rules,
            state: State::Waiting { until: now.instant + rules.identify },
            next_beat: now.instant + rules.heartbeat,
            unanswered: None,
            awake_since_ms: 0,
            full_at: now.instant,
            outputs: Outputs::default(),
        }
    }

    fn send(&mut self, frame: &ServerFrame) {
        self.outputs.send(frame.text());
    }

    fn close(&mut self, code: CloseCode) {
        self.outputs.close(code.code(), code.reason());
    }

    /// Whether a frame is within the pace.
    fn is_looked_at(&mut self, now: Now) -> bool {
        let full_at = self.full_at.max(now.instant) + Self::REFILL;
        let is_within = full_at.saturating_duration_since(now.instant) <= Self::REFILL * Self::BURST;
        if is_within {
            self.full_at = full_at;
        }
        is_within
    }

    /// A heartbeat is answered by the time that it had. What is older than an interval comes too late (EMG-12); what
    /// says nothing, or is not known, is no answer (EMG-R8).
    fn heartbeat_answered(&mut self, now: Now, time: &Time) {
        let Some(time) = time.ms() else { return };
        if self.unanswered.is_some_and(|sent| u64::try_from(time) == Ok(sent)) {
            self.unanswered = None;
            return;
        }
        // What no clock can show is as old as can be.
        let time = u64::try_from(time).unwrap_or_default();
        let age = now.unix_ms.saturating_sub(time);
        if age > self.rules.heartbeat.as_millis() as u64 && time >= self.awake_since_ms {
            self.close(CloseCode::TimedOut);
        }
    }

    /// Whose token it was (EMG-05). Who identifies again stays who they are (EMG-R14).
    fn identified(&mut self, account: Box<Account>) -> Option<Request> {
        match self.state {
            State::Waiting { .. } => {
                self.state = State::Identified { user: account.number };
                return Some(Request::Enter(account));
            }
            State::Identified { user } if user == account.number => self.outputs.send(show::ready(user)),
            State::Identified { .. } => self.close(CloseCode::Malformed),
        }
        None
    }
}

impl chat::Session for Session {
    type Request = Request;
    type Answer = Answer;

    /// EMG-01
    fn opened(&mut self, _: Now) -> Option<Request> {
        let heartbeat_interval = self.rules.heartbeat.as_millis() as u64;
        self.send(&ServerFrame::Hello { heartbeat_interval });
        None
    }

    fn receive(&mut self, now: Now, text: &str) -> Option<Request> {
        if self.outputs.is_closed() || !self.is_looked_at(now) {
            return None;
        }
        match ClientOp::parse(text) {
            Ok(ClientOp::Identify { token }) => return Some(Request::Identify(token)),
            Ok(ClientOp::Heartbeat { time }) => self.send(&ServerFrame::HeartbeatAck { time }),
            Ok(ClientOp::HeartbeatAck { time }) => self.heartbeat_answered(now, &time),
            Err(_) => self.close(CloseCode::Malformed),
        }
        None
    }

    fn answered(&mut self, _: Now, answer: Answer) -> Option<Request> {
        match answer {
            _ if self.outputs.is_closed() => None,
            Answer::Theirs(account) => self.identified(account),
            // EMG-06
            Answer::Nobodys => {
                self.close(CloseCode::BadToken);
                None
            }
            Answer::Entered => None,
            Answer::Unavailable => {
                self.close(CloseCode::GoingAway);
                None
            }
        }
    }

    /// This dialect has no binary frames (EMG-R5).
    fn noticed(&mut self, _: Now, what: Noticed) {
        match what {
            Noticed::Binary => self.close(CloseCode::Malformed),
            // Heartbeats are its signs of life.
            Noticed::Life => {}
        }
    }

    fn deliver(&mut self, delivery: &Delivery) {
        match &delivery.event {
            ChatEvent::Welcome(welcome) => self.outputs.send(show::ready(welcome.person.number)),
            _ => {
                if let Some(frame) = delivery.frame(Dialect::Emagine, show::event) {
                    self.outputs.send(frame);
                }
            }
        }
    }

    fn end(&mut self, why: Ending) {
        self.close(match why {
            Ending::Suspended => CloseCode::BadToken,
            Ending::Crowded => CloseCode::Crowded,
        });
    }

    fn stop(&mut self) {
        self.close(CloseCode::GoingAway);
    }

    fn woke(&mut self, now: Now) {
        if let State::Waiting { until } = &mut self.state {
            *until = now.instant + self.rules.identify;
        }
        self.next_beat = now.instant + self.rules.heartbeat;
        self.unanswered = None;
        self.awake_since_ms = now.unix_ms;
    }

    fn poll_timeout(&self) -> Option<Instant> {
        match self.state {
            _ if self.outputs.is_closed() => None,
            State::Waiting { until } => Some(until.min(self.next_beat)),
            State::Identified { .. } => Some(self.next_beat),
        }
    }

    /// The next heartbeat, or the end of who did not identify or answer.
    fn handle_timeout(&mut self, now: Now) {
        if matches!(self.state, State::Waiting { until } if now.instant >= until) {
            return self.close(CloseCode::BadToken);
        }
        if now.instant < self.next_beat {
            return;
        }
        if self.unanswered.is_some() {
            return self.close(CloseCode::TimedOut);
        }
        self.unanswered = Some(now.unix_ms);
        // From the time that was due: a late turn makes no later one later.
        while self.next_beat <= now.instant {
            self.next_beat += self.rules.heartbeat;
        }
        self.send(&ServerFrame::Heartbeat { time: Time::of_ms(now.unix_ms) });
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop()
    }
}

#[cfg(test)]
mod tests;
