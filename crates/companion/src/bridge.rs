//! The bridge between the device in use and the group: ready, countdown, heat at most once.
//!
//! Without I/O or clock. Group events and device events go in; requests to the device and to the gateway come
//! out. What a person sees of it is made elsewhere (`stage`). The rules of safety are here: a heat command is
//! asked for at most once per start, never after its deadline, and only while nobody has called it off. A device
//! with a heat of this program is held on to while it can be reached.

mod gateway;
mod link;
mod own_heat;
mod readiness;
mod start;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_gateway_client::group::{self, DeviceReport, Group};
use puffco::device::{self, IntentId, Phase, RequestError, RequestId};
use puffco::state::{DeviceState, OperatingState};

use crate::away::{self, Away};
use crate::contract::AwayReason;
use crate::report::Pseudonym;
use own_heat::OwnHeat;
pub use start::Start;

/// A heat command is not written later than this after the instant that it is meant for.
pub const HEAT_DEADLINE: Duration = Duration::from_millis(1500);

/// Gateways that tell no start instant: web clients heat this long after they heard of the start
/// (puff-gateway §9).
pub const DEFAULT_LEAD: Duration = Duration::from_secs(2);

/// A device leaves temp select by itself after some seconds, sooner than a group gets ready. While the group
/// awaits, it is put back for this long after its button was pressed. Who does not want to take part any more
/// switches it off, or says "away".
pub const STAY_READY: Duration = Duration::from_secs(120);

/// A press of the button counts for so long after its device was last seen in temp select. Gateways of others start with
/// whoever was ready at any time since the inquiry, and a hostile one starts when it likes: nobody heats who put the device
/// aside.
pub const PRESS_LASTS: Duration = Duration::from_secs(10);

/// A start further ahead than this is not taken. Gateways announce it 2 to 3 s ahead; a wrong clock, or a hostile one, would
/// have a device heat when nobody expects it any more.
pub const LONGEST_LEAD: Duration = Duration::from_secs(10);

/// While a group counts down, a device that ran out of temp select counts as ready for this long while it is put back:
/// otherwise no countdown would outlive it.
pub const PUT_BACK_WITHIN: Duration = Duration::from_secs(2);

/// A device whose link is lost stays in the group's eyes for this long, then it counts as unplugged.
pub const UNPLUG_AFTER: Duration = Duration::from_secs(15);

/// What goes into the bridge.
#[derive(Clone, Debug)]
pub enum Input {
    /// From the gateway session.
    Gateway(group::Event),
    /// From the device in use.
    Device(device::Event),
    /// Another device is in use now, or none.
    DeviceReplaced,
    /// Another gateway is in use now: it knows nothing of the device yet.
    GatewayReplaced,
    /// The person asks the group to get ready, themselves: a press from before is for that.
    Asked,
    /// The person is ready: put the device into temp select.
    Ready,
    /// The person is not ready any more.
    Unready,
    /// The person does not want to heat at the running countdown.
    SitOut,
    /// The person says that they are away, or back.
    Away(bool),
    /// What makes away by itself. At first nothing does.
    AwayRules(away::Rules),
    /// The computer was locked or unlocked.
    Locked(bool),
    /// So many minutes nobody has touched the computer; `None`: nobody tells.
    Idle(Option<u16>),
    /// The person heats alone.
    HeatNow,
    /// Stop the heat.
    StopHeat,
    /// More heat and time.
    Boost,
    /// Select a profile, 0..=3.
    SelectProfile(u8),
    /// The program ends: stop the heat if this program started it.
    Shutdown,
}

/// What comes out of the bridge.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Ask the device in use.
    Device(RequestId, device::Request),
    /// Ask the gateway.
    Gateway(group::Request),
    /// Something that a person should know.
    Trouble(Trouble),
}

/// What went wrong with a wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The device did not start heating.
    NotHeating(RequestError),
    /// The device did not stop: the person must use its button.
    NotStopping(RequestError),
    /// Something else was not carried out.
    NotDone(RequestError),
    /// The link is gone while a heat that this program started may run.
    OutOfSight,
    /// No device is connected.
    NoDevice,
    /// The device in use is still being connected.
    Connecting,
    /// The gateway announced a start too far ahead to be one; the device takes no part.
    StartFarAhead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    Heat(IntentId),
    Stop,
    PutBack,
    StepBack,
    Other,
}

/// The bridge. See the module.
#[derive(Debug)]
pub struct Bridge {
    pseudonym: Pseudonym,
    group: Option<Box<Group>>,
    link: Phase,
    device: Option<Box<DeviceState>>,
    lost_at: Option<Instant>,
    reported: Option<DeviceReport>,
    start: Start,
    /// A start was taken from the present seshing phase; another announcement of it is a duplicate.
    start_taken: bool,
    /// The person got ready: the device was in temp select while the group awaited. Whatever a gateway says, nothing
    /// heats without it.
    got_ready: Option<Instant>,
    /// When the press behind `got_ready` counts no longer, if the device is out of temp select.
    press_ends: Option<Instant>,
    /// The device was in temp select already when somebody else asked. That counts while it stays there, and no longer:
    /// the press may have been for a heat alone.
    pressed_before: bool,
    /// This person asked, and the group does not await yet.
    asked: bool,
    /// The device is on its way back into temp select by this program: that is no press.
    putting_back: bool,
    /// Until when a device that is put back into temp select counts as if it were there.
    put_back_until: Option<Instant>,
    /// The person is not ready any more, and the device may still be seen in temp select for a moment: that makes
    /// nobody ready.
    stepping_back: bool,
    own_heat: OwnHeat,
    away: Away,
    /// What the gateway session was told of it.
    told_away: bool,
    away_because: AwayReason,
    next_intent: u64,
    next_request: u64,
    pending: Vec<(RequestId, Pending)>,
    /// The program ends: nothing heats any more, whatever still arrives.
    ending: bool,
    outputs: VecDeque<Output>,
}

impl Bridge {
    /// A bridge with no group and no device. Intents and requests count from `first`, which must be larger
    /// than any that a running device machine has seen.
    #[must_use]
    pub fn new(pseudonym: Pseudonym, first: u64) -> Self {
        Self {
            pseudonym,
            group: None,
            link: Phase::Idle,
            device: None,
            lost_at: None,
            reported: None,
            start: Start::None,
            start_taken: false,
            got_ready: None,
            press_ends: None,
            pressed_before: false,
            asked: false,
            putting_back: false,
            put_back_until: None,
            stepping_back: false,
            own_heat: OwnHeat::None,
            away: Away::default(),
            told_away: false,
            away_because: AwayReason::Asked,
            next_intent: first,
            next_request: first,
            pending: Vec::new(),
            ending: false,
            outputs: VecDeque::new(),
        }
    }

    /// The start that is under way.
    #[must_use]
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// The device in use must not be let go now: a heat that this program started may run, and it can still
    /// be stopped.
    #[must_use]
    pub fn holds_device(&self) -> bool {
        let reachable = !matches!(self.link, Phase::Idle | Phase::Away | Phase::Failed(_));
        reachable && self.has_to_stop()
    }

    /// A heat that this program started may run, or a stop is under way on a device that heats.
    #[must_use]
    pub fn has_to_stop(&self) -> bool {
        let stopping = self.pending.iter().any(|(_, pending)| *pending == Pending::Stop);
        self.own_heat.is_current() || (stopping && self.is_heating())
    }

    /// Takes the next output.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Bridge::handle_timeout`] wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let unplug = self.lost_at.map(|at| at + UNPLUG_AFTER);
        let due = [
            self.start.due(),
            unplug,
            self.own_heat_due(),
            self.away.due(),
            self.put_back_until,
            self.press_ends,
        ];
        due.into_iter().flatten().min()
    }

    /// Carries out what is due.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.start.due().is_some_and(|due| due <= now.instant) {
            self.start_is_due(now.instant);
        }
        if self.lost_at.is_some_and(|at| at + UNPLUG_AFTER <= now.instant) {
            self.lost_at = None;
            self.tell_device(None);
        }
        if self.own_heat_due().is_some_and(|due| due <= now.instant) {
            self.own_heat = OwnHeat::None;
        }
        if self.put_back_until.is_some_and(|until| until <= now.instant) {
            self.not_put_back();
        }
        if self.press_ends.is_some_and(|at| at <= now.instant) {
            self.press_ends = None;
            self.got_ready = None;
        }
        self.follow_away(now);
    }

    fn own_heat_due(&self) -> Option<Instant> {
        self.own_heat.due().filter(|_| self.is_connected() && !self.is_heating())
    }

    /// Takes an input.
    pub fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Gateway(event) => self.gateway(now, event),
            Input::Device(event) => self.device(now, event),
            Input::DeviceReplaced => self.device_replaced(),
            Input::GatewayReplaced => self.gateway_replaced(now),
            Input::Asked => self.asked = true,
            Input::Ready => self.ready(),
            Input::Unready => self.unready(),
            Input::SitOut => self.call_off(),
            Input::Away(away) => {
                self.away.asked(away);
                if away {
                    self.call_off();
                }
            }
            Input::AwayRules(rules) => self.away.follow(rules),
            Input::Locked(locked) => self.away.locked(locked),
            Input::Idle(minutes) => self.away.idle(minutes),
            Input::HeatNow => self.heat_now(now.instant),
            Input::StopHeat => self.stop_heat(),
            Input::Boost => self.ask(device::Request::Boost, Pending::Other),
            Input::SelectProfile(slot) => {
                if let Some(request) = device::Request::select_profile(slot) {
                    self.ask(request, Pending::Other);
                }
            }
            Input::Shutdown => self.shutdown(),
        }
        self.follow_away(now);
    }

    /// Asks for a heat. The intent is new each time, and the device machine writes at most once per intent.
    fn heat(&mut self, intent: IntentId, deadline: Instant, now: Instant) {
        if now > deadline {
            self.outputs.push_back(Output::Trouble(Trouble::NotHeating(RequestError::TooLate)));
            return;
        }
        self.own_heat = OwnHeat::Asked(intent);
        self.ask(device::Request::Heat { intent, deadline }, Pending::Heat(intent));
    }

    fn heat_now(&mut self, now: Instant) {
        let trouble = match &self.link {
            // The machine takes a resting link up for the heat, and heats only if that is done in time.
            Phase::Ready | Phase::Resting => None,
            Phase::SettingUp { .. } | Phase::Waiting { .. } => Some(Trouble::Connecting),
            Phase::Away => Some(Trouble::NotHeating(RequestError::NotConnected)),
            Phase::Idle | Phase::Failed(_) => Some(Trouble::NoDevice),
        };
        if let Some(trouble) = trouble {
            self.outputs.push_back(Output::Trouble(trouble));
            return;
        }
        let heats = self.is_connected() && self.is_heating();
        let comes = self.own_heat.is_current() || self.start.due().is_some();
        if self.ending || heats || comes {
            return;
        }
        let intent = self.new_intent();
        self.heat(intent, now + HEAT_DEADLINE, now);
    }

    /// Stops the device, and takes back that this person is ready: who says stop wants no heat after it either.
    fn stop_heat(&mut self) {
        self.ask(device::Request::Abort, Pending::Stop);
        self.unready();
    }

    fn shutdown(&mut self) {
        self.ending = true;
        self.got_ready = None;
        self.call_off();
        if self.own_heat.is_current() {
            self.ask(device::Request::Abort, Pending::Stop);
        }
    }

    fn ask(&mut self, request: device::Request, pending: Pending) {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        self.pending.push((id, pending));
        self.outputs.push_back(Output::Device(id, request));
    }

    fn is_connected(&self) -> bool {
        self.link == Phase::Ready
    }

    fn is_heating(&self) -> bool {
        self.operating().is_some_and(OperatingState::is_heating)
    }

    fn operating(&self) -> Option<OperatingState> {
        self.device.as_ref()?.operating
    }

    fn new_intent(&mut self) -> IntentId {
        let intent = IntentId(self.next_intent);
        self.next_intent += 1;
        intent
    }
}
