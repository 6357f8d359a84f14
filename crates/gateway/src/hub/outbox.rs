//! What the hub wants sent, in order. A frame for many is encoded once.

use std::collections::VecDeque;
use std::sync::Arc;

use hearth_dialects::puff::{CloseCode, ServerFrame};

use super::ConnectionId;
use super::community::SeshNews;

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
    /// Asks whose account token this is (op 20). The answer goes to [`super::Hub::verified`], soon or late; the
    /// hub does not wait for it.
    Verify {
        /// The socket that sent it.
        to: ConnectionId,
        /// The token.
        token: String,
    },
    /// Something of a group that the chat core is to know. Only with [`super::HubConfig::communities`].
    Sesh(SeshNews),
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
pub(super) struct Outbox {
    queue: VecDeque<Output>,
    pub frames: u64,
    pub bytes: u64,
}

impl Outbox {
    pub fn send(&mut self, to: ConnectionId, frame: impl Into<ServerFrame>) {
        self.broadcast([to], frame);
    }

    pub fn broadcast(&mut self, to: impl IntoIterator<Item = ConnectionId>, frame: impl Into<ServerFrame>) {
        let mut recipients = to.into_iter().peekable();
        if recipients.peek().is_some() {
            let text: Arc<str> = frame.into().encode().into();
            self.broadcast_text(recipients, &text);
        }
    }

    /// Sends a frame that is encoded already; to how many.
    pub fn broadcast_text(&mut self, to: impl IntoIterator<Item = ConnectionId>, text: &Arc<str>) -> usize {
        let before = self.queue.len();
        self.queue.extend(to.into_iter().map(|to| Output::Send { to, text: Arc::clone(text) }));
        let copies = self.queue.len() - before;
        self.frames += copies as u64;
        self.bytes += (copies * text.len()) as u64;
        copies
    }

    pub fn close(&mut self, to: ConnectionId, code: CloseCode) {
        self.push(Output::Close { to, code: code.code(), reason: code.reason() });
    }

    pub fn push(&mut self, output: Output) {
        self.queue.push_back(output);
    }

    pub fn pop(&mut self) -> Option<Output> {
        self.queue.pop_front()
    }
}
