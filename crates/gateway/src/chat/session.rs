//! One socket of a chat dialect as a state machine without I/O or clock: what its driver tells it, and what the driver does
//! for it. The rules of each dialect are in its own module; the driver is in the server.

use std::collections::VecDeque;
use std::fmt;
use std::time::Instant;

use axum::body::Bytes;
use hearth_clock::Now;

use super::event::{Delivery, Ending};

/// What is to be done with the socket, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// Sends a text.
    Send(Bytes),
    /// Closes it, after what was sent. Nothing follows.
    Close {
        /// The code of the close frame.
        code: u16,
        /// In words.
        reason: &'static str,
    },
}

/// What was sent that is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noticed {
    /// A binary frame.
    Binary,
    /// A ping or a pong.
    Life,
}

/// The rules of one socket. After each call the driver takes the outputs, and looks when the next timeout is.
///
/// What takes a while is a request: the driver has it carried out and says what came of it, and reads nothing more from the
/// socket until then. Events, timeouts and the end of the server may come meanwhile.
pub(crate) trait Session: fmt::Debug + Send + 'static {
    /// What takes a while: looking a token up, a change in the chat core.
    type Request: fmt::Debug + Send;
    /// What came of it.
    type Answer: fmt::Debug + Send;

    /// The socket is open.
    fn opened(&mut self, now: Now) -> Option<Self::Request>;

    /// A text came.
    fn receive(&mut self, now: Now, text: &str) -> Option<Self::Request>;

    /// A request was carried out; there may be another one.
    fn answered(&mut self, now: Now, answer: Self::Answer) -> Option<Self::Request>;

    /// Something else came.
    fn noticed(&mut self, now: Now, what: Noticed);

    /// Something happened in the chat core. Many sockets hear of it: what is the same for all is written once, with
    /// [`Delivery::frame`].
    fn deliver(&mut self, delivery: &Delivery);

    /// The chat core wants the socket closed.
    fn end(&mut self, why: Ending);

    /// The server stops: the socket is to be closed.
    fn stop(&mut self);

    /// The computer slept until now: nobody could be heard meanwhile.
    fn woke(&mut self, now: Now);

    /// When to call [`Session::handle_timeout`]. Not before its time, and with nothing left that is due afterwards.
    fn poll_timeout(&self) -> Option<Instant>;

    /// Does what is due.
    fn handle_timeout(&mut self, now: Now);

    /// What to do next.
    fn poll_output(&mut self) -> Option<Output>;
}

/// The outputs of a session: nothing follows a close.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    waiting: VecDeque<Output>,
    is_closed: bool,
}

impl Outputs {
    /// Sends a text, unless the socket is closed.
    pub fn send(&mut self, text: impl Into<Bytes>) {
        if !self.is_closed {
            self.waiting.push_back(Output::Send(text.into()));
        }
    }

    /// Closes the socket, once.
    pub fn close(&mut self, code: u16, reason: &'static str) {
        if !std::mem::replace(&mut self.is_closed, true) {
            self.waiting.push_back(Output::Close { code, reason });
        }
    }

    /// Whether the socket is closed, also when that is still to be done.
    pub const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// What to do next.
    pub fn pop(&mut self) -> Option<Output> {
        self.waiting.pop_front()
    }
}
