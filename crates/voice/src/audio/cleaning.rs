//! Takes the echo of the speakers and the noise of the room out of what the microphone hears: WebRTC's audio processing,
//! as the library `sonora` has it in Rust.

use sonora::config::{EchoCanceller, HighPassFilter, NoiseSuppression, NoiseSuppressionLevel};
use sonora::{AudioProcessing, Config, StreamConfig};

use super::frame::{FRAME, Frame, RATE, SILENCE};

/// What is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleaning {
    /// What the speakers play, as the microphone hears it. Not needed with headphones.
    pub echo: bool,
    /// Fans, streets, hiss. Not for music.
    pub noise: bool,
}

impl Default for Cleaning {
    fn default() -> Self {
        Self { echo: true, noise: true }
    }
}

/// Cleans one microphone.
pub struct Cleaner {
    wanted: Cleaning,
    processing: Option<Box<AudioProcessing>>,
}

impl std::fmt::Debug for Cleaner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cleaner").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl Cleaner {
    /// A cleaner that does what is wanted; with nothing wanted it changes nothing.
    #[must_use]
    pub fn new(wanted: Cleaning) -> Self {
        let processing = (wanted.echo || wanted.noise).then(|| {
            let config = Config {
                high_pass_filter: Some(HighPassFilter::default()),
                echo_canceller: wanted.echo.then(EchoCanceller::default),
                noise_suppression: wanted.noise.then(|| NoiseSuppression {
                    level: NoiseSuppressionLevel::Moderate,
                    ..NoiseSuppression::default()
                }),
                ..Config::default()
            };
            let stream = StreamConfig::new(RATE, 1);
            Box::new(
                AudioProcessing::builder()
                    .config(config)
                    .capture_config(stream)
                    .render_config(stream)
                    .build(),
            )
        });
        Self { wanted, processing }
    }

    /// What it takes out.
    #[must_use]
    pub const fn wanted(&self) -> Cleaning {
        self.wanted
    }

    /// What is about to be played.
    pub fn played(&mut self, frame: &Frame) {
        if let Some(processing) = self.processing.as_mut().filter(|_| self.wanted.echo) {
            let mut unchanged = SILENCE;
            if processing.process_render_f32(&[frame], &mut [&mut unchanged[..]]).is_err() {
                tracing::debug!("a played frame was not looked at");
            }
        }
    }

    /// What the microphone heard, cleaned.
    #[must_use]
    pub fn cleaned(&mut self, frame: &Frame) -> Frame {
        let Some(processing) = &mut self.processing else { return *frame };
        let mut clean = [0.0; FRAME];
        match processing.process_capture_f32(&[frame], &mut [&mut clean[..]]) {
            Ok(()) => clean,
            Err(_) => *frame,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::level::decibels;

    /// Speech is loud and quiet in turns; noise is neither.
    fn sound(seed: &mut u32, at: usize, like_speech: bool) -> Frame {
        std::array::from_fn(|i| {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (*seed >> 8) as f32 / 8_388_608.0 - 1.0;
            let t = (at * FRAME + i) as f32 / RATE as f32;
            noise * if like_speech { 0.2 * (t * 9.0).sin().max(0.0) } else { 0.02 }
        })
    }

    #[test]
    fn what_the_speaker_plays_is_taken_out_of_the_microphone() {
        let mut cleaner = Cleaner::new(Cleaning { echo: true, noise: false });
        let mut seed = 1;
        let mut way = std::collections::VecDeque::from(vec![0.0; 1_500]);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for at in 0..800 {
            let played = sound(&mut seed, at, true);
            cleaner.played(&played);
            way.extend(played.iter().map(|sample| sample * 0.4));
            let heard: Frame = std::array::from_fn(|_| way.pop_front().unwrap_or(0.0));
            let clean = cleaner.cleaned(&heard);
            if at > 500 {
                before.extend(heard);
                after.extend(clean);
            }
        }
        let gone = decibels(&before) - decibels(&after);
        assert!(gone > 20.0, "{gone} dB of the echo are gone");
    }

    #[test]
    fn steady_noise_is_made_quieter() {
        let mut cleaner = Cleaner::new(Cleaning { echo: false, noise: true });
        let mut seed = 1;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for at in 0..500 {
            let heard = sound(&mut seed, at, false);
            let clean = cleaner.cleaned(&heard);
            if at > 300 {
                before.extend(heard);
                after.extend(clean);
            }
        }
        let gone = decibels(&before) - decibels(&after);
        assert!(gone > 8.0, "{gone} dB of the noise are gone");
    }

    #[test]
    fn with_nothing_wanted_nothing_changes() {
        let mut cleaner = Cleaner::new(Cleaning { echo: false, noise: false });
        let heard = sound(&mut 3, 0, true);
        cleaner.played(&heard);
        assert_eq!(cleaner.cleaned(&heard), heard);
    }
}
