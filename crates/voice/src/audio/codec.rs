//! Opus at 48 kHz, mono, 20 ms, with in-band error correction and discontinuous transmission: the only place that
//! knows the codec's library.

use super::frame::{PACKET, RATE};

/// Bits a second while somebody speaks.
const BITRATE: u32 = 32_000;

/// What is spent on a packet, of ten: above this, more time buys nothing that is heard in speech.
const COMPLEXITY: u8 = 5;

/// The longest packet that is made. One of 32 kb/s has 80 bytes; this leaves room for the first syllable after silence.
const LONGEST: usize = 400;

/// The longest frame of a packet that is read, 120 ms.
const MOST_SAMPLES: usize = 5_760;

/// So many bytes or fewer say: nothing is said (RFC 6716 §2.1.9).
const DISCONTINUED: usize = 2;

/// What became of 20 ms of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoded {
    /// To be sent.
    Voice(Vec<u8>),
    /// Silence: need not be sent, but once in a while.
    Silence(Vec<u8>),
}

/// Makes packets.
pub struct Encoder {
    inner: ropus::Encoder,
    expected_loss: u8,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("expected_loss", &self.expected_loss).finish_non_exhaustive()
    }
}

/// The codec refused something. Nothing is to be done but to leave this packet out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the codec refused it")]
pub struct CodecError;

impl Encoder {
    /// An encoder for speech that expects a few losses.
    ///
    /// # Errors
    /// [`CodecError`] when the library refuses the settings, which are fixed.
    pub fn new() -> Result<Self, CodecError> {
        const FEW: u8 = 10;
        let inner = ropus::Encoder::builder(RATE, ropus::Channels::Mono, ropus::Application::Voip)
            .bitrate(ropus::Bitrate::Bits(BITRATE))
            .complexity(COMPLEXITY)
            .signal(ropus::Signal::Voice)
            .inband_fec(ropus::InbandFec::Enabled)
            .packet_loss_perc(FEW)
            .dtx(true)
            .build()
            .map_err(|_| CodecError)?;
        Ok(Self { inner, expected_loss: FEW })
    }

    /// How much is lost on the way, in percent: the more, the more of a packet repeats the one before.
    pub fn expect_loss(&mut self, percent: u8) {
        // Below this the library leaves repetition out, and the next loss is heard.
        let percent = percent.clamp(5, 30);
        if percent != self.expected_loss && self.inner.set_packet_loss_perc(percent).is_ok() {
            self.expected_loss = percent;
        }
    }

    /// 20 ms of sound as a packet.
    ///
    /// # Errors
    /// [`CodecError`] when the library refuses them.
    pub fn encode(&mut self, samples: &[f32; PACKET]) -> Result<Encoded, CodecError> {
        let mut packet = vec![0; LONGEST];
        let length = self.inner.encode_float(samples, &mut packet).map_err(|_| CodecError)?;
        packet.truncate(length);
        Ok(if length <= DISCONTINUED { Encoded::Silence(packet) } else { Encoded::Voice(packet) })
    }
}

/// Reads packets of one person. They are strangers' data: whatever they hold, what comes out are samples from -1 to 1.
pub struct Decoder {
    inner: ropus::Decoder,
    scratch: Vec<f32>,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").finish_non_exhaustive()
    }
}

impl Decoder {
    /// A decoder that has heard nothing.
    ///
    /// # Errors
    /// [`CodecError`] when the library refuses the settings, which are fixed.
    pub fn new() -> Result<Self, CodecError> {
        let inner = ropus::Decoder::new(RATE, ropus::Channels::Mono).map_err(|_| CodecError)?;
        Ok(Self { inner, scratch: vec![0.0; MOST_SAMPLES] })
    }

    /// The sound of a packet.
    ///
    /// # Errors
    /// [`CodecError`] when it is none.
    pub fn decode(&mut self, packet: &[u8]) -> Result<&[f32], CodecError> {
        // To the library, no bytes are a loss.
        if packet.is_empty() {
            return Err(CodecError);
        }
        let length = self
            .inner
            .decode_float(packet, &mut self.scratch, ropus::DecodeMode::Normal)
            .map_err(|_| CodecError)?;
        Ok(tamed(&mut self.scratch, length))
    }

    /// The 20 ms before `packet`, from what it repeats of them.
    ///
    /// # Errors
    /// [`CodecError`] when it is no packet.
    pub fn decode_before(&mut self, packet: &[u8]) -> Result<&[f32], CodecError> {
        if packet.is_empty() {
            return Err(CodecError);
        }
        let length = self
            .inner
            .decode_float(packet, &mut self.scratch[..PACKET], ropus::DecodeMode::Fec)
            .map_err(|_| CodecError)?;
        Ok(tamed(&mut self.scratch, length))
    }

    /// 20 ms that nothing is known of: what was heard goes on and fades away.
    ///
    /// # Errors
    /// [`CodecError`] when the library cannot.
    pub fn conceal(&mut self) -> Result<&[f32], CodecError> {
        let length = self
            .inner
            .decode_float(&[], &mut self.scratch[..PACKET], ropus::DecodeMode::Normal)
            .map_err(|_| CodecError)?;
        Ok(tamed(&mut self.scratch, length))
    }
}

fn tamed(samples: &mut [f32], length: usize) -> &[f32] {
    let samples = &mut samples[..length];
    for sample in samples.iter_mut() {
        *sample = if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::level::power_of_tone;

    fn tone(at: usize) -> [f32; PACKET] {
        std::array::from_fn(|i| {
            let t = (at * PACKET + i) as f32 / RATE as f32;
            0.3 * (t * 440.0 * std::f32::consts::TAU).sin()
        })
    }

    #[test]
    fn a_tone_comes_through_and_silence_costs_nothing() {
        let (mut encoder, mut decoder) = (Encoder::new().unwrap(), Decoder::new().unwrap());
        let mut heard = Vec::new();
        for at in 0..25 {
            let (Encoded::Voice(packet) | Encoded::Silence(packet)) = encoder.encode(&tone(at)).unwrap();
            heard.extend_from_slice(decoder.decode(&packet).unwrap());
        }
        assert_eq!(heard.len(), 25 * PACKET);
        let late = &heard[10 * PACKET..];
        assert!(power_of_tone(late, 440.0) > 100.0 * power_of_tone(late, 700.0));
        let quiet = (0..50).map(|_| encoder.encode(&[0.0; PACKET]).unwrap());
        let silent = quiet.filter(|packet| matches!(packet, Encoded::Silence(_))).count();
        assert!(silent > 30, "{silent} of 50 say that nothing is said");
    }

    #[test]
    fn a_lost_packet_is_repeated_by_the_next() {
        let mut encoder = Encoder::new().unwrap();
        encoder.expect_loss(25);
        // What a vowel is like: a buzz whose loudness changes.
        let vowel = |at: usize| -> [f32; PACKET] {
            std::array::from_fn(|i| {
                let t = (at * PACKET + i) as f32 / RATE as f32;
                let buzz: f32 =
                    (1..12).map(|h| (t * 140.0 * h as f32 * std::f32::consts::TAU).sin() / h as f32).sum();
                0.2 * buzz * (t * 18.0).sin().abs()
            })
        };
        let packets: Vec<_> = (0..60)
            .map(|at| match encoder.encode(&vowel(at)).unwrap() {
                Encoded::Voice(packet) | Encoded::Silence(packet) => packet,
            })
            .collect();
        let mut clean = Decoder::new().unwrap();
        let whole: Vec<f32> =
            packets.iter().flat_map(|packet| clean.decode(packet).unwrap().to_vec()).collect();
        let error = |repair: bool| {
            let mut decoder = Decoder::new().unwrap();
            let mut heard = Vec::new();
            for (at, packet) in packets.iter().enumerate() {
                heard.extend_from_slice(match packets.get(at + 1).filter(|_| at % 6 == 3) {
                    Some(next) if repair => decoder.decode_before(next).unwrap(),
                    Some(_) => decoder.conceal().unwrap(),
                    None => decoder.decode(packet).unwrap(),
                });
            }
            whole.iter().zip(&heard).map(|(a, b)| (a - b).powi(2)).sum::<f32>()
        };
        assert!(error(true) < 0.5 * error(false), "{} against {}", error(true), error(false));
    }

    #[test]
    fn what_strangers_send_is_refused_or_gives_tame_sound() {
        let mut decoder = Decoder::new().unwrap();
        let mut seed = 7_u64;
        let mut random = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut refused = 0;
        for _ in 0..3_000 {
            let length = random() as usize % 120;
            let packet: Vec<u8> = (0..length).map(|_| random() as u8).collect();
            let heard =
                if random() % 5 == 0 { decoder.decode_before(&packet) } else { decoder.decode(&packet) };
            match heard {
                Ok(samples) => assert!(samples.iter().all(|sample| sample.abs() <= 1.0)),
                Err(CodecError) => refused += 1,
            }
        }
        assert!(refused > 100, "{refused}");
        assert!(decoder.conceal().is_ok());
    }
}
