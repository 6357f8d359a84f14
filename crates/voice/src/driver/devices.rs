//! The microphone and the speaker of a room: opened when they are wanted and not before, closed when they are not, tried
//! again when they fail. Opening may take long and is done on a thread that may wait.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Interval, Sleep};

use super::DeviceState;
use crate::audio::frame::Frame;
use crate::device::{DeviceError, Devices, Hearing, Mouth, Open, ear, mouth};

/// A device that failed is tried again after this long: it may have been plugged in.
const AGAIN: Duration = Duration::from_secs(2);

pub(super) type Shared = Arc<Mutex<Box<dyn Devices>>>;

pub(super) fn shared(devices: Box<dyn Devices>) -> Shared {
    Arc::new(Mutex::new(devices))
}

type Opened = Result<Box<dyn Open>, DeviceError>;

/// What is common to both: `S` is what the room has of the device.
struct Device<S> {
    devices: Shared,
    chosen: Option<String>,
    wanted: bool,
    stage: Stage<S>,
    told: DeviceState,
}

enum Stage<S> {
    Closed,
    Opening(JoinHandle<Opened>, S),
    Open(Box<dyn Open>, S),
    Waiting(DeviceError, Pin<Box<Sleep>>),
}

impl<S> Device<S> {
    const fn new(devices: Shared, chosen: Option<String>) -> Self {
        Self { devices, chosen, wanted: false, stage: Stage::Closed, told: DeviceState::Closed }
    }

    fn want(&mut self, wanted: bool, open: impl FnOnce(&Self) -> Stage<S>) {
        if wanted != self.wanted {
            self.wanted = wanted;
            // What was being opened is closed as soon as it is open.
            self.stage = Stage::Closed;
            if wanted {
                self.stage = open(self);
            }
        }
    }

    /// With the chosen name, and when there is no such device, with the system's choice.
    fn opening<A: Send + 'static>(
        &self,
        given: A,
        open: impl Fn(&mut dyn Devices, Option<&str>, &A) -> Opened + Send + 'static,
    ) -> JoinHandle<Opened> {
        let (devices, chosen) = (Arc::clone(&self.devices), self.chosen.clone());
        tokio::task::spawn_blocking(move || {
            let mut devices = devices.lock().unwrap_or_else(PoisonError::into_inner);
            match open(devices.as_mut(), chosen.as_deref(), &given) {
                Err(DeviceError::Missing) if chosen.is_some() => open(devices.as_mut(), None, &given),
                opened => opened,
            }
        })
    }

    fn poll_state(&mut self) -> Option<DeviceState> {
        let state = match &self.stage {
            Stage::Closed | Stage::Opening(..) if !self.wanted => DeviceState::Closed,
            // It was told how it is before.
            Stage::Closed | Stage::Opening(..) => return None,
            Stage::Open(open, _) => DeviceState::Open(open.name().into()),
            Stage::Waiting(error, _) => DeviceState::Failed(*error),
        };
        (state != self.told).then(|| {
            self.told = state.clone();
            state
        })
    }
}

/// What becomes of opening; a thread that broke is a device that does not work.
async fn opened(opening: &mut JoinHandle<Opened>) -> Opened {
    opening.await.unwrap_or(Err(DeviceError::Unfit))
}

fn waiting<S>(error: DeviceError) -> Stage<S> {
    Stage::Waiting(error, Box::pin(tokio::time::sleep(AGAIN)))
}

/// The stage after opening.
fn after<S>(opened: Opened, stage: &mut Stage<S>) {
    let before = std::mem::replace(stage, Stage::Closed);
    *stage = match (opened, before) {
        (Ok(open), Stage::Opening(_, side)) => Stage::Open(open, side),
        (Ok(_), _) => Stage::Closed,
        (Err(error), _) => waiting(error),
    };
}

pub(super) struct Microphone(Device<Hearing>);

impl Microphone {
    pub(super) const fn new(devices: Shared, chosen: Option<String>) -> Self {
        Self(Device::new(devices, chosen))
    }

    pub(super) fn want(&mut self, wanted: bool) {
        self.0.want(wanted, Self::open);
    }

    pub(super) fn choose(&mut self, name: Option<String>) {
        self.0.chosen = name;
        if self.0.wanted {
            self.0.stage = Stage::Closed;
            self.0.stage = Self::open(&self.0);
        }
    }

    fn open(device: &Device<Hearing>) -> Stage<Hearing> {
        let (ear, hearing) = ear();
        let ear = Mutex::new(Some(ear));
        let opening = device.opening(ear, |devices, name, ear| {
            let names = devices.names();
            // An ear is given once: it is looked first whether there is such a device.
            if name.is_some_and(|name| !names.microphones.iter().any(|known| known == name)) {
                return Err(DeviceError::Missing);
            }
            let ear = ear.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or(DeviceError::Gone)?;
            devices.open_microphone(name, ear)
        });
        Stage::Opening(opening, hearing)
    }

    /// The next frame; nothing when something else happened. Waits for ever while it is closed.
    pub(super) async fn next(&mut self) -> Option<Box<Frame>> {
        match &mut self.0.stage {
            Stage::Closed => std::future::pending().await,
            Stage::Opening(opening, _) => {
                let opened = opened(opening).await;
                after(opened, &mut self.0.stage);
                None
            }
            Stage::Open(_, hearing) => {
                let error = tokio::select! {
                    Some(frame) = hearing.frames.recv() => return Some(frame),
                    error = hearing.fate.recv() => error.unwrap_or(DeviceError::Gone),
                };
                self.0.stage = waiting(error);
                None
            }
            Stage::Waiting(_, again) => {
                again.await;
                self.0.stage = Self::open(&self.0);
                None
            }
        }
    }

    pub(super) fn poll_state(&mut self) -> Option<DeviceState> {
        self.0.poll_state()
    }
}

pub(super) struct Speaker(Device<(Mouth, mpsc::Receiver<DeviceError>)>);

impl Speaker {
    pub(super) const fn new(devices: Shared, chosen: Option<String>) -> Self {
        Self(Device::new(devices, chosen))
    }

    pub(super) fn want(&mut self, wanted: bool) {
        self.0.want(wanted, Self::open);
    }

    pub(super) fn choose(&mut self, name: Option<String>) {
        self.0.chosen = name;
        if self.0.wanted {
            self.0.stage = Stage::Closed;
            self.0.stage = Self::open(&self.0);
        }
    }

    fn open(
        device: &Device<(Mouth, mpsc::Receiver<DeviceError>)>,
    ) -> Stage<(Mouth, mpsc::Receiver<DeviceError>)> {
        let (mouth, fate) = mouth();
        let opening =
            device.opening(mouth.clone(), |devices, name, mouth| devices.open_speaker(name, mouth.clone()));
        Stage::Opening(opening, (mouth, fate))
    }

    /// True when more is to be given: after the device has fetched some, or without one at this pace. False when
    /// something happened to it. Waits for ever while it is closed.
    pub(super) async fn next(&mut self, pace: &mut Interval) -> bool {
        match &mut self.0.stage {
            Stage::Closed => std::future::pending().await,
            Stage::Opening(opening, _) => {
                let opened = tokio::select! {
                    opened = opened(opening) => opened,
                    _ = pace.tick() => return true,
                };
                after(opened, &mut self.0.stage);
            }
            Stage::Open(_, (mouth, fate)) => {
                let error = tokio::select! {
                    () = mouth.fetched() => return true,
                    error = fate.recv() => error.unwrap_or(DeviceError::Gone),
                };
                self.0.stage = waiting(error);
            }
            Stage::Waiting(_, again) => {
                tokio::select! {
                    () = again => self.0.stage = Self::open(&self.0),
                    _ = pace.tick() => return true,
                }
            }
        }
        false
    }

    /// How many frames; without a speaker, as many as time passes.
    pub(super) fn wants(&self) -> usize {
        match &self.0.stage {
            Stage::Open(_, (mouth, _)) => mouth.wants(),
            _ => 1,
        }
    }

    pub(super) fn give(&self, frame: &Frame) {
        if let Stage::Open(_, (mouth, _)) = &self.0.stage {
            mouth.give(frame);
        }
    }

    pub(super) fn poll_state(&mut self) -> Option<DeviceState> {
        self.0.poll_state()
    }
}
