//! Lights between the contract and a device: colours as `#rrggbb`, brightness in percent, patterns by name.

use puffco::firmware::Revision;
use puffco::generation::LedApi;
use puffco::light::{Light, Pattern};
use puffco::setting::{brightness_level, brightness_percent};
use puffco::state::{DeviceState, Rgb};

use crate::contract::{LightPattern, LightView, LightsView};
use crate::report::hex;

/// How fast a light moves when nobody chose.
const TEMPO: f32 = 0.5;

/// A light as faces see it.
#[must_use]
pub fn view(light: &Light) -> LightView {
    LightView {
        pattern: pattern_view(light.pattern),
        colors: light.colors.iter().take(Light::MOST_COLORS).copied().map(hex).collect(),
        tempo: light.tempo,
    }
}

/// The lights of a device as faces see them.
#[must_use]
pub fn lights(state: &DeviceState) -> LightsView {
    let firmware = Revision(state.firmware.unwrap_or_default());
    let patterns = state.lights.map(|api| Light::patterns(api, firmware)).unwrap_or_default();
    let patterns: Vec<_> = patterns.into_iter().map(pattern_view).collect();
    let most_colors = state.lights.map_or(0, most_colors);
    let moves = |pattern: &LightPattern| most_colors > 1 && *pattern != LightPattern::Steady;
    let on = state.lantern_is_on();
    let whole = |seconds: f32| seconds.round().max(0.0) as u32;
    LightsView {
        lantern_on: on,
        lantern: state.lantern_light.as_ref().map(view),
        lantern_seconds: state.lantern_s.map(whole),
        lantern_left: state.lantern_remaining_s.filter(|_| on == Some(true)).map(whole),
        brightness: state.brightness.map(|levels| levels.map(brightness_percent)),
        stealth: state.stealth,
        many_colors: patterns.iter().copied().filter(moves).collect(),
        patterns,
        most_colors,
        // Records have room for none (puffco-ble §17).
        takes_tempo: state.lights == Some(LedApi::Documents),
    }
}

/// So many colours a device takes.
fn most_colors(api: LedApi) -> u8 {
    match api {
        LedApi::Records => 1,
        LedApi::Documents => Light::MOST_COLORS as u8,
    }
}

/// Why a light of the contract is none that a device can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLight {
    /// It has none, or one that is not `#rrggbb`.
    Color,
    /// The device takes at most this many.
    TooManyColors(u8),
    /// The device does not have this pattern.
    Pattern,
}

/// The light that a person chose, checked against what the device is known to take.
///
/// # Errors
/// [`BadLight`]: nothing is to be written then.
pub fn chosen(light: &LightView, state: &DeviceState) -> Result<Light, BadLight> {
    let pattern = pattern(light.pattern).ok_or(BadLight::Pattern)?;
    let colors: Vec<Rgb> =
        light.colors.iter().map(|color| rgb(color)).collect::<Option<_>>().ok_or(BadLight::Color)?;
    if colors.is_empty() {
        return Err(BadLight::Color);
    }
    let most = state.lights.map_or(Light::MOST_COLORS as u8, most_colors);
    if colors.len() > usize::from(most) {
        return Err(BadLight::TooManyColors(most));
    }
    let firmware = Revision(state.firmware.unwrap_or_default());
    if state.lights.is_some_and(|api| !Light::patterns(api, firmware).contains(&pattern)) {
        return Err(BadLight::Pattern);
    }
    let tempo = if light.tempo.is_finite() { light.tempo.clamp(0.0, 1.0) } else { TEMPO };
    Ok(Light { pattern, colors, tempo })
}

fn rgb(color: &str) -> Option<Rgb> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some(Rgb(r, g, b))
}

fn pattern_view(pattern: Pattern) -> LightPattern {
    match pattern {
        Pattern::Steady => LightPattern::Steady,
        Pattern::Fade => LightPattern::Fade,
        Pattern::Breathe => LightPattern::Breathe,
        Pattern::Spin => LightPattern::Spin,
        Pattern::Disco => LightPattern::Disco,
        Pattern::SplitGradient => LightPattern::SplitGradient,
        Pattern::Slideshow => LightPattern::Slideshow,
        Pattern::Confetti => LightPattern::Confetti,
        Pattern::Lava => LightPattern::Lava,
        Pattern::Other(_) => LightPattern::Other,
    }
}

fn pattern(pattern: LightPattern) -> Option<Pattern> {
    Some(match pattern {
        LightPattern::Steady => Pattern::Steady,
        LightPattern::Fade => Pattern::Fade,
        LightPattern::Breathe => Pattern::Breathe,
        LightPattern::Spin => Pattern::Spin,
        LightPattern::Disco => Pattern::Disco,
        LightPattern::SplitGradient => Pattern::SplitGradient,
        LightPattern::Slideshow => Pattern::Slideshow,
        LightPattern::Confetti => Pattern::Confetti,
        LightPattern::Lava => Pattern::Lava,
        LightPattern::Other => return None,
    })
}

/// The brightness byte of a percentage; `None` above 100.
#[must_use]
pub fn level_of(percent: u8) -> Option<u8> {
    (percent <= 100).then(|| brightness_level(percent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_survives_the_device() {
        for percent in 0..=100 {
            assert_eq!(level_of(percent).map(brightness_percent), Some(percent));
        }
        assert_eq!(level_of(50), Some(128), "127.5, halves up");
        assert_eq!(level_of(101), None);
    }

    #[test]
    fn what_is_no_colour_is_no_light() {
        let light =
            |color: &str| LightView { pattern: LightPattern::Steady, colors: vec![color.into()], tempo: 0.5 };
        let state = DeviceState::default();
        assert_eq!(chosen(&light("#ff7A2e"), &state), Ok(Light::steady(Rgb(0xff, 0x7a, 0x2e))));
        for wrong in ["ff7a2e", "#ff7a2", "#ff7a2g", "#+f7a2e", "red", ""] {
            assert_eq!(chosen(&light(wrong), &state), Err(BadLight::Color), "{wrong:?}");
        }
    }

    #[test]
    fn several_colours_and_a_tempo_are_for_documents() {
        let told = |api| lights(&DeviceState { lights: api, firmware: Some(39), ..DeviceState::default() });
        let documents = told(Some(LedApi::Documents));
        assert!(documents.takes_tempo && documents.many_colors.contains(&LightPattern::Lava));
        assert!(!documents.many_colors.contains(&LightPattern::Steady));
        let records = told(Some(LedApi::Records));
        assert_eq!((records.takes_tempo, records.many_colors), (false, Vec::new()));
        assert!(!told(None).takes_tempo);
    }

    #[test]
    fn a_device_of_records_takes_one_colour_and_its_own_patterns() {
        let state = DeviceState { lights: Some(LedApi::Records), ..DeviceState::default() };
        let one = LightView { pattern: LightPattern::Lava, colors: vec!["#000000".into()], tempo: 0.5 };
        assert_eq!(chosen(&one, &state), Err(BadLight::Pattern));
        let two = LightView { pattern: LightPattern::Steady, colors: vec!["#000000".into(); 2], tempo: 0.5 };
        assert_eq!(chosen(&two, &state), Err(BadLight::TooManyColors(1)));
    }
}
