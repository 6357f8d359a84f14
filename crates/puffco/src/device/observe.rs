//! What a value read or reported means for the state, and what is to be read because of it.

use std::time::{Duration, Instant};

use super::machine::Device;
use super::polls::Pace;
use super::timing::AFTERGLOW;
use crate::attribute::Attribute;
use crate::generation::{Encoding, Generation, LedApi, LightProbe};
use crate::lorax::Status;
use crate::number::Dialect;
use crate::state::{Chamber, OperatingState};

/// A written command shows in the state within this time (§19).
const SHOWS: Duration = Duration::from_secs(2);
/// Counters are read this long after a heat: the device is still writing them down when it ends.
const COUNTED: Duration = Duration::from_millis(500);

impl Device {
    /// Temperatures change, or somebody looks at them.
    pub(super) fn is_lively(&self) -> bool {
        self.watched
            || self.heat_ended.is_some()
            || self.state.operating.is_some_and(OperatingState::is_heat_cycle)
    }

    fn pace(&self, now: Instant) -> Pace {
        let commanded = self.commanded.is_some_and(|at| now.saturating_duration_since(at) < SHOWS);
        let choosing = self.state.operating == Some(OperatingState::TEMP_SELECT);
        Pace {
            lively: self.is_lively(),
            held: self.held,
            heating: self.state.operating.is_some_and(OperatingState::is_heat_cycle),
            expecting: commanded || choosing || self.verify.is_some() || self.is_stopping(),
        }
    }

    /// A file was read: when again.
    pub(super) fn polled(&mut self, now: Instant, file: Attribute) {
        let pace = self.pace(now);
        if let Some(session) = self.session_mut() {
            let watched = session.watches.covers(file);
            session.polls.done(now, file, pace, watched);
        }
    }

    /// Things became more urgent.
    pub(super) fn hurry(&mut self, now: Instant) {
        let pace = self.pace(now);
        if let Some(session) = self.session_mut() {
            let watches = &session.watches;
            session.polls.hurry(now, pace, |file| watches.covers(file));
        }
    }

    /// A command that changes the state was taken: look for what it does.
    pub(super) fn expect_change(&mut self, now: Instant) {
        self.commanded = Some(now);
        self.hurry(now);
    }

    /// How this device puts values into bytes, as far as it is certain enough to read by.
    pub(super) fn encoding(&self) -> Encoding {
        let session = self.session();
        match session.map_or(Generation::Lorax, |session| session.generation) {
            Generation::Lorax => Encoding {
                generation: Generation::Lorax,
                dialect: session.and_then(|session| session.evidence.likely()),
                lights: self.state.lights,
            },
            Generation::Legacy => Encoding {
                generation: Generation::Legacy,
                dialect: Some(Dialect::Float),
                lights: Some(LedApi::Records),
            },
        }
    }

    /// The same, as far as it is certain enough to write by: two files agree, and none disagrees (§13).
    pub(super) fn encoding_to_write(&self) -> Encoding {
        let encoding = self.encoding();
        match encoding.generation {
            Generation::Lorax => {
                let established = self.session().and_then(|session| session.evidence.established());
                Encoding { dialect: established, ..encoding }
            }
            Generation::Legacy => encoding,
        }
    }

    /// Something was learned about the forms of values.
    pub(super) fn settle_formats(&mut self) {
        self.state.dialect = self.encoding().dialect;
    }

    /// Learns the form of colours; what tells it on newer firmware is read only there.
    pub(super) fn lights_evidence(&mut self, now: Instant, attribute: Attribute, status: Status) {
        let probe = match attribute {
            Attribute::ApiRevision | Attribute::Firmware => None,
            Attribute::LightProbe if status.is_ok() => Some(LightProbe::Readable),
            Attribute::LightProbe if status == Status::NO_SUCH_FILE => Some(LightProbe::Missing),
            _ => return,
        };
        let (api, firmware) = (self.state.api_revision, self.state.firmware);
        let Some(session) = self.session_mut() else { return };
        let mut revisions = [Attribute::ApiRevision, Attribute::Firmware].into_iter();
        if !revisions.all(|revision| session.polls.was_tried(revision)) {
            return;
        }
        match LedApi::decide(session.generation, api, firmware, probe) {
            Some(lights) => self.state.lights = Some(lights),
            None if !session.polls.was_tried(Attribute::LightProbe) => {
                session.polls.by(now, Attribute::LightProbe);
            }
            None => {}
        }
    }

    /// Takes a value in. `news` is false for an event that came a second time: it says nothing new.
    pub(super) fn observe(&mut self, now: Instant, file: Attribute, bytes: &[u8], news: bool) {
        let encoding = self.encoding();
        if !news {
            return;
        }
        if bytes.len() < least_length(file, encoding.generation) {
            return self.bad_value(now, file, bytes);
        }
        match file {
            Attribute::Operating => match encoding.code(bytes) {
                Some(code) => self.operating_read(now, OperatingState(code)),
                None => self.bad_value(now, file, bytes),
            },
            Attribute::Heater => self.heater_read(now, bytes, encoding),
            Attribute::Charge | Attribute::Chamber => self.part_read(now, file, bytes, encoding),
            Attribute::ProfileName(slot)
            | Attribute::ProfileCelsius(slot)
            | Attribute::ProfileSeconds(slot) => {
                self.profile_read(slot, file, bytes, encoding);
            }
            _ => file.apply(bytes, encoding, &mut self.state),
        }
    }

    /// A profile is shown when its name, temperature and time are known, or cannot be.
    fn profile_read(&mut self, slot: u8, file: Attribute, bytes: &[u8], encoding: Encoding) {
        let parts =
            [Attribute::ProfileName(slot), Attribute::ProfileCelsius(slot), Attribute::ProfileSeconds(slot)];
        let shown = self.state.profiles.iter().any(|profile| profile.slot == slot);
        if let Some(at) = self.half_read.iter().position(|profile| profile.slot == slot) {
            let profile = self.half_read.swap_remove(at);
            let place = self.state.profiles.partition_point(|other| other.slot < slot);
            self.state.profiles.insert(place, profile);
        }
        file.apply(bytes, encoding, &mut self.state);
        let known = |part: &Attribute| {
            *part == file || self.session().is_some_and(|session| session.polls.was_tried(*part))
        };
        if !shown && !parts.iter().all(known) {
            let at = self.state.profiles.iter().position(|profile| profile.slot == slot);
            self.half_read.extend(at.map(|at| self.state.profiles.remove(at)));
        }
    }

    /// One reading without a temperature, while there is a chamber, is not believed.
    fn heater_read(&mut self, now: Instant, bytes: &[u8], encoding: Encoding) {
        let before = self.state.heater_celsius;
        Attribute::Heater.apply(bytes, encoding, &mut self.state);
        let chamber = self.state.chamber.is_some_and(|chamber| chamber != Chamber::NONE);
        let gone = self.state.heater_celsius.is_none() && before.is_some();
        if gone && chamber && !self.doubtful_heater && encoding.dialect.is_some() {
            self.doubtful_heater = true;
            self.state.heater_celsius = before;
            if let Some(session) = self.session_mut() {
                session.polls.by(now, Attribute::Heater);
            }
        } else {
            self.doubtful_heater = false;
        }
    }

    /// A chamber or a charger: what changes with it is read soon.
    fn part_read(&mut self, now: Instant, file: Attribute, bytes: &[u8], encoding: Encoding) {
        let before = (self.state.charge, self.state.chamber);
        file.apply(bytes, encoding, &mut self.state);
        if before == (self.state.charge, self.state.chamber) {
            return;
        }
        let follow: &[Attribute] = match file {
            Attribute::Charge => &[Attribute::ChargeSource, Attribute::ChargeEta, Attribute::Battery],
            _ => &[Attribute::Heater],
        };
        if let Some(session) = self.session_mut().filter(|session| session.is_ready()) {
            for file in follow {
                session.polls.by(now, *file);
            }
        }
    }

    fn operating_read(&mut self, now: Instant, read: OperatingState) {
        if read.is_heating() {
            self.verified(Ok(()));
        }
        let before = self.state.operating;
        // Devices report IDLE once in a while in mid-heat (§19): a heat has ended when two readings say so.
        let heating = before.is_some_and(OperatingState::is_heating);
        if read == OperatingState::IDLE && heating && !self.doubtful_idle {
            self.doubtful_idle = true;
            if let Some(session) = self.session_mut() {
                session.polls.by(now, Attribute::Operating);
            }
            return;
        }
        self.doubtful_idle = false;
        self.state.operating = Some(read);
        if before != Some(read) {
            self.state_changed(now, before, read);
        }
        self.stop_seen(read);
    }

    fn state_changed(&mut self, now: Instant, before: Option<OperatingState>, after: OperatingState) {
        self.state.elapsed_s = Some(0.0);
        self.state.total_s = None;
        if after.is_heat_cycle() {
            self.heat_ended = None;
        } else {
            self.state.target_celsius = None;
        }
        let ended = before.is_some_and(OperatingState::is_heat_cycle) && !after.is_heat_cycle();
        if ended {
            self.heat_ended = Some(now);
        }
        if before.is_none() {
            return;
        }
        self.busy_at = Some(now);
        if let Some(session) = self.session_mut() {
            if after.is_heat_cycle() {
                for file in [Attribute::Total, Attribute::Elapsed, Attribute::Target] {
                    session.polls.by(now, file);
                }
            }
            if before == Some(OperatingState::TEMP_SELECT) || after == OperatingState::TEMP_SELECT {
                session.polls.by(now, Attribute::SelectedProfile);
            }
            if after == OperatingState::TEMP_SELECT {
                // A heat may follow: what would speak against it.
                for file in [Attribute::Heater, Attribute::Chamber, Attribute::Battery, Attribute::Charge] {
                    session.polls.by(now, file);
                }
            }
            if ended {
                for file in
                    [Attribute::TotalDabs, Attribute::DabsLeft, Attribute::DabsPerDay, Attribute::Battery]
                {
                    session.polls.by(now + COUNTED, file);
                }
            }
        }
        self.hurry(now);
    }

    /// The time after a heat in which temperatures are still looked at closely is over.
    pub(super) fn expire_afterglow(&mut self, now: Instant) {
        if self.heat_ended.take_if(|ended| *ended + AFTERGLOW <= now).is_some() {
            self.busy_at = Some(now);
        }
    }

    pub(super) fn afterglow_timeout(&self) -> Option<Instant> {
        self.heat_ended.map(|ended| ended + AFTERGLOW)
    }
}

/// A shorter value is none.
fn least_length(file: Attribute, generation: Generation) -> usize {
    match file {
        Attribute::Operating | Attribute::Chamber | Attribute::Charge | Attribute::ChargeSource => {
            if generation == Generation::Legacy {
                4
            } else {
                1
            }
        }
        Attribute::SelectedProfile if generation == Generation::Legacy => 4,
        Attribute::SelectedProfile | Attribute::Stealth | Attribute::LanternOn => 1,
        Attribute::Mac => 6,
        Attribute::Heater
        | Attribute::Target
        | Attribute::Elapsed
        | Attribute::Total
        | Attribute::Battery
        | Attribute::Brightness
        | Attribute::Clock
        | Attribute::ProfileCelsius(_)
        | Attribute::ProfileSeconds(_) => 4,
        _ => 0,
    }
}
