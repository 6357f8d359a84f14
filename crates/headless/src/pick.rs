//! Connects a device without a person: the first that is found, or the one with a given id or name.

use futures::StreamExt;
use hearth_companion::Companion;
use hearth_companion::contract::{Command, Event, FoundDevice};

/// Scans until the wanted device is found, then connects it.
pub async fn connect(companion: Companion, wanted: Option<String>) {
    let mut events = companion.subscribe();
    companion.command(Command::StartScan);
    while let Some(event) = events.next().await {
        let found = match event {
            Event::Scan { scan } => {
                // A scan ends by itself after a while; the device may come later.
                if !scan.scanning {
                    companion.command(Command::StartScan);
                }
                scan.found
            }
            Event::View { view } => view.scan.found,
            _ => continue,
        };
        let device = found.into_iter().find(|device| wanted.as_deref().is_none_or(|id| is(device, id)));
        if let Some(device) = device {
            companion.command(Command::ConnectDevice { id: device.id });
            return;
        }
    }
}

/// By id, by the address at its end, or by name.
fn is(device: &FoundDevice, wanted: &str) -> bool {
    let plain = |text: &str| text.replace(['_', '-', ':'], "").to_ascii_lowercase();
    device.name == wanted || (plain(wanted).len() >= 12 && plain(&device.id).ends_with(&plain(wanted)))
}
