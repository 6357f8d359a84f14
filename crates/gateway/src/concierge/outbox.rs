//! What the broker wants sent, in order. A frame for many is encoded once and shared.

use std::collections::VecDeque;
use std::sync::Arc;

use hearth_dialects::concierge::{CloseCode, ServerFrame, ServerPayload};
use uuid::Uuid;

use super::Tally;
use crate::hub::ConnectionId;

/// What the owner of the sockets does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Sends a text frame.
    Send {
        /// To this socket.
        to: ConnectionId,
        /// The frame, shared between its recipients.
        text: Arc<str>,
    },
    /// Sends a ping without a payload.
    Ping {
        /// To this socket.
        to: ConnectionId,
    },
    /// Closes a socket after what was sent to it. The broker has forgotten it already.
    Close {
        /// This socket.
        to: ConnectionId,
        /// Why.
        code: CloseCode,
    },
    /// The client with this uuid is gone: nothing is to be kept for it.
    Left {
        /// Its uuid.
        uuid: Uuid,
    },
}

#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Output>,
    pub tally: Tally,
}

impl Outbox {
    /// To those who did not ask for it.
    pub fn tell(&mut self, to: impl IntoIterator<Item = ConnectionId>, payload: ServerPayload<'_>) {
        let mut recipients = to.into_iter().peekable();
        if recipients.peek().is_some() {
            let text: Arc<str> = ServerFrame::event(payload).encode().into();
            for to in recipients {
                self.send(to, Arc::clone(&text));
            }
        }
    }

    /// To the one who asked.
    pub fn answer(&mut self, to: ConnectionId, seq: u64, payload: ServerPayload<'_>) {
        self.send(to, ServerFrame::answer(seq, payload).encode().into());
    }

    fn send(&mut self, to: ConnectionId, text: Arc<str>) {
        self.tally.frames_out += 1;
        self.tally.bytes_out += text.len() as u64;
        self.queue.push_back(Output::Send { to, text });
    }

    pub fn ping(&mut self, to: ConnectionId) {
        self.queue.push_back(Output::Ping { to });
    }

    pub fn close(&mut self, to: ConnectionId, code: CloseCode) {
        *self.tally.closes.entry(code.code()).or_default() += 1;
        self.queue.push_back(Output::Close { to, code });
    }

    pub fn left(&mut self, uuid: Uuid) {
        self.queue.push_back(Output::Left { uuid });
    }

    pub fn pop(&mut self) -> Option<Output> {
        self.queue.pop_front()
    }
}
