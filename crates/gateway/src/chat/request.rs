//! What the desk is asked for, and what it tells of seshes.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::error::ChatError;
use super::event::Outlet;
use super::model::{ChannelId, Message};
use super::people::{Person, Status, VoiceState};
use super::store::{Write, Written};
use super::switchboard::ConnectionKey;
use crate::accounts::Account;

/// A message in the community of a sesh group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeshMessage {
    /// The group's code.
    pub code: String,
    /// What [`Chat::say_in_sesh`] was given, when it comes from the group itself.
    pub origin: Option<u64>,
    /// The message; `None`: it could not be said.
    pub message: Option<Message>,
}

/// Where messages of seshes go: to the hub, which tells the group.
pub type SeshLink = mpsc::UnboundedSender<SeshMessage>;

/// Somebody went into a voice room, or out of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeshVoice {
    /// Who.
    pub account: Uuid,
    /// The code of the sesh group whose room they are in now; `None`: in no group's.
    pub code: Option<String>,
}

/// What the desk is asked for.
#[derive(Debug)]
pub(super) enum Request {
    Write {
        write: Write,
        /// For those who are told.
        by: Option<Person>,
        /// The group that it comes from, and what it is to be told with it.
        sesh: Option<(String, u64)>,
        answer: Option<oneshot::Sender<Result<Written, ChatError>>>,
    },
    Connect {
        account: Box<Account>,
        outlet: Arc<dyn Outlet>,
        answer: oneshot::Sender<Result<ConnectionKey, ChatError>>,
    },
    Disconnect(ConnectionKey),
    Presence {
        account: Uuid,
        status: Option<Status>,
        custom_status: Option<Option<String>>,
    },
    Statuses {
        accounts: Vec<Uuid>,
        answer: oneshot::Sender<Vec<Status>>,
    },
    Typing {
        by: Person,
        channel: ChannelId,
    },
    Voice {
        by: Person,
        channel: ChannelId,
        change: VoiceChange,
        answer: oneshot::Sender<Result<Vec<VoiceState>, ChatError>>,
    },
    Signal {
        from: Uuid,
        to: Uuid,
        signal: Value,
    },
    TellVoice(mpsc::UnboundedSender<SeshVoice>),
    Shut {
        account: Uuid,
    },
    Stop {
        done: oneshot::Sender<()>,
    },
}

/// What somebody wants in a voice room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoiceChange {
    /// To be in it.
    Join,
    /// To hear or be heard, or not.
    Set {
        /// The own microphone is off.
        self_mute: Option<bool>,
        /// The own speakers are off.
        self_deaf: Option<bool>,
    },
    /// To leave it.
    Leave,
    /// To see who is in it.
    Look,
}
