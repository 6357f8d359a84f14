//! Devices that are none: a microphone that hears a recording, over and over, and a speaker that records. For tests, for
//! measurements, and where there is no sound card.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use hearth_clock::Clock;

use super::{DeviceError, Devices, Ear, Mouth, Names, Open};
use crate::audio::frame::{FRAME, FRAME_TIME, Frame, RATE};

/// What the devices are called.
pub const NAME: &str = "Simulated";

/// So many frames are kept of what was heard and played: the last two minutes.
const KEPT: usize = 12_000;

/// Ten milliseconds of a device, and when they began.
pub type Moment = (Instant, Frame);

/// A microphone and a speaker. Clones are the same: one is given away, the other looks at what happens.
#[derive(Clone, Default)]
pub struct Simulated {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Simulated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulated").field("opened", &self.microphone_opened()).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Shared {
    sound: Mutex<Vec<f32>>,
    heard: Mutex<VecDeque<Moment>>,
    played: Mutex<VecDeque<Moment>>,
    error: Mutex<Option<DeviceError>>,
    opened: AtomicUsize,
    open: AtomicUsize,
    /// How often everything was unplugged.
    unplugged: AtomicUsize,
}

impl Simulated {
    /// A microphone that hears this, at [`RATE`], over and over; silence when it is empty.
    #[must_use]
    pub fn hearing(samples: Vec<f32>) -> Self {
        let devices = Self::default();
        *locked(&devices.shared.sound) = samples;
        devices
    }

    /// From now on nothing can be opened, for this reason; or everything again.
    pub fn refuse(&self, error: Option<DeviceError>) {
        *locked(&self.shared.error) = error;
    }

    /// All open devices are gone at once.
    pub fn unplug(&self) {
        self.shared.unplugged.fetch_add(1, Ordering::AcqRel);
    }

    /// How often the microphone was opened.
    #[must_use]
    pub fn microphone_opened(&self) -> usize {
        self.shared.opened.load(Ordering::Acquire)
    }

    /// The microphone is open.
    #[must_use]
    pub fn microphone_is_open(&self) -> bool {
        self.shared.open.load(Ordering::Acquire) > 0
    }

    /// What the speaker played since this or [`played`](Self::played) was asked last; of two minutes at most.
    #[must_use]
    pub fn recorded(&self) -> Vec<f32> {
        self.played().into_iter().flat_map(|(_, frame)| frame).collect()
    }

    /// The same, and when.
    #[must_use]
    pub fn played(&self) -> Vec<Moment> {
        std::mem::take(&mut *locked(&self.shared.played)).into()
    }

    /// What the microphone heard, and when, since this was asked last; of two minutes at most.
    #[must_use]
    pub fn heard(&self) -> Vec<Moment> {
        std::mem::take(&mut *locked(&self.shared.heard)).into()
    }

    fn may_open(&self, name: Option<&str>) -> Result<(), DeviceError> {
        if let Some(error) = *locked(&self.shared.error) {
            return Err(error);
        }
        if name.is_some_and(|name| name != NAME) { Err(DeviceError::Missing) } else { Ok(()) }
    }

    /// Every ten milliseconds, until it is closed or unplugged.
    fn run(
        &self,
        mut step: impl FnMut(Instant) + Send + 'static,
        ended: impl FnOnce(Option<DeviceError>) + Send + 'static,
    ) -> Box<dyn Open> {
        let closed = Arc::new(AtomicBool::new(false));
        let (shared, stop) = (Arc::clone(&self.shared), Arc::clone(&closed));
        let plugged = shared.unplugged.load(Ordering::Acquire);
        std::thread::spawn(move || {
            let clock = Clock::new();
            let mut due = clock.now().instant;
            while !stop.load(Ordering::Acquire) {
                if shared.unplugged.load(Ordering::Acquire) != plugged {
                    return ended(Some(DeviceError::Gone));
                }
                step(clock.now().instant);
                due += FRAME_TIME;
                std::thread::sleep(clock.until(due));
            }
            ended(None);
        });
        Box::new(Running { closed })
    }
}

struct Running {
    closed: Arc<AtomicBool>,
}

impl Open for Running {
    fn name(&self) -> &str {
        NAME
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Release);
    }
}

impl Devices for Simulated {
    fn names(&mut self) -> Names {
        Names { microphones: vec![NAME.into()], speakers: vec![NAME.into()] }
    }

    fn open_microphone(&mut self, name: Option<&str>, mut ear: Ear) -> Result<Box<dyn Open>, DeviceError> {
        self.may_open(name)?;
        let shared = Arc::clone(&self.shared);
        shared.opened.fetch_add(1, Ordering::AcqRel);
        shared.open.fetch_add(1, Ordering::AcqRel);
        let (fate, at_end) = (ear.fate(), Arc::clone(&shared));
        let mut at = 0;
        let step = move |now: Instant| {
            let sound = locked(&shared.sound);
            let frame =
                std::array::from_fn(|i| if sound.is_empty() { 0.0 } else { sound[(at + i) % sound.len()] });
            drop(sound);
            // It is heard whole when it is over.
            keep(&shared.heard, (now.checked_sub(FRAME_TIME).unwrap_or(now), frame));
            ear.hear(RATE, frame);
            at += FRAME;
        };
        Ok(self.run(step, move |error| {
            at_end.open.fetch_sub(1, Ordering::AcqRel);
            if let Some(error) = error {
                fate.failed(error);
            }
        }))
    }

    fn open_speaker(&mut self, name: Option<&str>, mouth: Mouth) -> Result<Box<dyn Open>, DeviceError> {
        self.may_open(name)?;
        let (shared, fate) = (Arc::clone(&self.shared), mouth.fate());
        let step = move |now| {
            let mut frame = [0.0; FRAME];
            mouth.say(&mut frame);
            keep(&shared.played, (now, frame));
        };
        Ok(self.run(step, move |error| {
            if let Some(error) = error {
                fate.failed(error);
            }
        }))
    }
}

fn keep(moments: &Mutex<VecDeque<Moment>>, moment: Moment) {
    let mut moments = locked(moments);
    if moments.len() >= KEPT {
        moments.pop_front();
    }
    moments.push_back(moment);
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{ear, mouth};

    #[tokio::test]
    async fn every_open_device_is_gone_however_late_it_notices() {
        let mut devices = Simulated::default();
        let ((ear, mut hearing), (mouth, mut played)) = (ear(), mouth());
        let shared = Arc::clone(&devices.shared);
        let _microphone = devices.open_microphone(None, ear).unwrap();
        let _speaker = devices.open_speaker(None, mouth).unwrap();
        // The microphone is busy until the speaker is long gone.
        let (is_busy, busy) = std::sync::mpsc::channel();
        let (go_on, goes_on) = std::sync::mpsc::channel::<()>();
        let holding = std::thread::spawn(move || {
            let _sound = locked(&shared.sound);
            is_busy.send(()).unwrap();
            let _ = goes_on.recv();
        });
        busy.recv().unwrap();
        std::thread::sleep(5 * FRAME_TIME);
        devices.unplug();
        assert_eq!(played.recv().await, Some(DeviceError::Gone));
        drop(go_on);
        holding.join().unwrap();
        assert_eq!(hearing.fate.recv().await, Some(DeviceError::Gone));
        assert!(!devices.microphone_is_open());
    }

    #[tokio::test]
    async fn what_is_opened_after_the_others_were_unplugged_stays() {
        let mut devices = Simulated::default();
        devices.unplug();
        let (ear, mut hearing) = ear();
        let _microphone = devices.open_microphone(None, ear).unwrap();
        for _ in 0..10 {
            assert!(hearing.frames.recv().await.is_some());
        }
        assert!(hearing.fate.try_recv().is_err());
    }
}
