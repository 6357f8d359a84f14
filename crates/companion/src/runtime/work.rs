//! The hands of the controller: device actors, the gateway session, the gateway in this program, the disk.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway_client::driver::GatewayHandle;
use hearth_gateway_client::group;
use hearth_gateway_client::puff::SessionConfig;
use puffco::device::{self as machine, DeviceConfig, Phase, Problem, RequestError};
use puffco::link::DeviceId;
use puffco_ble::drive::DeviceHandle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::community;
use super::listing;
use super::network::Network;
use super::overlay::OverlayServer;
use super::rooms;
use super::sessions::{Around, Sessions};
use super::voice::Voice;
use crate::bundle::{self, Page};
use crate::controller::{Input, Output};
use crate::history::keeper::Keeper;
use crate::history::{Job, News};
use crate::local::LocalGateway;
use crate::radios::{Radios, outer};
use crate::saved::{Store, StoreReport};
use crate::secrets::Secrets;
use crate::sound::VoiceOptions;

/// How long the disk may take for what happened last.
const LAST_WRITES: Duration = Duration::from_secs(3);

/// The hands.
pub(super) struct Work {
    radios: Radios,
    store: Option<Store>,
    clock: Arc<Clock>,
    inputs: mpsc::UnboundedSender<Input>,
    devices: BTreeMap<DeviceId, DeviceHandle>,
    gateway: Option<GatewayHandle>,
    /// From the present session only: what an earlier one still says is heard no more.
    gateway_events: Option<mpsc::UnboundedReceiver<group::Event>>,
    local: Option<LocalGateway>,
    history: Option<Keeper>,
    network: Network,
    /// Address of the gateway in use.
    gateway_url: Option<String>,
    /// Asks it for its public groups.
    listing: Option<JoinHandle<()>>,
    overlay: OverlayServer,
    communities: Sessions<community::Session>,
    halls: Sessions<rooms::Session>,
    voice: Voice,
}

/// What the hands are given at the start.
pub(super) struct Parts {
    pub radios: Radios,
    pub store: Option<Store>,
    pub secrets: Secrets,
    pub history: Option<Keeper>,
    pub network: Network,
    pub voice: VoiceOptions,
}

impl Work {
    pub(super) fn new(parts: Parts, clock: Arc<Clock>, inputs: mpsc::UnboundedSender<Input>) -> Self {
        let Parts { radios, store, secrets, history, network, voice } = parts;
        let around = Around { secrets: secrets.clone(), clock: Arc::clone(&clock), inputs: inputs.clone() };
        Self {
            voice: Voice::new(voice, secrets.clone(), Arc::clone(&clock), inputs.clone()),
            halls: Sessions::new(around.clone()),
            communities: Sessions::new(around),
            overlay: OverlayServer::new(secrets, inputs.clone()),
            radios,
            store,
            clock,
            inputs,
            devices: BTreeMap::new(),
            gateway: None,
            gateway_events: None,
            local: None,
            history,
            network,
            gateway_url: None,
            listing: None,
        }
    }

    /// Carries one output out. What the controller must know at once is given back.
    pub(super) async fn carry_out(&mut self, output: Output) -> Option<Input> {
        match output {
            // Carried out by whom it is for.
            Output::Emit(_) | Output::Shell(_) => {}
            Output::UseAdapter(id) => self.radios.use_adapter(id),
            Output::StartScan => self.radios.scan(true),
            Output::StopScan => self.radios.scan(false),
            Output::OpenDevice { id, bonded } => return self.open(&id, bonded),
            Output::CloseDevice(id) => drop(self.devices.remove(&id)),
            Output::Device(id, input) => {
                match (self.devices.get(&id), input) {
                    (Some(device), input) => device.send(input),
                    // Nobody else would answer.
                    (None, machine::Input::Request(request, _)) => {
                        let answer = machine::Event::Done(request, Err(RequestError::NotConnected));
                        return Some(Input::Device(id, answer));
                    }
                    (None, _) => {}
                }
            }
            Output::PressButton(id) => {
                if !self.radios.press(&id) {
                    tracing::warn!(
                        device = id.ending(),
                        "only simulated devices of this program have a button to press"
                    );
                }
            }
            Output::UseGateway(url) => return self.use_gateway(url).await,
            Output::Gateway(request) => {
                if let Some(gateway) = &self.gateway {
                    gateway.request(request);
                }
            }
            Output::InviteFriends(code) => {
                if let Some(local) = &mut self.local {
                    local.invite_friends(&code);
                }
            }
            Output::SendFriendsHome => {
                if let Some(local) = &mut self.local {
                    local.send_friends_home();
                }
            }
            Output::Save(saved) => {
                let store = self.store.as_ref()?;
                let report = match store.save(&saved) {
                    Ok(()) => StoreReport::Written,
                    Err(error) => {
                        tracing::error!(%error, "settings could not be written");
                        StoreReport::NotWritten(error.to_string())
                    }
                };
                return Some(Input::Store(report));
            }
            Output::Community(id, wish) => self.communities.carry_out(id, wish),
            Output::Rooms(id, wish) => self.halls.carry_out(id, wish),
            Output::Voice(wish) => self.voice.carry_out(wish, self.gateway_url.as_deref()),
            Output::Overlay(wish) => self.overlay.carry_out(wish),
            Output::GatherBundle { pages, folder } => self.gather_bundle(pages, folder),
            Output::History(job) => match &self.history {
                Some(keeper) => keeper.give(job),
                None => return not_kept(&job),
            },
            Output::ListGroups => self.list_groups(),
            Output::LookAround(on) => self.network.look_around(on),
            Output::StartHost { name, port, scripts } => self.network.start_host(name, port, scripts),
            Output::AdmitScripts(scripts) => self.network.admit_scripts(scripts),
            Output::HostSecret(wish) => self.network.host_secret(wish),
            Output::StopHost => self.network.stop_host(),
        }
        None
    }

    fn gather_bundle(&self, mut pages: Vec<Page>, folder: Option<PathBuf>) {
        let inputs = self.inputs.clone();
        tokio::task::spawn_blocking(move || {
            pages.push(bundle::system());
            pages.extend(bundle::log(folder.as_deref()));
            // Without a listener everything here has ended.
            let _ = inputs.send(Input::BundleGathered(pages));
        });
    }

    fn open(&mut self, id: &DeviceId, bonded: bool) -> Option<Input> {
        if self.devices.contains_key(id) {
            return None;
        }
        let Some((radio, inner, prefix)) = self.radios.of(id) else {
            tracing::warn!(device = id.ending(), "no radio of this run knows this device");
            let problem = Problem::Other("no radio of this run knows this device".into());
            return Some(Input::Device(id.clone(), machine::Event::Phase(Phase::Failed(problem))));
        };
        let (events, mut queue) = mpsc::unbounded_channel::<(DeviceId, machine::Event)>();
        let inputs = self.inputs.clone();
        tokio::spawn(async move {
            while let Some((inner, event)) = queue.recv().await {
                if inputs.send(Input::Device(outer(prefix, &inner), event)).is_err() {
                    break;
                }
            }
        });
        let config = DeviceConfig { seed: rand::random(), bonded, ..DeviceConfig::default() };
        let handle = DeviceHandle::spawn(radio, inner, config, Arc::clone(&self.clock), events);
        self.devices.insert(id.clone(), handle);
        None
    }

    fn list_groups(&mut self) {
        let Some(address) = self.gateway_url.clone() else { return };
        let inputs = self.inputs.clone();
        // The answer of an earlier gateway is nobody's.
        let task = tokio::spawn(async move {
            if let Some(groups) = listing::list(&address).await {
                // After the end nobody asks.
                let _ = inputs.send(Input::Listed(groups));
            }
        });
        if let Some(earlier) = self.listing.replace(task) {
            earlier.abort();
        }
    }

    async fn use_gateway(&mut self, url: Option<String>) -> Option<Input> {
        self.gateway = None;
        self.gateway_events = None;
        if let Some(listing) = self.listing.take() {
            listing.abort();
        }
        let url = match url {
            Some(url) => url,
            None => {
                if self.local.is_none() {
                    match LocalGateway::start().await {
                        Ok(local) => self.local = Some(local),
                        Err(why) => return Some(Input::LocalGatewayFailed(why)),
                    }
                }
                self.local.as_ref()?.url()
            }
        };
        let (events, queue) = mpsc::unbounded_channel::<group::Event>();
        self.gateway_url = Some(url.clone());
        let config = SessionConfig { url, seed: rand::random() };
        match GatewayHandle::spawn(config, Arc::clone(&self.clock), events) {
            Ok(handle) => {
                self.gateway = Some(handle);
                self.gateway_events = Some(queue);
            }
            Err(error) => {
                tracing::warn!(%error, "gateway address");
                let refused = group::Status::Refused(group::Refusal::NotAGateway);
                return Some(Input::Gateway(group::Event::Status(refused)));
            }
        }
        None
    }

    /// The next event of the present gateway session; waits for ever without one.
    pub(super) async fn gateway_event(&mut self) -> Input {
        if let Some(events) = &mut self.gateway_events {
            if let Some(event) = events.recv().await {
                return Input::Gateway(event);
            }
            // The session has ended.
            self.gateway_events = None;
        }
        std::future::pending().await
    }

    /// Lets everything go.
    pub(super) async fn end(&mut self) {
        for device in self.devices.values() {
            device.send(machine::Input::Disconnect);
        }
        self.devices.clear();
        self.voice.end();
        self.communities.end();
        self.halls.end();
        self.gateway = None;
        self.local = None;
        let history = async {
            if let Some(keeper) = self.history.take()
                && tokio::time::timeout(LAST_WRITES, keeper.end()).await.is_err()
            {
                tracing::warn!("the end of what happened could not be kept");
            }
        };
        tokio::join!(history, self.network.end());
        // Sockets and links close in tasks of their own; give them the moment that they need.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// The answer to what is asked of a history that is not kept.
fn not_kept(job: &Job) -> Option<Input> {
    match job {
        Job::Keep(_) | Job::TakeLog(..) | Job::RenameDevice { .. } => None,
        _ => Some(Input::History(News::NotOpened(crate::history::not_kept()))),
    }
}
