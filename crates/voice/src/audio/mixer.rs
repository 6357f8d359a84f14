//! Many voices as one.

use super::frame::Frame;

/// Louder than this, a mix is bent towards full scale instead of being cut off at it.
const KNEE: f32 = 0.7;

/// Adds a voice at a volume to what is to be played.
pub fn add(mix: &mut Frame, voice: &Frame, volume: f32) {
    for (mixed, sample) in mix.iter_mut().zip(voice) {
        *mixed += sample * volume;
    }
}

/// Bends what became too loud.
pub fn limit(mix: &mut Frame) {
    for sample in mix {
        let loud = sample.abs();
        if loud > KNEE {
            let over = (loud - KNEE) / (1.0 - KNEE);
            *sample = sample.signum() * (KNEE + (1.0 - KNEE) * over.tanh());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::frame::{FRAME, SILENCE};

    #[test]
    fn many_loud_voices_stay_within_full_scale_and_quiet_ones_as_they_are() {
        let mut mix = SILENCE;
        for _ in 0..7 {
            add(&mut mix, &[0.8; FRAME], 2.0);
        }
        limit(&mut mix);
        assert!(mix.iter().all(|sample| *sample <= 1.0 && *sample > 0.9));
        let mut mix = SILENCE;
        add(&mut mix, &[0.5; FRAME], 1.0);
        add(&mut mix, &[0.1; FRAME], 0.0);
        limit(&mut mix);
        assert!(mix.iter().all(|sample| (sample - 0.5).abs() < 1e-6));
    }
}
