//! Following the adapters: which is there, and what each of them reports.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use btleplug::api::{Central as _, CentralEvent, Peripheral as _};
use futures::StreamExt;
use puffco::link::RadioEvent;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::adapters::{Adapters, Present};
use crate::heard::{advertisement, heard};
use crate::radio::Shared;
use crate::system::{Host, device_id};

/// Follows the host's adapters and what is chosen of them, and listens to each from when it is first seen.
pub(crate) async fn follow(
    shared: Weak<Shared>,
    host: Arc<Host>,
    mut choice: watch::Receiver<Option<String>>,
) {
    let mut adapters = host.adapters();
    let mut listening: BTreeMap<String, JoinHandle<()>> = BTreeMap::new();
    adapters.mark_changed();
    loop {
        let live = tokio::select! {
            changed = adapters.changed() => changed.is_ok(),
            changed = choice.changed() => changed.is_ok(),
        };
        if !live {
            break;
        }
        let now = adapters.borrow_and_update().clone();
        let Some(radio) = shared.upgrade() else { break };
        if let Adapters::Found(list) = &now {
            for present in list {
                let task = listening.get(&present.name);
                if task.is_none_or(JoinHandle::is_finished) {
                    // Kept for the life of the host: dropping the stream has the same trap as an ear.
                    let task = tokio::spawn(listen(shared.clone(), host.clone(), present.clone()));
                    listening.insert(present.name.clone(), task);
                }
            }
        }
        radio.adapters_are(&host, &now).await;
    }
    if let Some(radio) = shared.upgrade() {
        radio.adapters_are(&host, &Adapters::missing()).await;
    }
    for (_, task) in listening {
        task.abort();
    }
}

/// Passes on what one adapter reports.
async fn listen(shared: Weak<Shared>, host: Arc<Host>, present: Present) {
    let Present { adapter, name, .. } = present;
    let events = match adapter.events().await {
        Ok(events) => events,
        Err(error) => {
            tracing::warn!(%error, "cannot listen to the adapter");
            return;
        }
    };
    // One advertisement makes several events; what is ready together is looked at once.
    let mut batches = events.ready_chunks(32);
    while let Some(batch) = batches.next().await {
        let Some(radio) = shared.upgrade() else { return };
        // Another program may scan with an adapter that is not used here.
        let used = radio.uses(&name);
        let mut devices = Vec::new();
        for event in &batch {
            if let CentralEvent::DeviceDisconnected(id) = event {
                radio.disconnected(id).await;
            }
            if let Some(id) = heard(event).filter(|id| used && !devices.contains(id)) {
                devices.push(id);
            }
        }
        for id in devices {
            let Ok(peripheral) = adapter.peripheral(id).await else { continue };
            let Ok(Some(properties)) = peripheral.properties().await else { continue };
            let bonded = host.is_bonded(&peripheral).await;
            if let Some(heard) = advertisement(properties, bonded) {
                radio.news.tell(RadioEvent::Heard(device_id(&peripheral), heard));
            }
        }
    }
}
