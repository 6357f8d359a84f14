//! The overlay for streams: whether it is served, and what it shows. The page is told at once what changes; only the
//! faces of this person wait for changes to gather.

use std::collections::BTreeMap;
use std::time::Instant;

use hearth_clock::Now;
use hearth_gateway_client::group::{Group, GroupPhase, Member, SessionId};
use hearth_overlay::{
    OverlayActivity, OverlayLook, OverlayMember, OverlayStage, OverlayTongue, OverlayUnit, OverlayView,
};
use puffco::advertisement::factory_name;
use puffco::state::{DeviceState, OperatingState, Profile};

use super::device::{KnownDevice, led};
use super::membership::{led_of, name_of};
use super::{Controller, FaceId, Look, Output};
use crate::contract::{NoticeKind, OverlayLayout, OverlayStatus, ProblemView, Said, Stage, Unit};
use crate::report::{operating_state, seconds_of};
use crate::said;
use crate::tongue::Tongue;

/// A sesh that ended is shown as such for this long, ms.
const AFTERGLOW_MS: u64 = 20_000;

/// This person's number on the page; it outlives their session at the gateway.
const ME: u32 = 1;

/// What the runtime is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum OverlayWish {
    /// Serve it, on this port when it is free; `None`: the usual one.
    Serve {
        /// Port.
        port: Option<u16>,
    },
    /// Serve it no more.
    Stop,
    /// Make another key.
    NewKey,
    /// Show this.
    Show(Box<OverlayView>),
}

/// What the runtime reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverlayReport {
    /// It is served.
    Served {
        /// Its address, with its key: a secret.
        url: String,
        /// Its port.
        port: u16,
        /// The port that it was to have, when another program has that.
        moved_from: Option<u16>,
    },
    /// So many pages show it.
    Pages(u32),
    /// It is not served, because other programs have the ports.
    PortsBusy,
    /// It is not served, in technical words.
    Failed(String),
    /// It is not served any more, as was asked for.
    Stopped,
    /// There is no other key; the one of before stays.
    SameKey,
}

/// The overlay.
#[derive(Debug, Default)]
pub struct Overlay {
    wanted: bool,
    status: OverlayStatus,
    numbers: Numbers,
    /// How far each member's time at temperature was, and when they told that.
    told: BTreeMap<u32, (f32, Instant)>,
    shown: Option<Box<OverlayView>>,
}

/// Numbers that tell members apart on the page and say nothing about them.
#[derive(Debug)]
struct Numbers {
    last: u32,
    given: BTreeMap<SessionId, u32>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { last: ME, given: BTreeMap::new() }
    }
}

impl Numbers {
    /// The number of somebody else; nobody ever gets the number that another one had.
    fn of(&mut self, member: &SessionId) -> u32 {
        if let Some(number) = self.given.get(member) {
            return *number;
        }
        self.last += 1;
        self.given.insert(member.clone(), self.last);
        self.last
    }

    fn keep(&mut self, present: &[Member]) {
        self.given.retain(|id, _| present.iter().any(|member| member.session_id == *id));
    }
}

impl Overlay {
    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> OverlayStatus {
        self.status.clone()
    }

    /// Seconds left at temperature now, of what was told some time ago.
    fn left(&mut self, now: Instant, member: u32, elapsed: Option<f32>, hold: Option<f32>) -> Option<f32> {
        let Some((elapsed, hold)) = elapsed.zip(hold) else {
            self.told.remove(&member);
            return None;
        };
        let told = self.told.entry(member).or_insert((elapsed, now));
        if told.0.to_bits() != elapsed.to_bits() {
            *told = (elapsed, now);
        }
        let since = now.saturating_duration_since(told.1).as_secs_f32();
        Some((hold - elapsed - since).max(0.0))
    }
}

impl Controller {
    /// Whether it is to be served.
    pub(super) fn follow_overlay_settings(&mut self) {
        let wanted = self.saved.settings.overlay.on;
        if std::mem::replace(&mut self.overlay.wanted, wanted) == wanted {
            return;
        }
        if wanted {
            let port = self.saved.overlay_port;
            self.outputs.push_back(Output::Overlay(OverlayWish::Serve { port }));
        } else {
            self.overlay.status = OverlayStatus::default();
            self.notices.settle("overlay_moved");
            self.outputs.push_back(Output::Overlay(OverlayWish::Stop));
        }
    }

    pub(super) fn new_overlay_key(&mut self) {
        if self.overlay.status.url.is_some() {
            self.outputs.push_back(Output::Overlay(OverlayWish::NewKey));
        } else if self.overlay.wanted {
            // It is not served; perhaps it can be by now.
            self.overlay.wanted = false;
            self.follow_overlay_settings();
        }
    }

    pub(super) fn overlay_reported(&mut self, now: Now, report: OverlayReport) {
        // It was switched off meanwhile.
        if !self.overlay.wanted && report != OverlayReport::Stopped {
            return;
        }
        match report {
            OverlayReport::Served { url, port, moved_from } => {
                let pages = self.overlay.status.pages;
                self.overlay.status = OverlayStatus { url: Some(url), pages, problem: None };
                if moved_from.is_some() {
                    let title = said!("The overlay has another address now");
                    let advice =
                        said!("Another program uses its port. Copy the new address from the settings.");
                    self.notices.add(NoticeKind::Warning, "overlay_moved", title, advice);
                }
                if self.saved.overlay_port != Some(0) && self.saved.overlay_port != Some(port) {
                    self.saved.overlay_port = Some(port);
                    self.save();
                }
                self.overlay.shown = None;
                self.show_overlay(now);
            }
            OverlayReport::Pages(pages) => {
                self.overlay.status.pages = pages;
                // Who streams looks, though not at this computer's window.
                let look = (pages > 0).then_some(Look { visible: true, device: None });
                self.look(FaceId::OVERLAY, look);
            }
            OverlayReport::PortsBusy => self.overlay_failed(
                "overlay_ports_busy",
                said!("Other programs use the overlay's ports"),
                said!("Close one of them, then switch the overlay off and on again."),
            ),
            OverlayReport::Failed(why) => {
                let advice = said!("Switch it off and on again, or restart Hearth. ({why})", why = why);
                self.overlay_failed("overlay_failed", said!("The overlay cannot be served"), advice);
            }
            OverlayReport::SameKey => {
                let title = said!("The overlay has the same address as before");
                let advice = said!("This computer could not make another key. Try again.");
                self.notices.add(NoticeKind::Error, "overlay_same_key", title, advice);
            }
            OverlayReport::Stopped => self.look(FaceId::OVERLAY, None),
        }
    }

    fn overlay_failed(&mut self, code: &str, title: Said, advice: Said) {
        let problem =
            ProblemView { code: code.into(), title: title.clone(), advice: advice.clone(), details: None };
        self.notices.add(NoticeKind::Error, code, title, advice);
        self.overlay.status = OverlayStatus { url: None, pages: 0, problem: Some(problem) };
        self.look(FaceId::OVERLAY, None);
    }

    /// Shows what changed, at once.
    pub(super) fn show_overlay(&mut self, now: Now) {
        if self.overlay.status.url.is_none() {
            return;
        }
        let view = Box::new(self.overlay_view(now));
        if self.overlay.shown.as_ref() != Some(&view) {
            self.overlay.shown = Some(view.clone());
            self.outputs.push_back(Output::Overlay(OverlayWish::Show(view)));
        }
    }

    fn overlay_view(&mut self, now: Now) -> OverlayView {
        let stage = self.stage();
        let settings = &self.saved.settings;
        let chosen = settings.overlay;
        let look = OverlayLook {
            layout: layout(chosen.layout),
            names: !(chosen.hide_names && chosen.hide_group),
            ..OverlayLook::default()
        };
        let unit = match settings.unit {
            Unit::Fahrenheit => OverlayUnit::Fahrenheit,
            Unit::Celsius => OverlayUnit::Celsius,
        };
        let tongue = match Tongue::of(settings.language, self.desk.locale()) {
            Tongue::English => OverlayTongue::En,
            Tongue::German => OverlayTongue::De,
        };
        let ended =
            stage.last_ended_at.is_some_and(|at| now.unix_ms.saturating_sub(at as u64) < AFTERGLOW_MS);
        let mut members = self.overlay_members(now);
        if chosen.hide_names {
            members.iter_mut().for_each(|member| member.name = None);
        }
        let group = self.membership.group();
        OverlayView {
            stage: match stage.stage {
                Stage::Alone | Stage::Joining => OverlayStage::Alone,
                Stage::Chilling if ended => OverlayStage::Ended,
                Stage::Chilling => OverlayStage::Chilling,
                Stage::Awaiting => OverlayStage::Awaiting,
                Stage::Countdown => OverlayStage::Countdown,
                Stage::Seshing => OverlayStage::Seshing,
            },
            ready: stage.ready,
            counted: stage.counted,
            countdown_ms: stage.start_at.map(|at| (at as u64).saturating_sub(now.unix_ms) as u32),
            elapsed_s: stage.since.map(|since| now.unix_ms.saturating_sub(since as u64) as f32 / 1000.0),
            skew_ms: stage.skew_ms,
            group: group.filter(|_| !chosen.hide_group).map(|group| group.name.clone()),
            sesh: group.and_then(sesh_number),
            unit,
            tongue,
            members,
            look,
        }
    }

    fn overlay_members(&mut self, now: Now) -> Vec<OverlayMember> {
        let Self { overlay, membership, sesh, devices, bridge, .. } = self;
        let own = devices.used();
        let Some(group) = membership.group() else {
            overlay.numbers.keep(&[]);
            return own.map(|own| overlay.own(now.instant, own)).into_iter().collect();
        };
        overlay.numbers.keep(&group.members);
        let participants = sesh.participants();
        let takes_part = |member: &Member| {
            if participants.is_empty() {
                group.ready.contains(&member.session_id)
            } else {
                participants.contains(&member.session_id)
            }
        };
        let mut members = Vec::new();
        for member in group.members.iter().filter(|member| member.is_sesher()) {
            let me = member.session_id == group.own;
            let mut shown = match own {
                // What is near is known sooner, and better, than what the gateway tells of it.
                Some(own) if me && own.is_live() => overlay.own(now.instant, own),
                _ => overlay.member(now.instant, member, me),
            };
            shown.name = Some(name_of(member));
            shown.away = member.away;
            shown.ready = takes_part(member);
            if me && bridge.start().due().is_some() {
                shown.ready = bridge.start().is_armed();
            }
            members.push(shown);
        }
        members.sort_by_key(|member| !member.me);
        members
    }
}

impl Overlay {
    /// This person's device, as it tells itself.
    fn own(&mut self, now: Instant, device: &KnownDevice) -> OverlayMember {
        let unknown = DeviceState::default();
        let state = device.state().unwrap_or(&unknown);
        let saved = device.saved();
        // A device that nobody gave a name has its address for one.
        let named = factory_name(saved.name.trim()).is_none();
        let active = device.operating() == Some(OperatingState::ACTIVE);
        let hold =
            state.total_s.or_else(|| state.profile().map(|profile| profile.seconds)).filter(|_| active);
        let elapsed = state.elapsed_s.filter(|_| active);
        OverlayMember {
            id: ME,
            name: Some(if named { saved.name.clone() } else { saved.model.clone() }),
            me: true,
            led: led(state),
            activity: match device.operating() {
                Some(operating) => activity(Some(operating)),
                None if state.operating.is_some() => OverlayActivity::Lost,
                None => OverlayActivity::Unknown,
            },
            celsius: state.heater_celsius.filter(|_| device.is_live()),
            target_celsius: state.target_celsius.or_else(|| state.profile().map(profile_celsius)),
            left_s: self.left(now, ME, elapsed, hold),
            hold_s: hold,
            ready: false,
            away: false,
        }
    }

    /// Somebody's device, as the gateway tells it.
    fn member(&mut self, now: Instant, member: &Member, me: bool) -> OverlayMember {
        let id = if me { ME } else { self.numbers.of(&member.session_id) };
        let device = member.device.as_ref();
        let profile = device.and_then(|device| device.profile.as_ref());
        let operating = operating_state(member);
        let active = operating == Some(OperatingState::ACTIVE);
        let hold = profile.and_then(|profile| seconds_of(&profile.time)).filter(|_| active);
        let elapsed =
            device.and_then(|device| device.state_time).filter(|_| active).map(|elapsed| elapsed as f32);
        OverlayMember {
            id,
            name: None,
            me,
            led: led_of(member),
            activity: if member.disconnected { OverlayActivity::Lost } else { activity(operating) },
            celsius: device.and_then(|device| device.celsius()).map(|celsius| celsius as f32),
            target_celsius: profile.map(|profile| profile.temp as f32),
            left_s: self.left(now, id, elapsed, hold),
            hold_s: hold,
            ready: false,
            away: false,
        }
    }
}

fn profile_celsius(profile: &Profile) -> f32 {
    profile.celsius
}

/// The number of the sesh that runs or was last. Gateways count a sesh when it is over.
fn sesh_number(group: &Group) -> Option<u32> {
    let running = u64::from(group.phase == GroupPhase::Seshing);
    u32::try_from(group.sesh_counter + running).ok().filter(|number| *number > 0)
}

fn activity(operating: Option<OperatingState>) -> OverlayActivity {
    match operating {
        Some(OperatingState::MASTER_OFF | OperatingState::SLEEP) => OverlayActivity::Asleep,
        Some(OperatingState::IDLE) => OverlayActivity::Idle,
        Some(OperatingState::TEMP_SELECT) => OverlayActivity::Selecting,
        Some(OperatingState::PREHEAT) => OverlayActivity::Preheat,
        Some(OperatingState::ACTIVE) => OverlayActivity::Active,
        Some(OperatingState::FADE) => OverlayActivity::Fade,
        _ => OverlayActivity::Unknown,
    }
}

const fn layout(layout: OverlayLayout) -> hearth_overlay::OverlayLayout {
    match layout {
        OverlayLayout::Strip => hearth_overlay::OverlayLayout::Strip,
        OverlayLayout::Single => hearth_overlay::OverlayLayout::Single,
        OverlayLayout::Chart => hearth_overlay::OverlayLayout::Chart,
    }
}
