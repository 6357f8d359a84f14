//! The controller: the one owner of what there is to see. Commands, radio, device and gateway events go in;
//! work for the runtime and events for the faces come out. Without I/O or clock.

mod adapters;
mod beat;
mod commands;
mod community;
mod desk;
mod device;
mod devices;
mod diagnostics;
mod found;
mod gateway;
mod gesture;
mod heat;
mod history;
mod hosting;
mod linking;
mod lobby;
mod looking;
mod membership;
mod overlay;
mod owning;
mod page;
mod recording;
mod remote;
mod requests;
mod rooms;
mod steady;
mod strangers;
mod strays;
mod twins;
mod view;
mod voice;

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_gateway_client::group::{self, PublicGroup};
use hearth_lan::Neighbourhood;
use hearth_seat::{Lock, Seat};
use puffco::device as machine;
use puffco::link::{AdapterInfo, AdapterState, Advertisement, DeviceId};

use crate::away;
use crate::bridge::{self, Bridge};
use crate::bundle::Page;
use crate::chart::Chart;
use crate::chat::Chat;
use crate::contract::{Command, Event};
use crate::history::{Job, News};
use crate::logs::Logs;
use crate::notices::Notices;
use crate::report::Pseudonym;
use crate::saved::{Saved, SavedScripts, StoreReport};
use crate::secrets::Keychain;
use crate::sesh::Sesh;
use crate::shell::{self, ShellEvent};
use adapters::Adapters;
use beat::Beat;
use community::Community;
pub use community::{CommunityNews, CommunityWish, Heard, HeardAs, Held, SecretWish};
use desk::Desk;
use devices::Devices;
use diagnostics::Diagnostics;
use gateway::GatewaySide;
use history::History;
pub use hosting::{HostNews, HostSecretReport, HostSecretWish};
use lobby::Lobby;
use looking::Faces;
pub use looking::{FaceId, Look};
use membership::Membership;
use overlay::Overlay;
pub use overlay::{OverlayReport, OverlayWish};
use requests::{Owner, Requests};
use rooms::Rooms;
pub use rooms::{PasswordWish, RoomsNews, RoomsWish};
use steady::Steady;
use view::Shown;
use voice::Voice;
pub use voice::{Entering, VoiceNews, VoiceWish};

/// How often time alone changes what there is to see (silent devices leave the scan's list).
const TICK: Duration = Duration::from_secs(1);

/// What goes into the controller.
#[derive(Clone, Debug)]
pub enum Input {
    /// From a face.
    Command(Command),
    /// A face says what it shows; `None`: it is gone.
    Look(FaceId, Option<Look>),
    /// The Bluetooth adapter changed.
    Adapter(AdapterState),
    /// The list of Bluetooth adapters changed.
    Adapters(Vec<AdapterInfo>),
    /// A device was heard.
    Heard {
        /// Which.
        id: DeviceId,
        /// What it said.
        advertisement: Advertisement,
        /// By a radio whose devices are not real.
        simulated: bool,
    },
    /// From a device's machine.
    Device(DeviceId, machine::Event),
    /// From the gateway session.
    Gateway(group::Event),
    /// The gateway in this program could not be started, in technical words.
    LocalGatewayFailed(String),
    /// The person at the computer.
    Seat(Seat),
    /// From the shell.
    Shell(ShellEvent),
    /// What became of the file in which things are remembered.
    Store(StoreReport),
    /// From the overlay for streams.
    Overlay(OverlayReport),
    /// How the keychain is.
    Keychain(Keychain),
    /// Log files are written to this folder.
    LogsInto(PathBuf),
    /// The bundle is put together.
    BundleGathered(Vec<Page>),
    /// From the keeper of the history.
    History(News),
    /// The public groups of the gateway in use, which were asked for.
    Listed(Vec<PublicGroup>),
    /// What there is in the local network.
    Around(Neighbourhood),
    /// Of the gateway that this computer hosts.
    Host(HostNews),
    /// From the session with a concierge.
    Community(u32, CommunityNews),
    /// From the session with a Together server.
    Rooms(u32, RoomsNews),
    /// Of voice.
    Voice(VoiceNews),
    /// The program ends.
    Shutdown,
}

/// What the runtime is asked to do.
#[derive(Clone, Debug)]
pub enum Output {
    /// Tell all faces.
    Emit(Event),
    /// Use this Bluetooth adapter; `None`: whichever works.
    UseAdapter(Option<String>),
    /// Scan on all radios.
    StartScan,
    /// Stop scanning.
    StopScan,
    /// Run the machine of a device.
    OpenDevice {
        /// Which device.
        id: DeviceId,
        /// The operating system seems to hold a bond with it.
        bonded: bool,
    },
    /// End the machine of a device.
    CloseDevice(DeviceId),
    /// For the machine of a device.
    Device(DeviceId, machine::Input),
    /// Press the button of a simulated device.
    PressButton(DeviceId),
    /// Run a session with this gateway instead of the present one; `None`: the one in this program.
    UseGateway(Option<String>),
    /// For the gateway session.
    Gateway(group::Request),
    /// A group was created or joined on the gateway in this program: simulated friends join it.
    InviteFriends(String),
    /// The group was left: simulated friends leave too.
    SendFriendsHome,
    /// Remember.
    Save(Box<Saved>),
    /// For the keeper of the history.
    History(Job),
    /// Ask the gateway in use for its public groups.
    ListGroups,
    /// Look for gateways in the local network, or stop that.
    LookAround(bool),
    /// Host a gateway.
    StartHost {
        /// Name that others see; `None`: the computer's.
        name: Option<String>,
        /// The port of last time.
        port: Option<u16>,
        /// Which programs can come.
        scripts: SavedScripts,
    },
    /// Change which programs can come to the gateway that is hosted.
    AdmitScripts(SavedScripts),
    /// About the secret that programs need there.
    HostSecret(HostSecretWish),
    /// Tell the guests that the gateway ends, and end it.
    StopHost,
    /// For the overlay for streams.
    Overlay(OverlayWish),
    /// Add what is known of this computer and its log to a bundle.
    GatherBundle {
        /// What it has so far.
        pages: Vec<Page>,
        /// The folder of the log files.
        folder: Option<PathBuf>,
    },
    /// For the session with a concierge.
    Community(u32, CommunityWish),
    /// For the session with a Together server.
    Rooms(u32, RoomsWish),
    /// For voice.
    Voice(VoiceWish),
    /// For the shell.
    Shell(shell::Request),
}

/// How a companion starts.
#[derive(Clone, Debug)]
pub struct Start {
    /// What is remembered.
    pub saved: Saved,
    /// A gateway for this run, in place of the remembered one.
    pub gateway: Option<String>,
    /// A Bluetooth adapter for this run, by id or name, in place of the remembered one.
    pub adapter: Option<String>,
    /// Create this group as soon as the gateway answers.
    pub create: Option<String>,
    /// Join this group as soon as the gateway answers.
    pub join: Option<String>,
    /// Random: makes the pseudonyms of this installation when there are none yet.
    pub fresh_salt: [u8; 16],
}

/// The controller. See the module.
pub struct Controller {
    saved: Saved,
    salt: [u8; 16],
    devices: Devices,
    /// Devices that are not in use, on which a heat of this program may still run.
    strays: BTreeSet<DeviceId>,
    requests: Requests,
    logs: Logs,
    adapters: Adapters,
    faces: Faces,
    bridge: Bridge,
    gateway: GatewaySide,
    membership: Membership,
    steady: Steady,
    sesh: Sesh,
    chart: Chart,
    chat: Chat,
    lobby: Lobby,
    history: History,
    desk: Desk,
    overlay: Overlay,
    community: Community,
    rooms: Rooms,
    voice: Voice,
    diagnostics: Diagnostics,
    notices: Notices,
    /// This person was told that something asked from elsewhere was not done.
    told_of_refused_remote: bool,
    shown: Shown,
    beat: Beat,
    next_tick: Instant,
    outputs: VecDeque<Output>,
}

impl Controller {
    /// Starts: connects to the gateway and to the device in use.
    #[must_use]
    pub fn new(now: Now, start: Start) -> Self {
        let Start { mut saved, gateway, adapter, create, join, fresh_salt } = start;
        let fresh_install = saved.pseudonym_salt.is_empty();
        let salt = saved.salt(fresh_salt);
        let mut controller = Self {
            salt,
            devices: Devices::new(&saved),
            strays: BTreeSet::new(),
            requests: Requests::default(),
            logs: Logs::default(),
            adapters: Adapters::new(adapter),
            faces: Faces::default(),
            // Machines live shorter than this program, so counting from 1 is above all that they have seen.
            bridge: Bridge::new(Pseudonym::new(salt), 1),
            gateway: GatewaySide::new(gateway.or_else(|| saved.gateway.clone())),
            membership: Membership::new(create, join),
            steady: Steady::new(now),
            sesh: Sesh::new(),
            chart: Chart::default(),
            chat: Chat::default(),
            lobby: Lobby::default(),
            history: History::default(),
            desk: Desk::default(),
            overlay: Overlay::default(),
            community: Community::new(&saved),
            rooms: Rooms::new(&saved),
            voice: Voice::default(),
            diagnostics: Diagnostics::default(),
            notices: Notices::default(),
            told_of_refused_remote: false,
            shown: Shown::default(),
            beat: Beat::default(),
            next_tick: now.instant + TICK,
            outputs: VecDeque::new(),
            saved,
        };
        controller.outputs.push_back(Output::UseGateway(controller.gateway.url().map(str::to_owned)));
        controller.outputs.push_back(Output::Gateway(group::Request::Connect));
        controller.choose_adapter();
        controller.follow_settings(now);
        controller.take_up_device_in_use();
        controller.follow_looks(now);
        controller.open_communities(now);
        controller.open_rooms();
        controller.follow_rooms(now);
        if fresh_install {
            controller.save();
        }
        controller
    }

    /// Takes an input.
    pub fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Command(command) => self.command(now, command),
            Input::Look(face, look) => self.look(face, look),
            Input::Adapter(state) => self.adapter_changed(&state),
            Input::Adapters(all) => self.adapters_changed(all),
            Input::Heard { id, advertisement, simulated } => self.heard(now, &id, &advertisement, simulated),
            Input::Device(id, event) => self.device_event(now, &id, event),
            Input::Gateway(event) => self.gateway_event(now, event),
            Input::LocalGatewayFailed(why) => self.local_gateway_failed(&why),
            Input::Seat(seat) => {
                self.bridge(now, bridge::Input::Locked(seat.lock == Lock::Locked));
                self.bridge(now, bridge::Input::Idle(seat.idle_min));
            }
            Input::Shell(event) => self.shell_event(now, event),
            Input::Store(report) => self.store_reported(report),
            Input::Overlay(report) => self.overlay_reported(now, report),
            Input::Keychain(keychain) => self.keychain_changed(keychain),
            Input::LogsInto(folder) => self.logs_into(folder),
            Input::BundleGathered(pages) => self.bundle_gathered(pages),
            Input::History(news) => self.history_news(news),
            Input::Listed(groups) => self.groups_listed(now, &groups),
            Input::Around(around) => self.heard_around(&around),
            Input::Host(news) => self.host_news(now, news),
            Input::Community(id, news) => self.community_news(now, id, news),
            Input::Rooms(id, news) => self.rooms_news(now, id, news),
            Input::Voice(news) => self.voice_news(now, news),
            Input::Shutdown => {
                self.leave_voice();
                self.close_communities();
                self.close_rooms();
                self.bridge(now, bridge::Input::Shutdown);
                self.stop_strays();
                self.outputs.push_back(Output::Gateway(group::Request::Disconnect));
            }
        }
        self.share(now);
        self.follow_rooms(now);
        self.follow_voice(now);
        self.follow_looks(now);
        self.show_overlay(now);
        self.changed(now);
    }

    /// Carries out what is due.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.bridge.poll_timeout().is_some_and(|due| due <= now.instant) {
            self.bridge.handle_timeout(now);
            self.drain_bridge();
            self.observe_sesh(now);
            self.share(now);
            self.show_overlay(now);
            self.changed(now);
        }
        if self.community.due().is_some_and(|due| due <= now.instant) {
            self.share(now);
            self.show_community(now);
        }
        if self.rooms.due().is_some_and(|due| due <= now.instant) {
            self.follow_rooms(now);
            self.show_community(now);
        }
        if self.voice.due().is_some_and(|due| due <= now.instant) {
            self.follow_voice(now);
            self.changed(now);
        }
        if self.history.recorder.due().is_some_and(|due| due <= now.instant) {
            self.record(now, hearth_history::Input::Tick);
        }
        if self.next_tick <= now.instant {
            self.next_tick = now.instant + TICK;
            self.tick(now);
            self.share(now);
            self.follow_rooms(now);
            self.show_overlay(now);
            self.changed(now);
        }
        if self.beat.strikes(now.instant) {
            self.follow_desk(now, false);
            self.note_failures(now);
            self.tick_diagnostics(now);
            self.show();
            self.show_community(now);
        }
    }

    /// When [`Controller::handle_timeout`] wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Instant {
        let due = [self.bridge.poll_timeout(), self.beat.due(), self.history.recorder.due()];
        let communities = [self.community.due(), self.rooms.due(), self.voice.due()];
        due.into_iter().chain(communities).flatten().fold(self.next_tick, Ord::min)
    }

    /// Takes the next output.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// A heat that this program started may be running, or a stop is under way: both must come to their end
    /// before the program does.
    #[must_use]
    pub fn heats(&self) -> bool {
        self.bridge.has_to_stop() || self.a_stray_heats()
    }

    fn changed(&mut self, now: Now) {
        self.record_requests(now);
        self.beat.changed(now.instant);
    }

    fn tick(&mut self, now: Now) {
        self.devices.tick(now.instant);
        self.gateway.tick(now.instant);
        let set = self.steady.follow(now);
        self.observe_sesh(now);
        if self.chart.expire(self.steady.ms(now)) || set {
            self.show_chart();
        }
        self.welcome_guests(now);
        self.keep_scanning_as_needed();
        self.choose_adapter();
        self.follow_looks(now);
        self.tick_desk(now);
        self.tick_diagnostics(now);
        self.tick_community(now);
    }

    /// What the settings say of what happens by itself.
    fn follow_settings(&mut self, now: Now) {
        self.bridge(now, bridge::Input::AwayRules(away::Rules::from(&self.saved.settings)));
        self.follow_desk_settings();
        self.follow_overlay_settings();
    }

    fn save(&mut self) {
        self.saved.devices = self.devices.saved();
        self.saved.in_use = self.devices.in_use().map(|id| id.0.clone());
        self.saved.community = self.communities_saved();
        self.outputs.push_back(Output::Save(Box::new(self.saved.clone())));
    }

    fn bridge(&mut self, now: Now, input: bridge::Input) {
        self.bridge.handle(now, input);
        self.drain_bridge();
    }

    fn drain_bridge(&mut self) {
        while let Some(output) = self.bridge.poll_output() {
            match output {
                bridge::Output::Device(id, request) => match self.devices.in_use() {
                    Some(device) => {
                        let device = device.clone();
                        self.request(&device, request, Owner::Bridge(id));
                    }
                    None => self.notices.trouble(&bridge::Trouble::NoDevice),
                },
                bridge::Output::Gateway(request) => self.outputs.push_back(Output::Gateway(request)),
                bridge::Output::Trouble(trouble) => self.notices.trouble(&trouble),
            }
        }
    }
}
