//! Ears that measure: when bursts of a tone begin, how long each took from a mouth to an ear, and how long nothing of a
//! tone was heard.

use std::time::Instant;

use crate::audio::frame::{FRAME, Frame, RATE};
use crate::audio::level::power_of_tone;

/// A burst takes no longer from mouth to ear, in seconds; the next one comes after twice as long.
const LONGEST: f64 = 0.35;

/// Louder than this, a burst of a tone at a quarter of full scale has begun: the codec begins a tone after silence at less
/// than half its amplitude.
const LOUD: f32 = 0.004;

/// Quieter than this, it is over.
const QUIET: f32 = 0.001;

/// The tone is looked for in this many samples: tones have to be 300 Hz apart to be told apart by so few.
const WINDOW: usize = FRAME;

/// Its beginning is found as exactly as this.
const STEP: usize = FRAME / 10;

/// Sound, and when it was said or played.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    samples: Vec<f32>,
    /// When each ten milliseconds of them began, in seconds.
    began: Vec<f64>,
}

impl Recording {
    /// Ten milliseconds each, with the moment when they began; times are told from `start` on.
    pub fn new<'a>(start: Instant, frames: impl IntoIterator<Item = &'a (Instant, Frame)>) -> Self {
        let mut recording = Self::default();
        for (at, frame) in frames {
            let before = start.saturating_duration_since(*at).as_secs_f64();
            recording.began.push(at.saturating_duration_since(start).as_secs_f64() - before);
            recording.samples.extend(frame);
        }
        recording
    }

    /// Sound without a pause, from `start` on.
    #[must_use]
    pub fn steady(samples: &[f32]) -> Self {
        let began = (0..samples.len().div_ceil(FRAME)).map(|at| (at * FRAME) as f64 / f64::from(RATE));
        Self { samples: samples.to_vec(), began: began.collect() }
    }

    /// All of it.
    #[must_use]
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// When bursts of a tone begin, in seconds.
    #[must_use]
    pub fn onsets(&self, hertz: f32) -> Vec<f64> {
        let mut loud = false;
        let mut found = Vec::new();
        for (at, power) in self.powers(hertz, STEP) {
            if !loud && power > LOUD {
                loud = true;
                found.push(self.when(at + WINDOW / 2));
            } else if loud && power < QUIET {
                loud = false;
            }
        }
        found
    }

    /// The longest time without the tone, in seconds; the beginning and the end count.
    #[must_use]
    pub fn longest_silence(&self, hertz: f32) -> f64 {
        let mut last = 0;
        let mut longest = 0;
        for (at, power) in self.powers(hertz, WINDOW).chain([(self.samples.len(), 1.0)]) {
            if power > QUIET {
                longest = longest.max(at - last);
                last = at;
            }
        }
        longest as f64 / f64::from(RATE)
    }

    fn powers(&self, hertz: f32, step: usize) -> impl Iterator<Item = (usize, f32)> {
        let starts = (0..self.samples.len().saturating_sub(WINDOW)).step_by(step);
        starts.map(move |at| (at, power_of_tone(&self.samples[at..at + WINDOW], hertz)))
    }

    fn when(&self, sample: usize) -> f64 {
        let began = self.began.get(sample / FRAME).copied().unwrap_or_default();
        began + (sample % FRAME) as f64 / f64::from(RATE)
    }

    fn end(&self) -> f64 {
        self.began.last().map_or(0.0, |began| began + FRAME as f64 / f64::from(RATE))
    }
}

/// How many bursts of a tone were said, and how long each took from the mouth to the ear, in seconds; those that were not
/// heard are left out. What is cut off by the beginning or the end of the recordings does not count.
#[must_use]
pub fn delays(spoken: &Recording, heard: &Recording, hertz: f32) -> (usize, Vec<f64>) {
    let begin = spoken.began.first().copied().unwrap_or_default() + 0.02;
    let end = spoken.end().min(heard.end()) - LONGEST;
    let said: Vec<_> = spoken.onsets(hertz).into_iter().filter(|at| (begin..end).contains(at)).collect();
    let heard = heard.onsets(hertz);
    let taken = |said: &f64| heard.iter().find(|at| *at > said && **at < said + LONGEST).map(|at| at - said);
    (said.len(), said.iter().filter_map(taken).collect())
}

/// So many of a hundred are not above this; the values are put in order.
///
/// # Panics
/// When there are no values.
#[must_use]
pub fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[(values.len() - 1) * percent / 100]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Bursts of 300 ms every 600 ms, so many frames late; some of them left out.
    fn bursts(late: usize, without: Option<usize>) -> Vec<f32> {
        let sample = |at: usize| {
            let t = at as f64 / f64::from(RATE);
            let loud = (t % 0.6) < 0.3 && without != Some((t / 0.6) as usize);
            if loud { (0.25 * (t * 440.0 * std::f64::consts::TAU).sin()) as f32 } else { 0.0 }
        };
        let silence = std::iter::repeat_n(0.0, late * FRAME);
        silence.chain((0..6 * RATE as usize).map(sample)).collect()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test begins somewhere")]
    fn a_delay_is_found_also_where_it_is_told_by_times_only() {
        let spoken = Recording::steady(&bursts(0, None));
        let (said, taken) = delays(&spoken, &Recording::steady(&bursts(8, None)), 440.0);
        assert_eq!((said, taken.len()), (9, 9));
        assert!(taken.iter().all(|taken| (taken - 0.08).abs() < 0.002), "{taken:?}");

        let start = Instant::now();
        let moments: Vec<(Instant, Frame)> = bursts(0, Some(3))
            .chunks_exact(FRAME)
            .enumerate()
            .map(|(number, samples)| {
                let mut frame = [0.0; FRAME];
                frame.copy_from_slice(samples);
                (start + Duration::from_millis(10 * number as u64 + 120), frame)
            })
            .collect();
        let (said, taken) = delays(&spoken, &Recording::new(start, &moments), 440.0);
        assert_eq!((said, taken.len()), (9, 8), "one was not heard");
        assert!(taken.iter().all(|taken| (taken - 0.12).abs() < 0.002), "{taken:?}");
    }

    #[test]
    fn a_burst_that_was_not_heard_is_a_long_silence() {
        let all = Recording::steady(&bursts(0, None)).longest_silence(440.0);
        assert!((0.25..0.35).contains(&all), "{all}");
        let without = Recording::steady(&bursts(0, Some(5))).longest_silence(440.0);
        assert!((0.85..0.95).contains(&without), "{without}");
        let other = Recording::steady(&bursts(0, None)).longest_silence(1_000.0);
        assert!(other > 5.9, "{other}");
        assert!((percentile(&mut [3.0, 1.0, 2.0], 50) - 2.0).abs() < 1e-9);
    }
}
