//! The ear for one other person: their packets become frames at the pace of this computer's speaker.

use std::collections::VecDeque;
use std::time::Instant;

use super::codec::{CodecError, Decoder};
use super::frame::{FRAME, Frame, PACKET, SILENCE};
use super::jitter::{Counts, Jitter, Next};
use super::level::{Speaking, decibels};
use super::mixer;

/// The longest packet that is taken; the codec's longest has 1,275 bytes for each of its frames.
pub const LONGEST_PACKET: usize = 1_500;

/// After so many frames that had to be made up, what is made up is silence.
const MAKE_UP: u32 = 5;

/// One other person's sound.
#[derive(Debug)]
pub struct Listener {
    jitter: Jitter,
    decoder: Decoder,
    ready: VecDeque<f32>,
    made_up: u32,
    volume: f32,
    speaking: Speaking,
    refused: u64,
}

impl Listener {
    /// An ear that has heard nothing.
    ///
    /// # Errors
    /// [`CodecError`] when there is no decoder to be had.
    pub fn new() -> Result<Self, CodecError> {
        Ok(Self {
            jitter: Jitter::default(),
            decoder: Decoder::new()?,
            ready: VecDeque::with_capacity(4 * PACKET),
            made_up: 0,
            volume: 1.0,
            speaking: Speaking::default(),
            refused: 0,
        })
    }

    /// A packet is here; `false` when it is none.
    pub fn packet(&mut self, now: Instant, source: u32, sequence: u16, time: u32, data: &[u8]) -> bool {
        let fits = !data.is_empty() && data.len() <= LONGEST_PACKET;
        if fits {
            self.jitter.push(now, source, sequence, time, data.to_vec());
        } else {
            self.refused += 1;
        }
        fits
    }

    /// How loud this person is made, from 0 to 2; 1 is as they are.
    pub const fn set_volume(&mut self, volume: f32) {
        self.volume = volume.clamp(0.0, 2.0);
    }

    /// Ten milliseconds more, added to the mix; true when that changed whether they speak.
    pub fn play(&mut self, now: Instant, mix: &mut Frame) -> bool {
        while self.ready.len() < FRAME {
            self.fetch(now);
        }
        let mut frame = SILENCE;
        for (sample, ready) in frame.iter_mut().zip(self.ready.drain(..FRAME)) {
            *sample = ready;
        }
        mixer::add(mix, &frame, self.volume);
        self.speaking.hear(now, decibels(&frame))
    }

    fn fetch(&mut self, now: Instant) {
        let before = self.ready.len();
        let next = self.jitter.pull(now);
        let heard = match &next {
            Next::Packet(packet) => {
                self.made_up = 0;
                self.decoder.decode(packet).map(|samples| {
                    self.jitter.lasted(samples.len());
                    self.ready.extend(samples);
                })
            }
            Next::Two(first, second) => {
                self.made_up = 0;
                let first = self.decoder.decode(first).map(<[f32]>::to_vec);
                let second = self.decoder.decode(second);
                first.and_then(|first| second.map(|second| self.ready.extend(faded(&first, second))))
            }
            Next::Repeated(packet) => {
                self.made_up = 0;
                self.decoder.decode_before(packet).map(|samples| self.ready.extend(samples))
            }
            Next::Lost | Next::Silence if self.made_up >= MAKE_UP => Ok(()),
            // The library knows whether speech or silence came last, and goes on with it.
            Next::Lost | Next::Silence => {
                self.made_up += 1;
                self.decoder.conceal().map(|samples| self.ready.extend(samples))
            }
        };
        if heard.is_err() {
            self.refused += 1;
        }
        // While nobody speaks it is looked again after ten milliseconds, so that speech begins when it is due.
        let least = if matches!(next, Next::Silence) { FRAME } else { PACKET };
        if self.ready.len() == before {
            self.ready.extend(std::iter::repeat_n(0.0, least));
        }
    }

    /// They speak.
    #[must_use]
    pub const fn speaks(&self) -> bool {
        self.speaking.speaks()
    }

    /// What happened to their packets.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.jitter.counts()
    }

    /// Packets that were no packets of the codec.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// How long their packets wait for slower ones.
    #[must_use]
    pub fn delay(&self) -> std::time::Duration {
        self.jitter.delay()
    }
}

/// Two packets in ten milliseconds less: the end of one over the beginning of the other.
fn faded(from: &[f32], to: &[f32]) -> Vec<f32> {
    let over = FRAME.min(from.len()).min(to.len());
    let (begin, last) = from.split_at(from.len() - over);
    let (first, end) = to.split_at(over);
    let mix = |(at, (last, first)): (usize, (&f32, &f32))| {
        let turned = at as f32 / over as f32;
        last * (1.0 - turned) + first * turned
    };
    let middle = last.iter().zip(first).enumerate().map(mix);
    begin.iter().copied().chain(middle).chain(end.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_packets_become_ten_milliseconds_shorter() {
        let joined = faded(&[0.5; PACKET], &[0.5; PACKET]);
        assert_eq!(joined.len(), 2 * PACKET - FRAME);
        assert!(joined.iter().all(|sample| (sample - 0.5).abs() < 1e-6));
        assert!(faded(&[], &[0.5; 3]).len() == 3);
    }
}
