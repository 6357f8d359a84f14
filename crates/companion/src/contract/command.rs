//! What a person can ask for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    CommunityKind, DeviceChange, ExportFormat, HistoryRange, LogName, MessageTo, Permission, PersonStatus,
    ProfileChanges, SecretText, Settings,
};

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "command", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Command {
    /// Look for devices.
    StartScan,
    /// Stop looking.
    StopScan,
    /// Connect a device and remember it.
    ConnectDevice {
        /// From [`FoundDevice::id`] or [`DeviceView::id`].
        id: String,
    },
    /// Let a device's link go; it stays remembered.
    DisconnectDevice {
        /// Which.
        id: String,
    },
    /// Disconnect a device and forget it.
    ForgetDevice {
        /// Which.
        id: String,
    },
    /// Make a device the one that heats with the group.
    UseDevice {
        /// Which.
        id: String,
    },
    /// Select a heat profile.
    SelectProfile {
        /// On which device; missing: the one in use.
        #[serde(default)]
        #[ts(optional = nullable)]
        id: Option<String>,
        /// 0..=3.
        slot: u8,
    },
    /// Change a profile of a device: what is given is written, read back and compared; the rest stays.
    EditProfile {
        /// Which device.
        id: String,
        /// 0..=3.
        slot: u8,
        /// The new values.
        changes: ProfileChanges,
    },
    /// Take the last change of a profile back; again and again until it is what it was.
    UndoProfile {
        /// Which device.
        id: String,
        /// 0..=3.
        slot: u8,
    },
    /// Change something else of a device.
    ChangeDevice {
        /// Which device.
        id: String,
        /// What.
        change: DeviceChange,
    },
    /// Make a device show itself with its lights.
    Blink {
        /// Which.
        id: String,
    },
    /// Switch a device off. Only its button brings it back.
    PowerOff {
        /// Which.
        id: String,
    },
    /// Read a log of a device; it comes as [`Event::Log`](super::Event::Log).
    ReadLog {
        /// Which device.
        id: String,
        /// Which log.
        log: LogName,
    },
    /// Tell a device's serial number; it comes as [`Event::Serial`](super::Event::Serial).
    RevealSerial {
        /// Which.
        id: String,
    },
    /// What a face shows: a link that nobody looks at is let go after a while, to spare the device's battery.
    Look {
        /// The face is visible.
        visible: bool,
        /// The device whose page it shows.
        #[serde(default)]
        #[ts(optional = nullable)]
        device: Option<String>,
    },
    /// Use this Bluetooth adapter; remembered.
    UseAdapter {
        /// From [`AdapterView::id`](super::AdapterView::id); missing: whichever works.
        #[serde(default)]
        #[ts(optional = nullable)]
        id: Option<String>,
    },
    /// Start a heat alone, outside a sesh.
    HeatNow,
    /// Stop the device in use, and a heat of this program wherever it runs.
    StopHeat,
    /// Stop the heat of one device, in use or not.
    StopDevice {
        /// Which.
        id: String,
    },
    /// More heat and time in a running heat.
    Boost,
    /// Press the button of a simulated device; real buttons are pressed by hand.
    PressButton {
        /// Which; must be simulated.
        id: String,
    },
    /// Create a group and be in it.
    CreateGroup {
        /// At most 32 characters; empty lets the gateway choose.
        name: String,
        /// Listed for everyone.
        public: bool,
        /// From the decision to start until devices heat, ms, 2100..=30000; see
        /// [`GatewayView::chooses_countdown`](super::GatewayView::chooses_countdown).
        #[serde(default)]
        #[ts(optional = nullable)]
        countdown_ms: Option<u32>,
    },
    /// Join a group by its code.
    JoinGroup {
        /// The code, or an invite link.
        code: String,
    },
    /// Leave the group.
    LeaveGroup,
    /// Change the group; only its owner may. What is missing stays.
    EditGroup {
        /// 1..=32 characters.
        #[serde(default)]
        #[ts(optional = nullable)]
        name: Option<String>,
        /// Listed for everyone.
        #[serde(default)]
        #[ts(optional = nullable)]
        public: Option<bool>,
        /// From the decision to start until devices heat, ms, 2100..=30000.
        #[serde(default)]
        #[ts(optional = nullable)]
        countdown_ms: Option<u32>,
    },
    /// Delete the group for everyone in it; only its owner may.
    DeleteGroup,
    /// Make another member the owner; only the owner may.
    MakeOwner {
        /// From [`MemberView::id`](super::MemberView::id).
        member: String,
    },
    /// Remove a member from the group; only the owner may.
    KickMember {
        /// From [`MemberView::id`](super::MemberView::id).
        member: String,
    },
    /// Ask everyone to get ready.
    AskToStart,
    /// Say "I'm ready": puts the own device into temp select, which the gateway counts.
    Ready,
    /// Start with those who are ready.
    StartWithReady,
    /// Back to chilling.
    StopWaiting,
    /// Do not heat at the running countdown. One that can be called off is called off by it.
    SitOut,
    /// Away or back.
    SetAway {
        /// Away.
        away: bool,
    },
    /// Show friends that this person is on a phone, or not any more.
    SetMobile {
        /// On a phone.
        mobile: bool,
    },
    /// What is in the bowl; empty clears it.
    SetStrain {
        /// At most 48 characters.
        strain: String,
    },
    /// Chat.
    SendMessage {
        /// 1..=1024 characters.
        text: String,
    },
    /// React.
    React {
        /// One emoji.
        emoji: String,
    },
    /// Use another gateway; leaves the group.
    UseGateway {
        /// `http(s)://` or `ws(s)://` address, or `local` for the one in this program.
        url: String,
    },
    /// Do not wait for the next try.
    ReconnectNow,
    /// Join a group of another time again, on its gateway.
    Rejoin {
        /// From [`RecentGroup::gateway`](super::RecentGroup::gateway).
        gateway: String,
        /// From [`RecentGroup::code`](super::RecentGroup::code).
        code: String,
    },
    /// Take a group out of those of late.
    ForgetRecent {
        /// Its gateway.
        gateway: String,
        /// Its code.
        code: String,
    },
    /// Host a gateway on this computer and use it; or end that, and go back to the one of before.
    HostHere {
        /// Host.
        on: bool,
    },
    /// Let scripts, lights and other programs come to what this computer hosts, by the protocol of the concierge; or not.
    /// Remembered.
    HostScripts {
        /// Let them.
        on: bool,
    },
    /// Make another secret, which programs then have to know; those that are there go. It comes as
    /// [`Event::HostSecret`](super::Event::HostSecret).
    NewHostSecret,
    /// Let programs come without a secret.
    ForgetHostSecret,
    /// Tell the secret; it comes as [`Event::HostSecret`](super::Event::HostSecret).
    RevealHostSecret,
    /// Look for gateways in this network, while a face shows them.
    LookAround {
        /// Look.
        on: bool,
    },
    /// Add a community gateway and connect to it.
    AddCommunity {
        /// What it is.
        kind: CommunityKind,
        /// Its address: `ws(s)://` or `http(s)://`.
        url: String,
        /// The name to have there.
        name: String,
        /// A concierge: its secret, where it wants one; kept in the keychain. Chat servers: the password or the token of
        /// the account; without a token the account is made.
        #[serde(default)]
        #[ts(as = "Option<String>", optional = nullable)]
        secret: Option<SecretText>,
        /// Where accounts have passwords: make it first.
        #[serde(default)]
        #[ts(as = "Option<bool>", optional)]
        register: bool,
        /// Chat servers: keep the password or the token in the keychain; else it lasts until Hearth ends.
        #[serde(default)]
        #[ts(as = "Option<bool>", optional)]
        keep: bool,
    },
    /// Change a community gateway, and connect to it anew unless only what is kept changes. What is missing stays.
    EditCommunity {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// The name to have there.
        #[serde(default)]
        #[ts(optional = nullable)]
        name: Option<String>,
        /// Its secret; empty: none. Where accounts have tokens, another name without one makes another account.
        #[serde(default)]
        #[ts(as = "Option<String>", optional = nullable)]
        secret: Option<SecretText>,
        /// Chat servers: keep the password or the token in the keychain, or no longer; missing: as before.
        #[serde(default)]
        #[ts(optional = nullable)]
        keep: Option<bool>,
    },
    /// Forget a community gateway, and its secret.
    RemoveCommunity {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
    },
    /// Connect to a community gateway, at once when it waits; or leave it. Remembered.
    ConnectCommunity {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// Connect.
        on: bool,
    },
    /// Follow a service, or do so no more. Remembered.
    FollowService {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// From [`ServiceView::name`](super::ServiceView::name).
        service: String,
        /// Follow.
        on: bool,
    },
    /// Look at a service that is followed, or at none.
    LookAtService {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id); missing: at none.
        #[serde(default)]
        #[ts(optional = nullable)]
        id: Option<String>,
        /// From [`ServiceView::name`](super::ServiceView::name).
        #[serde(default)]
        #[ts(optional = nullable)]
        service: Option<String>,
    },
    /// Send a message to a service or a client.
    SendToService {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// Whom it is for.
        to: MessageTo,
        /// JSON; anything that is none is sent as a JSON string. At most 16,000 bytes.
        text: String,
    },
    /// Offer this person's devices as services of a concierge, or no more. Remembered.
    ShareTelemetry {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// Offer.
        on: bool,
    },
    /// Let a client of a concierge send commands to this person's devices, or no more. Remembered.
    AllowCommands {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// Name of the client.
        name: String,
        /// What it may do; missing: nothing.
        #[serde(default)]
        #[ts(optional = nullable)]
        permission: Option<Permission>,
    },
    /// Read the channels and members of a community.
    OpenServer {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// From [`ChatServer::id`](super::ChatServer::id).
        server: String,
    },
    /// Open a channel, or none; it comes as [`Event::Room`](super::Event::Room). What is in an open one is read while
    /// a face is visible.
    OpenRoom {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id); missing: none.
        #[serde(default)]
        #[ts(optional = nullable)]
        id: Option<String>,
        /// From [`ChatChannel::id`](super::ChatChannel::id); missing: none.
        #[serde(default)]
        #[ts(optional = nullable)]
        channel: Option<String>,
    },
    /// Read older lines of the open room.
    OlderLines,
    /// Say something in the open room.
    SayInRoom {
        /// Not empty, and no longer than [`ChatCan::line`](super::ChatCan::line).
        text: String,
        /// From [`RoomLine::id`](super::RoomLine::id): the line that it answers.
        #[serde(default)]
        #[ts(optional = nullable)]
        reply_to: Option<String>,
    },
    /// Change a line of the open room.
    EditLine {
        /// From [`RoomLine::id`](super::RoomLine::id).
        line: String,
        /// Not empty, and no longer than [`ChatCan::line`](super::ChatCan::line).
        text: String,
    },
    /// Take a line of the open room back.
    DeleteLine {
        /// From [`RoomLine::id`](super::RoomLine::id).
        line: String,
    },
    /// Say a line again that failed.
    RetryLine {
        /// From [`RoomLine::id`](super::RoomLine::id).
        line: String,
    },
    /// Take a line away that failed.
    DropLine {
        /// From [`RoomLine::id`](super::RoomLine::id).
        line: String,
    },
    /// This person is writing in the open room. May come with every key; it is told every 3 s at most.
    Typing,
    /// Make a community.
    CreateServer {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// 1..=100 characters.
        name: String,
        /// As a stream, whose address this is: `http(s)://`.
        #[serde(default)]
        #[ts(optional = nullable)]
        stream: Option<String>,
        /// Nobody finds it by its name.
        #[serde(default)]
        #[ts(as = "Option<bool>", optional)]
        hidden: bool,
    },
    /// Become a member of a community; where one is in one at a time, go there.
    JoinServer {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// Its id, or what else [`ChatCan::join`](super::ChatCan::join) says.
        code: String,
    },
    /// Be a member of a community no more ([`ChatServer::may_leave`](super::ChatServer::may_leave)).
    LeaveServer {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// From [`ChatServer::id`](super::ChatServer::id).
        server: String,
    },
    /// Make a channel; only the owner of the community may.
    CreateChannel {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// From [`ChatServer::id`](super::ChatServer::id).
        server: String,
        /// 1..=100 characters.
        name: String,
        /// With a voice room.
        #[serde(default)]
        #[ts(as = "Option<bool>", optional)]
        voice: bool,
    },
    /// Be seen like this on a chat server. Remembered.
    SetCommunityStatus {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// How; offline is not to be seen.
        status: PersonStatus,
        /// What this person says of themselves, at most 128 characters; empty: nothing.
        #[serde(default)]
        #[ts(as = "Option<String>", optional)]
        text: String,
    },
    /// Join the voice room of a channel; whatever room this person is in is left first. The microphone opens when they
    /// are in it, unless they are muted.
    JoinVoice {
        /// From [`CommunityGateway::id`](super::CommunityGateway::id).
        id: String,
        /// From [`ChatServer::id`](super::ChatServer::id).
        server: String,
        /// From [`ChatChannel::id`](super::ChatChannel::id).
        channel: String,
    },
    /// Join the voice room of the group ([`VoiceView::offered`](super::VoiceView::offered)), as
    /// [`Command::JoinVoice`] does.
    JoinSeshVoice,
    /// Leave the voice room, or what became of it; the microphone is closed at once.
    LeaveVoice,
    /// Not to be heard: the microphone is closed at once, and the others are told. Lasts from room to room.
    SetVoiceMuted {
        /// Not heard.
        on: bool,
    },
    /// Neither to hear nor to be heard. Lasts from room to room.
    SetVoiceDeafened {
        /// Do not hear.
        on: bool,
    },
    /// Hear somebody louder or quieter, until Hearth ends.
    SetVoiceVolume {
        /// From [`VoicePeer::id`](super::VoicePeer::id).
        person: String,
        /// 0..=200; 100 is as they are.
        percent: u8,
    },
    /// The key to talk is held, or let go; a window that loses the focus lets it go.
    HoldToTalk {
        /// Held.
        held: bool,
    },
    /// Look for microphones and speakers; they come as [`VoiceView::devices`](super::VoiceView::devices). Nothing is
    /// opened for it.
    LookForSound,
    /// Add a server to [`VoiceSettings::servers`](super::VoiceSettings::servers), in place of the one of this address.
    AddVoiceServer {
        /// `stun:host[:port]` or `turn:host[:port]`.
        url: String,
        /// Who asks a `turn` server.
        #[serde(default)]
        #[ts(as = "Option<String>", optional)]
        username: String,
        /// The password for it; kept in the keychain.
        #[serde(default)]
        #[ts(as = "Option<String>", optional = nullable)]
        secret: Option<SecretText>,
    },
    /// Take a server away, and its password.
    RemoveVoiceServer {
        /// From [`VoiceServer::url`](super::VoiceServer::url).
        url: String,
    },
    /// Read the history; it comes as [`Event::History`](super::Event::History).
    ShowHistory {
        /// Of these days.
        range: HistoryRange,
    },
    /// Read further, older seshes.
    MoreSeshes,
    /// Read one sesh; it comes as [`Event::Recap`](super::Event::Recap).
    OpenRecap {
        /// From [`SeshRow::id`](super::SeshRow::id).
        id: String,
    },
    /// Close the sesh that was read.
    CloseRecap,
    /// Delete a sesh from the history; it cannot be brought back.
    DeleteSesh {
        /// From [`SeshRow::id`](super::SeshRow::id).
        id: String,
    },
    /// Delete the whole history; it cannot be brought back.
    DeleteHistory,
    /// Put the history that could not be read aside, and begin anew.
    SetHistoryAside,
    /// Write the history into a file; it comes as [`Event::File`](super::Event::File).
    ExportHistory {
        /// Form.
        format: ExportFormat,
    },
    /// Keep a file that the window made among the person's downloads.
    SaveFile {
        /// Its name; another one is chosen when there is such a file.
        name: String,
        /// Its content, base64.
        base64: String,
    },
    /// Give the overlay a new key: addresses of before end.
    NewOverlayKey,
    /// Open or close the mini window.
    Mini {
        /// Open.
        open: bool,
    },
    /// Bring the window to the front.
    ShowWindow,
    /// Show no notifications until Hearth ends, or show them again.
    Mute {
        /// Show none.
        on: bool,
    },
    /// Leave [`DeskView::invite`](super::DeskView::invite): the person does not want to join.
    DropInvite,
    /// Put a bundle together; it comes as [`DiagnosticsView::bundle`](super::DiagnosticsView::bundle).
    PrepareBundle,
    /// Save the bundle, or drop it.
    FinishBundle {
        /// Save it; it comes as [`Event::File`](super::Event::File).
        save: bool,
    },
    /// Show the folder of the log files.
    OpenLogFolder,
    /// End the program.
    Quit,
    /// Change settings.
    SetSettings {
        /// All of them.
        settings: Settings,
    },
    /// Take a notice away.
    DismissNotice {
        /// Which.
        id: u32,
    },
}
