//! The radio between a device machine and its simulated device: ordered, delayed, sometimes repeated, sometimes
//! gone.

use std::time::{Duration, Instant};

use puffco::device::{Input, Output};
use puffco::gatt;
use puffco::link::LinkError;
use puffco::lorax::{Operation, Request};
use rand::RngExt;

use crate::options::Range;
use crate::party::{Gear, PartyId};
use crate::queue::Arrival;
use crate::record::HeatWrite;
use crate::world::World;

/// Opening a link and discovering what is there.
const CONNECT: Range = Range::ms(150, 700);
/// Between two advertisements that are heard.
const ADVERTISED_EVERY: Duration = Duration::from_secs(1);
/// Mode commands are written here; this one starts a heat (puffco-ble §19).
const MODE_FILE: &str = "/p/app/mc";
const HEAT_CYCLE_START: u8 = 7;

/// Names one link; what belongs to a former one is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinkId(pub u64);

/// An open link.
#[derive(Debug)]
pub(crate) struct Link {
    pub id: LinkId,
    up_until: Instant,
    down_until: Instant,
}

impl World {
    /// What a device machine wants of its radio.
    pub(crate) fn machine_output(&mut self, party: PartyId, output: Output) {
        match output {
            Output::Event(event) => self.machine_told(party, event),
            Output::Connect(op) => {
                let at = self.now.instant + CONNECT.draw(&mut self.rng);
                self.queue.push(at, Arrival::RadioConnect { party, op });
            }
            Output::Disconnect => {
                let now = self.now.instant;
                if let Some(gear) = &mut self.parties[party.0].gear {
                    gear.sim.disconnect(now);
                    gear.link = None;
                }
            }
            operation => {
                if let Output::Write(_, characteristic, frame, _) = &operation
                    && *characteristic == gatt::COMMAND
                    && is_heat(frame)
                {
                    let (at, intent) = (self.now.instant, self.parties[party.0].last_intent);
                    self.note(|| format!("{} HEAT is written for {intent:?}", party.0));
                    self.record.heat_writes.push(HeatWrite { party, at, intent });
                }
                if let Some((link, at)) = self.on_the_way_to_device(party) {
                    self.queue.push(at, Arrival::Radio { party, link, operation });
                }
            }
        }
    }

    pub(crate) fn radio_connect(&mut self, party: PartyId, op: puffco::device::OpId) {
        let now = self.now.instant;
        let Some(gear) = &mut self.parties[party.0].gear else { return };
        let result = gear.sim.connect(now).map(|()| gear.sim.gatt());
        if result.is_ok() {
            self.last_link += 1;
            gear.link = Some(Link { id: LinkId(self.last_link), up_until: now, down_until: now });
        }
        self.note(|| format!("{} link: {:?}", party.0, result.as_ref().map(|_| ())));
        let link = self.link_of(party);
        self.answer(party, link, Input::Connected(op, result));
    }

    /// An operation arrives at the device, and its answer leaves.
    pub(crate) fn radio_operation(&mut self, party: PartyId, link: LinkId, operation: Output) {
        if self.link_of(party) != Some(link) {
            return;
        }
        let now = self.now.instant;
        let Some(Gear { sim, .. }) = &mut self.parties[party.0].gear else { return };
        let answer = match operation {
            Output::Read(op, characteristic) => {
                let mut value = sim.read(now, characteristic);
                // The operating system bonds when a read needs it, and reads again.
                if matches!(value, Err(LinkError::NotPaired(_))) && sim.pair(now).is_ok() {
                    value = sim.read(now, characteristic);
                }
                Input::ReadDone(op, value)
            }
            Output::Write(op, characteristic, value, _) => {
                Input::WriteDone(op, sim.write(now, characteristic, &value))
            }
            Output::Subscribe(op, characteristic) => {
                Input::SubscribeDone(op, sim.subscribe(now, characteristic))
            }
            Output::Connect(_) | Output::Disconnect | Output::Event(_) => return,
        };
        self.answer(party, Some(link), answer);
    }

    pub(crate) fn radio_answer(&mut self, party: PartyId, link: Option<LinkId>, input: Input) {
        if link.is_some() && self.link_of(party) != link {
            return;
        }
        self.machine_input(party, input);
    }

    /// Takes notifications from the device, and notices when it has closed the link by itself.
    pub(crate) fn listen(&mut self, party: PartyId) -> bool {
        let mut heard = false;
        while let Some((characteristic, value)) =
            self.parties[party.0].gear.as_mut().and_then(|gear| gear.sim.poll_notification())
        {
            heard = true;
            let link = self.link_of(party);
            let twice = self.rng.random_bool(self.options.radio_duplicates);
            for _ in 0..if twice { 2 } else { 1 } {
                self.answer(party, link, Input::Notified(characteristic, value.clone()));
            }
        }
        let closed = |gear: &Gear| gear.link.is_some() && !gear.sim.is_connected();
        if self.parties[party.0].gear.as_ref().is_some_and(closed) {
            self.link_gone(party);
            heard = true;
        }
        heard
    }

    /// A device that is not connected is heard now and then.
    pub(crate) fn advertise(&mut self, party: PartyId) {
        let now = self.now.instant;
        let Some(gear) = &mut self.parties[party.0].gear else { return };
        if gear.link.is_some() || gear.heard_at > now {
            return;
        }
        gear.heard_at = now + ADVERTISED_EVERY;
        if gear.sim.advertisement().is_some() {
            self.machine_input(party, Input::Heard);
        }
    }

    /// Breaks the link between a party and its device; what is on its way is lost.
    pub fn drop_link(&mut self, party: PartyId) {
        let now = self.now.instant;
        let Some(gear) = &mut self.parties[party.0].gear else { return };
        gear.sim.drop_link(now);
        if gear.link.is_some() {
            self.link_gone(party);
        }
    }

    fn link_gone(&mut self, party: PartyId) {
        self.note(|| format!("{} link is gone", party.0));
        if let Some(gear) = &mut self.parties[party.0].gear {
            gear.link = None;
        }
        self.answer(party, None, Input::Closed);
    }

    fn link_of(&self, party: PartyId) -> Option<LinkId> {
        self.parties[party.0].gear.as_ref()?.link.as_ref().map(|link| link.id)
    }

    fn answer(&mut self, party: PartyId, link: Option<LinkId>, input: Input) {
        let at = self.now.instant + self.options.radio_delay.draw(&mut self.rng);
        let open = self.parties[party.0].gear.as_mut().and_then(|gear| gear.link.as_mut());
        let at = open.map_or(at, |link| in_order(&mut link.down_until, at));
        self.queue.push(at, Arrival::RadioAnswer { party, link, input });
    }

    fn on_the_way_to_device(&mut self, party: PartyId) -> Option<(LinkId, Instant)> {
        let at = self.now.instant + self.options.radio_delay.draw(&mut self.rng);
        let link = self.parties[party.0].gear.as_mut()?.link.as_mut()?;
        Some((link.id, in_order(&mut link.up_until, at)))
    }
}

fn is_heat(frame: &[u8]) -> bool {
    match Request::decode(frame).map(|request| request.operation) {
        Ok(Operation::WriteShort { path, data, .. }) => {
            path == MODE_FILE && data.first() == Some(&HEAT_CYCLE_START)
        }
        _ => false,
    }
}

fn in_order(until: &mut Instant, at: Instant) -> Instant {
    *until = at.max(*until + Duration::from_nanos(1));
    *until
}
