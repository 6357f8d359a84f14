//! How a command travels: as a frame of [`crate::lorax`], or as a read or write of a [`crate::legacy`]
//! characteristic. What is sent and why is decided elsewhere; this is the only place that knows both.

use uuid::Uuid;

use super::machine::Device;
use super::session::{Command, LogStep, Session};
use super::watches::WatchStep;
use crate::attribute::Source;
use crate::firmware::Revision;
use crate::generation::Generation;
use crate::legacy;
use crate::log::{ENTRY_LENGTH, LogKind};
use crate::lorax::{Limits, Operation, next_read, piece, room};
use crate::setting::Setting;
use crate::write::{Target, Write, WriteError};

/// Bytes of an index of a log.
const INDEX_LENGTH: u16 = 4;

/// What goes over the air.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Call {
    /// A Lorax frame.
    Frame(Operation),
    /// Reading a characteristic.
    Read(Uuid),
    /// Writing one, with response.
    Write(Uuid, Vec<u8>),
}

/// A call, with what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parcel {
    pub(super) call: Call,
    /// Most bytes that the answer may have.
    pub(super) asked: usize,
    /// Bytes that it writes, and all that there are to write.
    pub(super) piece: usize,
    pub(super) whole: usize,
}

impl From<Call> for Parcel {
    fn from(call: Call) -> Self {
        let asked = match &call {
            Call::Frame(Operation::ReadShort { length, .. }) => usize::from(*length),
            _ => usize::MAX,
        };
        Self { call, asked, piece: 0, whole: 0 }
    }
}

impl Device {
    /// The command, or the one that has to go before it: the legacy pointer must point to the right profile.
    pub(super) fn pointed(&self, command: Command) -> Command {
        let Some(session) = self.session().filter(|session| session.generation == Generation::Legacy) else {
            return command;
        };
        let slot = match &command {
            Command::Read(attribute, _) => match attribute.source(session.generation) {
                Some(Source::Pointed { slot, .. }) => Some(slot),
                _ => None,
            },
            // Its own application sets both when it switches the profile (§6.3).
            Command::Write(Write::Set(Setting::SelectedProfile(slot)), _, _) => Some(slot.number()),
            Command::Write(Write::Set(setting), _, _) => setting.slot().map(|slot| slot.number()),
            _ => None,
        };
        match slot {
            Some(slot) if session.pointer != Some(slot) && session.has(legacy::POINTER) => {
                Command::Point(slot, Box::new(command))
            }
            _ => command,
        }
    }

    /// What a command is on the air.
    pub(super) fn parcel(&self, session: &Session, command: &Command) -> Result<Parcel, WriteError> {
        let length = session.limits.unwrap_or(Limits::FALLBACK).read_length();
        let lorax = session.generation == Generation::Lorax;
        let call = match command {
            Command::Limits => Call::Frame(Operation::GetLimits),
            Command::Seed if lorax => Call::Frame(Operation::GetAccessSeed),
            Command::Seed => Call::Read(legacy::ACCESS),
            Command::Unlock(token) if lorax => Call::Frame(Operation::UnlockAccess(*token)),
            Command::Unlock(token) => Call::Write(legacy::ACCESS, token.to_vec()),
            Command::Check => Call::Read(legacy::OPERATING),
            Command::Point(slot, _) => Call::Write(legacy::POINTER, legacy::pointer(*slot).to_vec()),
            Command::Watch(WatchStep::Open(file)) => {
                Call::Frame(Operation::Open { flags: 0, path: file.path().into_owned() })
            }
            Command::Watch(WatchStep::Start { handle, interval_ms, length, .. }) => {
                Call::Frame(Operation::Watch { handle: *handle, interval_ms: *interval_ms, length: *length })
            }
            Command::Watch(WatchStep::Close { handle, .. }) => {
                Call::Frame(Operation::Close { handle: *handle })
            }
            Command::Read(attribute, so_far) => {
                let source = attribute.source(session.generation).ok_or(WriteError::Unsupported)?;
                read(session, source, so_far.len(), length)?
            }
            Command::Log(kind, step) => return self.log_parcel(session, *kind, *step),
            Command::Write(wanted, _, sent) => return self.write(session, wanted, *sent),
        };
        Ok(call.into())
    }

    fn write(&self, session: &Session, wanted: &Write, sent: usize) -> Result<Parcel, WriteError> {
        let firmware = Revision(self.state.firmware.unwrap_or_default());
        let (target, data) = wanted.encode(self.encoding_to_write(), firmware)?;
        let whole = data.len();
        match target {
            Target::File(path) => {
                // The MTU is not told; no frame is longer than one packet of the least that was seen.
                let limits = session.limits.unwrap_or(Limits::FALLBACK);
                let operation = piece(&path, &data, sent, limits, None)?;
                let length = room(&path, limits, None).min(whole - sent);
                Ok(Parcel { piece: length, whole, ..Call::Frame(operation).into() })
            }
            Target::Characteristic(id) | Target::Pointed { characteristic: id, .. } => {
                if !session.has(id) {
                    return Err(WriteError::Unsupported);
                }
                Ok(Parcel { piece: whole, whole, ..Call::Write(id, data).into() })
            }
        }
    }

    fn log_parcel(&self, session: &Session, kind: LogKind, step: LogStep) -> Result<Parcel, WriteError> {
        let generation = session.generation;
        let (source, length) = match step {
            LogStep::Select(index) => return self.write(session, &Write::SelectEntry(kind, index), 0),
            LogStep::Begin => (kind.begin(generation), INDEX_LENGTH),
            LogStep::End => (kind.end(generation), INDEX_LENGTH),
            LogStep::Ready => (kind.ready(generation), INDEX_LENGTH),
            LogStep::Entry => (kind.entry(generation), ENTRY_LENGTH as u16),
        };
        Ok(read(session, source, 0, length)?.into())
    }
}

fn read(session: &Session, source: Source, offset: usize, length: u16) -> Result<Call, WriteError> {
    match source {
        Source::File(path) => {
            let operation = next_read(&path, length, offset, None).ok_or(WriteError::Unsupported)?;
            Ok(Call::Frame(operation))
        }
        Source::Characteristic(id) | Source::Pointed { characteristic: id, .. } => {
            if session.has(id) {
                Ok(Call::Read(id))
            } else {
                Err(WriteError::Unsupported)
            }
        }
    }
}
