//! The one contract between the companion and its faces (window, browser, JSON lines).
//!
//! A face sends [`Command`]s and gets [`Event`]s; the first event is always [`Event::View`], the whole of
//! what there is to see, and later events replace one part of it. TypeScript types are generated from this
//! file (`cargo xtask types`). Temperatures are °C, times ms since 1970 unless a name says otherwise.

mod command;
mod community;
mod desk;
mod device;
mod edit;
mod event;
mod facts;
mod gateway;
mod group;
mod history;
mod light;
mod lobby;
mod log;
mod rooms;
mod said;
mod sesh;
mod settings;
mod voice;

pub use command::Command;
pub use community::{
    AccountKind, AllowedName, BrokerClient, BrokerView, CommunityContent, CommunityGateway, CommunityKind,
    CommunityOffer, CommunityRefusal, CommunityState, CommunityView, DirectMessage, DirectTarget, MessageTo,
    Permission, SecretText, ServiceFeed, ServiceMessage, ServiceView, SharedDevice, SharingView,
    TelemetryView,
};
pub use desk::{
    BundleFile, BundleView, DeskView, DiagnosticsView, FailureView, Health, InviteView, OverlayStatus, Page,
    PartView, VisitView,
};
pub use device::{
    Activity, AdapterView, BluetoothState, DeviceView, FoundDevice, LinkView, ProblemView, ProfileView,
    ScanView,
};
pub use edit::{DeviceChange, EditPart, EditState, EditView, ProfileChanges};
pub use event::{Event, View};
pub use facts::{DeviceFacts, LinkFacts, PaceView};
pub use gateway::{GatewayChoice, GatewayState, GatewayView};
pub use group::{AwayReason, ChatKind, ChatLine, GroupView, MemberView};
pub use history::{
    ExportFormat, HistoryDay, HistoryRange, HistoryView, ProfileHistory, RecapLine, RecapMember,
    RecapReaction, RecapView, SeshPerson, SeshRow,
};
pub use light::{LightPattern, LightView, LightsView};
pub use lobby::{HostScripts, HostState, HostView, LanGateway, LobbyGroup, LobbyView, RecentGroup};
pub use log::{DabView, DeviceLogView, LogLine, LogName, LogState};
pub use rooms::{
    ChatCan, ChatChannel, ChatPerson, ChatServer, ChatView, JoinBy, LineState, LongestLine, PersonStatus,
    RoomLine, RoomView, VoicePerson,
};
pub use said::{Argument, Said};
pub use sesh::{ChartView, Curve, Stage, StageView};
pub use settings::{
    Language, Notice, NoticeKind, Notify, OverlayLayout, OverlaySettings, QuietHours, Settings, TextSize,
    Theme, Unit, VoiceServer, VoiceSettings,
};
pub use voice::{
    SoundDevices, SoundState, VoiceLink, VoicePeer, VoicePlace, VoiceStage, VoiceTalk, VoiceView,
};
