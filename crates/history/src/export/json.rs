//! Everything as JSON. The form is documented and has a version; a change that readers would notice raises it.

use serde::Serialize;

use crate::{Calendar, Dab, Device, Line, Member, Recap, SeshRow};

/// Version of the form.
pub const VERSION: u32 = 1;
/// What says that a file is one of these.
pub const FORMAT: &str = "hearth-history";

/// A device. Its key is only good in this program; dabs name it by its place in the list.
#[derive(Debug, Serialize)]
pub struct DeviceOut<'a> {
    id: usize,
    name: &'a str,
    model: &'a str,
}

/// The devices of an export.
#[must_use]
pub fn devices(devices: &[Device]) -> Vec<DeviceOut<'_>> {
    (0..)
        .zip(devices)
        .map(|(id, device)| DeviceOut { id, name: &device.name, model: &device.model })
        .collect()
}

/// A dab.
#[derive(Debug, Serialize)]
pub struct DabOut<'a> {
    id: i64,
    time: String,
    time_ms: i64,
    device: Option<usize>,
    sesh: Option<i64>,
    profile: Option<&'a str>,
    profile_slot: Option<u8>,
    target_celsius: Option<f32>,
    peak_celsius: Option<f32>,
    time_to_temp_ms: Option<u32>,
    held_ms: Option<u32>,
    boosts: u32,
    ending: &'static str,
    source: &'static str,
}

/// A dab of an export.
#[must_use]
pub fn dab<'a>(dab: &'a Dab, devices: &[Device], calendar: &Calendar) -> DabOut<'a> {
    DabOut {
        id: dab.id.0,
        time: calendar.written(dab.at_ms),
        time_ms: dab.at_ms,
        device: devices.iter().position(|device| device.key == dab.device.key),
        sesh: dab.sesh.map(|sesh| sesh.0),
        profile: dab.profile.name.as_deref(),
        profile_slot: dab.profile.slot,
        target_celsius: dab.target_celsius,
        peak_celsius: dab.peak_celsius,
        time_to_temp_ms: dab.time_to_temp_ms,
        held_ms: dab.held_ms,
        boosts: dab.boosts,
        ending: dab.ending.name(),
        source: dab.source.name(),
    }
}

/// A sesh with all that is known of it.
#[derive(Debug, Serialize)]
pub struct SeshOut<'a> {
    id: i64,
    gateway: &'a str,
    group: &'a str,
    number: Option<u32>,
    began: String,
    began_ms: i64,
    ended_ms: Option<i64>,
    skew_ms: Option<u32>,
    cut_short: bool,
    members: Vec<MemberOut<'a>>,
    lines: Vec<LineOut<'a>>,
}

#[derive(Debug, Serialize)]
struct MemberOut<'a> {
    name: &'a str,
    color: Option<&'a str>,
    own: bool,
    model: Option<&'a str>,
    target_celsius: Option<f32>,
    began_after_ms: Option<i32>,
    time_to_temp_ms: Option<u32>,
    peak_celsius: Option<f32>,
    excluded: bool,
    /// Pairs of ms since the beginning and °C.
    curve: Vec<(u32, f32)>,
}

#[derive(Debug, Serialize)]
struct LineOut<'a> {
    time_ms: i64,
    kind: &'static str,
    name: Option<&'a str>,
    color: Option<&'a str>,
    own: bool,
    text: &'a str,
}

/// A sesh of an export.
#[must_use]
pub fn sesh<'a>(recap: &'a Recap, calendar: &Calendar) -> SeshOut<'a> {
    let SeshRow { id, gateway, group, number, began_ms, ended_ms, skew_ms, cut_short, members } = &recap.sesh;
    SeshOut {
        id: id.0,
        gateway,
        group,
        number: *number,
        began: calendar.written(*began_ms),
        began_ms: *began_ms,
        ended_ms: *ended_ms,
        skew_ms: *skew_ms,
        cut_short: *cut_short,
        members: members.iter().map(member).collect(),
        lines: recap.lines.iter().map(line).collect(),
    }
}

fn member(member: &Member) -> MemberOut<'_> {
    MemberOut {
        name: &member.name,
        color: member.color.as_deref(),
        own: member.own,
        model: member.model.as_deref(),
        target_celsius: member.target_celsius,
        began_after_ms: member.began_after_ms,
        time_to_temp_ms: member.time_to_temp_ms,
        peak_celsius: member.peak_celsius,
        excluded: member.excluded,
        curve: member.curve.iter().map(|sample| (sample.ms, sample.celsius())).collect(),
    }
}

fn line(line: &Line) -> LineOut<'_> {
    LineOut {
        time_ms: line.at_ms,
        kind: line.kind.name(),
        name: line.name.as_deref(),
        color: line.color.as_deref(),
        own: line.own,
        text: &line.text,
    }
}
