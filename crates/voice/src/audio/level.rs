//! How loud something is, and whether somebody speaks.

use std::time::{Duration, Instant};

use super::frame::RATE;

/// Above this somebody speaks, in decibels below full scale.
const SPEAKS: f32 = -45.0;

/// Below this nobody does; between the two it stays as it was.
const QUIET: f32 = -50.0;

/// It takes so long to be speech: a click is none.
const SINCE: Duration = Duration::from_millis(40);

/// Pauses between words are shorter than this.
const PAUSE: Duration = Duration::from_millis(350);

/// Loudness in decibels below full scale, from -100 to 0.
#[must_use]
pub fn decibels(samples: &[f32]) -> f32 {
    if samples.is_empty() {
        return -100.0;
    }
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    (10.0 * power.max(1e-10).log10()).min(0.0)
}

/// The power of one frequency in a sound (Goertzel's algorithm), from 0 to 1 for a tone of full scale.
#[must_use]
pub fn power_of_tone(samples: &[f32], hertz: f32) -> f32 {
    let step = f64::from(hertz) / f64::from(RATE) * std::f64::consts::TAU;
    let twice = 2.0 * step.cos();
    let (mut before, mut last) = (0.0_f64, 0.0_f64);
    for (at, sample) in samples.iter().enumerate() {
        // Without a window a loud neighbour leaks into every frequency.
        let window = 1.0 - (std::f64::consts::TAU * at as f64 / samples.len() as f64).cos();
        let next = f64::from(*sample) * window + twice * last - before;
        (before, last) = (last, next);
    }
    let power = last * last + before * before - twice * last * before;
    let full = samples.len() as f64 / 2.0;
    (power / (full * full).max(1.0)) as f32
}

/// The same on average over a tenth of a second each: also of a tone that was cut and put together again.
#[must_use]
pub fn mean_power_of_tone(samples: &[f32], hertz: f32) -> f32 {
    const WINDOW: usize = RATE as usize / 10;
    let windows = samples.chunks_exact(WINDOW);
    let count = windows.len().max(1) as f32;
    windows.map(|window| power_of_tone(window, hertz)).sum::<f32>() / count
}

/// Whether somebody speaks, from how loud they are.
#[derive(Clone, Debug, Default)]
pub struct Speaking {
    loud_since: Option<Instant>,
    loud_last: Option<Instant>,
    speaks: bool,
}

impl Speaking {
    /// Takes how loud it is; true when that changed whether somebody speaks.
    pub fn hear(&mut self, now: Instant, decibels: f32) -> bool {
        if decibels > SPEAKS || (self.speaks && decibels > QUIET) {
            self.loud_since.get_or_insert(now);
            self.loud_last = Some(now);
        } else if !self.speaks {
            self.loud_since = None;
        }
        let long = self.loud_since.is_some_and(|since| now.saturating_duration_since(since) >= SINCE);
        let lately = self.loud_last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE);
        let speaks = if self.speaks { lately } else { long && lately };
        if !speaks && self.speaks {
            self.loud_since = None;
        }
        std::mem::replace(&mut self.speaks, speaks) != speaks
    }

    /// Somebody speaks.
    #[must_use]
    pub const fn speaks(&self) -> bool {
        self.speaks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test begins somewhere")]
    fn a_click_is_no_speech_and_a_pause_between_words_does_not_end_it() {
        let start = Instant::now();
        let mut speaking = Speaking::default();
        let mut at = start;
        let mut hear = |for_ms: u64, decibels: f32| {
            for _ in 0..for_ms / 10 {
                at += Duration::from_millis(10);
                speaking.hear(at, decibels);
            }
            speaking.speaks()
        };
        assert!(!hear(20, -10.0), "a click");
        assert!(!hear(100, -80.0));
        assert!(hear(100, -30.0), "a word");
        assert!(hear(200, -80.0), "a pause");
        assert!(hear(100, -48.0), "a quiet end of a word");
        assert!(!hear(500, -80.0), "the end");
    }

    #[test]
    fn a_tone_is_found_at_its_frequency_only() {
        let tone: Vec<f32> =
            (0..4_800).map(|i| (i as f32 / RATE as f32 * 523.0 * std::f32::consts::TAU).sin()).collect();
        assert!((power_of_tone(&tone, 523.0) - 1.0).abs() < 0.01);
        assert!(power_of_tone(&tone, 659.0) < 1e-4);
        let mut jumps = tone.repeat(4);
        jumps.drain(4_900..4_950);
        assert!(mean_power_of_tone(&jumps, 523.0) > 0.6 && mean_power_of_tone(&jumps, 659.0) < 0.01);
        assert!((decibels(&tone) + 3.0).abs() < 0.1 && decibels(&[]) <= -100.0);
    }
}
