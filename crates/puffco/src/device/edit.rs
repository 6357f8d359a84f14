//! Changing a setting: what has to be known for it is read first, then it is written piece by piece, read
//! back and compared. One at a time; what cannot wait goes between its pieces.

use std::collections::VecDeque;
use std::time::Instant;

use super::machine::Device;
use super::session::{Command, Errand};
use super::timing::SETTING_SHOWS;
use super::{Obstacle, RequestError, RequestId};
use crate::attribute::Attribute;
use crate::firmware::Revision;
use crate::generation::{Generation, LedApi};
use crate::lorax::Status;
use crate::setting::Setting;
use crate::write::{LightPart, Write, WriteError};

/// Pieces that may get lost before it is given up.
const TRIES: u8 = 2;
/// Looks at what the device kept, before it is believed that this is another value.
const LOOKS: u8 = 3;

/// How far an edit is.
#[derive(Debug)]
enum Stage {
    /// Reading what the form of its bytes depends on.
    Learn,
    /// Writing. The first is the setting itself, what follows are copies of it.
    Write { writes: VecDeque<Write>, sent: usize, copy: bool },
    /// Reading it back.
    Look { left: VecDeque<Attribute>, not_before: Instant },
}

/// A setting that is being changed.
#[derive(Debug)]
pub(super) struct Edit {
    /// Who asked; `None` for the machine itself.
    request: Option<RequestId>,
    setting: Setting,
    stage: Stage,
    /// A piece of it was sent.
    written: bool,
    tries: u8,
    looks: u8,
}

impl Device {
    pub(super) fn is_editing(&self) -> bool {
        self.edit.is_some()
    }

    /// The profile that the next heat takes is being chosen.
    pub(super) fn is_choosing(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| {
            let waits = !matches!(edit.stage, Stage::Look { .. });
            waits && matches!(edit.setting, Setting::SelectedProfile(_))
        })
    }

    pub(super) fn begin_edit(
        &mut self,
        now: Instant,
        request: Option<RequestId>,
        setting: Setting,
    ) -> Result<(), RequestError> {
        setting.check()?;
        if self.changes_a_heat(&setting) {
            return Err(RequestError::NotPossible(Obstacle::Heating));
        }
        let edit = Edit { request, setting, stage: Stage::Learn, written: false, tries: 0, looks: 0 };
        self.edit = Some(edit);
        self.learn(now);
        Ok(())
    }

    /// Goes on to writing when enough is known, or fails when nothing is left that could tell.
    fn learn(&mut self, now: Instant) {
        let Some(edit) = self.edit.as_ref().filter(|edit| matches!(edit.stage, Stage::Learn)) else { return };
        let firmware = Revision(self.state.firmware.unwrap_or_default());
        let main = Write::Set(edit.setting.clone());
        let slot = edit.setting.slot().map(|slot| slot.number());
        let shown = |slot: u8| self.state.profiles.iter().any(|profile| profile.slot == slot);
        if slot.is_some_and(|slot| !shown(slot)) && self.lesson().is_some() {
            return;
        }
        match main.encode(self.encoding_to_write(), firmware) {
            Ok(_) => {
                let writes = self.writes_of(&edit.setting).into();
                if let Some(edit) = &mut self.edit {
                    edit.stage = Stage::Write { writes, sent: 0, copy: false };
                }
            }
            Err(WriteError::DialectUnknown) if self.lesson().is_some() => {}
            Err(error) => self.finish_edit(now, Err(error.into())),
        }
    }

    /// What could tell the form of numbers and colours, and was not read on this link.
    fn lesson(&self) -> Option<Attribute> {
        let session = self.session()?;
        let edit = self.edit.as_ref()?;
        let light = matches!(edit.setting, Setting::LanternLight(_) | Setting::ProfileLight(..));
        let lessons: &[Attribute] = if light {
            &[Attribute::ApiRevision, Attribute::Firmware, Attribute::LightProbe]
        } else {
            &[
                Attribute::ProfileCelsius(0),
                Attribute::ProfileCelsius(1),
                Attribute::Battery,
                Attribute::ProfileCelsius(2),
                Attribute::ProfileCelsius(3),
            ]
        };
        // What it is compared with is told of whole profiles only.
        let slot = edit.setting.slot().map(|slot| slot.number());
        let whole = slot.filter(|slot| !self.state.profiles.iter().any(|profile| profile.slot == *slot));
        let profile = whole.into_iter().flat_map(|slot| {
            [Attribute::ProfileName(slot), Attribute::ProfileCelsius(slot), Attribute::ProfileSeconds(slot)]
        });
        let mut lessons = profile.chain(lessons.iter().copied());
        lessons.find(|attribute| !session.polls.was_tried(*attribute))
    }

    /// The writes of a setting: itself, then its copies.
    fn writes_of(&self, setting: &Setting) -> Vec<Write> {
        let mut writes = vec![Write::Set(setting.clone())];
        let encoding = self.encoding_to_write();
        if encoding.generation == Generation::Legacy {
            return writes;
        }
        if let (Setting::ProfileLight(slot, light), Some(LedApi::Records)) = (setting, encoding.lights) {
            for part in [LightPart::Preheat, LightPart::Active] {
                writes.push(Write::PartLight(part, *slot, light.clone()));
            }
        }
        // Selecting the profile anew would load it too, and play the stock preview over it (§17.3).
        let slot = setting.slot().map(|slot| slot.number());
        if slot.is_some() && slot == self.state.selected_profile {
            writes.push(Write::Running(setting.clone()));
        }
        writes
    }

    /// The edit's next command, when there is one to send now.
    pub(super) fn edit_command(&mut self, now: Instant) -> Option<Command> {
        if self.is_stopping() {
            return None;
        }
        let heating = self.is_heating();
        let lesson = self.lesson();
        let edit = self.edit.as_mut()?;
        match &mut edit.stage {
            Stage::Learn => lesson.map(|attribute| Command::Read(attribute, Vec::new())),
            Stage::Write { writes, sent, .. } => {
                let write = writes.front()?.clone();
                // A heat that has begun meanwhile keeps what it was started with; a piece of a value is worse.
                if heating && *sent == 0 && matches!(write, Write::Running(_)) {
                    return None;
                }
                edit.written = true;
                Some(Command::Write(write, Errand::Edit, *sent))
            }
            Stage::Look { left, not_before } if *not_before <= now => {
                let attribute = *left.front()?;
                let so_far = self.session_mut()?.so_far(attribute);
                Some(Command::Read(attribute, so_far))
            }
            Stage::Look { .. } => None,
        }
    }

    /// A piece was answered. `whole` when it was the last one, `upto` bytes are written.
    pub(super) fn edit_written(&mut self, now: Instant, whole: bool, upto: usize, status: Status) {
        let Some(edit) = &mut self.edit else { return };
        let Stage::Write { writes, sent, copy } = &mut edit.stage else { return };
        let lacking = *copy && status == Status::NO_SUCH_FILE;
        if !status.is_ok() && !lacking {
            return self.finish_edit(now, Err(RequestError::Status(status.0)));
        }
        *sent = upto;
        if !whole && !lacking {
            return;
        }
        *sent = 0;
        *copy = true;
        writes.pop_front();
        if writes.is_empty() {
            self.look_at_edit(now);
        }
    }

    /// A piece got no answer: from the beginning, a few times.
    pub(super) fn edit_unanswered(&mut self, now: Instant) {
        let Some(edit) = &mut self.edit else { return };
        edit.tries += 1;
        if edit.tries > TRIES {
            return self.finish_edit(now, Err(RequestError::Uncertain));
        }
        if let Stage::Write { sent, .. } = &mut edit.stage {
            *sent = 0;
        }
    }

    pub(super) fn edit_unsendable(&mut self, now: Instant, error: WriteError) {
        let copy = matches!(&self.edit, Some(Edit { stage: Stage::Write { copy: true, .. }, .. }));
        if copy {
            // The device has no place for a copy.
            self.edit_written(now, true, 0, Status::NO_SUCH_FILE);
        } else {
            self.finish_edit(now, Err(error.into()));
        }
    }

    fn look_at_edit(&mut self, now: Instant) {
        let Some(edit) = &mut self.edit else { return };
        let mut left = VecDeque::from([edit.setting.attribute()]);
        if matches!(edit.setting, Setting::Lantern(_)) {
            // Its switch is no sure sign of whether it shines (§14.6).
            left.push_back(Attribute::LanternRemaining);
        }
        edit.stage = Stage::Look { left, not_before: now };
        // What was begun to be read before is of before.
        if let Some(session) = self.session_mut() {
            session.partial = None;
        }
    }

    /// An attribute was read, or could not be.
    pub(super) fn edit_read(&mut self, now: Instant, attribute: Attribute, status: Status) {
        let Some(edit) = &mut self.edit else { return };
        match &mut edit.stage {
            Stage::Learn => self.learn(now),
            Stage::Write { .. } => {}
            Stage::Look { left, .. } => {
                if left.front() != Some(&attribute) {
                    return;
                }
                left.pop_front();
                if !status.is_ok() && attribute == edit.setting.attribute() {
                    return self.finish_edit(now, Err(RequestError::Uncertain));
                }
                if left.is_empty() {
                    self.compare_edit(now);
                }
            }
        }
    }

    fn compare_edit(&mut self, now: Instant) {
        let Some(edit) = &mut self.edit else { return };
        let kept = Setting::of(edit.setting.attribute(), &self.state);
        if kept.as_ref().is_some_and(|kept| edit.setting.is_kept_as(kept)) {
            return self.finish_edit(now, Ok(()));
        }
        edit.looks += 1;
        if edit.looks >= LOOKS {
            return self.finish_edit(now, Err(RequestError::Kept(kept.map(Box::new))));
        }
        self.look_at_edit(now);
        if let Some(Edit { stage: Stage::Look { not_before, .. }, .. }) = &mut self.edit {
            *not_before = now + SETTING_SHOWS;
        }
    }

    fn finish_edit(&mut self, now: Instant, result: Result<(), RequestError>) {
        let Some(edit) = self.edit.take() else { return };
        self.busy_at = Some(now);
        if edit.written
            && let Some(session) = self.session_mut()
        {
            match edit.setting {
                // One ends the other, and both show in the live light.
                Setting::Stealth(_) | Setting::Lantern(_) => {
                    for attribute in [Attribute::Stealth, Attribute::LanternOn, Attribute::LanternRemaining] {
                        session.polls.by(now, attribute);
                    }
                }
                _ if result.is_err() => session.polls.by(now, edit.setting.attribute()),
                _ => {}
            }
        }
        match (edit.request, result) {
            (Some(request), result) => self.done(request, result),
            (None, Err(error)) => tracing::info!(%error, setting = ?edit.setting, "was not set"),
            (None, Ok(())) => {}
        }
    }

    /// The link is gone.
    pub(super) fn abandon_edit(&mut self) {
        let Some(edit) = self.edit.take() else { return };
        let error = if edit.written { RequestError::Uncertain } else { RequestError::NotConnected };
        if let Some(request) = edit.request {
            self.done(request, Err(error));
        }
    }

    pub(super) fn edit_timeout(&self) -> Option<Instant> {
        match self.edit.as_ref()?.stage {
            Stage::Look { not_before, .. } if !self.is_stopping() => Some(not_before),
            _ => None,
        }
    }
}
