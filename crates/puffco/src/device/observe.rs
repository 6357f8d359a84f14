//! What a value read or reported means for the state, and what is to be read because of it.

use std::time::{Duration, Instant};

use super::machine::Device;
use super::polls::Pace;
use super::timing::AFTERGLOW;
use crate::attribute::Attribute;
use crate::generation::{Encoding, Generation};
use crate::state::OperatingState;

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
        Pace {
            lively: self.is_lively(),
            heating: self.state.operating.is_some_and(OperatingState::is_heat_cycle),
            expecting: commanded || self.verify.is_some() || self.is_stopping(),
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

    /// How this device puts values into bytes, as far as it is certain.
    pub(super) fn encoding(&self) -> Encoding {
        Encoding { generation: Generation::Lorax, dialect: self.evidence.likely(), lights: None }
    }

    /// Learns the number dialect from the first reading of the files that tell it.
    pub(super) fn look_at_evidence(&mut self, file: Attribute, bytes: &[u8]) {
        if self.known {
            return;
        }
        match file {
            Attribute::ProfileCelsius(_) => self.evidence.profile_temperature(bytes),
            Attribute::Battery => self.evidence.battery(bytes),
            _ => {}
        }
    }

    /// Takes a value in. `news` is false for an event that came a second time.
    pub(super) fn observe(&mut self, now: Instant, file: Attribute, bytes: &[u8], news: bool) {
        if file != Attribute::Operating {
            file.apply(bytes, self.encoding(), &mut self.state);
            return;
        }
        let Some(read) = bytes.first().map(|id| OperatingState(*id)) else { return };
        if read.is_heating() {
            self.heat_seen();
        }
        let before = self.state.operating;
        // Devices report IDLE once in a while in mid-heat (§19): a heat has ended when two readings say so.
        let heating = before.is_some_and(OperatingState::is_heating);
        if read == OperatingState::IDLE && heating && !(self.doubtful_idle && news) {
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
        if let Some(session) = self.session_mut() {
            for file in [Attribute::Total, Attribute::Elapsed, Attribute::Target] {
                session.polls.by(now, file);
            }
            if before == Some(OperatingState::TEMP_SELECT) || after == OperatingState::TEMP_SELECT {
                session.polls.by(now, Attribute::SelectedProfile);
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
        self.heat_ended = self.heat_ended.filter(|ended| *ended + AFTERGLOW > now);
    }

    pub(super) fn afterglow_timeout(&self) -> Option<Instant> {
        self.heat_ended.map(|ended| ended + AFTERGLOW)
    }
}
