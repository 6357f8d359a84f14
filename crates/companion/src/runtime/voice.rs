//! Runs voice: the room with its sockets and devices, the quiet session with the community of a group, and the passwords
//! of servers. The room's task holds the only handle: ending it closes microphone and speaker.

mod funnel;
mod passwords;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway_client::chat::{AccessToken, ChatConfig, ChatHandle, Dialect, Event, Request};
use hearth_voice::device::Devices;
use hearth_voice::driver::{self, Network, VoiceConfig, VoiceHandle};
use hearth_voice::{Cleaning, IceServer, Reach};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use url::Url;

use crate::contract::{SoundDevices, VoiceServer, VoiceSettings};
use crate::controller::{Entering, Input, VoiceNews, VoiceWish};
use crate::secrets::Secrets;
use crate::sound::VoiceOptions;
pub(super) use funnel::VoiceFunnel;
use passwords::Passwords;

/// After some were passed over, it is looked so often whether the controller has come to the others.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Voice.
pub(super) struct Voice {
    options: VoiceOptions,
    clock: Arc<Clock>,
    inputs: mpsc::UnboundedSender<Input>,
    session: Option<Session>,
    room: Option<Room>,
    passwords: Passwords,
}

struct Session {
    handle: ChatHandle,
    listener: JoinHandle<()>,
}

struct Room {
    requests: mpsc::UnboundedSender<driver::Request>,
    task: JoinHandle<()>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // It may wait for the keychain; nothing is open yet then.
        self.task.abort();
    }
}

impl Voice {
    pub(super) fn new(
        options: VoiceOptions,
        secrets: Secrets,
        clock: Arc<Clock>,
        inputs: mpsc::UnboundedSender<Input>,
    ) -> Self {
        Self { options, clock, inputs, session: None, room: None, passwords: Passwords::new(secrets) }
    }

    /// `gateway`: the address of the one in use.
    pub(super) fn carry_out(&mut self, wish: VoiceWish, gateway: Option<&str>) {
        match wish {
            VoiceWish::Connect { turn, token } => self.connect(turn, token, gateway.unwrap_or_default()),
            VoiceWish::Ask(request) => {
                if let Some(session) = &self.session {
                    session.handle.request(request);
                }
            }
            VoiceWish::Disconnect => self.session = None,
            VoiceWish::Enter(entering) => self.enter(*entering),
            VoiceWish::Room(request) => {
                if let Some(room) = &self.room {
                    // One that broke has told so.
                    let _ = room.requests.send(request);
                }
            }
            VoiceWish::Leave => self.room = None,
            VoiceWish::LookForSound => self.look_for_sound(),
            VoiceWish::KeepSecret { url, secret } => self.passwords.change(move |known| {
                known.insert(url, secret.reveal().to_owned());
            }),
            VoiceWish::ForgetSecret { url } => self.passwords.change(move |known| drop(known.remove(&url))),
        }
    }

    /// The program ends.
    pub(super) fn end(&mut self) {
        self.room = None;
        self.session = None;
    }

    fn connect(&mut self, turn: u64, token: AccessToken, url: &str) {
        self.session = None;
        let config = ChatConfig {
            dialect: Dialect::Together,
            url: community(url),
            channels: Vec::new(),
            seed: rand::random(),
        };
        let (events, queue) = mpsc::unbounded_channel();
        match ChatHandle::spawn(config, Arc::clone(&self.clock), events) {
            Ok(handle) => {
                handle.request(Request::ConnectWith { token });
                let listener = tokio::spawn(listen(turn, queue, self.inputs.clone()));
                self.session = Some(Session { handle, listener });
            }
            Err(error) => {
                tracing::warn!(%error, "address of the community of a group");
                self.tell(VoiceNews::NoSession { turn });
            }
        }
    }

    fn enter(&mut self, entering: Entering) {
        // Two rooms have not one microphone.
        self.room = None;
        let (requests, wishes) = mpsc::unbounded_channel();
        let passwords = self.passwords.clone();
        let run = run(
            entering,
            self.options.clone(),
            passwords,
            Arc::clone(&self.clock),
            wishes,
            self.inputs.clone(),
        );
        self.room = Some(Room { requests, task: tokio::spawn(run) });
    }

    fn look_for_sound(&self) {
        let (mut sound, inputs) = (self.options.sound.clone(), self.inputs.clone());
        tokio::task::spawn_blocking(move || {
            let found = sound.names();
            let devices = SoundDevices { microphones: found.microphones, speakers: found.speakers };
            // Without a listener everything here has ended.
            let _ = inputs.send(Input::Voice(VoiceNews::Devices(devices)));
        });
    }

    fn tell(&self, news: VoiceNews) {
        // Without a listener everything here ends.
        let _ = self.inputs.send(Input::Voice(news));
    }
}

/// Where the communities of groups are: the gateway is the whole of its host, whatever path its sessions have.
fn community(gateway: &str) -> String {
    match Url::parse(gateway) {
        Ok(mut url) => {
            url.set_path("/");
            url.set_query(None);
            url.into()
        }
        // Told as an address that is none.
        Err(_) => gateway.to_owned(),
    }
}

/// One room, until nobody holds it any more.
async fn run(
    entering: Entering,
    options: VoiceOptions,
    passwords: Passwords,
    clock: Arc<Clock>,
    mut wishes: mpsc::UnboundedReceiver<driver::Request>,
    inputs: mpsc::UnboundedSender<Input>,
) {
    let turn = entering.turn;
    let relays = entering.settings.servers.iter().any(|server| !server.username.is_empty());
    let passwords = if relays { passwords.known().await } else { BTreeMap::new() };
    let (news, mut heard) = mpsc::unbounded_channel();
    let config = config(entering, options.network, &passwords);
    let room = VoiceHandle::join(config, options.sound, clock, news);
    loop {
        let told = tokio::select! {
            wish = wishes.recv() => match wish {
                Some(wish) => {
                    room.request(wish);
                    continue;
                }
                None => return,
            },
            news = heard.recv() => match news {
                Some(news) => VoiceNews::Room { turn, news: Box::new(news) },
                None => VoiceNews::Broke { turn },
            },
        };
        let broke = matches!(told, VoiceNews::Broke { .. });
        // Without a listener everything here ends.
        if inputs.send(Input::Voice(told)).is_err() || broke {
            return;
        }
    }
}

fn config(entering: Entering, network: Network, passwords: &BTreeMap<String, String>) -> VoiceConfig {
    let Entering { me, settings, muted, deafened, talk, .. } = entering;
    let VoiceSettings { microphone, speaker, clean_echo, clean_noise, relay_only, servers, .. } = settings;
    let server = |server: &VoiceServer| {
        let password = passwords.get(&server.url).map_or("", String::as_str);
        IceServer::parse(&server.url, &server.username, password)
            .inspect_err(|error| tracing::warn!(%error, "a voice server of the settings"))
            .ok()
    };
    VoiceConfig {
        me,
        reach: Reach { servers: servers.iter().filter_map(server).collect(), relay_only },
        cleaning: Cleaning { echo: clean_echo, noise: clean_noise },
        muted,
        deafened,
        talk,
        microphone,
        speaker,
        network,
    }
}

/// Takes from a session what is about voice, for as long as somebody listens.
async fn listen(turn: u64, mut events: mpsc::UnboundedReceiver<Event>, inputs: mpsc::UnboundedSender<Input>) {
    let mut funnel = VoiceFunnel::default();
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let news = tokio::select! {
            event = events.recv() => match event {
                Some(event) if is_about_voice(&event) && funnel.lets_in(&event) => {
                    VoiceNews::Session { turn, event: Box::new(event), held: funnel.hold() }
                }
                Some(_) => continue,
                None => return,
            },
            _ = look.tick(), if funnel.missed => {
                if !funnel.is_empty() {
                    continue;
                }
                funnel.missed = false;
                VoiceNews::Missed { turn }
            }
        };
        if inputs.send(Input::Voice(news)).is_err() {
            return;
        }
    }
}

const fn is_about_voice(event: &Event) -> bool {
    matches!(
        event,
        Event::Status(_)
            | Event::Ready { .. }
            | Event::Server { .. }
            | Event::NotLoaded { .. }
            | Event::TokenWanted
            | Event::Voice(_)
            | Event::VoiceFailed { .. }
            | Event::Signal { .. }
    )
}

#[cfg(test)]
mod tests {
    use hearth_voice::Talk;

    use super::*;

    const RELAY: &str = "turn:relay.example.org:3478";

    #[test]
    fn a_room_is_told_of_the_servers_whose_passwords_are_known() {
        let server = |url: &str, username: &str| VoiceServer { url: url.into(), username: username.into() };
        let servers = vec![
            server(RELAY, "robin"),
            server("turn:unknown.example.org", "robin"),
            server("stun:stun.example.org", ""),
        ];
        let settings = VoiceSettings { servers, relay_only: true, ..VoiceSettings::default() };
        let (me, talk) = ("me".into(), Talk::Open);
        let entering = Entering { turn: 1, me, settings, muted: true, deafened: false, talk };
        let passwords = BTreeMap::from([(RELAY.to_owned(), "secret".to_owned())]);
        let config = config(entering, Network::Computer, &passwords);
        let (username, password) = ("robin".into(), "secret".into());
        let relay = IceServer::Turn { host: "relay.example.org".into(), port: 3478, username, password };
        let stun = IceServer::Stun { host: "stun.example.org".into(), port: 3478 };
        assert_eq!(config.reach, Reach { servers: vec![relay, stun], relay_only: true });
        assert!(config.muted && config.cleaning == Cleaning { echo: true, noise: true });
    }

    #[test]
    fn the_community_of_a_group_is_at_the_host_of_its_gateway() {
        for (gateway, at) in [
            ("ws://127.0.0.1:9000/socket?encoding=json&compression=none", "ws://127.0.0.1:9000/"),
            ("https://sesh.example", "https://sesh.example/"),
            ("nowhere", "nowhere"),
        ] {
            assert_eq!(community(gateway), at);
        }
    }
}
