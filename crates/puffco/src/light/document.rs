//! CBOR colour documents of newer firmware (facts/puffco-ble.md §17.3, §17.4): which lamp a light is, and which
//! light a lamp is. What the lamps are made of is in [`mod@super::table`] and [`mod@super::particles`].
//!
//! `lamp` is what the device plays; `meta` is for programs: the owner's own colours, and the exact tempo, which
//! the lamp has only rounded.

use super::{Light, Pattern, particles, table};
use crate::cbor::{self, Item};
use crate::firmware::Revision;
use crate::state::Rgb;
use crate::write::WriteError;

/// Zero bytes after a document, so that what an older and longer one left does not follow it directly (§7.3).
const TAIL: usize = 64;
/// A tempo below this stands still.
const LEAST_TEMPO: f32 = 0.1;
/// The tempo of a light that does not tell one.
const TEMPO: f32 = 0.5;

/// What of a light is in its lamp.
pub(super) struct Lamp {
    pub(super) pattern: Pattern,
    /// Empty when it has none of its own.
    pub(super) colors: Vec<Rgb>,
    /// As far as it can be told from a rounded speed.
    pub(super) tempo: Option<f32>,
    /// The speed itself.
    pub(super) speed: Option<f64>,
}

/// The light of a document: the owner's own colours if it names them, else those it shows.
pub(super) fn decode(bytes: &[u8]) -> Option<Light> {
    let (root, _) = cbor::first_item(bytes)?;
    let meta = root.get("meta");
    let users: Vec<Rgb> = meta
        .and_then(|meta| meta.get("userColors"))
        .and_then(Item::items)
        .map(|colors| colors.iter().filter_map(Item::bytes).flat_map(triples).collect())
        .unwrap_or_default();
    let lamp = root.get("lamp").and_then(lamp).unwrap_or(Lamp {
        pattern: Pattern::Other(None),
        colors: Vec::new(),
        tempo: None,
        speed: None,
    });
    if root.get("lamp").is_none() && users.is_empty() {
        return None;
    }
    let told = meta.and_then(|meta| meta.get("tempo")).and_then(Item::number).map(|tempo| tempo as f32);
    // A tempo that does not make the lamp's speed was left by another light.
    let told = told.filter(|tempo| (0.0..=1.0).contains(tempo) && lamp.speed == speed(lamp.pattern, *tempo));
    Some(Light {
        pattern: lamp.pattern,
        colors: if users.is_empty() { lamp.colors } else { users },
        tempo: told.or(lamp.tempo).unwrap_or(TEMPO),
    })
}

fn lamp(lamp: &Item<'_>) -> Option<Lamp> {
    let param = lamp.get("param")?;
    match lamp.get("name")?.as_text()? {
        "pikaled2" => Some(table::read(param)),
        "migrtn1" => Some(particles::read(param)),
        "solid" => {
            let colors: Vec<Rgb> = param.get("color").map(colors).unwrap_or_default();
            let speed = speed(Pattern::Steady, TEMPO);
            Some(Lamp { pattern: Pattern::Steady, colors, tempo: None, speed })
        }
        _ => {
            let packed = param.get("color").or_else(|| param.get("colors"));
            let colors = packed.map(colors).unwrap_or_default();
            Some(Lamp { pattern: Pattern::Other(None), colors, tempo: None, speed: None })
        }
    }
}

/// The colours of a packed byte string.
pub(super) fn colors(packed: &Item<'_>) -> Vec<Rgb> {
    packed.bytes().map(|packed| triples(packed).collect()).unwrap_or_default()
}

fn triples(packed: &[u8]) -> impl Iterator<Item = Rgb> {
    packed.chunks_exact(3).map(|rgb| Rgb(rgb[0], rgb[1], rgb[2]))
}

/// The packed byte string of colours.
pub(super) fn packed(colors: &[Rgb]) -> Item<'static> {
    Item::Bytes(colors.iter().flat_map(|Rgb(r, g, b)| [*r, *g, *b]).collect::<Vec<u8>>().into())
}

/// The speed of a pattern at a tempo, as it is in its lamp.
fn speed(pattern: Pattern, tempo: f32) -> Option<f64> {
    let tempo = f64::from(tempo.max(LEAST_TEMPO));
    table::speed(pattern, tempo).or_else(|| particles::speed(pattern, tempo))
}

/// The document of a light.
pub(super) fn encode(light: &Light, firmware: Revision) -> Result<Vec<u8>, WriteError> {
    if !patterns(firmware).contains(&light.pattern) {
        return Err(WriteError::Unsupported);
    }
    let tempo = f64::from(light.tempo.max(LEAST_TEMPO));
    let inhale = firmware >= Revision::DYNAMIC_INHALE;
    let (name, param) = match light.pattern {
        Pattern::Confetti | Pattern::Lava => {
            ("migrtn1", particles::write(light.pattern, &light.colors, tempo, inhale))
        }
        pattern => ("pikaled2", table::write(pattern, &light.colors, tempo, inhale)),
    };
    let param = param.ok_or(WriteError::Unsupported)?;
    let mut root = vec![("lamp", Item::map([("name", Item::text(name)), ("param", param)]))];
    // One steady colour needs nothing more: that is the document that the vendor's app writes.
    if *light != (Light { tempo: TEMPO, ..Light::steady(light.colors[0]) }) {
        let users = light.colors.iter().map(|color| packed(&[*color])).collect();
        let tempo = Item::Float(f64::from(light.tempo));
        root.push(("meta", Item::map([("userColors", Item::Array(users)), ("tempo", tempo)])));
    }
    let mut document = Item::map(root).encode();
    document.extend([0; TAIL]);
    Ok(document)
}

/// The patterns that a document can say to this firmware.
pub(super) fn patterns(firmware: Revision) -> Vec<Pattern> {
    let mut patterns = vec![
        Pattern::Steady,
        Pattern::Fade,
        Pattern::Breathe,
        Pattern::Spin,
        Pattern::Disco,
        Pattern::SplitGradient,
        Pattern::Slideshow,
    ];
    if firmware >= Revision::LED_DOCUMENTS {
        patterns.extend([Pattern::Confetti, Pattern::Lava]);
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    const AW: Revision = Revision(39);

    #[test]
    fn the_owners_colours_come_before_the_rendered_ones() {
        // {"lamp": {"param": {"color": 112233}}, "meta": {"userColors": [h'445566']}}
        let mut file = vec![0xa2, 0x64];
        file.extend(b"lamp\xa1\x65param\xa1\x65color\x43\x11\x22\x33");
        file.extend(b"\x64meta\xa1\x6auserColors\x81\x43\x44\x55\x66");
        assert_eq!(decode(&file).unwrap().colors, [Rgb(0x44, 0x55, 0x66)]);
    }

    #[test]
    fn one_steady_colour_is_written_as_the_vendors_app_does() {
        let expected = "a1646c616d70a2646e616d656870696b616c65643265706172616da864616e696d01\
            65636f6c6f7243ff000065706c4e756d0065737065656418406662726967687418ff666f666673657494\
            0000000000001a0001000000001a0001000000001a000100001a0001000000001a000100001a00010000\
            1a000100000067706c44656e6f6d0168636f6c6f724c656e1820";
        let document = encode(&Light::steady(Rgb(255, 0, 0)), AW).unwrap();
        let (document, tail) = document.split_at(document.len() - TAIL);
        let hex: String = document.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
        assert_eq!(tail, [0; TAIL]);
    }

    /// Every pattern with one to six colours at several tempos.
    fn lights() -> Vec<Light> {
        let colors =
            [Rgb(255, 0, 0), Rgb(0, 255, 0), Rgb(0, 0, 0), Rgb(1, 2, 3), Rgb(255, 0, 0), Rgb(9, 9, 9)];
        let mut lights = Vec::new();
        for pattern in patterns(AW) {
            for count in 1..=Light::MOST_COLORS {
                for tempo in [0.0, 0.05, 0.1, 0.31, 0.5, 0.777, 1.0] {
                    lights.push(Light { pattern, colors: colors[..count].to_vec(), tempo });
                }
            }
        }
        lights
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        for light in lights() {
            let document = encode(&light, AW).unwrap();
            assert_eq!(decode(&document).as_ref(), Some(&light));
            assert!(document.len() < 900, "{light:?} takes {} bytes", document.len());
        }
    }

    #[test]
    fn a_longer_documents_tail_does_not_matter() {
        let mut file = encode(&lights()[60], AW).unwrap();
        let short = encode(&Light::steady(Rgb(7, 7, 7)), AW).unwrap();
        file[..short.len()].copy_from_slice(&short);
        assert_eq!(decode(&file), Some(Light::steady(Rgb(7, 7, 7))));
    }

    #[test]
    fn without_its_notes_a_light_is_still_recognised() {
        for light in lights().into_iter().filter(|light| light.tempo >= LEAST_TEMPO) {
            let document = encode(&light, AW).unwrap();
            let (root, _) = cbor::first_item(&document).unwrap();
            let bare = Item::map([("lamp", root.get("lamp").unwrap().clone())]).encode();
            let read = decode(&bare).unwrap();
            assert_eq!(read.pattern, light.pattern);
            // A single colour that moves is played against black.
            assert!(read.colors.starts_with(&light.colors), "{light:?} {read:?}");
            if light.pattern != Pattern::Steady {
                assert!((read.tempo - light.tempo).abs() < 0.05, "{light:?} {}", read.tempo);
            }
        }
    }

    #[test]
    fn a_tempo_that_another_light_left_is_not_believed() {
        let fade = Light { pattern: Pattern::Fade, colors: vec![Rgb(1, 1, 1); 2], tempo: 0.9 };
        let document = encode(&fade, AW).unwrap();
        let (root, _) = cbor::first_item(&document).unwrap();
        let meta = Item::map([("tempo", Item::Float(0.2))]);
        let file = Item::map([("lamp", root.get("lamp").unwrap().clone()), ("meta", meta)]).encode();
        assert!((decode(&file).unwrap().tempo - 0.9).abs() < 0.05);
    }

    #[test]
    fn particles_need_newer_firmware() {
        let lava = Light { pattern: Pattern::Lava, ..Light::steady(Rgb(1, 2, 3)) };
        assert_eq!(encode(&lava, Revision(26)), Err(WriteError::Unsupported));
        assert!(encode(&lava, Revision(27)).is_ok());
    }

    #[test]
    fn a_lamp_that_nobody_knows_still_shows_its_colours() {
        let param = Item::map([("colors", packed(&[Rgb(1, 2, 3)])), ("speed", Item::Integer(3))]);
        let lamp = Item::map([("name", Item::text("newled9")), ("param", param)]);
        let light = decode(&Item::map([("lamp", lamp)]).encode()).unwrap();
        assert_eq!((light.pattern, light.colors), (Pattern::Other(None), vec![Rgb(1, 2, 3)]));
    }

    #[test]
    fn what_is_no_document_is_no_light() {
        assert_eq!(decode(&[0; 64]), None);
        assert_eq!(decode(&[0xff; 200]), None);
        assert_eq!(decode(&Item::map([("other", Item::Scalar)]).encode()), None);
    }
}
