//! What happens, and how it gets to those whom it concerns.

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use serde_json::Value;
use uuid::Uuid;

use super::model::{ChannelId, Community, CommunityId, Message, MessageId};
use super::people::{Person, Presence, Status, VoiceState};
use crate::dialect::Dialect;

/// What happens in the communities of somebody who is connected.
#[derive(Clone, Debug, PartialEq)]
pub enum ChatEvent {
    /// The first event of a connection.
    Welcome(Box<Welcome>),
    /// Somebody said something.
    MessageCreated {
        /// Where.
        community: CommunityId,
        /// What.
        message: Message,
    },
    /// A message was changed.
    MessageEdited {
        /// Where.
        community: CommunityId,
        /// As it is now.
        message: Message,
    },
    /// A message was deleted.
    MessageDeleted {
        /// Where.
        community: CommunityId,
        /// Where.
        channel: ChannelId,
        /// Which.
        id: MessageId,
        /// Its number.
        number: u64,
    },
    /// Somebody comes, goes, or says something else of themselves.
    Presence {
        /// Who.
        person: Person,
        /// As it is now.
        presence: Presence,
        /// Where they are a member.
        communities: Arc<[CommunityId]>,
    },
    /// Somebody writes.
    Typing {
        /// Where.
        community: CommunityId,
        /// Where.
        channel: ChannelId,
        /// Who.
        person: Person,
    },
    /// Somebody joined or left a voice room, or changed there.
    Voice {
        /// Where.
        community: CommunityId,
        /// As it is now.
        state: VoiceState,
    },
    /// One peer tells another how to reach it.
    Signal {
        /// Account.
        from: Uuid,
        /// As the front read it; nobody here looks into it.
        signal: Value,
    },
    /// Somebody joined a community.
    Joined {
        /// Where.
        community: CommunityId,
        /// Who.
        person: Person,
        /// Whether they are there.
        status: Status,
    },
    /// Somebody left a community, or was made to.
    Left {
        /// Where.
        community: CommunityId,
        /// Who.
        person: Person,
    },
    /// A community is no more: the last that is told of it.
    Ended {
        /// Which.
        community: CommunityId,
    },
}

/// What a connection begins with.
#[derive(Clone, Debug, PartialEq)]
pub struct Welcome {
    /// Who.
    pub person: Person,
    /// As others see it from now on.
    pub presence: Presence,
    /// Where it is a member, in the order of creation.
    pub communities: Vec<Community>,
}

/// An event on its way to several connections: each dialect writes it once.
#[derive(Debug)]
pub struct Delivery {
    /// What happened.
    pub event: ChatEvent,
    frames: [OnceLock<Option<Bytes>>; Dialect::ALL.len()],
}

impl Delivery {
    /// An event that no dialect has written yet.
    #[must_use]
    pub fn new(event: ChatEvent) -> Self {
        Self { event, frames: Default::default() }
    }

    /// The event as a dialect writes it for everybody alike; `None` when it has no words for it.
    pub fn frame(&self, dialect: Dialect, write: impl FnOnce(&ChatEvent) -> Option<String>) -> Option<Bytes> {
        let frame = self.frames.get(dialect as usize)?;
        frame.get_or_init(|| write(&self.event).map(Bytes::from)).clone()
    }
}

/// Why a connection is closed by the chat core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The account may not be used any more.
    Suspended,
    /// The account has more connections than it may have, and this is the oldest.
    Crowded,
}

/// Where the events of one connection go. Must not block.
pub trait Outlet: Send + Sync + std::fmt::Debug {
    /// An event; more may follow at once.
    fn deliver(&self, delivery: &Delivery);
    /// Nothing follows for now: what was delivered is to be written.
    fn flush(&self);
    /// Close.
    fn shut(&self, why: Ending);
}
