//! The life of a session's connection: opening, hello, resume, live, lost, and again.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::puff::{ClientOp, CloseCode};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::chat::Chat;
use super::clock_sync::ClockSync;
use super::connection::{ANSWER_WITHIN, After, BACKOFF, Connection, STABLE_AFTER, Stage};
use super::device_feed::{DeviceFeed, Telling};
use super::identity::{Pair, ServerKind};
use super::liveness::Due;
use super::membership::Membership;
use super::voice::Asked;
use super::{EndpointError, Input, OpenFailure, Output, SessionConfig, SocketId, endpoint};
use crate::backoff::{Backoff, Concerns};
use crate::connection::{CLOSE_GIVEN_UP, CLOSE_NORMAL, OPEN_WITHIN};
use crate::group::{self, ActionRefusal, Refusal, Status};
use crate::machine::Machine;

/// Marks (away, strain) that a gateway refused to take so soon are told again after this long.
pub(super) const MARKS_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// Whom it concerns that a socket was closed with this code. Some codes are about one session; everything else may
/// be the end of the gateway.
fn concerns(code: Option<CloseCode>) -> Concerns {
    match code {
        Some(
            CloseCode::InvalidResume
            | CloseCode::HeartbeatMissed
            | CloseCode::Superseded
            | CloseCode::TooSlow,
        ) => Concerns::Us,
        _ => Concerns::PerhapsAll,
    }
}

/// A client session. See the [module](super).
#[derive(Debug)]
pub struct Session {
    url: String,
    rng: StdRng,
    pub(super) connection: Connection,
    backoff: Backoff,
    /// A hello was heard at this address once.
    pub(super) known_gateway: bool,
    next_socket: u64,
    pub(super) server: ServerKind,
    /// Who this session is, as long as it may be resumed.
    pub(super) pair: Option<Pair>,
    /// The owner left the group while the connection was lost; the gateway does not know yet.
    pub(super) leave_unsaid: bool,
    pub(super) membership: Membership,
    pub(super) device: DeviceFeed,
    pub(super) marks: Marks,
    pub(super) chat: Chat,
    pub(super) clock: ClockSync,
    /// The longest countdown that the owner of a group can choose here.
    pub(super) countdown: Option<Duration>,
    /// Groups have voice rooms here.
    pub(super) offers_voice: bool,
    /// Access to one was asked for.
    pub(super) voice_asked: Option<Asked>,
    pub(super) next_http: u64,
    /// Own group was joined by ourselves after creating; the gateway may say that it had done so already.
    pub(super) expect_already_in: bool,
    outputs: VecDeque<Output>,
}

/// What a person says about themselves; told again whenever the gateway may have forgotten.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub away: bool,
    pub strain: Option<String>,
    pub mobile: bool,
    pub again_at: Option<Instant>,
}

impl Session {
    /// A session that is offline until [`group::Request::Connect`].
    ///
    /// # Errors
    /// [`EndpointError`] when the address is no gateway address.
    pub fn new(config: SessionConfig) -> Result<Self, EndpointError> {
        Ok(Self {
            url: endpoint(&config.url)?,
            rng: StdRng::seed_from_u64(config.seed),
            connection: Connection::Offline,
            backoff: Backoff::new(BACKOFF),
            known_gateway: false,
            next_socket: 0,
            server: ServerKind::Unknown,
            pair: None,
            leave_unsaid: false,
            membership: Membership::None,
            device: DeviceFeed::default(),
            marks: Marks::default(),
            chat: Chat::default(),
            clock: ClockSync::default(),
            countdown: None,
            offers_voice: false,
            voice_asked: None,
            next_http: 0,
            expect_already_in: false,
            outputs: VecDeque::new(),
        })
    }

    /// Which gateway this is, as far as it has shown.
    #[must_use]
    pub fn server_kind(&self) -> ServerKind {
        self.server
    }

    fn is_ours(&self, socket: SocketId) -> bool {
        self.connection.socket() == Some(socket)
    }

    /// Where the gateway is.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The socket that is cared for.
    pub(super) fn socket(&self) -> Option<SocketId> {
        self.connection.socket()
    }

    /// Requests can be sent.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.connection, Connection::Live(_))
    }

    pub(super) fn connect(&mut self, now: Instant) {
        match self.connection {
            Connection::Offline | Connection::Refused => {
                self.backoff.reset();
                self.event(group::Event::Status(Status::Connecting));
                self.open(now);
            }
            Connection::Waiting { .. } => self.open(now),
            _ => {}
        }
    }

    /// Leaves the group and closes.
    pub(super) fn disconnect(&mut self) {
        if self.is_live() && !matches!(self.membership, Membership::None) {
            self.send(&ClientOp::Leave);
        }
        self.close(CLOSE_NORMAL);
        self.forget_group();
        self.pair = None;
        self.leave_unsaid = false;
        if !matches!(self.connection, Connection::Offline) {
            self.connection = Connection::Offline;
            self.event(group::Event::Status(Status::Offline));
        }
    }

    fn open(&mut self, now: Instant) {
        let socket = SocketId(self.next_socket);
        self.next_socket += 1;
        self.connection = Connection::Opening { socket, until: now + OPEN_WITHIN };
        self.outputs.push_back(Output::Open(socket, self.url.clone()));
    }

    fn open_failed(&mut self, now: Instant, failure: &OpenFailure) {
        self.lost(now, After::open_failed(failure, self.known_gateway), Concerns::PerhapsAll);
    }

    pub(super) fn close(&mut self, code: u16) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Close(socket, code));
        }
    }

    /// The other end does not answer, or answers nonsense.
    pub(super) fn give_up(&mut self, now: Instant, after: After, concerns: Concerns) {
        self.close(CLOSE_GIVEN_UP);
        self.lost(now, after, concerns);
    }

    pub(super) fn lost(&mut self, now: Instant, after: After, concerns: Concerns) {
        if self.connection.is_stable(now, STABLE_AFTER) {
            self.backoff.reset();
        }
        let resuming = match &self.connection {
            Connection::Greeting { stage: Stage::Resuming(hello), .. } => Some(hello.session_token.clone()),
            _ => None,
        };
        match (after, resuming, &mut self.pair) {
            (After::Never(refusal), ..) => return self.refuse(refusal),
            (After::Resume, Some(token), Some(pair)) => pair.in_doubt(token),
            (After::Fresh, Some(_), Some(pair)) => {
                if !pair.refused() {
                    self.pair = None;
                }
            }
            (After::Fresh, ..) => self.pair = None,
            (After::Resume, ..) => {}
        }
        let concerns = if self.known_gateway { concerns } else { Concerns::Us };
        let retry_at = now + self.backoff.failed_for(concerns, &mut self.rng);
        self.connection = Connection::Waiting { retry_at };
        self.membership_lost(now);
        let attempt = self.backoff.failures();
        self.event(group::Event::Status(match self.known_gateway {
            true => Status::Reconnecting { attempt, retry_at },
            false => Status::Unreached { attempt, retry_at },
        }));
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.connection = Connection::Refused;
        self.pair = None;
        self.leave_unsaid = false;
        self.forget_group();
        self.event(group::Event::Status(Status::Refused(refusal)));
    }

    pub(super) fn keep_alive(&mut self, now: Instant) {
        while let Connection::Live(live) = &mut self.connection {
            let socket = live.socket;
            match live.liveness.take_due(now) {
                None => return,
                Some(Due::Heartbeat) => self.send(&ClientOp::Heartbeat),
                Some(Due::Ping) => self.outputs.push_back(Output::Ping(socket)),
                Some(Due::ClockPing) => {
                    let number = self.clock.asked(now);
                    self.send(&ClientOp::Clock { client_time: number });
                }
                Some(Due::Dead) => self.give_up(now, After::Resume, Concerns::Us),
            }
        }
    }

    /// A clock ping was answered.
    pub(super) fn clock_answered(&mut self, now: Instant, number: u64, server_time: u64) {
        if let Some(took) = self.clock.answered(now, number, server_time) {
            self.round_trip(now, took);
        }
    }

    fn round_trip(&mut self, now: Instant, took: Duration) {
        let Connection::Live(live) = &mut self.connection else { return };
        if live.liveness.measured(took) {
            self.tell_connected();
        }
        let gateway_ms = self.clock.shows(now);
        self.event(group::Event::RoundTrip { took, gateway_ms });
    }

    pub(super) fn tell_connected(&mut self) {
        if let Connection::Live(live) = &self.connection {
            let latency = live.liveness.latency();
            let (countdown, voice) = (self.countdown, self.offers_voice);
            let status = Status::Connected { latency, resumed: live.resumed, countdown, voice };
            self.event(group::Event::Status(status));
        }
    }

    /// Tells the gateway what is due of the own device. Outside a group it is never told: there, one gateway
    /// answers an error and another loses the session (facts §10).
    fn tell_device(&mut self, now: Instant) {
        if !self.membership.is_in() {
            return;
        }
        match self.device.take(now) {
            Some(Telling::State(state)) => self.send(&ClientOp::DeviceState(state)),
            Some(Telling::Gone) => {
                self.send(&ClientOp::DisconnectDevice);
                // The Elixir gateway takes an unplugged member for present again.
                if self.server == ServerKind::Elixir {
                    self.tell_all_marks();
                }
            }
            None => {}
        }
    }

    pub(super) fn send(&mut self, op: &ClientOp) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Text(socket, op.encode()));
        }
    }

    pub(super) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(super) fn event(&mut self, event: group::Event) {
        self.output(Output::Event(event));
    }

    pub(super) fn refused(&mut self, refusal: ActionRefusal) {
        self.event(group::Event::Refused(refusal));
    }
}

impl Machine for Session {
    type Request = group::Request;
    type Event = group::Event;

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let live = match &self.connection {
            Connection::Live(live) => Some(live),
            _ => None,
        };
        let membership = live.and_then(|_| self.membership.due());
        let in_group = live.filter(|_| self.membership.is_in());
        let device = in_group.and_then(|live| self.device.due(live.since));
        let marks = in_group.and(self.marks.again_at);
        [self.connection.due(), membership, device, marks].into_iter().flatten().min()
    }

    fn handle_timeout(&mut self, now: Now) {
        let now = now.instant;
        if self.connection.due().is_some_and(|due| due <= now) {
            match self.connection {
                // Whether the gateway took the resume is not known: start over with neither.
                Connection::Greeting { stage: Stage::Resuming(_), .. } => {
                    self.give_up(now, After::Fresh, Concerns::PerhapsAll);
                }
                Connection::Opening { .. } | Connection::Greeting { .. } => {
                    self.give_up(now, After::Resume, Concerns::PerhapsAll);
                }
                Connection::Waiting { .. } => self.open(now),
                Connection::Live(_) => self.keep_alive(now),
                Connection::SigningIn { .. } | Connection::Offline | Connection::Refused => {}
            }
        }
        if self.is_live() {
            self.membership_timeout(now);
            if self.marks.again_at.is_some_and(|at| at <= now) {
                self.tell_marks();
            }
            self.tell_device(now);
        }
    }

    fn handle(&mut self, now: Now, input: Input) {
        let now = now.instant;
        match input {
            Input::Request(request) => self.request(now, request),
            Input::Opened(socket) => {
                if matches!(self.connection, Connection::Opening { socket: ours, .. } if ours == socket) {
                    self.connection =
                        Connection::Greeting { socket, until: now + ANSWER_WITHIN, stage: Stage::Hello };
                }
            }
            Input::OpenFailed(socket, failure) if self.is_ours(socket) => self.open_failed(now, &failure),
            Input::Closed(socket, code, _) if self.is_ours(socket) => {
                let code = code.map(CloseCode::from_code);
                self.lost(now, After::close(code), concerns(code));
            }
            Input::Text(socket, text) if self.is_ours(socket) => self.text(now, &text),
            Input::Pong(socket) if self.is_ours(socket) => {
                if let Connection::Live(live) = &mut self.connection {
                    live.liveness.heard();
                    if let Some(took) = live.liveness.pong(now) {
                        self.round_trip(now, took);
                    }
                }
            }
            Input::Http(id, answer) => self.http_answered(id, answer),
            // We never ask for compression, so a binary message means nothing; but the link lives.
            Input::Binary(socket, _) if self.is_ours(socket) => self.heard(),
            Input::OpenFailed(..)
            | Input::Closed(..)
            | Input::Text(..)
            | Input::Ping(_)
            | Input::Pong(_)
            | Input::Binary(..) => {}
        }
        if self.is_live() {
            self.tell_device(now);
        }
    }

    fn leave(&mut self, _: Now) {
        self.disconnect();
    }
}
