//! The group, its members and its chat.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Activity, Said};

/// The group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupView {
    /// The code that friends join by.
    pub code: String,
    /// Name.
    pub name: String,
    /// Listed for everyone.
    pub public: bool,
    /// Seshes so far.
    pub sesh_counter: u32,
    /// From the decision to start until devices heat, ms, as the owner chose; `null` where the gateway counts 3-2-1.
    pub countdown_ms: Option<u32>,
    /// Whether this person owns it.
    pub own: bool,
    /// Why this person is away; `null` when they are not.
    pub away_because: Option<AwayReason>,
    /// Everybody, this person included; seshers first.
    pub members: Vec<MemberView>,
}

/// Why this person is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AwayReason {
    /// They said so.
    Asked,
    /// Their device sleeps or is gone; back by itself when it is back.
    Device,
    /// Their computer is locked; back by itself when it is not.
    Locked,
    /// Nobody has touched their computer for a while; back by itself when somebody does.
    Idle,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    /// Session id.
    pub id: String,
    /// Name: account, device or "Guest".
    pub name: String,
    /// This person.
    pub me: bool,
    /// Owner of the group.
    pub owner: bool,
    /// Has a device.
    pub sesher: bool,
    /// Ready.
    pub ready: bool,
    /// Away.
    pub away: bool,
    /// On a phone.
    pub mobile: bool,
    /// In the voice room of the group.
    pub in_voice: bool,
    /// The gateway lost them; since when.
    pub lost_since: Option<f64>,
    /// What is in the bowl.
    pub strain: Option<String>,
    /// Product.
    pub model: Option<String>,
    /// What the device does.
    pub activity: Activity,
    /// Chamber temperature.
    pub celsius: Option<f32>,
    /// Target.
    pub target_celsius: Option<f32>,
    /// Seconds left at temperature.
    pub left_s: Option<f32>,
    /// Charge, percent.
    pub battery: Option<u8>,
    /// Chamber.
    pub chamber: Option<Said>,
    /// Light, `#rrggbb`.
    pub led: Option<String>,
}

/// A line of chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatLine {
    /// Counts up.
    pub id: u32,
    /// When.
    pub at: f64,
    /// Author's session id; `null` for system lines, and for who speaks from outside the group: its community on
    /// another front of the gateway.
    pub by: Option<String>,
    /// Author's name; `null` for system lines.
    pub name: Option<String>,
    /// Author's light.
    pub led: Option<String>,
    /// This person.
    pub me: bool,
    /// What.
    pub kind: ChatKind,
    /// What the author wrote, or the emoji; empty in system lines.
    pub text: String,
    /// What happened; `null` where somebody wrote.
    pub happened: Option<Said>,
}

/// Kinds of chat lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// A message.
    Message,
    /// A reaction.
    Reaction,
    /// Somebody joined or left, or the group is another now.
    People,
    /// Somebody went away, or is back.
    Away,
    /// The sesh: asked, started, ended.
    Sesh,
}
