//! What those who follow a shared device ask of it (docs/telemetry.md). Nobody may anything until this person allows
//! it, by name. A stop is done for every allowed name; a heat only for those who are allowed exactly that, and in the
//! way of a heat alone: once, in time, and to be stopped.

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_gateway_client::concierge::Target;
use hearth_gateway_client::group;
use puffco::device::Phase;
use puffco::link::DeviceId;
use puffco::state::OperatingState;

use super::{Controller, Heard, words};
use crate::bridge::{self, STAY_READY};
use crate::contract::{DirectTarget, NoticeKind, Permission, Stage};
use crate::controller::device::KnownDevice;
use crate::shell::{Notification, NotifyKind, Request as ShellRequest};
use crate::telemetry::{Answer, CommandId, Payload, Refusal, TelemetryCommand, Verdict, parse};
use crate::tongue::Tongue;

/// So long the gateway may take to pass an inquiry on.
const INQUIRY_COMES: Duration = Duration::from_secs(60);

/// What commands of those have brought about who may not heat: together, asking the group and saying "I'm ready" would
/// be a heat.
#[derive(Debug, Default)]
pub(super) struct Together {
    inquired: Option<Instant>,
    readied: Option<Instant>,
}

/// What came of a command that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    /// Something that this person should know of.
    Something,
    /// There was nothing to stop.
    Nothing,
}

impl Together {
    /// Looks where the group is.
    pub fn look(&mut self, now: Instant, stage: Stage) {
        if stage != Stage::Awaiting {
            self.inquired = self.inquired.filter(|at| now < *at + INQUIRY_COMES);
        }
        self.readied = self.readied.filter(|at| now < *at + STAY_READY);
    }
}

impl Controller {
    /// A follower sent something to one of the own services.
    pub(super) fn asked_by_follower(&mut self, now: Now, id: u32, service: &str, heard: &Heard) {
        let Some(gateway) = self.community.get_mut(id) else { return };
        let Some(share) = gateway.shares.iter().find(|share| share.service == service) else { return };
        let device = share.device.clone();
        let asked = if heard.is_whole() { parse(&heard.text) } else { Err(too_long()) };
        let asked = match asked {
            Ok(None) => return self.take_mail(now, id, to_service(service), heard),
            Ok(Some(asked)) => Ok(asked),
            Err(bad) => Err(bad),
        };
        let permission = gateway.permission(&heard.from);
        // Who is allowed has a count of their own, and their stops another: no crowd can use it up.
        let verdict = match (&asked, permission) {
            (Ok(asked), Some(_)) if asked.command == TelemetryCommand::Stop => {
                gateway.stops.ask(now.instant, &heard.from)
            }
            (_, Some(_)) => gateway.allowed.ask(now.instant, &heard.from),
            (_, None) => gateway.strangers.ask(now.instant, &heard.uuid),
        };
        let command_id = match &asked {
            Ok(asked) => asked.id.clone(),
            Err(bad) => bad.id.clone(),
        };
        let result = match (verdict, asked, permission) {
            (Verdict::TooOftenAgain, ..) => return,
            (Verdict::TooOften, ..) => Err(Refusal::TooOften),
            (Verdict::Allowed, Err(bad), _) => Err(bad.why),
            (Verdict::Allowed, Ok(_), None) => Err(Refusal::NotAllowed),
            (Verdict::Allowed, Ok(asked), Some(permission)) => {
                let done = self.do_for_follower(now, &device, asked.command, permission);
                if done == Ok(Done::Something) {
                    self.say_who_asked(&device, asked.command, &heard.from);
                }
                done.map(drop)
            }
        };
        // Perhaps somebody said something.
        if matches!(result, Err(Refusal::Malformed | Refusal::TooLong)) {
            self.take_mail(now, id, to_service(service), heard);
        }
        self.answer_follower(now, id, service, heard, command_id, result);
    }

    fn answer_follower(
        &mut self,
        now: Now,
        id: u32,
        service: &str,
        heard: &Heard,
        command: Option<CommandId>,
        result: Result<(), Refusal>,
    ) {
        let target = Target::ServiceClient { service: service.to_owned(), uuid: heard.uuid.clone() };
        self.send_telemetry(now, id, service, target, &Payload::Answer(Answer::new(command, result)));
    }

    fn do_for_follower(
        &mut self,
        now: Now,
        device: &DeviceId,
        command: TelemetryCommand,
        permission: Permission,
    ) -> Result<Done, Refusal> {
        match command {
            TelemetryCommand::Stop => return Ok(self.stop_for_follower(now, device)),
            TelemetryCommand::Inquire => self.inquire_for_follower(now, permission)?,
            TelemetryCommand::Ready => self.ready_for_follower(now, device, permission)?,
            TelemetryCommand::Heat if permission == Permission::Heat => {
                self.heat_for_follower(now, device)?;
            }
            TelemetryCommand::Heat => return Err(Refusal::HeatNotAllowed),
        }
        Ok(Done::Something)
    }

    fn stop_for_follower(&mut self, now: Now, id: &DeviceId) -> Done {
        let heats =
            self.devices.get(id).and_then(KnownDevice::supposed).is_some_and(OperatingState::is_heating);
        if self.devices.in_use() == Some(id) {
            let something = heats
                || self.bridge.has_to_stop()
                || self.bridge.start().is_armed()
                || !self.strays.is_empty();
            self.stop_from_afar(now);
            self.record_sitting_out(now);
            return if something { Done::Something } else { Done::Nothing };
        }
        if !heats && !self.strays.contains(id) {
            return Done::Nothing;
        }
        self.stop_device(now, id);
        Done::Something
    }

    fn inquire_for_follower(&mut self, now: Now, permission: Permission) -> Result<(), Refusal> {
        if self.membership.group().is_none() {
            return Err(Refusal::NoGroup);
        }
        if permission == Permission::Take && self.community.together.readied.is_some() {
            return Err(Refusal::NeedsHeat);
        }
        if self.stage().stage != Stage::Chilling || !self.gateway.is_connected() {
            return Err(Refusal::NotNow);
        }
        if permission == Permission::Take {
            self.community.together.inquired = Some(now.instant);
        }
        self.gateway_request(group::Request::Inquire);
        Ok(())
    }

    fn ready_for_follower(
        &mut self,
        now: Now,
        device: &DeviceId,
        permission: Permission,
    ) -> Result<(), Refusal> {
        self.device_can(device)?;
        if self.bridge.is_away() {
            return Err(Refusal::Away);
        }
        if permission == Permission::Take {
            if self.membership.group().is_none() {
                return Err(Refusal::NoGroup);
            }
            if self.stage().stage != Stage::Awaiting || self.community.together.inquired.is_some() {
                return Err(Refusal::NeedsHeat);
            }
            self.community.together.readied = Some(now.instant);
        }
        self.bridge(now, bridge::Input::Ready);
        Ok(())
    }

    fn heat_for_follower(&mut self, now: Now, device: &DeviceId) -> Result<(), Refusal> {
        self.device_can(device)?;
        self.bridge(now, bridge::Input::HeatNow);
        if self.bridge.has_to_stop() { Ok(()) } else { Err(Refusal::NotNow) }
    }

    /// The device is in use, linked, awake and does nothing that a command would come into.
    fn device_can(&self, id: &DeviceId) -> Result<(), Refusal> {
        let Some(device) = self.devices.used().filter(|used| used.id() == *id) else {
            return Err(Refusal::NotInUse);
        };
        if !matches!(device.phase(), Phase::Ready | Phase::Resting) {
            return Err(Refusal::NotConnected);
        }
        let last = device.state().and_then(|state| state.operating);
        if matches!(last, Some(OperatingState::SLEEP | OperatingState::MASTER_OFF)) {
            return Err(Refusal::Asleep);
        }
        let heats = device.supposed().is_some_and(OperatingState::is_heating);
        if heats || self.bridge.has_to_stop() || self.bridge.start().is_armed() {
            return Err(Refusal::Heats);
        }
        Ok(())
    }

    /// Tells this person who did what.
    fn say_who_asked(&mut self, device: &DeviceId, command: TelemetryCommand, who: &str) {
        let device = self.devices.get(device).map(|device| device.saved().name.clone()).unwrap_or_default();
        let (kind, code, text) = match command {
            TelemetryCommand::Heat => (NoticeKind::Warning, "community_heat", words::heated(who, &device)),
            TelemetryCommand::Stop => (NoticeKind::Info, "community_stop", words::stopped(who, &device)),
            TelemetryCommand::Ready => (NoticeKind::Info, "community_ready", words::readied(who, &device)),
            TelemetryCommand::Inquire => (NoticeKind::Info, "community_inquire", words::inquired(who)),
        };
        if command == TelemetryCommand::Heat && self.desk.is_notified() {
            let tongue = Tongue::of(self.saved.settings.language, self.desk.locale());
            let (title, body) = (text.0.spoken(tongue), text.1.spoken(tongue));
            self.shell(ShellRequest::Notify(Notification { kind: NotifyKind::Heated, title, body }));
        }
        self.community_notice(kind, code, text);
    }
}

fn to_service(service: &str) -> DirectTarget {
    DirectTarget::Service { service: service.to_owned() }
}

fn too_long() -> crate::telemetry::Bad {
    crate::telemetry::Bad { id: None, why: Refusal::TooLong }
}
