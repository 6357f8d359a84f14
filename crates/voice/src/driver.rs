//! Runs a room on real sockets and devices: one tokio task that owns the [`Room`], one for each socket. Nothing is
//! decided here but when a device that failed is tried again.

mod devices;
mod network;
mod sockets;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_dialects::together::Signal;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::audio::cleaning::Cleaning;
use crate::audio::frame::{FRAME_TIME, SILENCE};
use crate::audio::speaker::Talk;
use crate::device::{DeviceError, Devices};
use crate::link::servers::{IceServer, MOST_SERVERS, Reach};
use crate::room::{Event, Faults, Input, NoRoom, Output, Person, Resolved, Room, RoomConfig, Wish};
use devices::{Microphone, Speaker};
pub use network::Network;
use sockets::Sockets;

/// Names of servers are waited for no longer.
const RESOLUTION: Duration = Duration::from_secs(3);

/// When the room waits for nothing, it is looked at again after this long.
const IDLE: Duration = Duration::from_secs(3600);

/// How a room is joined.
#[derive(Clone, Debug, Default)]
pub struct VoiceConfig {
    /// This person, as the gateway names them.
    pub me: String,
    /// How others are reached.
    pub reach: Reach,
    /// What is taken out of what the microphone hears.
    pub cleaning: Cleaning,
    /// The microphone stays closed, to begin with.
    pub muted: bool,
    /// Nobody is heard and the microphone stays closed, to begin with.
    pub deafened: bool,
    /// When this person is heard.
    pub talk: Talk,
    /// The microphone's name; else the system's choice.
    pub microphone: Option<String>,
    /// The speaker's name; else the system's choice.
    pub speaker: Option<String>,
    /// The network that others are reached in.
    pub network: Network,
}

/// What is asked of a room.
#[derive(Clone, Debug)]
pub enum Request {
    /// Who is in the room beside this person, in the order of joining; the first time, those who were there when this
    /// person joined.
    Participants(Vec<String>),
    /// What somebody signalled.
    Signal {
        /// Who.
        from: String,
        /// What.
        signal: Signal,
    },
    /// What this person wishes.
    Wish(Wish),
    /// All ways are looked for anew, for a person who hears that something is wrong. After sleep, and when this computer
    /// has other addresses, it is done without being asked.
    LookAgain,
    /// Another microphone; none is the system's choice.
    Microphone(Option<String>),
    /// Another speaker; none is the system's choice.
    Speaker(Option<String>),
}

/// What a room tells.
#[derive(Clone, Debug)]
pub enum News {
    /// To be told to somebody by the gateway, in order.
    Signal {
        /// Whom.
        to: String,
        /// What.
        signal: Signal,
    },
    /// What happened.
    Event(Event),
    /// The microphone was opened or closed, or cannot be.
    Microphone(DeviceState),
    /// So it is with the speaker.
    Speaker(DeviceState),
    /// Everybody as they are, and what was refused: every two seconds.
    State {
        /// Everybody else who is connected or is to be.
        people: Vec<Person>,
        /// What was refused.
        faults: Faults,
    },
    /// There is no room, and nothing more comes.
    Failed(String),
}

/// How it is with a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// Not open.
    Closed,
    /// Open: this one.
    Open(String),
    /// It is to be open, and cannot be; it is tried again.
    Failed(DeviceError),
}

/// A running room. Clones speak to the same one; when the last is dropped, this person leaves it.
#[derive(Clone, Debug)]
pub struct VoiceHandle {
    requests: mpsc::UnboundedSender<Request>,
}

impl VoiceHandle {
    /// Joins on the current tokio runtime. Nothing is opened before [`Request::Participants`].
    ///
    /// What happens comes out of `news`; when its receiver is dropped, this person leaves.
    #[must_use]
    pub fn join(
        config: VoiceConfig,
        devices: impl Devices,
        clock: Arc<Clock>,
        news: mpsc::UnboundedSender<News>,
    ) -> Self {
        let (requests, queue) = mpsc::unbounded_channel();
        tokio::spawn(run(config, Box::new(devices), clock, news, queue));
        Self { requests }
    }

    /// Asks for something.
    pub fn request(&self, request: Request) {
        // The room ends early only when nobody listens to its news.
        let _ = self.requests.send(request);
    }
}

async fn run(
    config: VoiceConfig,
    devices: Box<dyn Devices>,
    clock: Arc<Clock>,
    news: mpsc::UnboundedSender<News>,
    requests: mpsc::UnboundedReceiver<Request>,
) {
    let servers = resolved(&config.reach.servers).await;
    match Driver::new(config, servers, devices, clock, news.clone()) {
        Ok(driver) => driver.run(requests).await,
        Err(error) => {
            let _ = news.send(News::Failed(error.to_string()));
        }
    }
}

async fn resolved(servers: &[IceServer]) -> Vec<Resolved> {
    let mut found = Vec::new();
    for (number, server) in servers.iter().take(MOST_SERVERS).enumerate() {
        let relay = match server {
            IceServer::Stun { .. } => None,
            IceServer::Turn { username, password, .. } => Some((username.clone(), password.clone())),
        };
        match tokio::time::timeout(RESOLUTION, tokio::net::lookup_host(server.place())).await {
            Ok(Ok(addresses)) => {
                let addresses: Vec<SocketAddr> = addresses.collect();
                let of_family = |v4: bool| addresses.iter().find(|address| address.is_ipv4() == v4).copied();
                let both = [of_family(true), of_family(false)].into_iter().flatten();
                found.extend(both.map(|address| Resolved { address, relay: relay.clone() }));
            }
            Ok(Err(error)) => tracing::info!(number, %error, "a server has no address"),
            Err(_) => tracing::info!(number, "the address of a server was not found in time"),
        }
    }
    found
}

struct Driver {
    room: Room,
    clock: Arc<Clock>,
    news: mpsc::UnboundedSender<News>,
    sockets: Sockets,
    microphone: Microphone,
    speaker: Speaker,
    slept: Duration,
}

impl Driver {
    fn new(
        config: VoiceConfig,
        servers: Vec<Resolved>,
        devices: Box<dyn Devices>,
        clock: Arc<Clock>,
        news: mpsc::UnboundedSender<News>,
    ) -> Result<Self, NoRoom> {
        let room = RoomConfig {
            me: config.me,
            relay_only: config.reach.relay_only,
            servers,
            cleaning: config.cleaning,
            muted: config.muted,
            deafened: config.deafened,
            talk: config.talk,
        };
        let room = Room::new(clock.now().instant, room)?;
        let devices = devices::shared(devices);
        Ok(Self {
            room,
            slept: clock.slept(),
            clock,
            news,
            sockets: Sockets::new(config.network),
            microphone: Microphone::new(Arc::clone(&devices), config.microphone),
            speaker: Speaker::new(devices, config.speaker),
        })
    }

    async fn run(mut self, mut requests: mpsc::UnboundedReceiver<Request>) {
        let mut pace = tokio::time::interval(FRAME_TIME);
        pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut seldom = tokio::time::interval(Duration::from_secs(2));
        seldom.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let rest = self.room.poll_timeout().map_or(IDLE, |at| self.clock.until(at));
            tokio::select! {
                request = requests.recv() => match request {
                    Some(request) => self.requested(request),
                    None => break,
                },
                packet = self.sockets.receive() => {
                    let now = self.clock.now().instant;
                    self.room.handle(now, packet);
                }
                heard = self.microphone.next() => {
                    if let Some(frame) = heard {
                        self.room.capture(self.clock.now().instant, &frame);
                    }
                }
                more = self.speaker.next(&mut pace) => if more {
                    self.play();
                },
                _ = seldom.tick() => self.look_around(),
                () = tokio::time::sleep(rest) => self.room.handle_timeout(self.clock.now().instant),
                () = self.news.closed() => break,
            }
            self.carry_out();
        }
        self.room.leave(self.clock.now().instant);
        self.carry_out();
    }

    fn requested(&mut self, request: Request) {
        let now = self.clock.now().instant;
        match request {
            Request::Participants(others) => {
                self.speaker.want(true);
                self.room.handle(now, Input::Participants(others));
            }
            Request::Signal { from, signal } => self.room.handle(now, Input::Signal { from, signal }),
            Request::Wish(wish) => self.room.handle(now, Input::Wish(wish)),
            Request::LookAgain => self.room.handle(now, Input::NetworkChanged),
            Request::Microphone(name) => self.microphone.choose(name),
            Request::Speaker(name) => self.speaker.choose(name),
        }
    }

    /// What the speaker fetches next; without one, the others still speak on.
    fn play(&mut self) {
        let mut frames = vec![SILENCE; self.speaker.wants()];
        self.room.play(self.clock.now().instant, &mut frames);
        for frame in &frames {
            self.speaker.give(frame);
        }
    }

    fn look_around(&mut self) {
        let slept = self.clock.slept();
        let woke = std::mem::replace(&mut self.slept, slept) < slept;
        if self.sockets.have_changed() || woke {
            self.room.handle(self.clock.now().instant, Input::NetworkChanged);
        }
        let people = self.room.people().collect();
        self.tell(News::State { people, faults: self.room.faults() });
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Signal { to, signal } => self.tell(News::Signal { to, signal }),
                Output::Bind { who } => {
                    let sockets = self.sockets.bind(&who);
                    self.room.handle(self.clock.now().instant, Input::Bound { who, sockets });
                }
                Output::Unbind { who } => self.sockets.close(&who),
                Output::Packet { socket, to, data } => self.sockets.send(socket, to, &data),
                Output::Microphone(open) => self.microphone.want(open),
                Output::Event(event) => self.tell(News::Event(event)),
            }
        }
        if let Some(state) = self.microphone.poll_state() {
            self.tell(News::Microphone(state));
        }
        if let Some(state) = self.speaker.poll_state() {
            self.tell(News::Speaker(state));
        }
    }

    fn tell(&self, news: News) {
        // Noticed by `run`, which ends then.
        let _ = self.news.send(news);
    }
}
