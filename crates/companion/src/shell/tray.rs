//! The tray as plain data, from what there is to see: the icon's state, the lines that tell, the items that do.
//! The group's code is in none of it.

use crate::contract::{
    Activity, DeviceView, GatewayState, GatewayView, GroupView, LinkView, Settings, SoundState, Stage,
    StageView, Unit, VoiceStage, VoiceView,
};
use crate::say;
use crate::tongue::Tongue;

/// The steps of a gauge: more could not be told apart in an icon.
const STEPS: u8 = 16;

/// What there is to see that the desktop shows.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The gateway connection.
    pub gateway: &'a GatewayView,
    /// Remembered devices.
    pub devices: &'a [DeviceView],
    /// The group.
    pub group: Option<&'a GroupView>,
    /// The stage.
    pub stage: &'a StageView,
    /// The settings.
    pub settings: &'a Settings,
    /// Voice.
    pub voice: &'a VoiceView,
    /// A heat of this program may run, on whichever device.
    pub heats: bool,
    /// This person asked to start.
    pub asked_by_me: bool,
    /// Notifications are muted.
    pub muted: bool,
    /// The mini window is open.
    pub mini: bool,
    /// The language.
    pub tongue: Tongue,
}

impl Scene<'_> {
    /// The device that heats with the group.
    #[must_use]
    pub fn device(&self) -> Option<&DeviceView> {
        self.devices.iter().find(|device| device.in_use)
    }

    /// This person is away.
    #[must_use]
    pub fn away(&self) -> bool {
        self.group.is_some_and(|group| group.away_because.is_some())
    }

    /// The group waits for this person.
    #[must_use]
    pub fn waits_for_me(&self) -> bool {
        let there =
            self.device().is_some_and(|device| matches!(device.link, LinkView::Ready | LinkView::Resting));
        self.stage.stage == Stage::Awaiting && !self.stage.me_ready && !self.away() && there
    }

    /// What this person asks of the group now would reach it.
    #[must_use]
    pub fn connected(&self) -> bool {
        matches!(self.gateway.state, GatewayState::Connected | GatewayState::Resumed)
    }

    /// A heater that this person answers for is on, as far as is known.
    #[must_use]
    pub fn heating(&self) -> bool {
        self.heats || self.device().is_some_and(|device| is_heating(device.activity))
    }

    /// The microphone is open.
    #[must_use]
    pub const fn hears(&self) -> bool {
        matches!(self.voice.microphone, SoundState::Open { .. })
    }
}

/// Whether the heater is on.
#[must_use]
pub(super) fn is_heating(activity: Activity) -> bool {
    matches!(activity, Activity::Preheat | Activity::Active)
}

/// What the icon tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gauge {
    /// No device.
    NoDevice,
    /// A device that does nothing.
    Idle,
    /// The group waits for this person: a dot.
    Waits,
    /// A lit flame, and how far the heat is, 0..=16: up to the temperature, then down with the time left.
    Heating(u8),
    /// A link or the gateway is being sought again: an amber dot.
    Reconnecting,
}

/// What the tray shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayView {
    /// The icon.
    pub gauge: Gauge,
    /// The microphone is open: the icon says so beside what else it tells.
    pub microphone: bool,
    /// What is said when the pointer rests on the icon.
    pub tooltip: String,
    /// The menu.
    pub items: Vec<TrayItem>,
}

impl TrayView {
    /// Nothing but numbers in a text differs: it may be told a little later.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let kind = |item: &TrayItem| match item {
            TrayItem::Action { .. } => item.clone(),
            TrayItem::Line(_) => TrayItem::Line(String::new()),
            TrayItem::Separator => TrayItem::Separator,
        };
        std::mem::discriminant(&self.gauge) == std::mem::discriminant(&other.gauge)
            && self.microphone == other.microphone
            && self.items.iter().map(kind).eq(other.items.iter().map(kind))
    }
}

/// A row of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrayItem {
    /// Tells; nothing to choose.
    Line(String),
    /// Does something.
    Action {
        /// What.
        action: TrayAction,
        /// In words.
        label: String,
        /// It can be chosen now.
        enabled: bool,
        /// On or off, where it is a switch.
        checked: Option<bool>,
    },
    /// Between groups of rows.
    Separator,
}

/// What a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayAction {
    /// Stop the heat.
    StopHeat,
    /// Do not heat at the running countdown.
    SitOut,
    /// "I'm ready".
    Ready,
    /// Back to chilling.
    StopWaiting,
    /// Away, or back.
    SetAway(bool),
    /// Bring the window to the front.
    Open,
    /// Open or close the mini window.
    Mini(bool),
    /// Close the microphone for the voice room, or open it.
    MuteVoice(bool),
    /// Leave the voice room.
    LeaveVoice,
    /// Put the invite on the clipboard.
    CopyInvite,
    /// Mute notifications, or not.
    Mute(bool),
    /// Show the settings.
    Settings,
    /// End the program.
    Quit,
}

impl TrayView {
    /// The tray of a scene.
    #[must_use]
    pub fn of(scene: &Scene<'_>) -> Self {
        let device = device_line(scene);
        let group = group_line(scene);
        let voice = voice_line(scene);
        let tooltip = [voice.as_deref(), Some(&device), Some(&group)];
        let tooltip = tooltip.into_iter().flatten().collect::<Vec<_>>().join("\n");
        let (gauge, microphone) = (gauge(scene), scene.hears());
        Self { gauge, microphone, tooltip, items: items(scene, device, group, voice) }
    }
}

fn items(scene: &Scene<'_>, device: String, group: String, voice: Option<String>) -> Vec<TrayItem> {
    let tongue = scene.tongue;
    let action = |action, label, enabled| TrayItem::Action { action, label, enabled, checked: None };
    let switch = |action, label, on| TrayItem::Action { action, label, enabled: true, checked: Some(on) };
    let mut items = Vec::new();
    // What stops a heater comes first, and is there in no other place.
    if scene.heating() {
        items.push(action(TrayAction::StopHeat, say!(tongue, "Stop the heat"), true));
        items.push(TrayItem::Separator);
    }
    // What closes a microphone comes next.
    if let Some(line) = voice {
        items.push(TrayItem::Line(line));
        if is_in(scene.voice) && !scene.voice.deafened {
            let muted = scene.voice.muted;
            items.push(switch(TrayAction::MuteVoice(!muted), say!(tongue, "Mute the microphone"), muted));
        }
        items.push(action(TrayAction::LeaveVoice, say!(tongue, "Leave voice"), true));
        items.push(TrayItem::Separator);
    }
    items.extend([TrayItem::Line(device), TrayItem::Line(group), TrayItem::Separator]);
    if scene.group.is_some() {
        let online = scene.connected();
        let awaiting = scene.stage.stage == Stage::Awaiting;
        if scene.stage.stage == Stage::Countdown && scene.stage.armed {
            let label = match scene.stage.calls_off {
                true => say!(tongue, "Call the start off"),
                false => say!(tongue, "Sit this one out"),
            };
            items.push(action(TrayAction::SitOut, label, true));
        }
        let can_be_ready = scene.waits_for_me() && online && is_awake(scene.device());
        items.push(action(TrayAction::Ready, say!(tongue, "I'm ready"), can_be_ready));
        items.push(action(TrayAction::StopWaiting, say!(tongue, "Stop waiting"), awaiting && online));
        let away = scene.away();
        let label = if away { say!(tongue, "I'm back") } else { say!(tongue, "Set me away") };
        items.push(action(TrayAction::SetAway(!away), label, true));
        items.push(TrayItem::Separator);
    }
    items.push(action(TrayAction::Open, say!(tongue, "Open Hearth"), true));
    items.push(switch(TrayAction::Mini(!scene.mini), say!(tongue, "Mini window"), scene.mini));
    if scene.group.is_some() {
        items.push(action(TrayAction::CopyInvite, say!(tongue, "Copy invite"), true));
    }
    items.push(TrayItem::Separator);
    items.push(switch(TrayAction::Mute(!scene.muted), say!(tongue, "Mute notifications"), scene.muted));
    items.push(action(TrayAction::Settings, say!(tongue, "Settings"), true));
    items.push(action(TrayAction::Quit, say!(tongue, "Quit"), true));
    items
}

const fn is_in(voice: &VoiceView) -> bool {
    matches!(voice.stage, VoiceStage::In | VoiceStage::Rejoining)
}

/// How this person is in voice; nothing while they are not.
fn voice_line(scene: &Scene<'_>) -> Option<String> {
    let (tongue, voice) = (scene.tongue, scene.voice);
    let name = &voice.place.as_ref()?.name;
    Some(match voice.stage {
        VoiceStage::Off | VoiceStage::Failed { .. } => return None,
        _ if scene.hears() => say!(tongue, "{name}: microphone on", name = name),
        VoiceStage::Joining => say!(tongue, "{name}: joining voice", name = name),
        _ if voice.muted || voice.deafened => say!(tongue, "{name}: in voice, muted", name = name),
        _ => say!(tongue, "{name}: in voice", name = name),
    })
}

fn is_awake(device: Option<&DeviceView>) -> bool {
    device.is_some_and(|device| {
        !matches!(device.activity, Activity::Off | Activity::Asleep | Activity::Unknown)
    })
}

fn gauge(scene: &Scene<'_>) -> Gauge {
    let device = scene.device();
    if scene.heating() {
        return Gauge::Heating(device.filter(|device| is_heating(device.activity)).map_or(STEPS, level));
    }
    let seeking = device.is_some_and(|device| matches!(device.link, LinkView::Waiting { .. }));
    if seeking || scene.gateway.state == GatewayState::Reconnecting {
        return Gauge::Reconnecting;
    }
    if scene.waits_for_me() {
        return Gauge::Waits;
    }
    match device {
        Some(device) if !matches!(device.link, LinkView::Off | LinkView::Away | LinkView::Failed { .. }) => {
            Gauge::Idle
        }
        _ => Gauge::NoDevice,
    }
}

/// How far a heat is. A gauge starts at 40 °C: below, nothing is to be seen of the heat.
fn level(device: &DeviceView) -> u8 {
    const COLD: f32 = 40.0;
    let part = match device.activity {
        Activity::Active => {
            device.elapsed_s.zip(device.total_s).map(|(elapsed, total)| 1.0 - elapsed / total)
        }
        _ => device.celsius.zip(device.target_celsius).map(|(now, target)| (now - COLD) / (target - COLD)),
    };
    let part = part.filter(|part| part.is_finite()).unwrap_or(1.0).clamp(0.0, 1.0);
    (part * f32::from(STEPS)).round() as u8
}

fn device_line(scene: &Scene<'_>) -> String {
    let tongue = scene.tongue;
    let Some(device) = scene.device() else { return say!(tongue, "No device") };
    let name = &device.name;
    if is_heating(device.activity) && device.link != LinkView::Ready {
        return say!(tongue, "{name}: link lost, may still heat", name = name);
    }
    match &device.link {
        LinkView::Off => say!(tongue, "{name}: not connected", name = name),
        LinkView::SettingUp { .. } => say!(tongue, "{name}: connecting", name = name),
        LinkView::Waiting { .. } => say!(tongue, "{name}: link lost, trying again", name = name),
        LinkView::Away => say!(tongue, "{name}: asleep or out of range", name = name),
        LinkView::Failed { .. } => say!(tongue, "{name}: needs you", name = name),
        LinkView::Ready | LinkView::Resting => doing(scene, device),
    }
}

fn doing(scene: &Scene<'_>, device: &DeviceView) -> String {
    let (tongue, name) = (scene.tongue, &device.name);
    let degrees = |celsius: f32| match scene.settings.unit {
        Unit::Celsius => format!("{celsius:.0} °C"),
        Unit::Fahrenheit => format!("{:.0} °F", celsius * 1.8 + 32.0),
    };
    match device.activity {
        Activity::Preheat => match device.celsius {
            Some(now) => {
                say!(tongue, "{name}: heating, {temperature}", name = name, temperature = degrees(now))
            }
            None => say!(tongue, "{name}: heating", name = name),
        },
        Activity::Active => match device.elapsed_s.zip(device.total_s) {
            Some((elapsed, total)) => {
                let left = (total - elapsed).max(0.0).round();
                say!(tongue, "{name}: at temperature, {left} s left", name = name, left = left)
            }
            None => say!(tongue, "{name}: at temperature", name = name),
        },
        Activity::Fade => say!(tongue, "{name}: cooling down", name = name),
        Activity::Selecting if scene.stage.me_ready => say!(tongue, "{name}: ready", name = name),
        Activity::Asleep => say!(tongue, "{name}: asleep", name = name),
        Activity::Off => say!(tongue, "{name}: off", name = name),
        _ => match device.battery {
            Some(battery) => say!(tongue, "{name}: battery {battery} %", name = name, battery = battery),
            None => name.clone(),
        },
    }
}

fn group_line(scene: &Scene<'_>) -> String {
    let (tongue, stage) = (scene.tongue, scene.stage);
    if stage.stage == Stage::Joining {
        return say!(tongue, "Joining a group");
    }
    let Some(group) = scene.group else { return say!(tongue, "In no group") };
    let name = &group.name;
    if !scene.connected() {
        return say!(tongue, "{name}: waiting for the gateway", name = name);
    }
    match stage.stage {
        Stage::Awaiting => {
            say!(
                tongue,
                "{name}: {ready} of {all} ready",
                name = name,
                ready = stage.ready,
                all = stage.counted
            )
        }
        Stage::Countdown => say!(tongue, "{name}: about to start", name = name),
        Stage::Seshing => say!(tongue, "{name}: seshing", name = name),
        _ if scene.away() => say!(tongue, "{name}: you are away", name = name),
        _ => say!(tongue, "{name}: chilling", name = name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Said, VoicePlace};

    fn gateway() -> GatewayView {
        GatewayView {
            url: "local".into(),
            name: "Here".into(),
            simulated_friends: false,
            state: GatewayState::Connected,
            latency_ms: None,
            chooses_countdown: false,
            retry_at: None,
            choices: Vec::new(),
        }
    }

    fn stage() -> StageView {
        StageView {
            stage: Stage::Alone,
            ready: 0,
            counted: 0,
            me_ready: false,
            asked_by: None,
            asked_by_me: false,
            start_at: None,
            calls_off: false,
            armed: false,
            devices: 0,
            since: None,
            skew_ms: None,
            last_ended_at: None,
            last_sesh: None,
        }
    }

    fn tray(voice: &VoiceView) -> TrayView {
        TrayView::of(&Scene {
            gateway: &gateway(),
            devices: &[],
            group: None,
            stage: &stage(),
            settings: &Settings::default(),
            voice,
            heats: false,
            asked_by_me: false,
            muted: false,
            mini: false,
            tongue: Tongue::English,
        })
    }

    fn voice(stage: VoiceStage, microphone: SoundState) -> VoiceView {
        let place = VoicePlace { name: "Friday".into(), ..VoicePlace::default() };
        VoiceView { place: Some(place), stage, microphone, ..VoiceView::default() }
    }

    fn actions(tray: &TrayView) -> Vec<TrayAction> {
        let action = |item: &TrayItem| match item {
            TrayItem::Action { action, .. } => Some(*action),
            TrayItem::Line(_) | TrayItem::Separator => None,
        };
        tray.items.iter().filter_map(action).collect()
    }

    #[test]
    fn an_open_microphone_is_told_first_and_can_be_closed() {
        let open = voice(VoiceStage::In, SoundState::Open { name: "Yeti".into() });
        let shown = tray(&open);
        assert!(shown.microphone && shown.tooltip.starts_with("Friday: microphone on\n"), "{shown:?}");
        assert_eq!(shown.items[0], TrayItem::Line("Friday: microphone on".into()));
        assert_eq!(actions(&shown)[..2], [TrayAction::MuteVoice(true), TrayAction::LeaveVoice]);
        let muted = VoiceView { muted: true, microphone: SoundState::Closed, ..open };
        let quiet = tray(&muted);
        assert!(!quiet.microphone && !quiet.is_like(&shown), "told at once");
        assert_eq!(quiet.items[0], TrayItem::Line("Friday: in voice, muted".into()));
        assert_eq!(actions(&quiet)[0], TrayAction::MuteVoice(false));
    }

    #[test]
    fn what_cannot_be_done_in_voice_is_not_offered() {
        let joining = tray(&voice(VoiceStage::Joining, SoundState::Closed));
        assert_eq!(actions(&joining)[0], TrayAction::LeaveVoice);
        let deaf = VoiceView { deafened: true, ..voice(VoiceStage::In, SoundState::Closed) };
        assert_eq!(actions(&tray(&deaf))[0], TrayAction::LeaveVoice);
        let failed = VoiceStage::Failed { why: Said::verbatim("Lost"), advice: Said::default() };
        for over in [VoiceStage::Off, failed] {
            let shown = tray(&voice(over, SoundState::Closed));
            assert!(!shown.microphone && actions(&shown)[0] == TrayAction::Open, "{shown:?}");
        }
    }
}
