//! Moves the bytes of a session: one tokio task that owns the state machine, and one per socket.
//!
//! Nothing is decided here: what to open, say and close comes from the machine, and when to try again too.

mod socket;

use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use tokio::sync::mpsc;

use crate::group;
use crate::puff::{EndpointError, Input, Output, Session, SessionConfig, SocketId};
use socket::{Socket, SocketEvent};

/// How long a clean leave may take before the socket is dropped.
const FAREWELL: Duration = Duration::from_secs(1);

/// When the machine waits for nothing, it is looked at again after this long.
const IDLE: Duration = Duration::from_secs(3600);

/// A running session. Clones speak to the same one; when the last is dropped the session leaves its group and
/// closes.
#[derive(Clone, Debug)]
pub struct GatewayHandle {
    requests: mpsc::UnboundedSender<group::Request>,
}

impl GatewayHandle {
    /// Starts a session on the current tokio runtime. It is offline until [`group::Request::Connect`].
    ///
    /// Everything that happens comes out of `events`; when its receiver is dropped the session ends.
    ///
    /// # Errors
    /// [`EndpointError`] when the address of `config` is no gateway address.
    pub fn spawn(
        config: SessionConfig,
        clock: Arc<Clock>,
        events: mpsc::UnboundedSender<group::Event>,
    ) -> Result<Self, EndpointError> {
        let session = Session::new(config, clock.now())?;
        let (requests, request_queue) = mpsc::unbounded_channel();
        let (socket_events, socket_queue) = mpsc::unbounded_channel();
        let driver = Driver { session, clock, events, socket_events, socket: None };
        tokio::spawn(driver.run(request_queue, socket_queue));
        Ok(Self { requests })
    }

    /// Asks the session for something. What comes of it arrives as events; a request that cannot be carried
    /// out now is answered with [`group::Event::Refused`].
    pub fn request(&self, request: group::Request) {
        // The session ends early only when nobody listens to its events.
        let _ = self.requests.send(request);
    }
}

struct Driver {
    session: Session,
    clock: Arc<Clock>,
    events: mpsc::UnboundedSender<group::Event>,
    socket_events: mpsc::UnboundedSender<(SocketId, SocketEvent)>,
    /// The machine has at most one socket that it cares for.
    socket: Option<(SocketId, Socket)>,
}

impl Driver {
    async fn run(
        mut self,
        mut requests: mpsc::UnboundedReceiver<group::Request>,
        mut sockets: mpsc::UnboundedReceiver<(SocketId, SocketEvent)>,
    ) {
        loop {
            let rest = self.session.poll_timeout().map_or(IDLE, |at| self.clock.until(at));
            tokio::select! {
                request = requests.recv() => {
                    let Some(request) = request else { break };
                    self.session.handle(self.clock.now(), Input::Request(request));
                }
                Some((id, event)) = sockets.recv() => self.heard(id, event),
                () = tokio::time::sleep(rest) => self.session.handle_timeout(self.clock.now()),
                () = self.events.closed() => break,
            }
            self.carry_out();
        }
        self.leave(sockets).await;
    }

    fn heard(&mut self, id: SocketId, event: SocketEvent) {
        let ended = matches!(event, SocketEvent::OpenFailed(_) | SocketEvent::Closed { .. });
        if ended && self.socket.as_ref().is_some_and(|(open, _)| *open == id) {
            self.socket = None;
        }
        let input = match event {
            SocketEvent::Opened => Input::Opened(id),
            SocketEvent::OpenFailed(failure) => Input::OpenFailed(id, failure),
            SocketEvent::Text(text) => Input::Text(id, text),
            SocketEvent::Binary(bytes) => Input::Binary(id, bytes),
            SocketEvent::Pong => Input::Pong(id),
            SocketEvent::Closed { code, reason } => Input::Closed(id, code, reason),
        };
        self.session.handle(self.clock.now(), input);
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Open(id, url) => {
                    self.socket = Some((id, Socket::open(id, url, self.socket_events.clone())));
                }
                Output::Text(id, text) => {
                    self.with_socket(id, |socket| socket.text(text));
                }
                Output::Ping(id) => self.with_socket(id, Socket::ping),
                Output::Close(id, code) => {
                    self.with_socket(id, |socket| socket.close(code));
                    if self.socket.as_ref().is_some_and(|(open, _)| *open == id) {
                        self.socket = None;
                    }
                }
                Output::Event(event) => {
                    // Noticed by `run`, which ends then.
                    let _ = self.events.send(event);
                }
            }
        }
    }

    fn with_socket(&mut self, id: SocketId, act: impl FnOnce(&Socket)) {
        if let Some((_, socket)) = self.socket.as_ref().filter(|(open, _)| *open == id) {
            act(socket);
        }
    }

    /// Leaves the group and closes; waits until the socket's task has said so, but not for long.
    async fn leave(mut self, mut sockets: mpsc::UnboundedReceiver<(SocketId, SocketEvent)>) {
        self.session.handle(self.clock.now(), Input::Request(group::Request::Disconnect));
        self.carry_out();
        drop(self.socket_events);
        let gone = async { while sockets.recv().await.is_some() {} };
        let _ = tokio::time::timeout(FAREWELL, gone).await;
    }
}
