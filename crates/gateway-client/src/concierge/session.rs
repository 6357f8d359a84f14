//! The life of a session's connection: opening, identifying, live, lost, and again.

use std::collections::VecDeque;
use std::time::Instant;

use hearth_clock::Now;
use hearth_dialects::concierge::{SUBPROTOCOL, ServerFrame, ServerPayload, is_name};
use rand::SeedableRng;
use rand::rngs::StdRng;
use uuid::Uuid;

use super::connection::{After, Connection, HELLO_WITHIN, Live, OUR_GHOST, PACE, STABLE_AFTER};
use super::in_flight::{Asked, InFlight};
use super::outbox::Outbox;
use super::replica::Replica;
use super::wishes::Wishes;
use super::{
    ConciergeConfig, EndpointError, Event, Input, NotSent, Output, Refusal, Request, Status, endpoint, wire,
};
use crate::backoff::{Backoff, Plan};
use crate::connection::{CLOSE_GIVEN_UP, CLOSE_NORMAL, OPEN_WITHIN};
use crate::liveness::{Due, Liveness};
use crate::machine::{Link, Machine, OpenFailure, SocketId};

/// A client session. See the [module](super).
#[derive(Debug)]
pub struct Session {
    config: ConciergeConfig,
    url: String,
    rng: StdRng,
    pub(super) connection: Connection,
    backoff: Backoff,
    /// A hello was heard at this address once.
    known: bool,
    /// When a live connection was lost last.
    lost_at: Option<Instant>,
    next_socket: u64,
    pub(super) wishes: Wishes,
    pub(super) there: Replica,
    pub(super) outbox: Outbox,
    /// Wishes or what there is may have changed since they were compared.
    pub(super) unsettled: bool,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A session that is offline until [`Request::Connect`].
    ///
    /// # Errors
    /// [`EndpointError`] when the address is no gateway address.
    pub fn new(config: ConciergeConfig) -> Result<Self, EndpointError> {
        Ok(Self {
            url: endpoint(&config.url)?,
            rng: StdRng::seed_from_u64(config.seed),
            config,
            connection: Connection::Offline,
            backoff: Backoff::new(Plan::WIDE),
            known: false,
            lost_at: None,
            next_socket: 0,
            wishes: Wishes::default(),
            there: Replica::default(),
            outbox: Outbox::default(),
            unsettled: false,
            outputs: VecDeque::new(),
        })
    }

    fn connect(&mut self, now: Instant) {
        if !is_name(&self.config.name) {
            return self.refuse(Refusal::BadName);
        }
        let socket = SocketId(self.next_socket);
        self.next_socket += 1;
        self.connection = Connection::Opening { socket, until: now + OPEN_WITHIN };
        self.outputs.push_back(Output::Open(socket, self.url.clone()));
        self.status(Status::Connecting);
    }

    fn disconnect(&mut self) {
        self.close(CLOSE_NORMAL);
        if !matches!(self.connection, Connection::Offline) {
            self.connection_gone(Connection::Offline);
            self.give_back_all();
            self.status(Status::Offline);
        }
        self.lost_at = None;
    }

    fn request(&mut self, now: Instant, request: Request) {
        self.unsettled = true;
        match request {
            Request::Connect => {
                if matches!(self.connection, Connection::Offline | Connection::Refused) {
                    self.backoff.reset();
                    self.connect(now);
                }
            }
            Request::Retry => {
                if matches!(self.connection, Connection::Waiting { .. } | Connection::Refused) {
                    self.backoff.reset();
                    self.connect(now);
                }
            }
            Request::Disconnect => self.disconnect(),
            Request::CreateService { service, nickname } => self.own(now, service, nickname),
            Request::DeleteService { service } => self.disown(now, &service),
            Request::Subscribe { service } => self.wishes.follow(service),
            Request::Unsubscribe { service } => self.unfollow(now, &service),
            Request::Send { ticket, target, data } => self.write(now, ticket, target, data),
        }
    }

    fn opened(&mut self, now: Instant, socket: SocketId) {
        if matches!(self.connection, Connection::Opening { .. }) {
            self.connection = Connection::Greeting { socket, until: now + HELLO_WITHIN, stage: () };
            self.outputs.push_back(Output::Text(socket, wire::identification(&self.config)));
        }
    }

    fn text(&mut self, now: Instant, socket: SocketId, text: &str) {
        match (ServerFrame::decode(text), &self.connection) {
            (Ok(frame), Connection::Live(_)) => self.heard(frame),
            (
                Ok(ServerFrame { payload: ServerPayload::Hello { uuid, .. }, .. }),
                Connection::Greeting { .. },
            ) => {
                self.live(now, socket, uuid);
            }
            (Err(_), Connection::Greeting { .. }) if !self.known => {
                self.close(CLOSE_GIVEN_UP);
                self.lost(now, After::Never(Refusal::Protocol));
            }
            // A frame that cannot be read costs only itself, and before the hello none is for us.
            _ => {}
        }
    }

    fn live(&mut self, now: Instant, socket: SocketId, uuid: Uuid) {
        self.known = true;
        self.lost_at = None;
        self.there.clear();
        self.connection = Connection::Live(Box::new(Live {
            socket,
            uuid,
            since: now,
            liveness: Liveness::new(now, PACE),
            in_flight: InFlight::default(),
            services_missing: true,
            clients_missing: true,
            look_at: now,
            resync_at: now,
        }));
        self.tell_connected();
        self.ask_for_lists(now);
    }

    /// A connection was lost, or not made.
    fn lost(&mut self, now: Instant, after: After) {
        if self.connection.live().is_some() {
            self.lost_at = Some(now);
        }
        if self.connection.is_stable(now, STABLE_AFTER) {
            self.backoff.reset();
        }
        let ghost = self.lost_at.is_some_and(|at| now < at + OUR_GHOST);
        match after {
            After::Never(why) if why != Refusal::NameTaken || !ghost => self.refuse(why),
            After::Never(_) | After::Retry => {
                let retry_at = now + self.backoff.failed(&mut self.rng);
                self.connection_gone(Connection::Waiting { retry_at });
                self.status(Status::Waiting { retry_at });
            }
        }
    }

    fn refuse(&mut self, why: Refusal) {
        self.connection_gone(Connection::Refused);
        self.give_back_all();
        self.status(Status::Refused(why));
    }

    fn connection_gone(&mut self, next: Connection) {
        let before = std::mem::replace(&mut self.connection, next);
        self.wishes.lost();
        if let Connection::Live(live) = before {
            for asked in live.in_flight.into_asked() {
                if let Asked::Message { ticket, .. } = asked {
                    self.event(Event::NotSent { ticket, why: NotSent::Lost });
                }
            }
        }
    }

    /// Messages that wait for a connection that is not wanted, or will not be had.
    fn give_back_all(&mut self) {
        while let Some(letter) = self.outbox.pop() {
            self.event(Event::NotSent { ticket: letter.ticket, why: NotSent::NotConnected });
        }
    }

    fn give_up(&mut self, now: Instant) {
        self.close(CLOSE_GIVEN_UP);
        self.lost(now, After::Retry);
    }

    fn close(&mut self, code: u16) {
        if let Some(socket) = self.connection.socket() {
            self.outputs.push_back(Output::Close(socket, code));
        }
    }

    fn keep_alive(&mut self, now: Instant) {
        while let Connection::Live(live) = &mut self.connection {
            let socket = live.socket;
            match live.liveness.take_due(now) {
                None => return,
                Some(Due::Ask) => self.outputs.push_back(Output::Ping(socket)),
                Some(Due::Dead) => self.give_up(now),
            }
        }
    }

    fn pong(&mut self, now: Instant) {
        if let Connection::Live(live) = &mut self.connection
            && live.liveness.answered(now)
        {
            self.tell_connected();
        }
    }

    fn tell_connected(&mut self) {
        if let Connection::Live(live) = &self.connection {
            let (uuid, latency) = (live.uuid.to_string(), live.liveness.latency());
            self.status(Status::Connected { uuid, latency });
        }
    }

    fn is_ours(&self, socket: SocketId) -> bool {
        self.connection.socket() == Some(socket)
    }

    pub(super) fn say(&mut self, socket: SocketId, text: String) {
        self.outputs.push_back(Output::Text(socket, text));
    }

    pub(super) fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn status(&mut self, status: Status) {
        self.event(Event::Status(status));
    }
}

impl Machine for Session {
    type Request = Request;
    type Event = Event;

    fn link(&self) -> Link {
        Link { subprotocols: &[SUBPROTOCOL], ..Link::default() }
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let told = self.has_lists().then(|| self.there.due()).flatten();
        [self.connection.due(), self.outbox.due(), told].into_iter().flatten().min()
    }

    fn handle(&mut self, now: Now, input: Input) {
        let now = now.instant;
        match input {
            Input::Request(request) => self.request(now, request),
            Input::Opened(socket) if self.is_ours(socket) => self.opened(now, socket),
            Input::OpenFailed(socket, failure) if self.is_ours(socket) => self.open_failed(now, &failure),
            Input::Closed(socket, code, _) if self.is_ours(socket) => {
                let live = matches!(self.connection, Connection::Live(_));
                self.lost(now, After::close(code, live));
            }
            Input::Text(socket, text) if self.is_ours(socket) => self.text(now, socket, &text),
            Input::Pong(socket) if self.is_ours(socket) => self.pong(now),
            // Of a socket that is given up, and what no server sends.
            _ => {}
        }
        self.settle(now);
    }

    fn handle_timeout(&mut self, now: Now) {
        let now = now.instant;
        if self.connection.due().is_some_and(|due| due <= now) {
            match self.connection {
                Connection::Opening { .. } | Connection::Greeting { .. } => self.give_up(now),
                Connection::Waiting { .. } => self.connect(now),
                Connection::Live(_) => {
                    self.keep_alive(now);
                    self.look_after(now);
                }
                Connection::SigningIn { .. } | Connection::Offline | Connection::Refused => {}
            }
        }
        while let Some(letter) = self.outbox.take_expired(now) {
            self.event(Event::NotSent { ticket: letter.ticket, why: NotSent::NotConnected });
        }
        self.settle(now);
    }

    fn leave(&mut self, _now: Now) {
        self.disconnect();
    }
}

impl Session {
    fn open_failed(&mut self, now: Instant, failure: &OpenFailure) {
        self.lost(now, After::open_failed(failure, self.known));
    }

    /// Brings what is to be had and what was told up to date with what just happened.
    fn settle(&mut self, now: Instant) {
        self.keep_alive(now);
        if self.has_lists() {
            if std::mem::take(&mut self.unsettled) {
                self.pursue_wishes(now);
            }
            self.send_letters(now);
            if let Some(directory) = self.there.take(now) {
                self.event(Event::Directory(directory));
            }
        }
    }
}
