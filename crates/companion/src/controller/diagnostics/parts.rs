//! The parts of Hearth as somebody sees them who looks for a fault.

use super::super::Controller;
use crate::contract::{BluetoothState, DeviceView, GatewayState, Health, LinkView, PartView};
use crate::secrets::Keychain;

impl Controller {
    /// All of them, in the order in which they are shown. Since when each is so is not known here.
    pub(super) fn parts(&self) -> Vec<PartView> {
        let mut parts = vec![self.gateway_part(), self.bluetooth_part()];
        parts.extend(self.devices.view().iter().map(device));
        parts.extend(self.community_parts());
        parts.extend([self.keychain_part(), self.history_part(), self.overlay_part(), self.tray_part()]);
        parts
    }

    fn gateway_part(&self) -> PartView {
        let view = self.gateway_view();
        let (health, state) = match view.state {
            GatewayState::Connected | GatewayState::Resumed => (Health::Good, "Connected"),
            GatewayState::Connecting => (Health::Fair, "Connecting"),
            GatewayState::Reconnecting => (Health::Fair, "Lost, trying again"),
            GatewayState::Refused => (Health::Bad, "Refused"),
            GatewayState::Offline => (Health::Off, "Not connected"),
        };
        let group = if self.membership.group().is_some() { "in one" } else { "in none" };
        PartView {
            round_trip_ms: view.latency_ms,
            facts: facts([("group", group.to_owned())]),
            ..part("gateway", &view.name, health, state)
        }
    }

    fn bluetooth_part(&self) -> PartView {
        let scan = self.scan();
        let (health, state) = match scan.bluetooth {
            BluetoothState::On => (Health::Good, "On"),
            BluetoothState::Off => (Health::Bad, "Switched off"),
            BluetoothState::Missing => (Health::Bad, "No adapter"),
            BluetoothState::NotAllowed => (Health::Bad, "Not allowed for Hearth"),
            BluetoothState::Unknown => (Health::Off, "Not looked at yet"),
        };
        let scanning = if self.devices.scanning { "yes" } else { "no" };
        let facts = facts([("scanning", scanning.to_owned()), ("heard now", scan.found.len().to_string())]);
        PartView { facts, ..part("bluetooth", "Bluetooth", health, state) }
    }

    fn keychain_part(&self) -> PartView {
        let (health, state) = match &self.diagnostics.keychain {
            Keychain::Unasked => (Health::Off, "Nothing to keep yet"),
            Keychain::Works => (Health::Good, "Keeps secrets"),
            Keychain::Locked(_) => (Health::Fair, "Locked: secrets are kept until Hearth quits"),
            Keychain::Missing(_) => (Health::Fair, "None: secrets are kept until Hearth quits"),
        };
        let why = match &self.diagnostics.keychain {
            Keychain::Locked(why) | Keychain::Missing(why) => Some(("because", why.clone())),
            Keychain::Unasked | Keychain::Works => None,
        };
        PartView { facts: facts(why), ..part("keychain", "Keychain", health, state) }
    }

    fn history_part(&self) -> PartView {
        let (health, state) = if self.history_trouble().is_some() {
            (Health::Bad, "Nothing is kept now")
        } else if self.keeps_history() {
            (Health::Good, "Kept on this computer")
        } else {
            (Health::Off, "Not kept")
        };
        part("history", "History", health, state)
    }

    fn overlay_part(&self) -> PartView {
        let status = self.overlay.view();
        let (health, state) = match (&status.url, &status.problem) {
            (Some(_), _) => (Health::Good, "Served"),
            (None, Some(_)) => (Health::Bad, "Cannot be served"),
            (None, None) if self.saved.settings.overlay.on => (Health::Fair, "Starting"),
            (None, None) => (Health::Off, "Switched off"),
        };
        let pages = status.url.is_some().then(|| ("pages", status.pages.to_string()));
        PartView { facts: facts(pages), ..part("overlay", "Overlay", health, state) }
    }

    fn tray_part(&self) -> PartView {
        let desk = self.desk.view();
        let (health, state) = match (desk.window, desk.tray) {
            (_, true) => (Health::Good, "There"),
            (true, false) => (Health::Off, "This desktop shows none"),
            (false, false) => (Health::Off, "Without a window there is none"),
        };
        part("tray", "Tray", health, state)
    }
}

fn device(device: &DeviceView) -> PartView {
    let (health, state) = match &device.link {
        LinkView::Ready => (Health::Good, "Connected".to_owned()),
        LinkView::Resting => (Health::Good, "Resting, because nobody looks".to_owned()),
        LinkView::SettingUp { attempt, .. } => (Health::Fair, format!("Connecting, attempt {attempt}")),
        LinkView::Waiting { problem, .. } => (Health::Fair, problem.title.clone()),
        LinkView::Away => (Health::Off, "Asleep or out of range".to_owned()),
        LinkView::Failed { problem, .. } => (Health::Bad, problem.title.clone()),
        LinkView::Off => (Health::Off, "Not connected".to_owned()),
    };
    let link = device.facts.link;
    let known = [
        ("model", Some(device.model.clone())),
        ("firmware", device.firmware.clone()),
        ("spoken", device.facts.protocol.clone()),
        ("signal", device.rssi.map(|rssi| format!("{rssi} dBm"))),
        ("links opened", Some(link.links.to_string())),
        ("commands", Some(link.round_trips.to_string())),
        ("unanswered", Some(link.unanswered.to_string())),
        ("made no sense", Some(link.bad_frames.to_string())),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
    PartView { facts: facts(known), ..part("device", &device.name, health, &state) }
}

fn part(part: &str, name: &str, health: Health, state: &str) -> PartView {
    let (part, name, state) = (part.into(), name.into(), state.into());
    PartView { part, name, health, state, since: None, round_trip_ms: None, facts: Vec::new() }
}

fn facts(facts: impl IntoIterator<Item = (&'static str, String)>) -> Vec<(String, String)> {
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
