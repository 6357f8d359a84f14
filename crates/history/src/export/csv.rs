//! Dabs as a table: RFC 4180, safe to open in a spreadsheet.

use std::borrow::Cow;
use std::fmt::Write;

use crate::{Calendar, Dab, SeshRow};

/// The first line.
pub const HEADER: &str = "time,device,model,profile,profile_slot,target_celsius,peak_celsius,time_to_temp_s,held_s,\
                          boosts,ending,group,sesh_number,source\r\n";

/// One line. `sesh` is the one that the dab was had in.
#[must_use]
pub fn line(dab: &Dab, sesh: Option<&SeshRow>, calendar: &Calendar) -> String {
    let tenths = |celsius: Option<f32>| celsius.map(|celsius| format!("{celsius:.1}")).unwrap_or_default();
    let seconds = |ms: Option<u32>| ms.map(|ms| format!("{:.1}", f64::from(ms) / 1000.0)).unwrap_or_default();
    let fields = [
        calendar.written(dab.at_ms).into(),
        text(&dab.device.name),
        text(&dab.device.model),
        text(dab.profile.name.as_deref().unwrap_or_default()),
        // As a person counts them.
        dab.profile.slot.map(|slot| (u32::from(slot) + 1).to_string()).unwrap_or_default().into(),
        tenths(dab.target_celsius).into(),
        tenths(dab.peak_celsius).into(),
        seconds(dab.time_to_temp_ms).into(),
        seconds(dab.held_ms).into(),
        dab.boosts.to_string().into(),
        dab.ending.name().into(),
        text(sesh.map(|sesh| sesh.group.as_str()).unwrap_or_default()),
        sesh.and_then(|sesh| sesh.number).map(|number| number.to_string()).unwrap_or_default().into(),
        dab.source.name().into(),
    ];
    let mut line = String::new();
    for (n, field) in fields.iter().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        // Writing into a string cannot fail.
        let _ = write!(line, "{comma}{}", quoted(field));
    }
    line.push_str("\r\n");
    line
}

/// A text that others chose. What a spreadsheet would take for a formula gets an apostrophe before it, which makes
/// it a text there.
fn text(text: &str) -> Cow<'_, str> {
    let starts = text.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    let formula = starts.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{text}").into() } else { text.into() }
}

fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains(['"', ',', '\r', '\n']) || field.starts_with(' ') || field.ends_with(' ') {
        format!("\"{}\"", field.replace('"', "\"\"")).into()
    } else {
        field.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DabId, Device, Ending, Profile, Source};

    fn dab(name: &str, profile: &str) -> Dab {
        Dab {
            id: DabId(1),
            device: Device { key: "key".into(), name: name.into(), model: "Peak Pro".into() },
            at_ms: 1_795_280_645_000,
            sesh: None,
            profile: Profile { slot: Some(1), name: Some(profile.into()) },
            target_celsius: Some(283.0),
            peak_celsius: Some(285.45),
            time_to_temp_ms: Some(22_540),
            held_ms: None,
            boosts: 1,
            ending: Ending::Completed,
            source: Source::Both,
        }
    }

    #[test]
    fn a_line_has_as_many_fields_as_the_header() {
        let line = line(&dab("Ember", "Low"), None, &Calendar::fixed(60));
        assert_eq!(
            line,
            "2026-11-21T18:04:05+01:00,Ember,Peak Pro,Low,2,283.0,285.5,22.5,,1,completed,,,both\r\n"
        );
        assert_eq!(line.matches(',').count(), HEADER.matches(',').count());
    }

    #[test]
    fn commas_quotes_and_line_breaks_stay_in_their_field() {
        let line = line(&dab("Em,\"ber\"", "two\r\nlines"), None, &Calendar::fixed(0));
        assert!(line.contains(",\"Em,\"\"ber\"\"\",Peak Pro,\"two\r\nlines\",2,"), "{line}");
    }

    #[test]
    fn no_name_becomes_a_formula() {
        for name in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"] {
            assert!(text(name).starts_with('\''), "{name:?}");
        }
        assert_eq!(text("Low-temp"), "Low-temp");
    }
}
