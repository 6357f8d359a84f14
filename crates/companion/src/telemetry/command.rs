//! Commands to a device, and the answers to them. A stranger's data: whatever it is, it is answered in words, and
//! nothing else comes of what is not understood.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::VERSION;

/// The longest command, bytes.
const LONGEST: usize = 1_024;

/// The longest `id`, characters.
const ID: usize = 64;

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TelemetryCommand {
    /// Ask the group to get ready.
    Inquire,
    /// Get this device ready.
    Ready,
    /// Stop its heat.
    Stop,
    /// Start a heat.
    Heat,
}

/// What tells the answer of one command from that of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CommandId {
    /// A number.
    Number(u64),
    /// A text of at most 64 characters.
    Text(String),
}

/// A command that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Comes back in the answer.
    pub id: Option<CommandId>,
    /// What is asked.
    pub command: TelemetryCommand,
}

/// A command that was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Comes back in the answer, where it could be read.
    pub id: Option<CommandId>,
    /// Why.
    pub why: Refusal,
}

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is too long.
    TooLong,
    /// It is no command.
    Malformed,
    /// It is of another version.
    Version,
    /// There is no such command.
    Unknown,
    /// They ask too often.
    TooOften,
    /// The owner has not allowed them anything.
    NotAllowed,
    /// The owner has not allowed them to heat.
    HeatNotAllowed,
    /// Who may not heat cannot bring a heat about alone: not get the device ready without being asked by others,
    /// or after asking themselves.
    NeedsHeat,
    /// Another device heats with the group.
    NotInUse,
    /// The device is not linked.
    NotConnected,
    /// It sleeps.
    Asleep,
    /// It heats already, or is about to.
    Heats,
    /// Its owner is in no group.
    NoGroup,
    /// Its owner is away.
    Away,
    /// Something else stands in the way; its owner is told what.
    NotNow,
}

impl Refusal {
    /// A stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Malformed => "malformed",
            Self::Version => "version",
            Self::Unknown => "unknown_command",
            Self::TooOften => "too_often",
            Self::NotAllowed => "not_allowed",
            Self::HeatNotAllowed => "heat_not_allowed",
            Self::NeedsHeat => "needs_heat",
            Self::NotInUse => "not_in_use",
            Self::NotConnected => "not_connected",
            Self::Asleep => "asleep",
            Self::Heats => "heats",
            Self::NoGroup => "no_group",
            Self::Away => "away",
            Self::NotNow => "not_now",
        }
    }

    /// In words. They are for other programs and whoever writes these, and thus always English.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TooLong => "A command has at most 1024 bytes.",
            Self::Malformed => {
                "This is no command: a JSON object with \"hearth\", \"command\" and perhaps \"id\"."
            }
            Self::Version => "This Hearth speaks version 1.",
            Self::Unknown => "There are inquire, ready, stop and heat.",
            Self::TooOften => "Too many commands. Wait a little.",
            Self::NotAllowed => "The owner has not allowed you to send commands.",
            Self::HeatNotAllowed => "The owner has not allowed you to start a heat.",
            Self::NeedsHeat => {
                "Who may not heat gets the device ready only when somebody else has asked for it."
            }
            Self::NotInUse => "Another device of this owner is in use.",
            Self::NotConnected => "The device is not connected.",
            Self::Asleep => "The device sleeps. Its button wakes it.",
            Self::Heats => "The device heats already.",
            Self::NoGroup => "The owner is in no group.",
            Self::Away => "The owner is away.",
            Self::NotNow => "That is not possible now.",
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// From the command.
    #[serde(default)]
    pub id: Option<CommandId>,
    /// It is being done.
    pub ok: bool,
    /// Why not, as a stable code.
    #[serde(default)]
    pub code: Option<String>,
    /// Why not, in words.
    #[serde(default)]
    pub why: Option<String>,
}

impl Answer {
    /// The answer to a command.
    #[must_use]
    pub fn new(id: Option<CommandId>, result: Result<(), Refusal>) -> Self {
        let why = result.err();
        Self {
            id,
            ok: why.is_none(),
            code: why.map(|why| why.code().to_owned()),
            why: why.map(|why| why.words().to_owned()),
        }
    }
}

/// Reads a command. `None`: it is telemetry or an answer, and wants none.
///
/// # Errors
/// [`Bad`]: it is to be answered so.
pub fn parse(data: &str) -> Result<Option<Asked>, Bad> {
    let bad = |id, why| Err(Bad { id, why });
    if data.len() > LONGEST {
        return bad(None, Refusal::TooLong);
    }
    let Ok(Value::Object(said)) = serde_json::from_str(data) else { return bad(None, Refusal::Malformed) };
    // Two programs that answer each other's answers would do so for ever.
    if said.contains_key("type") && !said.contains_key("command") {
        return Ok(None);
    }
    let id = match said.get("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.chars().count() <= ID => Some(CommandId::Text(text.clone())),
        Some(Value::Number(number)) if number.is_u64() => number.as_u64().map(CommandId::Number),
        Some(_) => return bad(None, Refusal::Malformed),
    };
    let command = match (said.get("hearth"), said.get("command")) {
        (Some(Value::Number(version)), _) if version.as_u64() != Some(VERSION) => {
            return bad(id, Refusal::Version);
        }
        (Some(Value::Number(_)), Some(Value::String(command))) => command.as_str(),
        _ => return bad(id, Refusal::Malformed),
    };
    let command = match command {
        "inquire" => TelemetryCommand::Inquire,
        "ready" => TelemetryCommand::Ready,
        "stop" => TelemetryCommand::Stop,
        "heat" => TelemetryCommand::Heat,
        _ => return bad(id, Refusal::Unknown),
    };
    Ok(Some(Asked { id, command }))
}
