//! The lamp `migrtn1`: particles that live on strands of LEDs, of firmware AF and newer
//! (facts/puffco-ble.md §17.4).

use super::Pattern;
use super::document::{Lamp, colors, packed};
use crate::cbor::Item;
use crate::state::Rgb;

/// A strand: LEDs and their weights. LED -1 is none.
type Strand = &'static [[i16; 2]];

const CONFETTI_STRANDS: [Strand; 16] = [
    &[[6, 255]],
    &[[13, 255]],
    &[[12, 255]],
    &[[9, 255]],
    &[[8, 255]],
    &[[8, 255]],
    &[[15, 255]],
    &[[11, 127], [14, 127]],
    &[[7, 255]],
    &[[10, 255]],
    &[[-1, 255]],
    &[[-1, 255]],
    &[[10, 127], [11, 127]],
    &[[15, 127], [14, 127]],
    &[[-1, 255]],
    &[[-1, 255]],
];

const LAVA_STRANDS: [Strand; 16] = [
    &[[6, 205], [8, 26], [13, 26]],
    &[[13, 230], [6, 26]],
    &[[12, 230], [9, 26]],
    &[[9, 205], [8, 26], [12, 26]],
    &[[8, 230], [9, 26]],
    &[[8, 230], [6, 26]],
    &[[13, 51], [15, 102], [7, 26], [14, 77]],
    &[[10, 51], [11, 77], [14, 77], [15, 77]],
    &[[7, 255]],
    &[[12, 51], [10, 102], [7, 26], [11, 77]],
    &[[11, 102], [-1, 154]],
    &[[10, 51], [14, 51], [-1, 154]],
    &[[10, 102], [11, 102], [14, 51]],
    &[[15, 102], [14, 102], [11, 51]],
    &[[15, 51], [11, 51], [-1, 154]],
    &[[14, 102], [-1, 154]],
];

/// Strands where particles begin, and their weight.
const SOURCES: [[i16; 2]; 6] = [[0, 43], [1, 43], [2, 43], [3, 43], [4, 43], [5, 43]];

/// What tells one pattern from the other. Of three numbers the second and third are without and with breath.
struct Kind {
    scale: f64,
    breath: [f64; 2],
    lengths: [i128; 2],
    quantities: [i128; 2],
    frequency: f64,
    background: [f64; 3],
    sigma: [f64; 3],
    strands: [Strand; 16],
}

fn kind(pattern: Pattern) -> Option<Kind> {
    match pattern {
        Pattern::Confetti => Some(Kind {
            scale: 20.0,
            breath: [0.25, 2.0],
            lengths: [2, 4],
            quantities: [6, 10],
            frequency: 5.0,
            background: [0.5, 0.25, 0.75],
            sigma: [3.0, 3.5, 2.5],
            strands: CONFETTI_STRANDS,
        }),
        Pattern::Lava => Some(Kind {
            scale: 4.0,
            breath: [0.5, 3.0],
            lengths: [4, 8],
            quantities: [2, 4],
            frequency: 0.5,
            background: [2.0 / 3.0, 1.0 / 3.0, 1.0],
            sigma: [3.0, 4.0, 2.0],
            strands: LAVA_STRANDS,
        }),
        _ => None,
    }
}

/// The speed of a pattern at a tempo; `None` for one that is not of this lamp.
pub(super) fn speed(pattern: Pattern, tempo: f64) -> Option<f64> {
    kind(pattern).map(|kind| kind.scale * (0.9 * tempo + 0.1).powi(2))
}

/// The parameters of a light; `None` for a pattern that is not of this lamp.
pub(super) fn write(pattern: Pattern, users: &[Rgb], tempo: f64, inhale: bool) -> Option<Item<'static>> {
    let kind = kind(pattern)?;
    let speed = speed(pattern, tempo)?;
    let mut colors = users.to_vec();
    if colors.len() == 1 {
        colors.push(Rgb(0, 0, 0));
    }
    let strands = kind.strands.iter().map(|strand| pairs(strand)).collect();
    Some(Item::map([
        ("colors", packed(&colors)),
        ("speed", Item::Float(speed)),
        ("speedDi0", Item::Float(speed * kind.breath[0])),
        ("speedDi1", Item::Float(speed * kind.breath[1])),
        ("minLength", Item::Integer(kind.lengths[0])),
        ("maxLength", Item::Integer(kind.lengths[1])),
        ("minQty", Item::Integer(kind.quantities[0])),
        ("maxQty", Item::Integer(kind.quantities[1])),
        ("spawnFreq", Item::Float(kind.frequency)),
        ("bgBright", Item::Float(kind.background[0])),
        ("bgBrightDi0", Item::Float(kind.background[1])),
        ("bgBrightDi1", Item::Float(kind.background[2])),
        ("sigma", Item::Float(kind.sigma[0])),
        ("sigmaDi0", Item::Float(kind.sigma[1])),
        ("sigmaDi1", Item::Float(kind.sigma[2])),
        ("sunlight", Item::Float(0.1)),
        ("nutrDep", Item::Integer(0)),
        ("diFrac", Item::Integer(i128::from(inhale))),
        ("preRunTick", Item::Float(0.2 / speed)),
        ("preRunNTicks", Item::Integer(30)),
        ("sources", pairs(&SOURCES)),
        ("paths", Item::Array(strands)),
    ]))
}

fn pairs(pairs: &[[i16; 2]]) -> Item<'static> {
    let pair = |pair: &[i16; 2]| Item::Array(pair.map(|number| Item::Integer(i128::from(number))).into());
    Item::Array(pairs.iter().map(pair).collect())
}

/// The lamp with these parameters.
pub(super) fn read(param: &Item<'_>) -> Lamp {
    let number = |key: &str| param.get(key).and_then(Item::number);
    let colors = param.get("colors").or_else(|| param.get("color")).map(colors).unwrap_or_default();
    let speed = number("speed");
    let lengths = [number("minLength"), number("maxLength")];
    let known = [Pattern::Confetti, Pattern::Lava].into_iter().find_map(|pattern| {
        let kind = kind(pattern)?;
        (kind.lengths.map(|length| Some(length as f64)) == lengths).then_some((pattern, kind.scale))
    });
    let tempo = |scale: f64| {
        speed.map(|speed| (((speed.max(0.0) / scale).sqrt() - 0.1) / 0.9).clamp(0.0, 1.0) as f32)
    };
    match known {
        Some((pattern, scale)) => Lamp { pattern, colors, tempo: tempo(scale), speed },
        None => Lamp { pattern: Pattern::Other(None), colors, tempo: None, speed },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_are_told_apart_by_their_lengths() {
        let param = write(Pattern::Lava, &[Rgb(1, 2, 3); 2], 0.5, true).unwrap();
        assert_eq!(param.get("diFrac"), Some(&Item::Integer(1)));
        assert_eq!(param.get("paths").and_then(Item::items).map(<[_]>::len), Some(16));
        let lamp = read(&param);
        assert_eq!(lamp.pattern, Pattern::Lava);
        assert!((lamp.tempo.unwrap() - 0.5).abs() < 1e-6);
        let other = Item::map([("minLength", Item::Integer(2)), ("maxLength", Item::Integer(9))]);
        assert_eq!(read(&other).pattern, Pattern::Other(None));
    }
}
