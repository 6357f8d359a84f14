//! The radios of this computer under one roof: Bluetooth, and simulated devices in this program.
//!
//! Each radio's device ids get its prefix, so that an id says where to look.

use std::sync::Arc;

use futures::StreamExt;
use puffco::link::{DeviceId, Radio, RadioEvent};
use puffco_sim::{SimConfig, SimHandle, SimRadio};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::controller::Input;

/// Prefix of simulated devices in this program.
const SIMULATED: &str = "sim";
/// Prefix of devices over Bluetooth.
const BLUETOOTH: &str = "ble";

/// Which radios a companion has.
#[derive(Clone, Debug, Default)]
pub struct RadioChoice {
    /// The Bluetooth of this computer.
    pub bluetooth: bool,
    /// Simulated devices in this program.
    pub simulated: Vec<SimConfig>,
}

/// The simulated device that a program offers for a first look.
#[must_use]
pub fn demo_device() -> SimConfig {
    SimConfig { name: "Hearth Peak".into(), ..SimConfig::default() }
}

/// The radios.
#[derive(Clone)]
pub(crate) struct Radios {
    bluetooth: Option<Arc<dyn Radio>>,
    simulated: Option<(Arc<dyn Radio>, SimHandle)>,
    scan: watch::Sender<bool>,
}

impl Radios {
    /// Opens them, on the current tokio runtime.
    pub(crate) fn open(choice: &RadioChoice) -> Self {
        let bluetooth: Option<Arc<dyn Radio>> = choice
            .bluetooth
            .then(|| Arc::new(puffco_ble::BleRadio::new(Handle::current())) as Arc<dyn Radio>);
        let simulated = (!choice.simulated.is_empty()).then(|| {
            let (radio, handle) = SimRadio::new(choice.simulated.clone());
            (Arc::new(radio) as Arc<dyn Radio>, handle)
        });
        let radios = Self { bluetooth, simulated, scan: watch::channel(false).0 };
        for (prefix, radio) in radios.each() {
            tokio::spawn(scan_as_wanted(prefix, Arc::clone(radio), radios.scan.subscribe()));
        }
        radios
    }

    fn each(&self) -> impl Iterator<Item = (&'static str, &Arc<dyn Radio>)> {
        let bluetooth = self.bluetooth.as_ref().map(|radio| (BLUETOOTH, radio));
        let simulated = self.simulated.as_ref().map(|(radio, _)| (SIMULATED, radio));
        bluetooth.into_iter().chain(simulated)
    }

    /// Reports what the radios hear, until the receiver is gone.
    pub(crate) fn listen(&self, inputs: &mpsc::UnboundedSender<Input>) {
        for (prefix, radio) in self.each() {
            let (radio, inputs) = (Arc::clone(radio), inputs.clone());
            tokio::spawn(async move {
                let mut events = radio.events();
                while let Some(event) = events.next().await {
                    let input = match event {
                        RadioEvent::Adapter(state) if prefix == BLUETOOTH => Input::Adapter(state),
                        RadioEvent::Adapters(all) if prefix == BLUETOOTH => Input::Adapters(all),
                        RadioEvent::Adapter(_) | RadioEvent::Adapters(_) => continue,
                        RadioEvent::Heard(id, advertisement) => Input::Heard {
                            id: outer(prefix, &id),
                            advertisement,
                            simulated: radio.is_simulated(),
                        },
                    };
                    if inputs.send(input).is_err() {
                        break;
                    }
                }
            });
        }
    }

    /// Scans, or stops scanning, on all radios. A radio that cannot says so by its adapter's state.
    pub(crate) fn scan(&self, on: bool) {
        // Asking again for what is wanted already counts: the first time may have failed.
        self.scan.send_replace(on);
    }

    /// Uses this Bluetooth adapter; `None`: whichever works.
    pub(crate) fn use_adapter(&self, id: Option<String>) {
        if let Some(radio) = &self.bluetooth {
            radio.use_adapter(id);
        }
    }

    /// The radio of a device, its id there, and what turns that id into ours.
    pub(crate) fn of(&self, id: &DeviceId) -> Option<(Arc<dyn Radio>, DeviceId, &'static str)> {
        let (prefix, inner) = id.0.split_once(':')?;
        let (prefix, radio) = self.each().find(|(known, _)| *known == prefix)?;
        Some((Arc::clone(radio), DeviceId(inner.to_owned()), prefix))
    }

    /// Presses the button of a simulated device of this program. Whether there is one.
    pub(crate) fn press(&self, id: &DeviceId) -> bool {
        match (&self.simulated, id.0.split_once(':')) {
            (Some((_, handle)), Some((SIMULATED, inner))) => handle.press(&DeviceId(inner.to_owned())),
            _ => false,
        }
    }
}

/// Does on one radio what was asked for last, one after the other: a stop never overtakes the start before it.
async fn scan_as_wanted(prefix: &'static str, radio: Arc<dyn Radio>, mut wanted: watch::Receiver<bool>) {
    while wanted.changed().await.is_ok() {
        let on = *wanted.borrow_and_update();
        let result = if on { radio.start_scan().await } else { radio.stop_scan().await };
        if let Err(error) = result {
            tracing::debug!(radio = prefix, on, %error, "scan");
        }
    }
}

/// Whether a device is simulated in this program, so that its button can be pressed from here.
pub(crate) fn is_pressable(id: &DeviceId) -> bool {
    id.0.split_once(':').is_some_and(|(prefix, _)| prefix == SIMULATED)
}

/// The id of a radio's device in this program.
pub(crate) fn outer(prefix: &str, inner: &DeviceId) -> DeviceId {
    DeviceId(format!("{prefix}:{}", inner.0))
}
