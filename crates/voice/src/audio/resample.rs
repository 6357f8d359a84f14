//! Between the rate of a device and [`RATE`]: a windowed sinc, enough for speech.

use std::collections::VecDeque;

use super::frame::RATE;

/// So many samples on each side of a moment tell what is heard at it.
const REACH: usize = 16;

/// Changes the rate of one stream.
#[derive(Debug)]
pub struct Resampler {
    from: u32,
    to: u32,
    held: VecDeque<f32>,
    /// Where the next sample is, between the held ones.
    at: f64,
}

impl Resampler {
    /// From a rate to another, in samples a second.
    #[must_use]
    pub fn new(from: u32, to: u32) -> Self {
        Self { from: from.max(1), to: to.max(1), held: vec![0.0; REACH].into(), at: REACH as f64 }
    }

    /// From a device.
    #[must_use]
    pub fn from_device(rate: u32) -> Self {
        Self::new(rate, RATE)
    }

    /// To a device.
    #[must_use]
    pub fn to_device(rate: u32) -> Self {
        Self::new(RATE, rate)
    }

    /// Takes samples, and gives those that are ready.
    pub fn feed(&mut self, samples: impl IntoIterator<Item = f32>, ready: &mut impl Extend<f32>) {
        if self.from == self.to {
            return ready.extend(samples);
        }
        self.held.extend(samples);
        let step = f64::from(self.from) / f64::from(self.to);
        // Towards a lower rate, what it cannot hold is left out.
        let cut = (f64::from(self.to) / f64::from(self.from)).min(1.0);
        while self.at + (REACH as f64) < self.held.len() as f64 {
            ready.extend(std::iter::once(self.heard_at(self.at, cut)));
            self.at += step;
        }
        let gone = (self.at as usize).saturating_sub(REACH).min(self.held.len());
        self.held.drain(..gone);
        self.at -= gone as f64;
    }

    fn heard_at(&self, at: f64, cut: f64) -> f32 {
        let middle = at.floor() as usize;
        let mut sum = 0.0;
        for index in (middle + 1).saturating_sub(REACH)..=(middle + REACH).min(self.held.len() - 1) {
            let away = at - index as f64;
            let window = 0.5 + 0.5 * (std::f64::consts::PI * away / REACH as f64).cos();
            let angle = std::f64::consts::PI * away * cut;
            let sinc = if angle.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
            sum += f64::from(self.held[index]) * sinc * cut * window;
        }
        sum as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_keeps_its_pitch_and_gains_nothing_else() {
        for rate in [16_000, 44_100, 48_000, 96_000] {
            let mut resampler = Resampler::from_device(rate);
            let mut heard: Vec<f32> = Vec::new();
            for chunk in 0..100 {
                let tone = (0..rate / 100).map(|i| {
                    let t = f64::from(chunk * (rate / 100) + i) / f64::from(rate);
                    (t * 1_000.0 * std::f64::consts::TAU).sin() as f32
                });
                resampler.feed(tone, &mut heard);
            }
            assert!(heard.len().abs_diff(48_000) < 100, "{rate}: {}", heard.len());
            let middle = &heard[9_600..38_400];
            let tone = crate::audio::level::power_of_tone(middle, 1_000.0);
            assert!((tone - 1.0).abs() < 0.02, "{rate}: {tone}");
            let all = middle.iter().map(|sample| sample * sample).sum::<f32>() / middle.len() as f32;
            assert!((all - 0.5).abs() < 0.01, "{rate}: {all}");
        }
    }
}
