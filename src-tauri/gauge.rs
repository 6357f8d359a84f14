//! The icon in the tray, drawn: a ring that fills with the heat, a flame that is lit while the heater is on, and a
//! microphone while that is open.

use std::f32::consts::TAU;

use hearth_companion::shell::Gauge;

/// Samples along one side of a pixel.
const FINE: u16 = 4;

/// The steps of a full ring.
const STEPS: f32 = 16.0;

/// Reads on light and on dark panels.
const GREY: [u8; 3] = [0x9a, 0x93, 0x8c];
const FIRE: [u8; 3] = [0xf2, 0x78, 0x2e];
/// What listens is no heat: it has a colour of its own.
const RED: [u8; 3] = [0xe5, 0x48, 0x4d];
const AMBER: [u8; 3] = [0xe8, 0xb0, 0x2c];
const BLACK: [u8; 3] = [0; 3];

/// The icon, `size` pixels wide and high: red, green, blue and alpha of each pixel, row by row, not premultiplied.
/// `template`: black only, for systems that colour icons themselves.
/// `microphone`: it is open.
pub fn draw(gauge: Gauge, microphone: bool, size: u16, template: bool) -> Vec<u8> {
    let samples = f32::from(FINE * FINE);
    let place = |at: u16, sample: u16| {
        let fine = f32::from(at) + (f32::from(sample) + 0.5) / f32::from(FINE);
        fine / f32::from(size) * 2.0 - 1.0
    };
    let mut pixels = Vec::with_capacity(usize::from(size) * usize::from(size) * 4);
    for y in 0..size {
        for x in 0..size {
            let mut sum = [0.0; 4];
            for (dx, dy) in (0..FINE).flat_map(|dx| (0..FINE).map(move |dy| (dx, dy))) {
                let (colour, alpha) = ink(gauge, microphone, place(x, dx), place(y, dy));
                let colour = if template { BLACK } else { colour };
                for (sum, part) in sum.iter_mut().zip(colour) {
                    *sum += f32::from(part) * alpha;
                }
                sum[3] += alpha;
            }
            let of = |part: f32| if sum[3] > 0.0 { (part / sum[3]).round() as u8 } else { 0 };
            pixels.extend([of(sum[0]), of(sum[1]), of(sum[2]), (sum[3] / samples * 255.0).round() as u8]);
        }
    }
    pixels
}

/// Colour and opacity at a point of the square from -1 to 1; y goes down.
fn ink(gauge: Gauge, microphone: bool, x: f32, y: f32) -> ([u8; 3], f32) {
    if microphone && let Some(covers) = microphone_at(x, y) {
        return (RED, covers);
    }
    let dot = match gauge {
        Gauge::Waits => Some(FIRE),
        Gauge::Reconnecting => Some(AMBER),
        Gauge::NoDevice | Gauge::Idle | Gauge::Heating(_) => None,
    };
    if let Some(colour) = dot {
        match (x - 0.62).hypot(y + 0.62) {
            inside if inside <= 0.34 => return (colour, 1.0),
            // A gap, so that the dot stands out.
            gap if gap <= 0.46 => return (GREY, 0.0),
            _ => {}
        }
    }
    let lit = match gauge {
        Gauge::Heating(level) => Some(f32::from(level) / STEPS),
        _ => None,
    };
    if (0.74..=0.98).contains(&x.hypot(y)) {
        // Clockwise from the top.
        let around = (x.atan2(-y) / TAU).rem_euclid(1.0);
        return match (gauge, lit) {
            (_, Some(level)) if around <= level => (FIRE, 1.0),
            (_, Some(_)) | (Gauge::NoDevice, _) => (GREY, 0.4),
            _ => (GREY, 1.0),
        };
    }
    match (gauge, is_flame(x, y)) {
        (_, false) | (Gauge::NoDevice, _) => (GREY, 0.0),
        (Gauge::Heating(_), true) => (FIRE, 1.0),
        _ => (GREY, 1.0),
    }
}

/// A microphone in the lower right corner: covered, in the gap around it, or elsewhere.
fn microphone_at(x: f32, y: f32) -> Option<f32> {
    const MIDDLE: f32 = 0.6;
    const TOP: f32 = 0.14;
    const BOTTOM: f32 = 0.42;
    let dx = (x - MIDDLE).abs();
    // A line with round ends, held by half a ring on a stand.
    let line = dx.hypot(y - y.clamp(TOP, BOTTOM));
    let bow = if y > BOTTOM { dx.hypot(y - BOTTOM) } else { f32::INFINITY };
    let stand = dx <= 0.06 && (BOTTOM + 0.3..=0.98).contains(&y);
    if line <= 0.18 || (0.28..=0.39).contains(&bow) || stand {
        return Some(1.0);
    }
    let gap = line <= 0.3 || bow <= 0.5 || (dx <= 0.16 && y > BOTTOM);
    gap.then_some(0.0)
}

/// A drop with its tip up.
fn is_flame(x: f32, y: f32) -> bool {
    const TIP: f32 = -0.58;
    const WIDEST: f32 = 0.16;
    const END: f32 = 0.5;
    const HALF: f32 = 0.36;
    let half = if !(TIP..=END).contains(&y) {
        return false;
    } else if y < WIDEST {
        HALF * ((y - TIP) / (WIDEST - TIP)).powf(1.25)
    } else {
        HALF * (1.0 - ((y - WIDEST) / (END - WIDEST)).powi(2)).max(0.0).sqrt()
    };
    x.abs() <= half
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u16 = 32;

    /// How many pixels have mostly this colour.
    fn count(icon: &[u8], colour: [u8; 3]) -> usize {
        icon.chunks(4).filter(|pixel| pixel[..3] == colour && pixel[3] > 127).count()
    }

    #[test]
    fn each_state_looks_different() {
        let states = [
            Gauge::NoDevice,
            Gauge::Idle,
            Gauge::Waits,
            Gauge::Reconnecting,
            Gauge::Heating(0),
            Gauge::Heating(8),
            Gauge::Heating(16),
        ];
        let draws = |microphone| states.iter().map(move |state| draw(*state, microphone, SIZE, false));
        let icons: Vec<_> = draws(false).chain(draws(true)).collect();
        for (n, icon) in icons.iter().enumerate() {
            assert_eq!(icon.len(), 32 * 32 * 4);
            assert!(!icons[..n].contains(icon), "{:?}", states[n % states.len()]);
        }
    }

    #[test]
    fn only_a_heat_is_lit_and_the_ring_fills_with_it() {
        let fire = |gauge| count(&draw(gauge, false, SIZE, false), FIRE);
        assert_eq!(fire(Gauge::Idle), 0);
        assert_eq!(fire(Gauge::NoDevice), 0);
        let levels: Vec<_> = (0..=16).map(|level| fire(Gauge::Heating(level))).collect();
        assert!(levels[0] > 0, "the flame");
        assert!(levels.windows(2).all(|pair| pair[0] < pair[1]), "{levels:?}");
    }

    #[test]
    fn an_open_microphone_is_to_be_seen_at_every_size_and_beside_a_heat() {
        for size in [22, 32, 48] {
            for gauge in [Gauge::Idle, Gauge::Waits, Gauge::Heating(16)] {
                let (open, closed) = (draw(gauge, true, size, false), draw(gauge, false, size, false));
                assert!(count(&open, RED) * 12 > usize::from(size * size), "{gauge:?} at {size}");
                assert_eq!(count(&closed, RED), 0);
            }
        }
        assert!(count(&draw(Gauge::Heating(16), true, SIZE, false), FIRE) > 0, "the heat stays in sight");
    }

    #[test]
    fn a_template_is_black() {
        let icon = draw(Gauge::Heating(8), true, SIZE, true);
        assert!(icon.chunks(4).all(|pixel| pixel[..3] == BLACK));
        assert!(icon.chunks(4).any(|pixel| pixel[3] == 255));
    }
}
