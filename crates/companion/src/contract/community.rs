//! Community gateways: those that a person uses beside the one of the sesh. A concierge is a broker of named
//! services; this person's devices can be such services, and those of others be followed. The others are chat servers,
//! of which there is more in `rooms`.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Activity, ChatView};

/// A secret that a person typed. It does not show in logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(pub String);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// Everything of the Community screen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CommunityView {
    /// In the order in which they were added.
    pub gateways: Vec<CommunityGateway>,
    /// The kinds that can be added, in the order in which they are offered.
    pub kinds: Vec<CommunityOffer>,
}

/// A kind of gateway that can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CommunityOffer {
    /// Which.
    pub kind: CommunityKind,
    /// How one is let in.
    pub account: AccountKind,
}

/// How one is let in to a gateway, beside one's name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// With a secret that all have who may come in, if it wants one.
    Secret,
    /// With the password of an account.
    Password,
    /// With a token that the server gives to who takes a name. It is the only key to that name: nobody gets another
    /// one, so who loses it loses the name.
    Token,
}

/// A gateway that was added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CommunityGateway {
    /// Names it in commands; stays the same between starts.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Address.
    pub url: String,
    /// The name that this person has there.
    pub me: String,
    /// How one is let in.
    pub account: AccountKind,
    /// A secret for it is kept: the password or the token, where it is an account.
    pub has_secret: bool,
    /// State.
    pub state: CommunityState,
    /// What there is on it, as it was told last.
    pub content: CommunityContent,
}

/// What a gateway is, and what there is on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommunityContent {
    /// An ert-concierge.
    Concierge(BrokerView),
    /// A Together server.
    Together(ChatView),
    /// An E-Magine server.
    Emagine(ChatView),
    /// An i386chat server.
    I386chat(ChatView),
}

impl CommunityContent {
    /// What there is on a chat server, of whatever kind.
    #[must_use]
    pub const fn chat(&self) -> Option<&ChatView> {
        match self {
            Self::Concierge(_) => None,
            Self::Together(chat) | Self::Emagine(chat) | Self::I386chat(chat) => Some(chat),
        }
    }
}

/// Kinds of gateways that can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CommunityKind {
    /// An ert-concierge.
    Concierge,
    /// A Together server: communities with channels.
    Together,
    /// An E-Magine server: channels that are known by their numbers.
    Emagine,
    /// An i386chat server: rooms, of which one is in one at a time.
    I386chat,
}

/// State of the connection with a community gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum CommunityState {
    /// Switched off.
    Off,
    /// Connecting, or introducing itself.
    Connecting,
    /// Live.
    Connected {
        /// Since when.
        since: f64,
        /// Round-trip time, ms.
        latency_ms: Option<u32>,
    },
    /// Lost or not reached; tries again.
    Waiting {
        /// When.
        retry_at: f64,
    },
    /// It will not have us; nothing is tried until something is changed, or the person asks for it.
    Refused {
        /// Why.
        why: CommunityRefusal,
    },
}

/// Why a gateway will not have us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CommunityRefusal {
    /// Somebody has this name there already.
    NameTaken,
    /// It takes no such name: a concierge only letters, digits and `_`.
    BadName,
    /// It wants another secret, or one at all.
    BadSecret,
    /// Nobody has this name and password together, or nobody this token.
    WrongPassword,
    /// The account is suspended.
    Suspended,
    /// It makes no new accounts.
    RegistrationClosed,
    /// The account has too many connections there, and this was the oldest of them.
    Crowded,
    /// The password, or the token, is not known any more:
    /// [`Command::EditCommunity`](super::Command::EditCommunity) takes it again.
    SignInAgain,
    /// It speaks another version of the protocol.
    Version,
    /// It did not understand us, or is no such gateway.
    Protocol,
}

/// What there is on a concierge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BrokerView {
    /// Its services, by name.
    pub services: Vec<ServiceView>,
    /// Who is there, by name.
    pub clients: Vec<BrokerClient>,
    /// What came for this person, newest first, at most 30. Told at most five times a second.
    pub inbox: Vec<DirectMessage>,
    /// This person's devices as services there.
    pub sharing: SharingView,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServiceView {
    /// Its name: anything, spaces and nothing included.
    pub name: String,
    /// The name that it shows to people.
    pub nickname: Option<String>,
    /// Name of the client that owns it.
    pub owner: String,
    /// It is one of this person's devices.
    pub mine: bool,
    /// Clients that follow it.
    pub subscribers: u32,
    /// This person does.
    pub subscribed: bool,
    /// Messages a second, over the last ten seconds; 0 while not followed.
    pub rate: f32,
}

/// A client of a concierge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BrokerClient {
    /// Names it in commands, as long as it is there.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// The name that it shows to people.
    pub nickname: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// It is this program.
    pub me: bool,
    /// What this person lets it do.
    pub allowed: Option<Permission>,
}

/// This person's devices as services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharingView {
    /// Devices are offered.
    pub on: bool,
    /// The services that are offered now, by device.
    pub services: Vec<SharedDevice>,
    /// Who may send commands, by name; those who are not there too.
    pub allowed: Vec<AllowedName>,
}

/// A device that is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedDevice {
    /// The device.
    pub device: String,
    /// Its service: `hearth.` and the name of the device, with a number when there is one of that name.
    pub service: String,
    /// Clients that follow it.
    pub subscribers: u32,
}

/// Who may send commands to this person's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AllowedName {
    /// Name of a client; exactly, case included.
    pub name: String,
    /// What it may do.
    pub permission: Permission,
}

/// What a client may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Ask the group to start; say "I'm ready" when somebody else asked; stop.
    Take,
    /// Start a heat as well, and bring one about by asking the group and saying "I'm ready". On a gateway without a
    /// secret a name proves nothing: whoever connects first under it has it. A face says so before this is chosen.
    Heat,
}

/// A message that came for this person: no message of a service that is followed, and no command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DirectMessage {
    /// Counts up; those that were passed over in a flood are counted too.
    pub number: u32,
    /// When it came.
    pub at: f64,
    /// Who sent it.
    pub from: String,
    /// From [`BrokerClient::uuid`], as long as the sender is there.
    pub uuid: String,
    /// How it was addressed.
    pub to: DirectTarget,
    /// Its data as JSON, the first 500 characters of it.
    pub text: String,
    /// How long it is, bytes.
    pub bytes: u32,
}

/// How a message was addressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum DirectTarget {
    /// To this person.
    Me,
    /// To all who are there.
    Everybody,
    /// To the service of one of this person's devices.
    Service {
        /// From [`SharedDevice::service`].
        service: String,
    },
}

/// A service that is looked at. Told at most five times a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServiceFeed {
    /// From [`CommunityGateway::id`].
    pub gateway: String,
    /// From [`ServiceView::name`].
    pub service: String,
    /// Messages a second, for each of the last 60 seconds, oldest first.
    pub rates: Vec<u32>,
    /// Size of the last message, bytes.
    pub bytes: Option<u32>,
    /// From the owner to here, ms; only where the message tells when it was sent.
    pub latency_ms: Option<i32>,
    /// What a Hearth told last of its device; `null` for services of other programs.
    pub telemetry: Option<TelemetryView>,
    /// Newest first, at most 50.
    pub messages: Vec<ServiceMessage>,
}

/// A message of a service, or to this person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServiceMessage {
    /// Counts up in a feed.
    pub number: u32,
    /// When it came.
    pub at: f64,
    /// Who sent it.
    pub from: String,
    /// This person sent it.
    pub mine: bool,
    /// Its data as JSON, the first 2,000 characters of it.
    pub text: String,
    /// How long it is, bytes.
    pub bytes: u32,
}

/// A device of somebody, as its Hearth tells it (docs/telemetry.md).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TelemetryView {
    /// Name of the device.
    pub name: String,
    /// Product.
    pub model: String,
    /// What it does.
    pub activity: Activity,
    /// Temperature of the chamber, °C.
    pub celsius: Option<f32>,
    /// What it heats to, °C.
    pub target_celsius: Option<f32>,
    /// Battery, 0..=100.
    pub battery: Option<u8>,
    /// It charges.
    pub charging: bool,
    /// Colour of its light, `#rrggbb`.
    pub colour: Option<String>,
    /// Name of the group that it is in.
    pub group: Option<String>,
    /// Stage of that group.
    pub stage: Option<super::Stage>,
}

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum MessageTo {
    /// Everybody who follows a service when it is one's own, else its owner.
    Service {
        /// Its name.
        name: String,
    },
    /// One client.
    Client {
        /// From [`BrokerClient::uuid`].
        uuid: String,
    },
}
