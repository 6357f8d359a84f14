//! This person's side: what the microphone hears becomes packets, unless they are muted or do not push to talk.

use std::time::{Duration, Instant};

use super::cleaning::{Cleaner, Cleaning};
use super::codec::{CodecError, Encoded, Encoder};
use super::frame::{FRAME, Frame, PACKET, RATE};
use super::level::{Speaking, decibels};

/// While nothing is said, a packet says so this often.
const SIGN_OF_LIFE: Duration = Duration::from_millis(400);

/// The end of the last word is still sent after the key was let go.
const LET_GO: Duration = Duration::from_millis(200);

/// When this person is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Talk {
    /// Always.
    #[default]
    Open,
    /// While a key is held.
    Push {
        /// It is held.
        held: bool,
    },
}

/// A packet to everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// When it was spoken, in samples since the beginning.
    pub time: u32,
    /// The first after silence.
    pub begins: bool,
    /// For the decoder.
    pub data: Vec<u8>,
}

/// This person's voice.
#[derive(Debug)]
pub struct Speaker {
    began: Instant,
    cleaner: Cleaner,
    encoder: Encoder,
    half: Option<Frame>,
    talk: Talk,
    let_go: Option<Instant>,
    time: Option<u32>,
    sent: Option<Instant>,
    silent: bool,
    speaking: Speaking,
}

impl Speaker {
    /// A voice that has said nothing.
    ///
    /// # Errors
    /// [`CodecError`] when there is no encoder to be had.
    pub fn new(now: Instant, cleaning: Cleaning) -> Result<Self, CodecError> {
        Ok(Self {
            began: now,
            cleaner: Cleaner::new(cleaning),
            encoder: Encoder::new()?,
            half: None,
            talk: Talk::Open,
            let_go: None,
            time: None,
            sent: None,
            silent: true,
            speaking: Speaking::default(),
        })
    }

    /// When this person is heard.
    pub fn set_talk(&mut self, now: Instant, talk: Talk) {
        if self.talk == (Talk::Push { held: true }) && talk == (Talk::Push { held: false }) {
            self.let_go = Some(now);
        }
        self.talk = talk;
    }

    /// When this person is heard.
    #[must_use]
    pub const fn talk(&self) -> Talk {
        self.talk
    }

    /// What is taken out of what the microphone hears.
    pub fn set_cleaning(&mut self, cleaning: Cleaning) {
        if self.cleaner.wanted() != cleaning {
            self.cleaner = Cleaner::new(cleaning);
        }
    }

    /// How much is lost on the way, in percent.
    pub fn expect_loss(&mut self, percent: u8) {
        self.encoder.expect_loss(percent);
    }

    /// The microphone was closed: what it heard last is no beginning of what it hears next.
    pub fn pause(&mut self) {
        (self.half, self.time, self.silent) = (None, None, true);
    }

    /// What is about to be played here.
    pub fn played(&mut self, frame: &Frame) {
        self.cleaner.played(frame);
    }

    /// Ten milliseconds of the microphone. Every second time there may be something to send.
    pub fn heard(&mut self, now: Instant, frame: &Frame) -> Option<Packet> {
        let mut clean = self.cleaner.cleaned(frame);
        if !self.is_heard(now) {
            clean = [0.0; FRAME];
        }
        let Some(half) = self.half.take() else {
            self.half = Some(clean);
            return None;
        };
        let mut samples = [0.0; PACKET];
        samples[..FRAME].copy_from_slice(&half);
        samples[FRAME..].copy_from_slice(&clean);
        self.speaking.hear(now, decibels(&samples));
        // After a pause the time of this computer tells how long it was.
        let time = self.time.map_or_else(|| self.time_at(now), |time| time.wrapping_add(PACKET as u32));
        self.time = Some(time);
        let lately = self.sent.is_some_and(|at| now.saturating_duration_since(at) < SIGN_OF_LIFE);
        let (data, silent) = match self.encoder.encode(&samples) {
            Ok(Encoded::Voice(data)) => (data, false),
            Ok(Encoded::Silence(data)) if !lately => (data, true),
            Ok(Encoded::Silence(_)) | Err(CodecError) => {
                self.silent = true;
                return None;
            }
        };
        self.sent = Some(now);
        let begins = std::mem::replace(&mut self.silent, silent) && !silent;
        Some(Packet { time, begins, data })
    }

    /// What the microphone hears is sent.
    #[must_use]
    pub fn is_heard(&self, now: Instant) -> bool {
        match self.talk {
            Talk::Open | Talk::Push { held: true } => true,
            Talk::Push { held: false } => self.heard_until().is_some_and(|until| now < until),
        }
    }

    /// When that ends, after the key was let go.
    #[must_use]
    pub fn heard_until(&self) -> Option<Instant> {
        self.let_go.filter(|_| self.talk == Talk::Push { held: false }).map(|at| at + LET_GO)
    }

    fn time_at(&self, now: Instant) -> u32 {
        let samples = now.saturating_duration_since(self.began).as_micros() * u128::from(RATE) / 1_000_000;
        // In whole packets, or receivers see gaps that are none.
        (samples / PACKET as u128 * PACKET as u128) as u32
    }

    /// This person speaks.
    #[must_use]
    pub const fn speaks(&self) -> bool {
        self.speaking.speaks()
    }
}
