//! The lobby: public groups, groups of late, gateways in this network, and hosting one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ProblemView, Stage};

/// The lobby.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LobbyView {
    /// Public groups of the gateway in use, in the order of the gateway.
    pub groups: Vec<LobbyGroup>,
    /// When the gateway told them last; `null` before it did.
    pub as_of: Option<f64>,
    /// Groups that this person was in, latest first.
    pub recent: Vec<RecentGroup>,
    /// Gateways that others host in this network.
    pub network: Vec<LanGateway>,
    /// The gateway that this computer hosts.
    pub host: HostView,
}

/// A public group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LobbyGroup {
    /// The code to join by.
    pub code: String,
    /// Name.
    pub name: String,
    /// `chilling`, `awaiting` or `seshing`.
    pub stage: Stage,
    /// Seshes so far.
    pub sesh_counter: u32,
    /// Members with a device.
    pub seshers: u32,
    /// Members without.
    pub watchers: u32,
}

/// A group that this person was in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecentGroup {
    /// Address of its gateway.
    pub gateway: String,
    /// Name of its gateway.
    pub gateway_name: String,
    /// The code to join by.
    pub code: String,
    /// Name.
    pub name: String,
    /// When this person was in it last.
    pub at: f64,
}

/// A gateway that somebody hosts in this network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LanGateway {
    /// Names it while it is there.
    pub id: String,
    /// Name that the host gave it.
    pub name: String,
    /// The host's computer.
    pub host: String,
    /// Address for [`Command::UseGateway`](super::Command::UseGateway).
    pub url: String,
    /// Its public groups, when it tells.
    pub groups: Option<u32>,
    /// People on it, when it tells.
    pub people: Option<u32>,
}

/// The gateway that this computer hosts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HostView {
    /// State.
    pub state: HostState,
    /// Name that others see.
    pub name: String,
    /// Addresses to give to others, the likeliest first.
    pub addresses: Vec<String>,
    /// The first address as a QR code: an SVG path in a square of `qr_size` modules, quiet zone included.
    pub qr: Option<String>,
    /// See [`HostView::qr`].
    pub qr_size: u32,
    /// People on it, this one not counted.
    pub guests: u32,
    /// Programs on it.
    pub scripts: HostScripts,
    /// Why it does not run.
    pub problem: Option<ProblemView>,
}

/// Scripts, lights and other programs on the gateway that this computer hosts, by the protocol of the concierge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HostScripts {
    /// They can come, while it runs.
    pub on: bool,
    /// The address to give to them, the likeliest of several; `null` while they cannot come.
    pub address: Option<String>,
    /// They need a secret.
    pub secret: bool,
    /// The keychain does not give the secret: nobody is let in until there is another one or none.
    pub secret_lost: bool,
}

/// State of hosting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HostState {
    /// Not wanted.
    #[default]
    Off,
    /// Being opened.
    Starting,
    /// Others can come.
    Running,
    /// Guests are being told.
    Stopping,
    /// It could not be opened.
    Failed,
}
