//! The lamp `pikaled2`: a table of colours that the LEDs walk through, each from its own offset
//! (facts/puffco-ble.md §17.3, §17.4).

use super::Pattern;
use super::document::{Lamp, colors, packed};
use crate::cbor::Item;
use crate::state::Rgb;

/// Places of the table that each colour of a moving light takes.
const STEPS: usize = 5;
/// Length of the table of a light that does not move, whatever its colours.
const WHOLE: i128 = 32;
/// Speed of a light that does not move.
const STEADY_SPEED: f64 = 64.0;

/// Offsets of the LEDs. One unit is 1/4096 of a place; 65536 is a LED that stays dark.
type Offsets = [i32; 20];

const ZEROS: Offsets = [0; 20];
const DISCO: Offsets = [
    15360, 18773, 1707, 5120, 8533, 11947, 15360, 10240, 10240, 5120, 2844, 1138, 853, 19627, 19342, 17636,
    0, 0, 0, 0,
];
const SLIDESHOW: Offsets = [
    20480, 20480, 20480, 20480, 20480, 20480, 15930, 9100, 11835, 15930, 0, 0, 6825, 6825, 0, 0, 20480,
    20480, 20480, 20480,
];
const STEADY: Offsets =
    [0, 0, 0, 0, 0, 0, 65536, 0, 0, 65536, 0, 0, 65536, 65536, 0, 0, 65536, 65536, 65536, 0];

/// How far a gradient is split, by its colours.
fn split(colors: usize) -> Offsets {
    let (far, middle, inner) = match colors {
        ..=2 => (25600, 12800, 17920),
        3 | 4 => (46080, 33280, 38400),
        _ => (66560, 53760, 58880),
    };
    [
        0, 0, 0, 0, 0, 0, 7680, far, 15360, 7680, middle, middle, inner, inner, middle, middle, 15360, 15360,
        15360, 15360,
    ]
}

/// Where the LEDs of a light that does not move are, by its colours.
fn steady(colors: usize) -> Offsets {
    let mut offsets = STEADY;
    let changes: [(usize, &[usize], i32); 5] = [
        (2, &[10, 11, 14, 15, 19], 4096),
        (3, &[7, 8], 8192),
        (4, &[8], 12288),
        (5, &[2, 3, 4], 16384),
        (6, &[14, 15], 20480),
    ];
    for (from, places, offset) in changes {
        for place in places.iter().filter(|_| colors >= from) {
            offsets[*place] = offset;
        }
    }
    offsets
}

/// What of a pattern is not colours or speed.
struct Form {
    animation: u8,
    phase: (usize, usize),
    offsets: Offsets,
    /// The part of its places that a colour is held for.
    hold: f64,
}

fn form(pattern: Pattern, colors: usize) -> Option<Form> {
    let plain = Form { animation: 1, phase: (0, 0), offsets: ZEROS, hold: 0.0 };
    Some(match pattern {
        Pattern::Fade => Form { hold: 0.3, ..plain },
        Pattern::Breathe => Form { animation: 5, hold: 0.3, ..plain },
        Pattern::Spin => Form { animation: 7, phase: (1, colors), hold: 0.3, ..plain },
        Pattern::Disco => Form { offsets: DISCO.map(|offset| offset * colors as i32), ..plain },
        Pattern::SplitGradient => Form { offsets: split(colors), ..plain },
        Pattern::Slideshow => Form { offsets: SLIDESHOW, ..plain },
        Pattern::Steady => Form { phase: (0, 1), offsets: steady(colors), ..plain },
        Pattern::Confetti | Pattern::Lava | Pattern::Other(_) => return None,
    })
}

/// The speed of a pattern at a tempo; `None` for one that is not of this lamp.
pub(super) fn speed(pattern: Pattern, tempo: f64) -> Option<f64> {
    match pattern {
        Pattern::Steady => Some(STEADY_SPEED),
        Pattern::Spin => Some(half_up(256.0 * tempo * tempo).min(255.0)),
        Pattern::Fade | Pattern::Breathe | Pattern::Disco | Pattern::SplitGradient | Pattern::Slideshow => {
            Some(half_up(160.0 * tempo * tempo))
        }
        Pattern::Confetti | Pattern::Lava | Pattern::Other(_) => None,
    }
}

fn half_up(number: f64) -> f64 {
    (number + 0.5).floor()
}

/// The parameters of a light; `None` for a pattern that is not of this lamp.
pub(super) fn write(pattern: Pattern, users: &[Rgb], tempo: f64, inhale: bool) -> Option<Item<'static>> {
    let mut colors = users.to_vec();
    if colors.len() == 1 && !matches!(pattern, Pattern::Steady | Pattern::Spin) {
        // One colour alone would not be seen to move.
        colors.push(Rgb(0, 0, 0));
    }
    let form = form(pattern, colors.len())?;
    let speed = speed(pattern, tempo)?;
    let offsets = form.offsets.iter().map(|offset| Item::Integer(i128::from(*offset))).collect();
    let mut param = vec![
        ("bright", Item::Integer(255)),
        ("speed", Item::Float(speed)),
        ("anim", Item::Integer(i128::from(form.animation))),
        ("plNum", Item::Integer(form.phase.0 as i128)),
        ("plDenom", Item::Integer(form.phase.1 as i128)),
        ("offset", Item::Array(offsets)),
    ];
    if pattern == Pattern::Steady {
        param.extend([("colorLen", Item::Integer(WHOLE)), ("color", packed(&colors))]);
    } else {
        let table = blended(&colors, form.hold);
        let fastest = (2.0 * speed).min(255.0);
        param.extend([
            ("speedDi0", Item::Float(fastest / 8.0)),
            ("speedDi1", Item::Float(fastest)),
            ("colorLen", Item::Integer(table.len() as i128)),
            ("color", packed(&table)),
            ("diFrac", Item::Integer(i128::from(inhale))),
        ]);
    }
    Some(Item::map(param))
}

/// A table that goes from colour to colour and back to the first, each held for a part of its places.
fn blended(colors: &[Rgb], hold: f64) -> Vec<Rgb> {
    (0..colors.len() * STEPS)
        .map(|place| {
            let (at, step) = (place / STEPS, (place % STEPS) as f64 / STEPS as f64);
            let part = ((step - hold / 2.0) / (1.0 - hold)).clamp(0.0, 1.0);
            let (a, b) = (colors[at], colors[(at + 1) % colors.len()]);
            let mix = |a: u8, b: u8| half_up(f64::from(a) * (1.0 - part) + f64::from(b) * part) as u8;
            Rgb(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
        })
        .collect()
}

/// The lamp with these parameters.
pub(super) fn read(param: &Item<'_>) -> Lamp {
    let number = |key: &str| param.get(key).and_then(Item::number);
    let table = param.get("color").map(colors).unwrap_or_default();
    let animation = number("anim").filter(|code| (0.0..=255.0).contains(code)).map(|code| code as u8);
    let speed = number("speed");
    let length = number("colorLen").unwrap_or_default();
    let offsets: Vec<f64> = param
        .get("offset")
        .and_then(Item::items)
        .map(|items| items.iter().filter_map(Item::number).collect())
        .unwrap_or_default();
    let is = |pattern: Pattern, count: usize| {
        form(pattern, count).is_some_and(|form| {
            animation == Some(form.animation)
                && form.offsets.iter().copied().map(f64::from).eq(offsets.iter().copied())
        })
    };
    // A table that moves has five places for each of its colours, the first of which is the colour itself.
    let count = table.len() / STEPS;
    let moving = [
        Pattern::Fade,
        Pattern::Breathe,
        Pattern::Spin,
        Pattern::Disco,
        Pattern::SplitGradient,
        Pattern::Slideshow,
    ];
    let whole = table.len().is_multiple_of(STEPS) && count > 0 && length == table.len() as f64;
    if let Some(pattern) = moving.into_iter().find(|pattern| whole && is(*pattern, count)) {
        let scale = if pattern == Pattern::Spin { 256.0 } else { 160.0 };
        let tempo = speed.map(|speed| (speed.max(0.0) / scale).sqrt().min(1.0) as f32);
        return Lamp { pattern, colors: table.into_iter().step_by(STEPS).collect(), tempo, speed };
    }
    let stands = animation == Some(1) && length >= WHOLE as f64 && is(Pattern::Steady, table.len());
    let one = animation == Some(1) && table.len() == 1;
    let pattern = if stands || one { Pattern::Steady } else { Pattern::Other(animation) };
    Lamp { pattern, colors: table, tempo: None, speed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_starts_each_colour_with_itself_and_ends_before_the_first() {
        let colors = [Rgb(0, 0, 0), Rgb(100, 0, 200)];
        let table = blended(&colors, 0.3);
        assert_eq!(table.len(), 10);
        assert_eq!((table[0], table[5]), (colors[0], colors[1]));
        assert!(table[1].0 < table[2].0 && table[4].0 < table[5].0);
        assert!(table[9].0 > 0 && table[9].0 < 20);
    }

    #[test]
    fn speeds_follow_the_square_of_the_tempo() {
        assert_eq!(speed(Pattern::Fade, 0.5), Some(40.0));
        assert_eq!(speed(Pattern::Spin, 1.0), Some(255.0));
        assert_eq!(speed(Pattern::Disco, 0.1), Some(2.0));
        assert_eq!(speed(Pattern::Lava, 0.1), None);
    }

    #[test]
    fn more_steady_colours_take_more_offsets() {
        assert_eq!(steady(1), STEADY);
        assert_eq!(steady(2)[10], 4096);
        assert_eq!(steady(6)[7..9], [8192, 12288]);
        assert_eq!((steady(6)[2], steady(6)[14]), (16384, 20480));
    }
}
