//! The Bluetooth adapters of this computer: their state, and the choice between several.

use puffco::device as machine;
use puffco::link::{AdapterInfo, AdapterState};

use super::{Controller, Output};
use crate::contract::{AdapterView, BluetoothState};

/// The adapters.
#[derive(Clone, Debug, Default)]
pub struct Adapters {
    all: Vec<AdapterInfo>,
    /// The one for this run, by id or name; the remembered choice waits until the next.
    for_this_run: Option<String>,
    /// What the radio was told last.
    told: Option<String>,
}

impl Adapters {
    /// Adapters that are not heard of yet.
    #[must_use]
    pub fn new(for_this_run: Option<String>) -> Self {
        Self { all: Vec::new(), for_this_run, told: None }
    }

    /// As faces see them: a choice only where there is one, be it only to use what is there in place of
    /// `chosen`, which is not.
    #[must_use]
    pub fn view(&self, chosen: Option<&str>) -> Vec<AdapterView> {
        let missing = chosen.is_some_and(|chosen| self.all.iter().all(|adapter| adapter.id != chosen));
        if self.all.len() < 2 && !missing {
            return Vec::new();
        }
        let view = |adapter: &AdapterInfo| AdapterView {
            id: adapter.id.clone(),
            name: adapter.name.clone(),
            on: adapter.powered,
            in_use: adapter.in_use,
        };
        self.all.iter().map(view).collect()
    }

    /// The id of what was asked for by id or by name.
    fn id_of(&self, wanted: &str) -> String {
        let known = self.all.iter().find(|adapter| adapter.id == wanted || adapter.name == wanted);
        known.map_or_else(|| wanted.to_owned(), |adapter| adapter.id.clone())
    }
}

impl Controller {
    /// Tells the radio which adapter to use, when that is not what it was told last. Links of another adapter
    /// end then, so that it waits while a heat of this program may have to be stopped.
    pub(super) fn choose_adapter(&mut self) {
        if self.holds_any() {
            return;
        }
        let id = self.adapter_chosen();
        if id != self.adapters.told {
            self.adapters.told.clone_from(&id);
            self.outputs.push_back(Output::UseAdapter(id));
        }
    }

    /// The adapter that was asked for; `None`: whichever works.
    pub(super) fn adapter_chosen(&self) -> Option<String> {
        let wanted = self.adapters.for_this_run.as_ref().or(self.saved.adapter.as_ref());
        wanted.map(|wanted| self.adapters.id_of(wanted))
    }

    pub(super) fn use_adapter(&mut self, id: Option<String>) {
        if self.holds_any() {
            return self.say_that_it_heats();
        }
        self.adapters.for_this_run = None;
        self.saved.adapter = id;
        self.choose_adapter();
        self.save();
    }

    pub(super) fn adapters_changed(&mut self, all: Vec<AdapterInfo>) {
        self.adapters.all = all;
        // A name is known by its id only now.
        self.choose_adapter();
    }

    pub(super) fn adapter_changed(&mut self, state: &AdapterState) {
        let bluetooth = match state {
            AdapterState::On(_) => BluetoothState::On,
            AdapterState::Off => BluetoothState::Off,
            AdapterState::Missing => BluetoothState::Missing,
            AdapterState::NotAllowed => BluetoothState::NotAllowed,
        };
        let before = self.devices.set_bluetooth(bluetooth);
        if bluetooth != BluetoothState::On || before == BluetoothState::On {
            return;
        }
        // What Bluetooth itself stood in the way of is tried again. That it did may not be told yet.
        for (id, device) in self.devices.each_mut() {
            if device.opened {
                self.outputs.push_back(Output::Device(id.clone(), machine::Input::AdapterOn));
            }
        }
    }
}
