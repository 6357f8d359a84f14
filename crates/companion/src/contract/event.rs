//! What a face is told: the whole at first, then the parts that changed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    ChartView, ChatLine, CommunityView, DeskView, DeviceLogView, DeviceView, DiagnosticsView, GatewayView,
    GroupView, HistoryView, LobbyView, MemberView, Notice, OverlayStatus, RecapView, RoomView, ScanView,
    SecretText, ServiceFeed, Settings, StageView, VoiceView,
};

/// What changed. `event` is the tag; the rest is the new value of that part of the [`View`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Event {
    /// Everything; first, and again after a face fell behind.
    View {
        /// What there is to see.
        view: Box<View>,
    },
    /// The gateway connection.
    Gateway {
        /// New value.
        gateway: GatewayView,
    },
    /// The scan.
    Scan {
        /// New value.
        scan: ScanView,
    },
    /// The devices.
    Devices {
        /// New value.
        devices: Vec<DeviceView>,
    },
    /// The group; `null` when in none.
    Group {
        /// New value.
        group: Option<GroupView>,
    },
    /// Members of the group that changed; the others are as they were. Only told where events are gathered.
    Members {
        /// New values, by id.
        members: Vec<MemberView>,
    },
    /// The stage of the session.
    Stage {
        /// New value.
        stage: StageView,
    },
    /// The heat chart was started anew.
    Chart {
        /// New value.
        chart: ChartView,
    },
    /// One more point of the heat chart. One that is not later than the last one known of that member is known already.
    Sample {
        /// Whose.
        member: String,
        /// ms since the chart's start.
        ms: u32,
        /// °C.
        celsius: f32,
    },
    /// A line was added to the chat.
    Chat {
        /// The line.
        line: ChatLine,
    },
    /// A log of a device.
    Log {
        /// New value; in the view it takes the place of the one of the same device and name.
        log: DeviceLogView,
    },
    /// A serial number that was asked for.
    Serial {
        /// Which device.
        id: String,
        /// All of it.
        serial: String,
    },
    /// The secret of what this computer hosts, that was asked for.
    HostSecret {
        /// All of it.
        #[ts(as = "String")]
        secret: SecretText,
    },
    /// The lobby.
    Lobby {
        /// New value.
        lobby: Box<LobbyView>,
    },
    /// The community gateways.
    Community {
        /// New value.
        community: CommunityView,
    },
    /// The service that is looked at.
    Feed {
        /// New value.
        feed: Option<ServiceFeed>,
    },
    /// The channel that is open.
    Room {
        /// New value.
        room: Option<RoomView>,
    },
    /// Voice.
    Voice {
        /// New value.
        voice: Box<VoiceView>,
    },
    /// The history.
    History {
        /// New value.
        history: Option<HistoryView>,
    },
    /// The sesh that is looked at again.
    Recap {
        /// New value.
        recap: Option<RecapView>,
    },
    /// The desktop.
    Desk {
        /// New value.
        desk: DeskView,
    },
    /// The overlay.
    Overlay {
        /// New value.
        overlay: OverlayStatus,
    },
    /// What is connected to what.
    Diagnostics {
        /// New value.
        diagnostics: DiagnosticsView,
    },
    /// A file that was asked for: a browser keeps it by itself; elsewhere it is kept already.
    File {
        /// Its name.
        name: String,
        /// Where it was kept; `null`: the face keeps it.
        path: Option<String>,
        /// Its content, base64; empty when it was kept.
        base64: String,
    },
    /// The settings.
    Settings {
        /// New value.
        settings: Settings,
    },
    /// The notices.
    Notices {
        /// New value.
        notices: Vec<Notice>,
    },
}

/// Everything there is to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Version of Hearth.
    pub version: String,
    /// The gateway connection.
    pub gateway: GatewayView,
    /// The scan.
    pub scan: ScanView,
    /// Remembered devices.
    pub devices: Vec<DeviceView>,
    /// The group.
    pub group: Option<GroupView>,
    /// The stage of the session.
    pub stage: StageView,
    /// The heat chart.
    pub chart: ChartView,
    /// The chat of this group, oldest first, at most 200 lines.
    pub chat: Vec<ChatLine>,
    /// The logs that were read.
    pub logs: Vec<DeviceLogView>,
    /// The lobby.
    pub lobby: LobbyView,
    /// The community gateways.
    pub community: CommunityView,
    /// The service of one of them that is looked at.
    pub feed: Option<ServiceFeed>,
    /// The channel of one of them that is open.
    pub room: Option<RoomView>,
    /// Voice.
    pub voice: VoiceView,
    /// The history, once it was asked for.
    pub history: Option<HistoryView>,
    /// The sesh that is looked at again.
    pub recap: Option<RecapView>,
    /// The desktop.
    pub desk: DeskView,
    /// The overlay.
    pub overlay: OverlayStatus,
    /// What is connected to what.
    pub diagnostics: DiagnosticsView,
    /// The settings.
    pub settings: Settings,
    /// What the person should know.
    pub notices: Vec<Notice>,
}
