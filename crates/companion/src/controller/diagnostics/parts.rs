//! The parts of Hearth as somebody sees them who looks for a fault.

use super::super::Controller;
use crate::contract::{BluetoothState, DeviceView, GatewayState, Health, LinkView, PartView, Said};
use crate::said;
use crate::secrets::Keychain;

impl Controller {
    /// All of them, in the order in which they are shown. Since when each is so is not known here.
    pub(super) fn parts(&self) -> Vec<PartView> {
        let mut parts = vec![self.gateway_part(), self.bluetooth_part()];
        parts.extend(self.devices.view().iter().map(device));
        parts.extend(self.community_parts());
        parts.push(self.voice_part());
        parts.extend([self.keychain_part(), self.history_part(), self.overlay_part(), self.tray_part()]);
        parts
    }

    fn gateway_part(&self) -> PartView {
        let view = self.gateway_view();
        let (health, state) = match view.state {
            GatewayState::Connected | GatewayState::Resumed => (Health::Good, said!("Connected")),
            GatewayState::Connecting => (Health::Fair, said!("Connecting")),
            GatewayState::Reconnecting => (Health::Fair, said!("Lost, trying again")),
            GatewayState::Refused => (Health::Bad, said!("Refused")),
            GatewayState::Offline => (Health::Off, said!("Not connected")),
        };
        let group =
            if self.membership.group().is_some() { said!("in one|group") } else { said!("in none|group") };
        let name =
            if self.gateway.url().is_none() { said!("On this computer") } else { Said::verbatim(view.name) };
        PartView {
            pace: self.gateway.pace(),
            clock_ahead_ms: self.gateway.clock_ahead_ms(),
            facts: vec![(said!("group"), group)],
            ..part("gateway", name, health, state)
        }
    }

    fn bluetooth_part(&self) -> PartView {
        let scan = self.scan();
        let (health, state) = match scan.bluetooth {
            BluetoothState::On => (Health::Good, said!("On|switched")),
            BluetoothState::Off => (Health::Bad, said!("Switched off")),
            BluetoothState::Missing => (Health::Bad, said!("No adapter")),
            BluetoothState::NotAllowed => (Health::Bad, said!("Not allowed for Hearth")),
            BluetoothState::Unknown => (Health::Off, said!("Not looked at yet")),
        };
        let scanning = if self.devices.scanning { said!("yes") } else { said!("no") };
        let facts = vec![(said!("scanning"), scanning), (said!("heard now"), number(scan.found.len()))];
        PartView { facts, ..part("bluetooth", said!("Bluetooth"), health, state) }
    }

    fn keychain_part(&self) -> PartView {
        let (health, state) = match &self.diagnostics.keychain {
            Keychain::Unasked => (Health::Off, said!("Nothing to keep yet")),
            Keychain::Works => (Health::Good, said!("Keeps secrets")),
            Keychain::Locked(_) => (Health::Fair, said!("Locked: secrets are kept until Hearth quits")),
            Keychain::Missing(_) => (Health::Fair, said!("None: secrets are kept until Hearth quits")),
        };
        let facts = match &self.diagnostics.keychain {
            Keychain::Locked(why) | Keychain::Missing(why) => {
                vec![(said!("because"), Said::verbatim(why.clone()))]
            }
            Keychain::Unasked | Keychain::Works => Vec::new(),
        };
        PartView { facts, ..part("keychain", said!("Keychain"), health, state) }
    }

    fn history_part(&self) -> PartView {
        let (health, state) = if self.history_trouble().is_some() {
            (Health::Bad, said!("Nothing is kept now"))
        } else if self.keeps_history() {
            (Health::Good, said!("Kept on this computer"))
        } else {
            (Health::Off, said!("Not kept"))
        };
        part("history", said!("History"), health, state)
    }

    fn overlay_part(&self) -> PartView {
        let status = self.overlay.view();
        let (health, state) = match (&status.url, &status.problem) {
            (Some(_), _) => (Health::Good, said!("Served|overlay")),
            (None, Some(_)) => (Health::Bad, said!("Cannot be served")),
            (None, None) if self.saved.settings.overlay.on => (Health::Fair, said!("Starting")),
            (None, None) => (Health::Off, said!("Switched off")),
        };
        let pages = status.url.is_some().then(|| (said!("pages|overlay"), number(status.pages)));
        PartView { facts: pages.into_iter().collect(), ..part("overlay", said!("Overlay"), health, state) }
    }

    fn tray_part(&self) -> PartView {
        let desk = self.desk.view();
        let (health, state) = match (desk.window, desk.tray) {
            (_, true) => (Health::Good, said!("There|present")),
            (true, false) => (Health::Off, said!("This desktop shows none")),
            (false, false) => (Health::Off, said!("Without a window there is none")),
        };
        part("tray", said!("Tray|desktop"), health, state)
    }
}

fn device(device: &DeviceView) -> PartView {
    let (health, state) = match &device.link {
        LinkView::Ready => (Health::Good, said!("Connected")),
        LinkView::Resting => (Health::Good, said!("Resting, because nobody looks")),
        LinkView::SettingUp { attempt, .. } => {
            (Health::Fair, said!("Connecting, attempt {attempt}", attempt = *attempt))
        }
        LinkView::Waiting { problem, .. } => (Health::Fair, problem.title.clone()),
        LinkView::Away => (Health::Off, said!("Asleep or out of range")),
        LinkView::Failed { problem, .. } => (Health::Bad, problem.title.clone()),
        LinkView::Off => (Health::Off, said!("Not connected")),
    };
    let link = device.facts.link;
    let known = [
        (said!("model"), Some(Said::verbatim(&*device.model))),
        (said!("firmware"), device.firmware.as_deref().map(Said::verbatim)),
        (said!("spoken|protocol"), device.facts.protocol.clone()),
        (said!("signal"), device.rssi.map(|rssi| Said::verbatim(format!("{rssi} dBm")))),
        (said!("links opened"), Some(number(link.links))),
        (said!("commands"), Some(number(link.round_trips))),
        (said!("unanswered"), Some(number(link.unanswered))),
        (said!("made no sense"), Some(number(link.bad_frames))),
    ];
    let facts = known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let pace = link.pace.filter(|_| device.link == LinkView::Ready);
    PartView { pace, facts, ..part("device", Said::verbatim(&*device.name), health, state) }
}

fn part(part: &str, name: Said, health: Health, state: Said) -> PartView {
    let part = part.into();
    PartView { part, name, health, state, since: None, pace: None, clock_ahead_ms: None, facts: Vec::new() }
}

fn number(number: impl ToString) -> Said {
    Said::verbatim(number.to_string())
}
