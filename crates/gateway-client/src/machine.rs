//! What the driver needs of a dialect's session: a state machine that neither does I/O nor reads a clock.
//!
//! Inputs go in, outputs come out, and the machine says when it wants to be looked at again. A machine has at most
//! one socket that it cares for; what a former one reports is ignored. It may ask over HTTP beside it.

use std::fmt;
use std::time::Instant;

use hearth_clock::Now;

pub use crate::http::{HttpAnswer, HttpFailure, HttpId, HttpRequest, Method};

/// Names one socket of a machine. A machine has at most one at a time; what a former one reports is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// Why a socket could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenFailure {
    /// No route, refused, TLS, timed out, …: it may work later.
    Network(String),
    /// A web server answered, but not with an upgrade: its status code.
    Http(u16),
}

/// What goes into a machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Input<Request> {
    /// The socket is open.
    Opened(SocketId),
    /// The socket could not be opened.
    OpenFailed(SocketId, OpenFailure),
    /// A text message.
    Text(SocketId, String),
    /// A binary message.
    Binary(SocketId, Vec<u8>),
    /// The other end pinged, and was answered. Only told when [`Link::pings`] asks for it.
    Ping(SocketId),
    /// The answer to [`Output::Ping`].
    Pong(SocketId),
    /// The socket is gone: the close code, when the other end sent one, and its reason.
    Closed(SocketId, Option<u16>, String),
    /// What came of [`Output::Http`].
    Http(HttpId, Result<HttpAnswer, HttpFailure>),
    /// The owner of the machine wants something.
    Request(Request),
}

/// What comes out of a machine.
#[derive(Clone, PartialEq)]
pub enum Output<Event> {
    /// Open a WebSocket to this URL.
    Open(SocketId, String),
    /// Send a text message, as one frame.
    Text(SocketId, String),
    /// Send a WebSocket ping.
    Ping(SocketId),
    /// Close with this code. Nothing that the socket reports later matters.
    Close(SocketId, u16),
    /// Ask over HTTP. Answered once with [`Input::Http`].
    Http(HttpId, HttpRequest),
    /// Tell the owner.
    Event(Event),
}

impl<Event: fmt::Debug> fmt::Debug for Output<Event> {
    /// Without the query of a URL, which may hold a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(socket, url) => {
                f.debug_tuple("Open").field(socket).field(&without_query(url)).finish()
            }
            Self::Text(socket, text) => f.debug_tuple("Text").field(socket).field(text).finish(),
            Self::Ping(socket) => f.debug_tuple("Ping").field(socket).finish(),
            Self::Close(socket, code) => f.debug_tuple("Close").field(socket).field(code).finish(),
            Self::Http(id, request) => f.debug_tuple("Http").field(id).field(request).finish(),
            Self::Event(event) => f.debug_tuple("Event").field(event).finish(),
        }
    }
}

/// A URL as it may be shown: its query may hold a token.
pub(crate) fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

/// What a dialect asks of its sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Offered when the socket is opened, in this order. A server may take none of them.
    pub subprotocols: &'static [&'static str],
    /// A longer message ends the connection, bytes.
    pub longest_message: usize,
    /// A longer frame ends the connection, bytes.
    pub longest_frame: usize,
    /// Pings of the other end are told as [`Input::Ping`]. They are answered in any case.
    pub pings: bool,
}

impl Link {
    /// No subprotocol, and 4 MiB for messages and frames: a list of 10,000 groups fits.
    pub const USUAL: Self = Self::of_messages(4 << 20);

    /// No subprotocol, and messages of so many bytes, whole or in frames.
    #[must_use]
    pub const fn of_messages(longest: usize) -> Self {
        Self { subprotocols: &[], longest_message: longest, longest_frame: longest, pings: false }
    }
}

impl Default for Link {
    /// [`Link::USUAL`].
    fn default() -> Self {
        Self::USUAL
    }
}

/// A client session of one dialect.
pub trait Machine {
    /// What its owner may ask for.
    type Request;
    /// What it tells its owner.
    type Event;

    /// What its sockets have to be.
    fn link(&self) -> Link {
        Link::default()
    }

    /// Takes the next output.
    fn poll_output(&mut self) -> Option<Output<Self::Event>>;

    /// When [`Machine::handle_timeout`] wants to be called; it may lie in the past.
    fn poll_timeout(&self) -> Option<Instant>;

    /// Takes an input.
    fn handle(&mut self, now: Now, input: Input<Self::Request>);

    /// Does what is due.
    fn handle_timeout(&mut self, now: Now);

    /// The owner is gone: says goodbye, and closes.
    fn leave(&mut self, now: Now);
}
