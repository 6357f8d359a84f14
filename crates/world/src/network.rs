//! Connections between parties and the gateway: ordered, delayed, sometimes repeated, sometimes gone.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hearth_gateway::hub::{ConnectionId, Output as HubOutput, Verdict};
use hearth_gateway_client::puff::{Input, OpenFailure, Output, SocketId};
use rand::RngExt;

use crate::gateway::named_start;
use crate::options::Range;
use crate::party::PartyId;
use crate::queue::Arrival;
use crate::world::World;

/// A refused attempt to connect is told this fast.
const REFUSED_AFTER: Range = Range::ms(1, 50);
/// A party notices a cut connection within this time.
const PARTY_NOTICES: Range = Range::ms(0, 300);
/// The gateway notices a cut connection within this time.
const GATEWAY_NOTICES: Range = Range::ms(0, 1500);

/// One connection.
#[derive(Debug)]
pub(crate) struct Wire {
    pub party: PartyId,
    pub socket: SocketId,
    state: WireState,
    up_until: Instant,
    down_until: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WireState {
    /// Frames pass.
    Open,
    /// Frames vanish and nobody is told.
    Silent,
    /// Over.
    Gone,
}

/// All connections that ever were.
#[derive(Debug, Default)]
pub(crate) struct Wires(BTreeMap<ConnectionId, Wire>);

impl Wires {
    fn open(&self, connection: ConnectionId) -> Option<&Wire> {
        self.0.get(&connection).filter(|wire| wire.state == WireState::Open)
    }

    fn of(&self, party: PartyId) -> Vec<ConnectionId> {
        let alive = |wire: &Wire| wire.party == party && wire.state != WireState::Gone;
        self.0.iter().filter(|(_, wire)| alive(wire)).map(|(id, _)| *id).collect()
    }

    fn all(&self) -> Vec<ConnectionId> {
        self.0.iter().filter(|(_, wire)| wire.state != WireState::Gone).map(|(id, _)| *id).collect()
    }
}

impl World {
    /// What a party's session wants of the network.
    pub(crate) fn session_output(&mut self, party: PartyId, output: Output) {
        match output {
            Output::Open(socket, _) => {
                self.parties[party.0].socket = Some(socket);
                let at = self.now.instant + self.options.network_delay.draw(&mut self.rng);
                self.queue.push(at, Arrival::Dial { party, socket });
            }
            Output::Text(socket, text) => {
                if let Some(connection) = self.connection_of(party, socket) {
                    self.note(|| format!("{} > {text}", party.0));
                    let at = self.on_the_way_up(connection);
                    self.queue.push(at, Arrival::Up { connection, text });
                }
            }
            Output::Ping(socket) => {
                if let Some(connection) = self.connection_of(party, socket) {
                    self.on_the_way_up(connection);
                    let at = self.on_the_way_down(connection);
                    self.queue.push(at, Arrival::Pong { connection });
                }
            }
            Output::Close(socket, code) => {
                if let Some(connection) = self.connection_of(party, socket) {
                    self.note(|| format!("{} closes with {code}", party.0));
                    let at = self.on_the_way_up(connection);
                    self.queue.push(at, Arrival::UpClosed { connection });
                }
                self.parties[party.0].socket = None;
                self.parties[party.0].connection = None;
            }
            // A puff session asks nothing over HTTP.
            Output::Http(..) => {}
            Output::Event(event) => self.session_told(party, event),
        }
    }

    /// What the hub wants of the network.
    pub(crate) fn hub_output(&mut self, output: HubOutput) {
        match output {
            HubOutput::Send { to, text } => {
                if let Some(at) = named_start(&text, self.origin)
                    && !self.record.starts.contains(&at)
                {
                    self.record.starts.push(at);
                }
                let twice = self.rng.random_bool(self.options.network_duplicates);
                for _ in 0..if twice { 2 } else { 1 } {
                    let at = self.on_the_way_down(to);
                    self.queue.push(at, Arrival::Down { connection: to, text: text.to_string() });
                }
            }
            // The gateway of this world has no chat core.
            HubOutput::Sesh(_) => {}
            HubOutput::Verify { to, .. } => self.gateway.hub.verified(self.now, to, Verdict::Unavailable),
            HubOutput::Close { to, code, .. } => {
                let at = self.on_the_way_down(to);
                self.queue.push(at, Arrival::DownClosed { connection: to, code: Some(code) });
            }
        }
    }

    pub(crate) fn dial(&mut self, party: PartyId, socket: SocketId) {
        if self.parties[party.0].socket != Some(socket) {
            return;
        }
        if !self.gateway.up || !self.parties[party.0].online {
            let at = self.now.instant + REFUSED_AFTER.draw(&mut self.rng);
            return self.queue.push(at, Arrival::DialFailed { party, socket });
        }
        let connection = self.gateway.accept(self.now);
        let now = self.now.instant;
        let state = WireState::Open;
        self.wires.0.insert(connection, Wire { party, socket, state, up_until: now, down_until: now });
        let at = self.on_the_way_down(connection);
        self.queue.push(at, Arrival::Opened { connection });
    }

    pub(crate) fn dial_failed(&mut self, party: PartyId, socket: SocketId) {
        let failure = OpenFailure::Network("refused".to_owned());
        self.session_input(party, Input::OpenFailed(socket, failure));
    }

    pub(crate) fn opened(&mut self, connection: ConnectionId) {
        let Some(Wire { party, socket, .. }) = self.wires.open(connection) else { return };
        let (party, socket) = (*party, *socket);
        if self.parties[party.0].socket != Some(socket) {
            // Given up meanwhile.
            return self.queue.push(self.now.instant, Arrival::UpClosed { connection });
        }
        self.parties[party.0].connection = Some((socket, connection));
        self.session_input(party, Input::Opened(socket));
    }

    pub(crate) fn up(&mut self, connection: ConnectionId, text: &str) {
        if self.gateway.up && self.wires.open(connection).is_some() {
            self.gateway.hub.receive(self.now, connection, text);
        }
    }

    pub(crate) fn up_closed(&mut self, connection: ConnectionId) {
        if let Some(wire) = self.wires.0.get_mut(&connection) {
            wire.state = WireState::Gone;
        }
        if self.gateway.up {
            self.gateway.hub.disconnect(self.now, connection);
        }
    }

    pub(crate) fn down(&mut self, connection: ConnectionId, text: String) {
        if let Some(Wire { party, socket, .. }) = self.wires.open(connection) {
            let (party, socket) = (*party, *socket);
            self.note(|| format!("{} < {text}", party.0));
            self.session_input(party, Input::Text(socket, text));
        }
    }

    pub(crate) fn pong(&mut self, connection: ConnectionId) {
        if let Some(Wire { party, socket, .. }) = self.wires.open(connection) {
            self.session_input(*party, Input::Pong(*socket));
        }
    }

    pub(crate) fn down_closed(&mut self, connection: ConnectionId, code: Option<u16>) {
        let Some(wire) = self.wires.0.get_mut(&connection) else { return };
        // A close that was sent into a silent connection never arrives.
        if wire.state == WireState::Silent && code.is_some() {
            return;
        }
        wire.state = WireState::Gone;
        let (party, socket) = (wire.party, wire.socket);
        self.note(|| format!("{} hears that its connection is gone: {code:?}", party.0));
        self.session_input(party, Input::Closed(socket, code, String::new()));
    }

    /// Ends a party's connections; frames on their way are lost. Both ends notice, each in its own time.
    pub fn cut(&mut self, party: PartyId) {
        for connection in self.wires.of(party) {
            self.cut_wire(connection, true);
        }
    }

    /// A party's connections stop carrying anything, and nobody is told.
    pub fn silence(&mut self, party: PartyId) {
        self.note(|| format!("{} is silenced", party.0));
        for connection in self.wires.of(party) {
            if let Some(wire) = self.wires.0.get_mut(&connection) {
                wire.state = WireState::Silent;
            }
        }
    }

    /// Takes a party's network away, or gives it back.
    pub fn set_online(&mut self, party: PartyId, online: bool) {
        self.note(|| format!("{} is online: {online}", party.0));
        self.parties[party.0].online = online;
        if !online {
            self.cut(party);
        }
    }

    /// Gives a party its network back, if it was taken away.
    pub fn set_online_if_offline(&mut self, party: PartyId) {
        if !self.parties[party.0].online {
            self.set_online(party, true);
        }
    }

    /// The gateway's process ends without a word.
    pub fn crash_gateway(&mut self) {
        self.note(|| "the gateway crashes".to_owned());
        self.gateway.crash();
        for connection in self.wires.all() {
            self.cut_wire(connection, false);
        }
    }

    /// The gateway's process ends cleanly: every socket is told.
    pub fn stop_gateway(&mut self) {
        self.note(|| "the gateway stops".to_owned());
        for output in self.gateway.stop(self.now) {
            self.hub_output(output);
        }
    }

    /// The gateway's process starts again, with what it stored (the groups, and after a clean end the sessions too) or
    /// with nothing.
    pub fn start_gateway(&mut self, remembers: bool) {
        self.note(|| "the gateway starts".to_owned());
        self.gateway.start(self.now, remembers);
    }

    fn cut_wire(&mut self, connection: ConnectionId, gateway_notices: bool) {
        self.note(|| format!("connection {} is cut", connection.0));
        if let Some(wire) = self.wires.0.get_mut(&connection) {
            wire.state = WireState::Gone;
        }
        let at = self.now.instant + PARTY_NOTICES.draw(&mut self.rng);
        self.queue.push(at, Arrival::DownClosed { connection, code: None });
        if gateway_notices {
            let at = self.now.instant + GATEWAY_NOTICES.draw(&mut self.rng);
            self.queue.push(at, Arrival::UpClosed { connection });
        }
    }

    fn connection_of(&self, party: PartyId, socket: SocketId) -> Option<ConnectionId> {
        let (open, connection) = self.parties[party.0].connection?;
        (open == socket).then_some(connection)
    }

    fn on_the_way_up(&mut self, connection: ConnectionId) -> Instant {
        let delay = self.options.network_delay.draw(&mut self.rng);
        let at = self.now.instant + delay;
        self.wires.0.get_mut(&connection).map_or(at, |wire| in_order(&mut wire.up_until, at))
    }

    fn on_the_way_down(&mut self, connection: ConnectionId) -> Instant {
        let delay = self.options.network_delay.draw(&mut self.rng);
        let at = self.now.instant + delay;
        self.wires.0.get_mut(&connection).map_or(at, |wire| in_order(&mut wire.down_until, at))
    }
}

/// Not before what was sent before it.
fn in_order(until: &mut Instant, at: Instant) -> Instant {
    *until = at.max(*until + Duration::from_nanos(1));
    *until
}
