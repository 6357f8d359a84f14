//! The committed TypeScript types are the ones that the Rust contract generates.
//!
//! `HEARTH_UPDATE_TYPES=1` writes them anew (`cargo xtask types`).

use std::path::Path;

use hearth_companion::contract::*;
use ts_rs::{Config, TS};

fn generated() -> String {
    let config = Config::default();
    let mut text = String::from(
        "// Generated from crates/companion/src/contract.rs by `cargo xtask types`. Do not edit.\n",
    );
    macro_rules! export {
        ($($type:ty),* $(,)?) => {$(
            text.push_str("\nexport ");
            text.push_str(&<$type as TS>::decl(&config));
            text.push('\n');
        )*};
    }
    export!(
        Command,
        Said,
        Argument,
        Event,
        View,
        GatewayView,
        GatewayChoice,
        GatewayState,
        ScanView,
        BluetoothState,
        AdapterView,
        FoundDevice,
        DeviceView,
        ProfileView,
        LightView,
        LightPattern,
        LightsView,
        DeviceFacts,
        LinkFacts,
        PaceView,
        EditView,
        EditPart,
        EditState,
        ProfileChanges,
        DeviceChange,
        DeviceLogView,
        LogName,
        LogState,
        LogLine,
        DabView,
        LinkView,
        ProblemView,
        Activity,
        GroupView,
        AwayReason,
        MemberView,
        StageView,
        Stage,
        ChartView,
        Curve,
        ChatLine,
        ChatKind,
        LobbyView,
        LobbyGroup,
        RecentGroup,
        LanGateway,
        HostView,
        HostScripts,
        HostState,
        HistoryView,
        HistoryRange,
        HistoryDay,
        ProfileHistory,
        SeshRow,
        SeshPerson,
        RecapView,
        RecapMember,
        RecapReaction,
        RecapLine,
        ExportFormat,
        DeskView,
        InviteView,
        VisitView,
        Page,
        OverlayStatus,
        DiagnosticsView,
        PartView,
        Health,
        FailureView,
        BundleView,
        BundleFile,
        Settings,
        Theme,
        Unit,
        Language,
        TextSize,
        Notify,
        QuietHours,
        OverlaySettings,
        OverlayLayout,
        VoiceSettings,
        VoiceServer,
        Notice,
        NoticeKind,
        CommunityView,
        CommunityOffer,
        AccountKind,
        CommunityGateway,
        CommunityContent,
        CommunityKind,
        CommunityState,
        CommunityRefusal,
        BrokerView,
        ServiceView,
        BrokerClient,
        DirectMessage,
        DirectTarget,
        SharingView,
        SharedDevice,
        AllowedName,
        Permission,
        ServiceFeed,
        ServiceMessage,
        TelemetryView,
        MessageTo,
        ChatView,
        ChatCan,
        JoinBy,
        LongestLine,
        PersonStatus,
        ChatServer,
        ChatChannel,
        ChatPerson,
        VoicePerson,
        RoomView,
        RoomLine,
        LineState,
        VoiceView,
        VoicePlace,
        VoiceStage,
        SoundState,
        VoiceTalk,
        VoicePeer,
        VoiceLink,
        SoundDevices,
    );
    text
}

#[test]
fn contract_types_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/contract.ts");
    let generated = generated();
    if std::env::var_os("HEARTH_UPDATE_TYPES").is_some() {
        std::fs::write(&path, &generated).expect("contract.ts can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "ui/src/lib/contract.ts is stale: run `cargo xtask types`");
}
