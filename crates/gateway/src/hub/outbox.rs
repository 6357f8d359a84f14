//! What the hub wants sent, in order. A frame for many is encoded once.

use std::collections::VecDeque;
use std::sync::Arc;

use hearth_dialects::puff::{CloseCode, ServerFrame};

use super::ConnectionId;

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
    /// Closes a socket after what was sent to it. The hub has forgotten it already.
    Close {
        /// This socket.
        to: ConnectionId,
        /// Close code.
        code: u16,
        /// Close reason.
        reason: &'static str,
    },
}

#[derive(Debug, Default)]
pub(super) struct Outbox(VecDeque<Output>);

impl Outbox {
    pub fn send(&mut self, to: ConnectionId, frame: impl Into<ServerFrame>) {
        self.broadcast([to], frame);
    }

    pub fn broadcast(&mut self, to: impl IntoIterator<Item = ConnectionId>, frame: impl Into<ServerFrame>) {
        let mut recipients = to.into_iter().peekable();
        if recipients.peek().is_none() {
            return;
        }
        let text: Arc<str> = frame.into().encode().into();
        self.0.extend(recipients.map(|to| Output::Send { to, text: Arc::clone(&text) }));
    }

    pub fn close(&mut self, to: ConnectionId, code: CloseCode) {
        self.0.push_back(Output::Close { to, code: code.code(), reason: code.reason() });
    }

    pub fn pop(&mut self) -> Option<Output> {
        self.0.pop_front()
    }
}
