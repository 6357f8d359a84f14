//! The world: a hub, clients, and between them connections with delays, byte budgets and dead directions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::{Duration, Instant};

use hearth_clock::{Clock, Now};
use hearth_gateway::hub::{ConnectionId, Hub, HubConfig, Output as HubOutput, Peer, SeededRandom};
use hearth_gateway_client::group::{Event, Group, Request, Status, Visibility};
use hearth_gateway_client::machine::Machine;
use hearth_gateway_client::puff::{Input, OpenFailure, Output, Session, SessionConfig, SocketId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

pub const MS: Duration = Duration::from_millis(1);

/// Bytes around a text of a WebSocket frame, and of a ping.
const FRAME_BYTES: u64 = 6;

/// One participant.
pub struct Client {
    session: Session,
    connection: Option<(SocketId, ConnectionId)>,
    socket: Option<SocketId>,
    wake_at: Option<Instant>,
    pub group: Option<Box<Group>>,
    pub status: Status,
    /// Everything but changes of the group, with the instant.
    pub events: Vec<(Instant, Event)>,
}

/// One connection.
struct Wire {
    client: usize,
    socket: SocketId,
    up_until: Instant,
    down_until: Instant,
    /// Bytes, of both directions, until it is cut.
    budget: Option<u64>,
    up_dead: bool,
    down_dead: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Arrival {
    Wake(usize),
    Dial(usize, u64),
    Opened(u64),
    DialFailed(usize, u64),
    Up(u64, String),
    UpPing(u64),
    UpClosed(u64),
    Down(u64, String),
    Pong(u64),
    DownClosed(u64, Option<u16>),
}

pub struct Town {
    pub hub: Hub,
    pub up: bool,
    pub now: Now,
    pub rng: StdRng,
    pub clients: Vec<Client>,
    /// When connections reached the hub.
    pub arrivals: Vec<Instant>,
    /// New connections are cut after so many bytes at most.
    pub cut_within: Option<u64>,
    pub cuts: usize,
    config: HubConfig,
    wires: BTreeMap<u64, Wire>,
    queue: BinaryHeap<Reverse<(Instant, u64, Arrival)>>,
    sequence: u64,
    last_connection: u64,
}

impl Town {
    pub fn new(seed: u64, clients: usize, config: HubConfig) -> Self {
        let now = Clock::new().now();
        let client = |n: usize| {
            let config =
                SessionConfig { url: "ws://hub".into(), seed: seed.wrapping_mul(1_000_003) + n as u64 };
            Client {
                session: Session::new(config).unwrap(),
                connection: None,
                socket: None,
                wake_at: None,
                group: None,
                status: Status::Offline,
                events: vec![],
            }
        };
        Self {
            hub: Hub::new(config.clone(), Box::new(SeededRandom::new(seed))),
            up: true,
            now,
            rng: StdRng::seed_from_u64(seed),
            clients: (0..clients).map(client).collect(),
            arrivals: vec![],
            cut_within: None,
            cuts: 0,
            config,
            wires: BTreeMap::new(),
            queue: BinaryHeap::new(),
            sequence: 0,
            last_connection: 0,
        }
    }

    /// Everybody connects, some time within `within`, and groups of `size` form.
    pub fn settle(&mut self, within: Duration, size: usize) {
        for n in 0..self.clients.len() {
            self.request(n, Request::Connect);
            self.run(within / u32::try_from(self.clients.len()).unwrap());
        }
        self.run(1000 * MS);
        for first in (0..self.clients.len()).step_by(size) {
            let visibility = Visibility::Private;
            self.request(first, Request::Create { name: "Porch".into(), visibility, countdown: None });
        }
        self.run(1000 * MS);
        for n in 0..self.clients.len() {
            if n % size != 0 {
                let code = self.clients[n - n % size].group.as_ref().expect("created").id.clone();
                self.request(n, Request::Join(code));
            }
        }
        self.run(1000 * MS);
        assert!(self.clients.iter().all(|client| client.group.is_some()));
    }

    pub fn request(&mut self, n: usize, request: Request) {
        self.input(n, Input::Request(request));
        self.hub_outputs();
    }

    pub fn is_connected(&self, n: usize) -> bool {
        matches!(self.clients[n].status, Status::Connected { .. })
    }

    /// Lets time pass.
    pub fn run(&mut self, time: Duration) {
        let end = self.now.instant + time;
        loop {
            let queued = self.queue.peek().map(|Reverse((at, ..))| *at);
            let hub = self.hub.poll_timeout().filter(|_| self.up);
            let Some(next) = [queued, hub].into_iter().flatten().min().filter(|next| *next <= end) else {
                break;
            };
            self.now = self.now.later(next.saturating_duration_since(self.now.instant));
            if hub.is_some_and(|due| due <= self.now.instant) {
                self.hub.handle_timeout(self.now);
            }
            while self.queue.peek().is_some_and(|Reverse((at, ..))| *at <= self.now.instant) {
                let Reverse((_, _, arrival)) = self.queue.pop().unwrap();
                self.arrive(arrival);
                self.hub_outputs();
            }
            self.hub_outputs();
        }
        self.now = self.now.later(end.saturating_duration_since(self.now.instant));
    }

    /// The gateway's process ends; with a word or without.
    pub fn stop(&mut self, with_a_word: bool) {
        self.up = false;
        let open: Vec<u64> = self.wires.keys().copied().collect();
        for connection in open {
            self.close_down(connection, with_a_word.then_some(1001));
        }
    }

    /// A new process, which has forgotten everything.
    pub fn start(&mut self) {
        self.hub = Hub::new(self.config.clone(), Box::new(SeededRandom::new(self.rng.random())));
        self.up = true;
    }

    /// All connections end at the same moment; the gateway goes on, and nobody reaches it for a while.
    pub fn cut_everybody(&mut self) {
        let open: Vec<u64> = self.wires.keys().copied().collect();
        for connection in open {
            self.cut(connection);
        }
    }

    pub fn cut_client(&mut self, n: usize) {
        if let Some((_, ConnectionId(connection))) = self.clients[n].connection {
            self.cut(connection);
        }
    }

    /// One direction of a client's link carries nothing any more, and nobody is told.
    pub fn deafen(&mut self, n: usize, up: bool, down: bool) {
        let (_, ConnectionId(connection)) = self.clients[n].connection.unwrap();
        let wire = self.wires.get_mut(&connection).unwrap();
        (wire.up_dead, wire.down_dead) = (up, down);
    }

    fn push(&mut self, at: Instant, arrival: Arrival) {
        self.sequence += 1;
        self.queue.push(Reverse((at, self.sequence, arrival)));
    }

    fn after(&mut self, from_ms: u64, to_ms: u64) -> Instant {
        let micros = self.rng.random_range(from_ms * 1000..=to_ms * 1000);
        self.now.instant + Duration::from_micros(micros)
    }

    fn input(&mut self, n: usize, input: Input) {
        self.clients[n].session.handle(self.now, input);
        self.session_outputs(n);
    }

    fn session_outputs(&mut self, n: usize) {
        while let Some(output) = self.clients[n].session.poll_output() {
            match output {
                Output::Open(socket, _) => {
                    self.clients[n].socket = Some(socket);
                    let at = self.after(5, 60);
                    self.push(at, Arrival::Dial(n, socket.0));
                }
                Output::Text(socket, text) => {
                    if let Some(connection) = self.connection(n, socket) {
                        let at = self.way_up(connection);
                        self.push(at, Arrival::Up(connection, text));
                    }
                }
                Output::Ping(socket) => {
                    if let Some(connection) = self.connection(n, socket) {
                        let at = self.way_up(connection);
                        self.push(at, Arrival::UpPing(connection));
                    }
                }
                Output::Close(socket, _) => {
                    if let Some(connection) = self.connection(n, socket) {
                        let at = self.way_up(connection);
                        self.push(at, Arrival::UpClosed(connection));
                    }
                    self.clients[n].socket = None;
                    self.clients[n].connection = None;
                }
                Output::Http(..) => panic!("this dialect asks nothing over HTTP"),
                Output::Event(Event::Group(group)) => self.clients[n].group = group,
                Output::Event(event) => {
                    if let Event::Status(status) = &event {
                        self.clients[n].status = status.clone();
                    }
                    self.clients[n].events.push((self.now.instant, event));
                }
            }
        }
        let due = self.clients[n].session.poll_timeout();
        if let Some(due) = due.filter(|due| self.clients[n].wake_at.is_none_or(|at| *due < at)) {
            self.clients[n].wake_at = Some(due);
            self.push(due, Arrival::Wake(n));
        }
    }

    fn hub_outputs(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            if !self.up {
                continue;
            }
            if let HubOutput::Send { to: ConnectionId(to), text } = output {
                let at = self.way_down(to);
                self.push(at, Arrival::Down(to, text.to_string()));
            } else if let HubOutput::Close { to: ConnectionId(to), code, .. } = output {
                let at = self.way_down(to);
                self.push(at, Arrival::DownClosed(to, Some(code)));
            }
        }
    }

    fn arrive(&mut self, arrival: Arrival) {
        let now = self.now;
        match arrival {
            Arrival::Wake(n) => {
                if self.clients[n].wake_at.take_if(|at| *at <= now.instant).is_some() {
                    self.clients[n].session.handle_timeout(now);
                }
                self.session_outputs(n);
            }
            Arrival::Dial(n, socket) if !self.up => {
                let at = self.after(1, 50);
                self.push(at, Arrival::DialFailed(n, socket));
            }
            Arrival::Dial(n, socket) => {
                self.last_connection += 1;
                let connection = self.last_connection;
                let budget = self.cut_within.map(|most| self.rng.random_range(0..most));
                let (at, socket) = (now.instant, SocketId(socket));
                let wire = Wire {
                    client: n,
                    socket,
                    up_until: at,
                    down_until: at,
                    budget,
                    up_dead: false,
                    down_dead: false,
                };
                self.wires.insert(connection, wire);
                self.arrivals.push(at);
                let at = self.way_down(connection);
                self.push(at, Arrival::Opened(connection));
                self.hub.connect(now, ConnectionId(connection), Peer::LOOPBACK);
            }
            Arrival::DialFailed(n, socket) => {
                let failure = OpenFailure::Network("refused".into());
                self.input(n, Input::OpenFailed(SocketId(socket), failure));
            }
            Arrival::Opened(connection) => {
                if let Some((n, socket)) = self.ends(connection) {
                    self.clients[n].connection = Some((socket, ConnectionId(connection)));
                    self.input(n, Input::Opened(socket));
                }
            }
            Arrival::Up(connection, text) => {
                if self.carries(connection, text.len() as u64, true) && self.up {
                    self.hub.receive(now, ConnectionId(connection), &text);
                }
            }
            Arrival::UpPing(connection) => {
                if self.carries(connection, 0, true) && self.up {
                    let at = self.way_down(connection);
                    self.push(at, Arrival::Pong(connection));
                }
            }
            Arrival::UpClosed(connection) => {
                self.wires.remove(&connection);
                if self.up {
                    self.hub.disconnect(now, ConnectionId(connection));
                }
            }
            Arrival::Down(connection, text) => {
                if self.carries(connection, text.len() as u64, false)
                    && let Some((n, socket)) = self.ends(connection)
                {
                    self.input(n, Input::Text(socket, text));
                }
            }
            Arrival::Pong(connection) => {
                if self.carries(connection, 0, false)
                    && let Some((n, socket)) = self.ends(connection)
                {
                    self.input(n, Input::Pong(socket));
                }
            }
            Arrival::DownClosed(connection, code) => {
                if self.wires.get(&connection).is_some_and(|wire| wire.down_dead && code.is_some()) {
                    return;
                }
                let ends = self.wires.remove(&connection).map(|wire| (wire.client, wire.socket));
                if let Some((n, socket)) = ends {
                    self.input(n, Input::Closed(socket, code, String::new()));
                }
            }
        }
    }

    /// Whether so many bytes get through; a connection whose budget ends here is cut in the middle of them.
    fn carries(&mut self, connection: u64, bytes: u64, up: bool) -> bool {
        let Some(wire) = self.wires.get_mut(&connection) else { return false };
        if if up { wire.up_dead } else { wire.down_dead } {
            return false;
        }
        let Some(budget) = &mut wire.budget else { return true };
        let left = budget.checked_sub(bytes + FRAME_BYTES);
        *budget = left.unwrap_or(0);
        if left.is_none() {
            wire.budget = None;
            self.cuts += 1;
            self.cut(connection);
        }
        left.is_some()
    }

    /// Ends a connection: nothing gets through from here on, and both ends notice, each in its own time.
    fn cut(&mut self, connection: u64) {
        let Some(wire) = self.wires.get_mut(&connection) else { return };
        (wire.up_dead, wire.down_dead) = (true, true);
        let at = self.after(0, 50);
        self.push(at, Arrival::DownClosed(connection, None));
        let at = self.after(60, 1500);
        self.push(at, Arrival::UpClosed(connection));
    }

    fn close_down(&mut self, connection: u64, code: Option<u16>) {
        let at = self.after(0, 60);
        self.push(at, Arrival::DownClosed(connection, code));
    }

    fn ends(&self, connection: u64) -> Option<(usize, SocketId)> {
        let wire = self.wires.get(&connection)?;
        (self.clients[wire.client].socket == Some(wire.socket)).then_some((wire.client, wire.socket))
    }

    fn connection(&self, n: usize, socket: SocketId) -> Option<u64> {
        let (open, ConnectionId(connection)) = self.clients[n].connection?;
        (open == socket && self.wires.contains_key(&connection)).then_some(connection)
    }

    fn way_up(&mut self, connection: u64) -> Instant {
        let at = self.after(5, 60);
        self.wires.get_mut(&connection).map_or(at, |wire| in_order(&mut wire.up_until, at))
    }

    fn way_down(&mut self, connection: u64) -> Instant {
        let at = self.after(5, 60);
        self.wires.get_mut(&connection).map_or(at, |wire| in_order(&mut wire.down_until, at))
    }
}

/// Not before what was sent before it.
fn in_order(until: &mut Instant, at: Instant) -> Instant {
    *until = at.max(*until + Duration::from_nanos(1));
    *until
}
