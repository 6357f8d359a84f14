//! The rules of one i386chat connection as a state machine without I/O or clock: who presents themselves when, how long
//! silence is borne, how much may come, what each error costs (facts/other-gateways.md §1). What is said in rooms is not
//! its business.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::i386chat::{
    ClientFrame, Command, ErrorCode, Event, Execute, Fault, HEARTBEAT, Number, Ready, ServerFrame, Unreadable,
};

/// The times and limits of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How often the client says that it is there. Two of them without a word end the connection (I386-R9, I386-R11).
    pub heartbeat: Duration,
    /// How many payloads of somebody who is not presented are answered; one more ends the connection (I386-R7).
    pub unpresented: u32,
    /// How many payloads may come at once; one more ends the connection (I386-R17).
    pub burst: u32,
    /// How soon one more may come.
    pub refill: Duration,
    /// How often one may move at once, because it costs more than other things; what is more is refused.
    pub moves: u32,
    /// How soon one may move once more.
    pub rest: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            heartbeat: HEARTBEAT,
            unpresented: 10,
            burst: 100,
            refill: Duration::from_millis(100),
            moves: 10,
            rest: Duration::from_secs(1),
        }
    }
}

impl Rules {
    fn patience(&self) -> Duration {
        self.heartbeat * 2
    }
}

/// What the owner of the connection does next.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Sends a text.
    Send(String),
    /// Looks up whose token this is, and tells [`Session::presented`].
    LookUp(String),
    /// Does what is asked, and tells what came of it.
    Do(Order),
    /// Closes the connection, after what was sent. Nothing follows.
    Close(ErrorCode),
}

/// What a client wants done.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The client's own count, for the answer.
    pub s: Option<Number>,
    /// What.
    pub command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nobody yet.
    Waiting {
        /// Until when that is borne.
        until: Instant,
        /// Payloads that were answered with 4005.
        refused: u32,
    },
    Presented,
    Closed,
}

/// How much may come: so much at once, and one more each time that a while has passed.
#[derive(Debug)]
struct Bucket {
    full_at: Instant,
}

impl Bucket {
    fn take(&mut self, now: Instant, burst: u32, refill: Duration) -> bool {
        let full_at = self.full_at.max(now) + refill;
        let is_within = full_at.saturating_duration_since(now) <= refill * burst;
        if is_within {
            self.full_at = full_at;
        }
        is_within
    }
}

/// One connection.
#[derive(Debug)]
pub struct Session {
    rules: Rules,
    state: State,
    /// When the last heartbeat came, or the connection.
    beat: Instant,
    /// When the last payload came.
    heard: Instant,
    payloads: Bucket,
    moves: Bucket,
    /// Events that were sent (I386-R2).
    told: u64,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A connection that was just opened: the client is told what is expected of it (I386-02), and the clock runs.
    #[must_use]
    pub fn open(now: Now, rules: Rules) -> Self {
        let mut session = Self {
            rules,
            state: State::Waiting { until: now.instant + rules.patience(), refused: 0 },
            beat: now.instant,
            heard: now.instant,
            payloads: Bucket { full_at: now.instant },
            moves: Bucket { full_at: now.instant },
            told: 0,
            outputs: VecDeque::new(),
        };
        session.send(&ServerFrame::Introduce { heartbeat: rules.heartbeat });
        session
    }

    /// A text came.
    pub fn receive(&mut self, now: Now, text: &str) {
        if self.state == State::Closed || !self.is_within_pace(now) {
            return;
        }
        match ClientFrame::parse(text) {
            Ok(ClientFrame::Heartbeat) => {
                self.beat = now.instant;
                self.send(&ServerFrame::Heartbeat);
            }
            Ok(ClientFrame::Present(present)) => match self.state {
                State::Waiting { .. } => self.outputs.push_back(Output::LookUp(present.token)),
                // The session stays as it is (I386-R10).
                State::Presented | State::Closed => self.malformed(None, "already identified"),
            },
            Ok(ClientFrame::Execute(Execute { s, command })) => match (self.state, command) {
                (State::Waiting { until, refused }, _) => {
                    self.state = State::Waiting { until, refused: refused + 1 };
                    if refused >= self.rules.unpresented {
                        self.end(ErrorCode::RateLimited);
                    } else {
                        self.refuse(Fault::of(ErrorCode::NotPresented, s));
                    }
                }
                (_, Some(command)) => self.outputs.push_back(Output::Do(Order { s, command })),
                (_, None) => self.malformed(s, ErrorCode::Malformed.reason()),
            },
            Err(Unreadable::Malformed) => self.malformed(None, ErrorCode::Malformed.reason()),
            Err(Unreadable::TooLong) => self.end(ErrorCode::TooLong),
        }
    }

    /// A binary frame came, which this dialect does not have (I386-01).
    pub fn receive_binary(&mut self, now: Now) {
        if self.state != State::Closed && self.is_within_pace(now) {
            self.malformed(None, "payloads are texts");
        }
    }

    /// Whose token it was: what to say to them, or why they cannot come in (I386-16, I386-R6).
    pub fn presented(&mut self, result: Result<Ready, ErrorCode>) {
        match (self.state, result) {
            (State::Waiting { .. }, Ok(ready)) => {
                self.state = State::Presented;
                self.send(&ServerFrame::Ready(ready));
            }
            (State::Waiting { .. }, Err(code)) => self.end(code),
            (State::Presented | State::Closed, _) => {}
        }
    }

    /// Tells an event, given as its [`Event::tail`]. Who is not presented hears nothing.
    pub fn tell(&mut self, tail: &str) {
        if self.state != State::Presented {
            return;
        }
        match ServerFrame::numbered(self.told + 1, tail) {
            Ok(text) => {
                self.told += 1;
                self.outputs.push_back(Output::Send(text));
            }
            // Events are fitted before; what is longer is none.
            Err(error) => tracing::error!(%error, "an event was not told"),
        }
    }

    /// Something that was asked was not done. Costs only itself.
    pub fn refuse(&mut self, fault: Fault) {
        if self.state != State::Closed {
            self.send(&ServerFrame::Error(fault));
        }
    }

    /// Ends the connection for an error: it is told, then follows the close frame (I386-22, I386-R4).
    pub fn end(&mut self, code: ErrorCode) {
        if self.state != State::Closed {
            self.send(&ServerFrame::Error(Fault::fatal(code)));
            self.state = State::Closed;
            self.outputs.push_back(Output::Close(code));
        }
    }

    /// The gateway goes down (I386-31, I386-R16). Who is not presented is told the error alone.
    pub fn go_down(&mut self) {
        self.tell(&Event::GatewayDown.tail());
        self.end(ErrorCode::ShuttingDown);
    }

    /// Whether whoever sent the last payload may move into a room now.
    pub fn may_move(&mut self) -> bool {
        self.moves.take(self.heard, self.rules.moves, self.rules.rest)
    }

    /// Whether nothing more comes of it.
    #[cfg(test)]
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// When to call [`Session::handle_timeout`] next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let silence = self.beat + self.rules.patience();
        match self.state {
            State::Waiting { until, .. } => Some(until.min(silence)),
            State::Presented => Some(silence),
            State::Closed => None,
        }
    }

    /// Does what is due: whoever sent no heartbeat, or did not present themselves, is closed.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.poll_timeout().is_some_and(|due| due <= now.instant) {
            self.end(ErrorCode::Timeout);
        }
    }

    /// The computer slept: nobody is closed for what could not be heard meanwhile.
    pub fn woke(&mut self, now: Now) {
        self.beat = now.instant;
        if let State::Waiting { until, .. } = &mut self.state {
            *until = now.instant + self.rules.patience();
        }
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn is_within_pace(&mut self, now: Now) -> bool {
        self.heard = now.instant;
        let is_within = self.payloads.take(now.instant, self.rules.burst, self.rules.refill);
        if !is_within {
            self.end(ErrorCode::RateLimited);
        }
        is_within
    }

    fn malformed(&mut self, s: Option<Number>, error: &str) {
        self.refuse(Fault::of(ErrorCode::Malformed, s).saying(error));
    }

    fn send(&mut self, frame: &ServerFrame) {
        match frame.text() {
            Ok(text) => self.outputs.push_back(Output::Send(text)),
            Err(error) => tracing::error!(%error, "a frame was not sent"),
        }
    }
}

#[cfg(test)]
mod tests;
