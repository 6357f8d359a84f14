//! The rules of one E-Magine connection as a state machine without I/O or clock: who identifies when, and which
//! heartbeat has to be answered until when (facts/other-gateways.md §4). What is said in channels is not its business.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::emagine::{ClientOp, CloseCode, HEARTBEAT, ServerFrame, Time, Token};

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

/// What the owner of the connection does next.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Sends a frame.
    Send(ServerFrame),
    /// Looks up whose token this is, and tells [`Session::identified`].
    LookUp(Token),
    /// The client is who it says, for the first time: it hears of messages from now on, and Ready goes before them.
    Enter,
    /// Closes the connection, after what was sent. Nothing follows.
    Close(CloseCode),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nobody yet.
    Waiting {
        until: Instant,
    },
    /// The account with this number.
    Identified {
        user: u64,
    },
    Closed,
}

/// One connection.
#[derive(Debug)]
pub struct Session {
    rules: Rules,
    state: State,
    next_beat: Instant,
    /// `time` of the heartbeat that waits for its answer.
    unanswered: Option<u64>,
    /// Heartbeats from before, which was a sleep of the computer, may be answered late.
    awake_since_ms: u64,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A connection that was just opened. The client is greeted, and the clock runs (EMG-01, EMG-R11).
    #[must_use]
    pub fn open(now: Now, rules: Rules) -> Self {
        let heartbeat_interval = rules.heartbeat.as_millis() as u64;
        Self {
            rules,
            state: State::Waiting { until: now.instant + rules.identify },
            next_beat: now.instant + rules.heartbeat,
            unanswered: None,
            awake_since_ms: 0,
            outputs: VecDeque::from([Output::Send(ServerFrame::Hello { heartbeat_interval })]),
        }
    }

    /// A text came.
    pub fn receive(&mut self, now: Now, text: &str) {
        if self.state == State::Closed {
            return;
        }
        match ClientOp::parse(text) {
            Ok(ClientOp::Identify { token }) => self.outputs.push_back(Output::LookUp(token)),
            Ok(ClientOp::Heartbeat { time }) => self.send(ServerFrame::HeartbeatAck { time }),
            Ok(ClientOp::HeartbeatAck { time }) => self.answered(now, &time),
            Err(_) => self.close(CloseCode::Malformed),
        }
    }

    /// A binary frame came, which this dialect does not have (EMG-R5).
    pub fn receive_binary(&mut self) {
        self.close(CloseCode::Malformed);
    }

    /// Whose token it was, by number; `None`: nobody's (EMG-05, EMG-06). Who identifies again stays who they are
    /// (EMG-R14).
    pub fn identified(&mut self, user: Option<u64>) {
        match (self.state, user) {
            (State::Closed, _) => {}
            (_, None) => self.close(CloseCode::BadToken),
            (State::Waiting { .. }, Some(user)) => {
                self.state = State::Identified { user };
                self.outputs.push_back(Output::Enter);
            }
            (State::Identified { user: known }, Some(user)) if known == user => {
                self.send(ServerFrame::Ready { user: user.to_string() });
            }
            (State::Identified { .. }, Some(_)) => self.close(CloseCode::Malformed),
        }
    }

    /// A heartbeat is answered by the time that it had. What is older than an interval comes too late (EMG-12); what
    /// says nothing, or is not known, is no answer (EMG-R8).
    fn answered(&mut self, now: Now, time: &Time) {
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

    /// When to call [`Session::handle_timeout`] next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.state {
            State::Waiting { until } => Some(until.min(self.next_beat)),
            State::Identified { .. } => Some(self.next_beat),
            State::Closed => None,
        }
    }

    /// Does what is due: the next heartbeat, or the end of who did not identify or answer.
    pub fn handle_timeout(&mut self, now: Now) {
        match self.state {
            State::Closed => return,
            State::Waiting { until } if now.instant >= until => return self.close(CloseCode::BadToken),
            State::Waiting { .. } | State::Identified { .. } => {}
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
        self.send(ServerFrame::Heartbeat { time: Time::of_ms(now.unix_ms) });
    }

    /// The computer slept: nobody is closed for what could not be heard meanwhile.
    pub fn woke(&mut self, now: Now) {
        if let State::Waiting { until } = &mut self.state {
            *until = now.instant + self.rules.identify;
        }
        self.next_beat = now.instant + self.rules.heartbeat;
        self.unanswered = None;
        self.awake_since_ms = now.unix_ms;
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn send(&mut self, frame: ServerFrame) {
        self.outputs.push_back(Output::Send(frame));
    }

    fn close(&mut self, code: CloseCode) {
        if self.state != State::Closed {
            self.state = State::Closed;
            self.outputs.push_back(Output::Close(code));
        }
    }
}

#[cfg(test)]
mod tests;
