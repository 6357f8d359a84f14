//! What scans find: the devices that are on the air now, strongest first.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use puffco::advertisement::{self, Candidate, Likelihood};
use puffco::link::{Advertisement, DeviceId};
use puffco::model::Series;

use crate::contract::FoundDevice;

/// A device that was not heard for this long is taken off the list.
const FORGET_AFTER: Duration = Duration::from_secs(20);

/// A device that was heard.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Name.
    pub name: String,
    /// What it probably is.
    pub model: String,
    /// Not real.
    pub simulated: bool,
    rssi: Option<i16>,
    /// Paired with this computer.
    pub paired: bool,
    at: Instant,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct Found {
    devices: BTreeMap<DeviceId, Heard>,
}

impl Found {
    /// Takes an advertisement. Whether it is of a device that Hearth can use.
    pub fn heard(
        &mut self,
        now: Instant,
        id: &DeviceId,
        advertisement: &Advertisement,
        simulated: bool,
    ) -> bool {
        let Some(candidate) = advertisement::recognise(advertisement) else { return false };
        let before = self.devices.get(id);
        let name = advertisement.name.clone().filter(|name| !name.trim().is_empty());
        let heard = Heard {
            name: name
                .or_else(|| before.map(|heard| heard.name.clone()))
                .unwrap_or_else(|| "Unnamed device".into()),
            model: model_of(&candidate).into(),
            rssi: advertisement.rssi.or(before.and_then(|heard| heard.rssi)),
            simulated,
            paired: advertisement.bonded,
            at: now,
        };
        self.devices.insert(id.clone(), heard);
        true
    }

    /// Takes silent devices off the list.
    pub fn prune(&mut self, now: Instant) {
        self.devices.retain(|_, heard| now < heard.at + FORGET_AFTER);
    }

    /// One that is on the list.
    #[must_use]
    pub fn get(&self, id: &DeviceId) -> Option<Heard> {
        self.devices.get(id).cloned()
    }

    /// Signal strength when it was heard last, dBm.
    #[must_use]
    pub fn rssi(&self, id: &DeviceId) -> Option<i16> {
        self.devices.get(id).and_then(|heard| heard.rssi)
    }

    /// As faces see it.
    pub fn view(&self, known: impl Fn(&DeviceId) -> bool) -> Vec<FoundDevice> {
        let mut found: Vec<_> = self
            .devices
            .iter()
            .map(|(id, heard)| FoundDevice {
                id: id.0.clone(),
                name: heard.name.clone(),
                model: heard.model.clone(),
                // Signals tremble; steps of 4 dB keep the list still.
                rssi: heard.rssi.map(|rssi| rssi / 4 * 4),
                simulated: heard.simulated,
                known: known(id),
                paired: heard.paired,
            })
            .collect();
        found.sort_by(|a, b| b.rssi.cmp(&a.rssi).then_with(|| a.id.cmp(&b.id)));
        found
    }
}

fn model_of(candidate: &Candidate) -> &'static str {
    match candidate.series {
        Some(Series::PeakPro) => "Peak Pro",
        Some(Series::Proxy) => "Proxy",
        None if candidate.likelihood == Likelihood::Hint => "Perhaps a Puffco",
        None => "Puffco",
    }
}
