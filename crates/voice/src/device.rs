//! The doors to microphones and speakers. [`Devices`] is the trait; [`computer`] has those of this computer,
//! [`simulated`] plays and records buffers. A microphone is open exactly as long as what
//! [`open_microphone`](Devices::open_microphone) gave is held.

#[cfg(feature = "devices")]
pub mod computer;
pub mod simulated;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};

use crate::audio::frame::{FRAME, Frame};
use crate::audio::resample::Resampler;

/// Frames of the microphone that wait at most: 160 ms; a room that is busier than that leaves some out.
const WAITING: usize = 16;

/// Why a device cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// There is none, or none of that name. It may be plugged in.
    #[error("there is no such device")]
    Missing,
    /// The system does not allow it. The person can allow it in the system's settings.
    #[error("the system does not allow it")]
    Denied,
    /// Another program has it. It may let it go.
    #[error("another program uses it")]
    Busy,
    /// It cannot do what is needed. Another may.
    #[error("the device cannot do what is needed")]
    Unfit,
    /// It was there, and is not any more.
    #[error("the device is gone")]
    Gone,
}

/// What there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// To speak into.
    pub microphones: Vec<String>,
    /// To hear from.
    pub speakers: Vec<String>,
}

/// An open device. It is closed when this is dropped.
pub trait Open: Send {
    /// What it is called.
    fn name(&self) -> &str;
}

/// Microphones and speakers. Calls may take their time and are made on a thread that may wait.
pub trait Devices: Send + 'static {
    /// What there is, as a person knows it.
    fn names(&mut self) -> Names;

    /// Opens a microphone: that of the name, or the system's choice. What it hears is given to the ear.
    ///
    /// # Errors
    /// [`DeviceError`] when it cannot be opened.
    fn open_microphone(&mut self, name: Option<&str>, ear: Ear) -> Result<Box<dyn Open>, DeviceError>;

    /// Opens a speaker: that of the name, or the system's choice. What it is to play is fetched from the mouth.
    ///
    /// # Errors
    /// [`DeviceError`] when it cannot be opened.
    fn open_speaker(&mut self, name: Option<&str>, mouth: Mouth) -> Result<Box<dyn Open>, DeviceError>;
}

/// Where a device tells that it works no more.
#[derive(Clone, Debug)]
pub struct Fate(mpsc::Sender<DeviceError>);

impl Fate {
    fn new() -> (Self, mpsc::Receiver<DeviceError>) {
        let (told, heard) = mpsc::channel(1);
        (Self(told), heard)
    }

    /// The device works no more, for this reason.
    pub fn failed(&self, error: DeviceError) {
        // One reason is enough.
        let _ = self.0.try_send(error);
    }
}

/// Where a microphone gives what it hears. Never waits.
#[derive(Debug)]
pub struct Ear {
    resampler: Option<(u32, Resampler)>,
    gathered: Vec<f32>,
    frames: mpsc::Sender<Box<Frame>>,
    fate: Fate,
}

/// What a microphone heard, and what becomes of it.
pub(crate) struct Hearing {
    pub frames: mpsc::Receiver<Box<Frame>>,
    pub fate: mpsc::Receiver<DeviceError>,
}

/// An ear, and what comes of it.
pub(crate) fn ear() -> (Ear, Hearing) {
    let (sender, frames) = mpsc::channel(WAITING);
    let (told, fate) = Fate::new();
    let gathered = Vec::with_capacity(4 * FRAME);
    (Ear { resampler: None, gathered, frames: sender, fate: told }, Hearing { frames, fate })
}

impl Ear {
    /// Samples of one channel, at the rate of the device.
    pub fn hear(&mut self, rate: u32, samples: impl IntoIterator<Item = f32>) {
        if self.resampler.as_ref().is_none_or(|(known, _)| *known != rate) {
            self.resampler = Some((rate, Resampler::from_device(rate)));
        }
        let Some((_, resampler)) = &mut self.resampler else { return };
        resampler.feed(samples, &mut self.gathered);
        while self.gathered.len() >= FRAME {
            let mut frame = Box::new([0.0; FRAME]);
            frame.copy_from_slice(&self.gathered[..FRAME]);
            self.gathered.drain(..FRAME);
            // Full: what is heard now is left out, and what follows is heard in time.
            let _ = self.frames.try_send(frame);
        }
    }

    /// Where the device tells its end.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.fate.clone()
    }
}

/// From where a speaker fetches what it is to play. Never waits for longer than it takes to copy.
#[derive(Clone, Debug)]
pub struct Mouth {
    shared: Arc<Mutex<Waiting>>,
    fetched: Arc<Notify>,
    fate: Fate,
}

#[derive(Debug, Default)]
struct Waiting {
    samples: VecDeque<f32>,
    /// As many as the device fetches at once, at most.
    period: usize,
    /// So many more wait for it, because without them it found too little.
    spare: usize,
    /// It was fetched so often without finding too little.
    well: u32,
    /// Fetched in vain.
    short: u64,
}

/// With so many samples to spare everything is found in time, on a computer that is busy.
const MOST_SPARE: usize = 6 * FRAME;

/// What is to spare grows by this when too little was found, and shrinks by it when that did not happen for long.
const SPARE_STEP: usize = FRAME;

/// For so many fetches: a quarter of a minute with the periods that most devices have.
const LONG: u32 = 1_500;

impl Waiting {
    /// Works out how much is to spare: as little as goes well, because whoever is heard is heard later by it.
    fn learn(&mut self, fetched: usize) {
        let is_first = self.period == 0;
        // A device that fetches now more, now less is ready for more.
        self.period = fetched.max(self.period - self.period / 64).min(20 * FRAME);
        if self.samples.len() < fetched {
            self.short += 1;
            self.well = 0;
            // Nobody knew how much it would be.
            if !is_first {
                self.spare = (self.spare + SPARE_STEP).min(MOST_SPARE);
            }
        } else {
            self.well += 1;
            if self.well >= LONG {
                self.well = 0;
                self.spare = self.spare.saturating_sub(SPARE_STEP);
            }
        }
    }
}

/// A mouth, and what becomes of the device.
pub(crate) fn mouth() -> (Mouth, mpsc::Receiver<DeviceError>) {
    let (fate, heard) = Fate::new();
    (Mouth { shared: Arc::default(), fetched: Arc::default(), fate }, heard)
}

impl Mouth {
    /// Fills a buffer of one channel at [`RATE`](crate::RATE); with silence where there is nothing to say.
    pub fn say(&self, samples: &mut [f32]) {
        let mut waiting = self.lock();
        waiting.learn(samples.len());
        let ready = waiting.samples.len().min(samples.len());
        for (sample, ready) in samples.iter_mut().zip(waiting.samples.drain(..ready)) {
            *sample = ready;
        }
        drop(waiting);
        samples[ready..].fill(0.0);
        self.fetched.notify_one();
    }

    /// Where the device tells its end.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.fate.clone()
    }

    /// Waits until the device has fetched something.
    pub(crate) async fn fetched(&self) {
        self.fetched.notified().await;
    }

    /// How many frames are wanted, so that the device finds enough when it fetches next.
    pub(crate) fn wants(&self) -> usize {
        let waiting = self.lock();
        (waiting.period + waiting.spare).saturating_sub(waiting.samples.len()).div_ceil(FRAME)
    }

    pub(crate) fn give(&self, frame: &Frame) {
        self.lock().samples.extend(frame);
    }

    /// How often the device found too little.
    #[must_use]
    pub fn short(&self) -> u64 {
        self.lock().short
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ear_gives_whole_frames_and_never_waits() {
        let (mut ear, mut heard) = ear();
        ear.hear(48_000, std::iter::repeat_n(0.5, 700));
        assert_eq!(*heard.frames.try_recv().unwrap(), [0.5; FRAME]);
        assert!(heard.frames.try_recv().is_err());
        ear.hear(48_000, std::iter::repeat_n(0.5, 100 * FRAME));
        assert_eq!(std::iter::from_fn(|| heard.frames.try_recv().ok()).count(), WAITING);
        ear.fate().failed(DeviceError::Gone);
        assert_eq!(heard.fate.try_recv(), Ok(DeviceError::Gone));
    }

    /// What a device finds that fetches so many samples after it was looked so often what it wants.
    fn fetch(mouth: &Mouth, length: usize, looks: usize) -> bool {
        for _ in 0..looks {
            for _ in 0..mouth.wants() {
                mouth.give(&[0.25; FRAME]);
            }
        }
        let mut played = vec![1.0; length];
        let before = mouth.short();
        mouth.say(&mut played);
        let is_full = played.iter().all(|sample| *sample == 0.25);
        assert!(is_full != played.contains(&0.0) && is_full == (mouth.short() == before));
        is_full
    }

    #[test]
    fn a_mouth_has_as_much_as_its_device_fetches_and_says_silence_else() {
        let (mouth, _told) = mouth();
        assert_eq!(mouth.wants(), 0, "nobody knows yet how much");
        assert!(!fetch(&mouth, 3 * FRAME, 1));
        assert_eq!(mouth.wants(), 3);
        assert!((0..100).all(|_| fetch(&mouth, 3 * FRAME, 1)));
        // As much as before it began, and no more.
        assert!(mouth.wants() <= 3);
    }

    #[test]
    fn a_mouth_spares_what_a_busy_computer_needs_and_no_more_than_that() {
        let (mouth, _told) = mouth();
        // Now and then it is looked too late.
        let busy =
            |mouth: &Mouth| (0..300).filter(|at| !fetch(mouth, FRAME, usize::from(at % 10 != 0))).count();
        assert!(busy(&mouth) < 6);
        assert_eq!(busy(&mouth), 0);
        assert!(mouth.lock().spare >= FRAME);
        assert!((0..20_000).all(|_| fetch(&mouth, FRAME, 1)));
        assert_eq!(mouth.lock().spare, 0);
    }
}
