//! What the radio, its links and the owner's hand share: the devices, who listens, and the passing of time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use hearth_clock::Clock;
use puffco::link::{DeviceId, Gatt, LinkError, LinkEvent, RadioEvent};
use tokio::sync::Notify;

use crate::config::SimConfig;
use crate::device::SimDevice;

/// How often an advertisement is heard.
const ADVERTISE_EVERY: Duration = Duration::from_millis(400);

/// A device and its open link.
#[derive(Debug)]
struct Peer {
    id: DeviceId,
    device: SimDevice,
    link: Option<UnboundedSender<LinkEvent>>,
    /// Counts its links: what an old link is asked for does not touch a new one.
    links: u64,
}

#[derive(Debug, Default)]
struct State {
    peers: Vec<Peer>,
    listeners: Vec<UnboundedSender<RadioEvent>>,
    scanning: bool,
    heard_at: Option<Instant>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Air {
    clock: Clock,
    state: Mutex<State>,
    /// Something changed: the next deadline may be another one.
    stirred: Arc<Notify>,
}

/// A link that was opened.
pub(super) struct Opened {
    pub(super) number: u64,
    pub(super) gatt: Gatt,
    pub(super) events: UnboundedReceiver<LinkEvent>,
}

impl Air {
    pub(super) fn new(devices: Vec<SimConfig>) -> Arc<Self> {
        let clock = Clock::new();
        let now = clock.now();
        let peers = devices.into_iter().map(|config| Peer {
            id: DeviceId(config.address.map(|byte| format!("{byte:02X}")).join(":")),
            device: SimDevice::new(config.on_wall_clock(now.unix_ms / 1000), now.instant),
            link: None,
            links: 0,
        });
        let state = State { peers: peers.collect(), ..State::default() };
        Arc::new(Self { clock, state: Mutex::new(state), stirred: Arc::new(Notify::new()) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ids(&self) -> Vec<DeviceId> {
        self.lock().peers.iter().map(|peer| peer.id.clone()).collect()
    }

    pub(super) fn listen(&self, listener: UnboundedSender<RadioEvent>) {
        self.lock().listeners.push(listener);
    }

    pub(super) fn scan(&self, scanning: bool) {
        let mut state = self.lock();
        state.scanning = scanning;
        state.heard_at = None;
        self.stirred.notify_one();
    }

    /// Does something with a device and delivers what comes of it.
    pub(super) fn act<R>(&self, id: &DeviceId, act: impl FnOnce(&mut SimDevice, Instant) -> R) -> Option<R> {
        let mut state = self.lock();
        let peer = state.peers.iter_mut().find(|peer| peer.id == *id)?;
        let result = act(&mut peer.device, self.clock.now().instant);
        peer.deliver();
        self.stirred.notify_one();
        Some(result)
    }

    /// As [`Self::act`], for one link: closed once the device has no link or another one.
    pub(super) fn act_on_link<R>(
        &self,
        id: &DeviceId,
        number: u64,
        act: impl FnOnce(&mut SimDevice, Instant) -> Result<R, LinkError>,
    ) -> Result<R, LinkError> {
        let mut state = self.lock();
        let open = |peer: &&mut Peer| peer.id == *id && peer.links == number && peer.link.is_some();
        let peer = state.peers.iter_mut().find(open).ok_or(LinkError::Disconnected)?;
        let result = act(&mut peer.device, self.clock.now().instant);
        peer.deliver();
        self.stirred.notify_one();
        result
    }

    pub(super) fn connect(&self, id: &DeviceId) -> Result<Opened, LinkError> {
        let mut state = self.lock();
        let peer = state.peers.iter_mut().find(|peer| peer.id == *id).ok_or(LinkError::NotFound)?;
        peer.device.connect(self.clock.now().instant)?;
        let (sender, events) = mpsc::unbounded();
        peer.links += 1;
        peer.link = Some(sender);
        self.stirred.notify_one();
        Ok(Opened { number: peer.links, gatt: peer.device.gatt(), events })
    }

    /// Lets time pass up to now; says when to come again.
    fn tick(&self) -> Option<Instant> {
        let now = self.clock.now().instant;
        let mut state = self.lock();
        for peer in &mut state.peers {
            peer.device.handle_timeout(now);
            peer.deliver();
        }
        let advertise_at = state.advertise(now);
        let devices = state.peers.iter().filter_map(|peer| peer.device.poll_timeout());
        devices.chain(advertise_at).min()
    }
}

impl State {
    /// Lets everyone who listens hear the devices when it is time; says when it is time again.
    fn advertise(&mut self, now: Instant) -> Option<Instant> {
        if !self.scanning {
            return None;
        }
        let due = self.heard_at.map_or(now, |at| at + ADVERTISE_EVERY);
        if due > now {
            return Some(due);
        }
        self.heard_at = Some(now);
        for peer in &self.peers {
            let Some(advertisement) = peer.device.advertisement() else { continue };
            let heard = RadioEvent::Heard(peer.id.clone(), advertisement);
            self.listeners.retain(|listener| listener.unbounded_send(heard.clone()).is_ok());
        }
        Some(now + ADVERTISE_EVERY)
    }
}

impl Peer {
    /// Passes notifications on, and the end of the link.
    fn deliver(&mut self) {
        while let Some((characteristic, value)) = self.device.poll_notification() {
            if let Some(link) = &self.link {
                let _ = link.unbounded_send(LinkEvent::Notified { characteristic, value });
            }
        }
        if !self.device.is_connected()
            && let Some(link) = self.link.take()
        {
            let _ = link.unbounded_send(LinkEvent::Closed);
        }
    }
}

/// Lets time pass until nobody has a hold of the air any more.
pub(super) async fn pass_time(air: Weak<Air>) {
    loop {
        let Some(held) = air.upgrade() else { return };
        let (deadline, stirred) = (held.tick(), Arc::clone(&held.stirred));
        // Nothing may keep the air alive while this waits; a second at most, to notice that it is gone.
        let wait = deadline.map_or(Duration::from_secs(1), |at| held.clock.until(at));
        drop(held);
        let _ = tokio::time::timeout(wait.min(Duration::from_secs(1)), stirred.notified()).await;
    }
}
