//! What is notified: the rules, without I/O or clock. Each thing is told once, only while nobody looks at Hearth, and
//! only where the person wants it. The group's code is in none of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::Scene;
use crate::contract::{Activity, AwayReason, DeviceView, Notify, QuietHours, Stage};
use crate::say;

/// At or below this charge the battery is low, percent.
const LOW: u8 = 20;

/// Above this charge the next low battery is told again: a value that wavers around [`LOW`] is told once.
const LOW_OVER: u8 = 25;

/// Newcomers within this time are told together. A name comes a moment after its member.
const NEWCOMERS_GATHER: Duration = Duration::from_secs(2);

/// So long the name of whoever asked is waited for.
const ASKER_COMES: Duration = Duration::from_secs(1);

/// More newcomers are not named.
const MOST_NAMES: usize = 2;

/// What a notification is about. One of a kind is shown at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotifyKind {
    /// Somebody asks everyone to get ready.
    Asked,
    /// The countdown runs, and this person's device takes part.
    Countdown,
    /// The device is at its temperature.
    AtTemperature,
    /// Somebody joined the group.
    Joined,
    /// The device's battery is low.
    BatteryLow,
    /// The device is charged.
    Charged,
    /// Somebody who may started the device from elsewhere.
    Heated,
}

impl NotifyKind {
    /// A stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Countdown => "countdown",
            Self::AtTemperature => "at_temperature",
            Self::Joined => "joined",
            Self::BatteryLow => "battery_low",
            Self::Charged => "charged",
            Self::Heated => "heated",
        }
    }

    fn is_wanted(self, notify: &Notify) -> bool {
        match self {
            Self::Asked => notify.asked,
            Self::Countdown => notify.countdown,
            Self::AtTemperature => notify.at_temperature,
            Self::Joined => notify.joined,
            Self::BatteryLow => notify.battery_low,
            Self::Charged => notify.charged,
            // A heater that goes on by itself is told to everybody.
            Self::Heated => true,
        }
    }
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// About what.
    pub kind: NotifyKind,
    /// What happened.
    pub title: String,
    /// More of it; may be empty.
    pub body: String,
}

/// The circumstances under which something would be notified.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// When.
    pub instant: Instant,
    /// Minutes after midnight, where the person is.
    pub minute: u16,
    /// A window of Hearth is in front.
    pub focused: bool,
}

/// What the rules remember.
#[derive(Debug, Default)]
pub struct Notifier {
    awaiting: Awaiting,
    countdown_told: Option<u64>,
    activity: Option<(String, Activity)>,
    battery: Option<Battery>,
    company: Option<Company>,
    shown: BTreeSet<NotifyKind>,
}

/// Where an inquiry is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Awaiting {
    /// Not looked at yet.
    #[default]
    Unknown,
    /// None.
    No,
    /// Under way; not told yet.
    Since(Instant),
    /// Told, or it was under way before.
    Told,
}

/// The battery of the device in use.
#[derive(Debug)]
struct Battery {
    device: String,
    low_told: bool,
    charging: bool,
}

/// The members, and those of them who are not told yet.
#[derive(Debug)]
struct Company {
    group: String,
    known: BTreeSet<String>,
    /// By id; the name once it has come.
    new: BTreeMap<String, Option<String>>,
    since: Option<Instant>,
}

impl Notifier {
    /// Looks at a scene: what is to be notified, and what kinds are to be taken away again.
    pub fn observe(&mut self, moment: Moment, scene: &Scene<'_>) -> (Vec<Notification>, Vec<NotifyKind>) {
        let mut news = Vec::new();
        news.extend(self.asked(moment.instant, scene));
        news.extend(self.countdown(scene));
        news.extend(self.at_temperature(scene));
        news.extend(self.battery(scene));
        news.extend(self.joined(moment.instant, scene));
        let quiet = scene.settings.quiet.is_some_and(|hours| is_quiet(hours, moment.minute));
        let silent = quiet || scene.muted || moment.focused;
        news.retain(|news| !silent && news.kind.is_wanted(&scene.settings.notify));
        let mut over = Vec::new();
        let mut withdraw = |kind, holds: bool| {
            if (!holds || moment.focused) && self.shown.remove(&kind) {
                over.push(kind);
            }
        };
        let stage = scene.stage.stage;
        withdraw(NotifyKind::Asked, stage == Stage::Awaiting && !scene.stage.me_ready);
        withdraw(NotifyKind::Countdown, stage == Stage::Countdown);
        let active = scene.device().is_some_and(|device| device.activity == Activity::Active);
        withdraw(NotifyKind::AtTemperature, active);
        for kind in [NotifyKind::Joined, NotifyKind::BatteryLow, NotifyKind::Charged] {
            withdraw(kind, true);
        }
        self.shown.extend(news.iter().map(|news| news.kind));
        (news, over)
    }

    fn asked(&mut self, now: Instant, scene: &Scene<'_>) -> Option<Notification> {
        if scene.stage.stage != Stage::Awaiting {
            self.awaiting = if scene.group.is_some() { Awaiting::No } else { Awaiting::Unknown };
            return None;
        }
        match self.awaiting {
            Awaiting::Unknown => self.awaiting = Awaiting::Told,
            Awaiting::No => self.awaiting = Awaiting::Since(now),
            Awaiting::Since(_) | Awaiting::Told => {}
        }
        let Awaiting::Since(since) = self.awaiting else { return None };
        let tongue = scene.tongue;
        let by = scene.stage.asked_by.as_deref();
        if by.is_none() && now < since + ASKER_COMES {
            return None;
        }
        self.awaiting = Awaiting::Told;
        let group = scene.group?;
        // Who said to be away does not want to be asked; who asked knows.
        if group.away_because == Some(AwayReason::Asked) || scene.asked_by_me {
            return None;
        }
        let title = match by {
            Some(name) => say!(tongue, "{name} wants to start", name = name),
            None => say!(tongue, "Your group wants to start"),
        };
        let body = say!(tongue, "{group}: get ready to join in.", group = group.name);
        Some(Notification { kind: NotifyKind::Asked, title, body })
    }

    fn countdown(&mut self, scene: &Scene<'_>) -> Option<Notification> {
        let start = scene.stage.start_at.filter(|_| scene.stage.stage == Stage::Countdown);
        let Some(start) = start.map(|ms| ms as u64) else {
            self.countdown_told = None;
            return None;
        };
        if !scene.stage.armed || self.countdown_told.is_some() {
            return None;
        }
        self.countdown_told = Some(start);
        let tongue = scene.tongue;
        let title = say!(tongue, "Your device is about to heat");
        let body = scene.group.map(|group| say!(tongue, "{group} starts now.", group = group.name));
        Some(Notification { kind: NotifyKind::Countdown, title, body: body.unwrap_or_default() })
    }

    fn at_temperature(&mut self, scene: &Scene<'_>) -> Option<Notification> {
        let device = scene.device();
        let before = self.activity.take();
        self.activity = device.map(|device| (device.id.clone(), device.activity));
        let (device, (id, was)) = (device?, before?);
        if device.id != id || was != Activity::Preheat || device.activity != Activity::Active {
            return None;
        }
        let title = say!(scene.tongue, "{name} is at temperature", name = device.name);
        Some(Notification { kind: NotifyKind::AtTemperature, title, body: String::new() })
    }

    fn battery(&mut self, scene: &Scene<'_>) -> Option<Notification> {
        let device = scene.device()?;
        let percent = device.battery?;
        let other = self.battery.as_ref().is_none_or(|battery| battery.device != device.id);
        if other {
            self.battery = Some(Battery { device: device.id.clone(), low_told: false, charging: false });
        }
        let battery = self.battery.as_mut()?;
        let was_charging = std::mem::replace(&mut battery.charging, device.charging);
        if device.charging || percent > LOW_OVER {
            battery.low_told = false;
        }
        if was_charging && is_full(device) {
            return Some(charged(scene, device));
        }
        if device.charging || percent > LOW || battery.low_told {
            return None;
        }
        battery.low_told = true;
        let tongue = scene.tongue;
        let title = say!(tongue, "{name} has {percent} % left", name = device.name, percent = percent);
        Some(Notification { kind: NotifyKind::BatteryLow, title, body: say!(tongue, "Charge it soon.") })
    }

    fn joined(&mut self, now: Instant, scene: &Scene<'_>) -> Option<Notification> {
        let Some(group) = scene.group else {
            self.company = None;
            return None;
        };
        let others = group.members.iter().filter(|member| !member.me);
        let Some(company) = self.company.as_mut().filter(|company| company.group == group.code) else {
            // Who is there already did not join now.
            let known = others.map(|member| member.id.clone()).collect();
            let group = group.code.clone();
            self.company = Some(Company { group, known, new: BTreeMap::new(), since: None });
            return None;
        };
        for member in others.clone() {
            // A guest's name comes with their device.
            let name = (member.sesher || member.name != "Guest").then(|| member.name.clone());
            if company.known.insert(member.id.clone()) {
                company.new.insert(member.id.clone(), name);
                company.since.get_or_insert(now);
            } else if let Some(new) = company.new.get_mut(&member.id) {
                *new = name;
            }
        }
        let here: BTreeSet<&str> = others.map(|member| member.id.as_str()).collect();
        company.known.retain(|id| here.contains(id.as_str()));
        company.new.retain(|id, _| here.contains(id.as_str()));
        if company.since.is_none_or(|since| now < since + NEWCOMERS_GATHER) {
            return None;
        }
        company.since = None;
        let new = std::mem::take(&mut company.new);
        let names: Vec<&String> = new.values().flatten().collect();
        let tongue = scene.tongue;
        let title = match names.as_slice() {
            _ if new.is_empty() => return None,
            [one] if new.len() == 1 => say!(tongue, "{name} joined", name = one),
            [one, two] if new.len() == MOST_NAMES => {
                say!(tongue, "{one} and {two} joined", one = one, two = two)
            }
            _ if new.len() == 1 => say!(tongue, "A guest joined"),
            _ => say!(tongue, "{count} people joined", count = new.len()),
        };
        Some(Notification { kind: NotifyKind::Joined, title, body: group.name.clone() })
    }
}

/// It takes no charge any more though it is on power: full, or as full as its owner lets it get.
fn is_full(device: &DeviceView) -> bool {
    let enough = if device.preserves_battery == Some(true) { 75 } else { 95 };
    let plugged = device.charge_source.is_some();
    !device.charging && device.battery.is_some_and(|percent| percent >= if plugged { enough } else { 100 })
}

fn charged(scene: &Scene<'_>, device: &DeviceView) -> Notification {
    let title = say!(scene.tongue, "{name} is charged", name = device.name);
    Notification { kind: NotifyKind::Charged, title, body: String::new() }
}

/// Whether a minute of the day is within the hours of rest; `from` after `to` goes through midnight.
fn is_quiet(QuietHours { from, to }: QuietHours, minute: u16) -> bool {
    if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_through_midnight() {
        let night = QuietHours { from: 22 * 60, to: 7 * 60 };
        for (minute, quiet) in [
            (22 * 60, true),
            (23 * 60 + 59, true),
            (0, true),
            (7 * 60 - 1, true),
            (7 * 60, false),
            (12 * 60, false),
        ] {
            assert_eq!(is_quiet(night, minute), quiet, "{minute}");
        }
        let noon = QuietHours { from: 12 * 60, to: 13 * 60 };
        assert!(is_quiet(noon, 12 * 60 + 30) && !is_quiet(noon, 13 * 60) && !is_quiet(noon, 0));
        let never = QuietHours { from: 60, to: 60 };
        assert!(!is_quiet(never, 60));
    }
}
