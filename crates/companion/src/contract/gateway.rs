//! The gateway connection as a face shows it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The gateway connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GatewayView {
    /// Its address; `local` for the one in this program.
    pub url: String,
    /// Name for people.
    pub name: String,
    /// The gateway in this program, with simulated friends.
    pub simulated_friends: bool,
    /// State.
    pub state: GatewayState,
    /// Round-trip time, ms.
    pub latency_ms: Option<u32>,
    /// The owner of a group can choose how long it counts down; elsewhere the gateway counts 3-2-1.
    pub chooses_countdown: bool,
    /// When the next try comes, while connecting or reconnecting.
    pub retry_at: Option<f64>,
    /// Gateways to choose from.
    pub choices: Vec<GatewayChoice>,
}

/// A gateway to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GatewayChoice {
    /// Address; `local` for the one in this program.
    pub url: String,
    /// Name for people.
    pub name: String,
}

/// State of the gateway connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GatewayState {
    /// Not wanted.
    Offline,
    /// First connection under way, or tried again: no gateway was ever heard at this address.
    Connecting,
    /// Live.
    Connected,
    /// Lost; trying again.
    Reconnecting,
    /// Back, and nothing was missed; becomes `connected` after a few seconds.
    Resumed,
    /// The gateway will not have us.
    Refused,
}
