//! The machine of one device: connect, discover, bond, unlock, read, watch, command; reconnect.
//!
//! It does no I/O: feed it [`Input`], take [`Output`] until there is none, and call [`Device::handle_timeout`]
//! at [`Device::poll_timeout`]. One command is in flight at a time; every wait has a deadline. A heat is written
//! at most once per [`IntentId`] and never after its deadline; a stop goes before everything else.

mod able;
mod clock;
mod counters;
mod edit;
mod everything;
mod exchange;
mod jitter;
mod life;
mod logs;
mod machine;
mod observe;
mod obstacle;
mod polls;
mod requests;
mod rest;
mod session;
mod setup;
mod snapshot;
mod stop;
mod timing;
mod verify;
mod watches;
mod wire;

use std::time::Instant;

use uuid::Uuid;

pub use self::machine::{Device, DeviceConfig};
pub use self::obstacle::Obstacle;

use crate::link::{Gatt, LinkError, WriteMode};
use crate::log::{LogEntry, LogKind};
use crate::round_trips::Pace;
use crate::setting::{Setting, Slot};
use crate::state::DeviceState;
use crate::write::WriteError;

/// Numbers one output that wants an answer; the answer carries it back, and stale answers are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u64);

/// A person's (or a group's) one wish to heat. A heat command is written at most once per intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId(pub u64);

/// Names one request, chosen by the caller; its result carries it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What goes into the machine.
#[derive(Clone, Debug)]
pub enum Input {
    /// Hold a link: connect, and reconnect when it is lost.
    Connect,
    /// Let the link go.
    Disconnect,
    /// The device was heard advertising. Pass on every time: it ends [`Phase::Away`] and shortens waits.
    Heard,
    /// Answer to [`Output::Connect`].
    Connected(OpId, Result<Gatt, LinkError>),
    /// Answer to [`Output::Read`].
    ReadDone(OpId, Result<Vec<u8>, LinkError>),
    /// Answer to [`Output::Write`].
    WriteDone(OpId, Result<(), LinkError>),
    /// Answer to [`Output::Subscribe`].
    SubscribeDone(OpId, Result<(), LinkError>),
    /// A notification arrived. May come before the answer to the write that caused it.
    Notified(Uuid, Vec<u8>),
    /// The link is gone.
    Closed,
    /// Do something with the device.
    Request(RequestId, Request),
    /// Somebody looks at the device closely (`true`), or nobody does. A link that nobody looks at is let go
    /// after [`DeviceConfig::rest_after`], and taken up again when somebody does.
    Watched(bool),
    /// The link is needed though nobody may look (`true`): it does not rest, and a press of the button is noticed as
    /// soon as when somebody looks. Everything else is read as rarely as when nobody does.
    Held(bool),
    /// The computer slept: what was known of the link is in doubt.
    Woke,
    /// What the computer's clock shows, seconds since 1970: the device's clock is set by it. Pass it on before
    /// each [`Self::Connected`].
    WallClock(u64),
    /// The computer's Bluetooth was switched on or plugged in: ends a [`Phase::Failed`] that was for want of it,
    /// or is about to be.
    AdapterOn,
}

/// What a link cost and what was wrong on it, since the machine was made. Bad input costs nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounters {
    /// Commands sent that wanted an answer.
    pub round_trips: u64,
    /// Commands that got none in time.
    pub unanswered: u64,
    /// How long answers took on this link, as of the last one.
    pub pace: Option<Pace>,
    /// Links opened.
    pub links: u64,
    /// Frames shorter than their header.
    pub short_frames: u64,
    /// Frames longer than what was asked for.
    pub long_frames: u64,
    /// Replies to no command in flight: late, twice, or with a wrong sequence number.
    pub stray_replies: u64,
    /// Events of no watch of ours.
    pub stray_events: u64,
    /// Values of a form that the attribute does not have.
    pub bad_values: u64,
}

/// What can be asked of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Change a setting: written, read back, compared. Refused while a heat runs that it would change.
    Set(Setting),
    /// Read a log, all of it; progress and entries come as events, [`Event::Done`] last. What matters more
    /// goes between its entries.
    ReadLog(LogKind),
    /// Read everything that is not read by itself, for a page that shows it all.
    ReadAll,
    /// Show "ready?" on the device and start choosing (mode command 3): state 6 follows.
    TempSelectBegin,
    /// Leave temp select (mode command 4).
    TempSelectStop,
    /// Start a heat. Written at most once per intent, and never after `deadline`.
    Heat {
        /// The wish that this is for.
        intent: IntentId,
        /// After this moment the command is not written any more.
        deadline: Instant,
    },
    /// Stop the heat. Goes before everything else, takes back heats that wait, is written up to three times,
    /// and waits ten seconds for a link that comes back.
    Abort,
    /// More heat and time in a running heat.
    Boost,
    /// Wake it (mode command 2).
    Wake,
    /// Make it show its charge with its lights (mode command 5), so that a person sees which device it is.
    ShowBattery,
    /// Switch it off (mode command 0). The link ends; only its button brings it back.
    PowerOff,
}

impl Request {
    /// Make this profile the selected one; `None` when there is no such slot.
    #[must_use]
    pub fn select_profile(slot: u8) -> Option<Self> {
        Slot::new(slot).map(|slot| Self::Set(Setting::SelectedProfile(slot)))
    }
}

/// What the world is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Connect and discover; answer with [`Input::Connected`].
    Connect(OpId),
    /// Close the link.
    Disconnect,
    /// Read a characteristic; answer with [`Input::ReadDone`].
    Read(OpId, Uuid),
    /// Write a characteristic; answer with [`Input::WriteDone`].
    Write(OpId, Uuid, Vec<u8>, WriteMode),
    /// Ask for notifications; answer with [`Input::SubscribeDone`].
    Subscribe(OpId, Uuid),
    /// Tell the owner of the machine.
    Event(Event),
}

/// What the owner of the machine learns.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The link's phase changed.
    Phase(Phase),
    /// Something of the device's state changed; the whole of it.
    State(Box<DeviceState>),
    /// A link ended that was ready: the state stays, and was last seen then. Comes before the phase.
    LastSeen(Instant),
    /// How far a request is that takes long: entries read, and entries to read.
    Progress(RequestId, u32, u32),
    /// A log was read, oldest entry first.
    Log(RequestId, LogKind, Vec<LogEntry>),
    /// The counters of the link changed: at once when something was wrong or a link opened, at most once a
    /// second; the mere number of commands every ten seconds, to who looks.
    Counters(LinkCounters),
    /// A request came to its end.
    Done(RequestId, Result<(), RequestError>),
}

/// The steps of setting a link up, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetupStep {
    /// Opening the link, discovering services.
    Connect,
    /// Bonding and unlocking.
    Authenticate,
    /// Reading what the device is.
    Read {
        /// Values read.
        done: u8,
        /// Values to read.
        of: u8,
    },
    /// Starting watches.
    Watch,
}

/// Where the link is in its life.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// No link, and none wanted.
    Idle,
    /// Setting up; `attempt` counts from 1.
    SettingUp {
        /// Which try.
        attempt: u32,
        /// Which step.
        step: SetupStep,
    },
    /// Live.
    Ready,
    /// The link was let go because nobody looks: a held link costs the device 45 mA. Taken up again at
    /// [`Input::Watched`] and at a request.
    Resting,
    /// The link was lost or refused; trying again at `retry_at`, or at the next advertisement.
    Waiting {
        /// When it tries again.
        retry_at: Instant,
        /// Why the last try ended.
        problem: Problem,
    },
    /// The device is asleep or out of range: it is tried again at [`Input::Heard`], so keep scanning.
    Away,
    /// Trying again by itself makes no sense: the person has to do something, then [`Input::Connect`]. Where
    /// the computer's Bluetooth was the reason, hearing the device is enough.
    Failed(Problem),
}

/// Why there is no link. Each has its own words in the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The link broke.
    LinkLost,
    /// It did not answer in time.
    TimedOut,
    /// It is not advertising: asleep, away, or connected to a phone.
    NotHeard,
    /// It wants to be paired: pairing mode (hold the button until the light turns blue), then again.
    PairingNeeded,
    /// The computer holds a bond that the device does not know any more: remove it on both sides (in the
    /// system's Bluetooth settings, and by pairing mode on the device), then pair anew.
    BondStale,
    /// It has neither the Lorax nor the legacy service.
    NotAPuffco,
    /// It refused the unlock token.
    UnlockRefused,
    /// Bluetooth is off.
    AdapterOff,
    /// There is no Bluetooth adapter.
    NoAdapter,
    /// The operating system refuses Bluetooth.
    PermissionDenied,
    /// Anything else, in technical words.
    Other(String),
}

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// No link. Nothing was written.
    #[error("the device is not connected")]
    NotConnected,
    /// Too late. Nothing was written.
    #[error("the start was missed")]
    TooLate,
    /// This intent was written already. Nothing was written again.
    #[error("this heat was started already")]
    AlreadyWritten,
    /// The device is in no state for it (charging fault, no chamber, battery too low). Nothing was written.
    #[error("the device cannot do that now: {0}")]
    NotPossible(Obstacle),
    /// A stop came first. Nothing was written.
    #[error("it was stopped before it started")]
    Cancelled,
    /// The value is not one that may be written. Nothing was written.
    #[error(transparent)]
    Invalid(#[from] WriteError),
    /// It was written, and the device kept another value: this one, if that could be read.
    #[error("the device kept another value")]
    Kept(Option<Box<Setting>>),
    /// The device answered with an error status.
    #[error("the device answered with status {0}")]
    Status(u8),
    /// Written, but whether it arrived is not known; the state that was read afterwards is in
    /// [`Event::State`].
    #[error("it is not certain that the device got the command")]
    Uncertain,
}
