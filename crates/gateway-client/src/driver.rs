//! Moves the bytes of a session: one tokio task that owns the state machine, one per socket, and one per HTTP
//! request. Any [`Machine`] will do.
//!
//! Nothing is decided here: what to open, say and close comes from the machine, and when to try again too.

mod http;
mod socket;

use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::group;
use crate::machine::{HttpAnswer, HttpFailure, HttpId, HttpRequest, Input, Machine, Output, SocketId};
use crate::puff::{EndpointError, Session, SessionConfig};
use http::Http;
use socket::{Socket, SocketEvent};

/// How long a clean leave may take before the socket is dropped.
const FAREWELL: Duration = Duration::from_secs(1);

/// So many frames are read ahead of the machine.
const READ_AHEAD: usize = 16;

/// When the machine waits for nothing, it is looked at again after this long.
const IDLE: Duration = Duration::from_secs(3600);

/// A running session of puff.social's dialect.
pub type GatewayHandle = Handle<group::Request>;

impl GatewayHandle {
    /// Starts a session on the current tokio runtime. It is offline until [`group::Request::Connect`].
    ///
    /// Everything that happens comes out of `events`; when its receiver is dropped the session ends. A request that
    /// cannot be carried out now is answered with [`group::Event::Refused`].
    ///
    /// # Errors
    /// [`EndpointError`] when the address of `config` is no gateway address.
    pub fn spawn(
        config: SessionConfig,
        clock: Arc<Clock>,
        events: mpsc::UnboundedSender<group::Event>,
    ) -> Result<Self, EndpointError> {
        Ok(Self::run(Session::new(config)?, clock, events))
    }
}

/// A running machine. Clones speak to the same one; when the last is dropped it says goodbye and closes.
#[derive(Debug)]
pub struct Handle<Request> {
    requests: mpsc::UnboundedSender<Request>,
}

impl<Request> Clone for Handle<Request> {
    fn clone(&self) -> Self {
        Self { requests: self.requests.clone() }
    }
}

impl<Request: Send + 'static> Handle<Request> {
    /// Runs a machine on the current tokio runtime. Everything that happens comes out of `events`; when its receiver
    /// is dropped the machine ends.
    pub fn run<M>(machine: M, clock: Arc<Clock>, events: mpsc::UnboundedSender<M::Event>) -> Self
    where
        M: Machine<Request = Request> + Send + 'static,
        M::Event: Send,
    {
        let (requests, request_queue) = mpsc::unbounded_channel();
        let (socket_events, socket_queue) = mpsc::channel(READ_AHEAD);
        let driver = Driver {
            machine,
            clock,
            events,
            socket_events,
            socket: None,
            http: Http::new(),
            asked: JoinSet::new(),
        };
        tokio::spawn(driver.run(request_queue, socket_queue));
        Self { requests }
    }

    /// Asks for something. What comes of it arrives as events.
    pub fn request(&self, request: Request) {
        // The machine ends early only when nobody listens to its events.
        let _ = self.requests.send(request);
    }
}

/// Asks over HTTP once, without a session.
///
/// # Errors
/// [`HttpFailure`] when there is no answer.
pub async fn ask(request: HttpRequest) -> Result<HttpAnswer, HttpFailure> {
    Http::new()?.ask(request).await
}

struct Driver<M: Machine> {
    machine: M,
    clock: Arc<Clock>,
    events: mpsc::UnboundedSender<M::Event>,
    socket_events: mpsc::Sender<(SocketId, SocketEvent)>,
    /// The machine has at most one socket that it cares for.
    socket: Option<(SocketId, Socket)>,
    http: Result<Http, HttpFailure>,
    /// What is being asked over HTTP.
    asked: JoinSet<(HttpId, Result<HttpAnswer, HttpFailure>)>,
}

impl<M: Machine> Driver<M> {
    async fn run(
        mut self,
        mut requests: mpsc::UnboundedReceiver<M::Request>,
        mut sockets: mpsc::Receiver<(SocketId, SocketEvent)>,
    ) {
        loop {
            let rest = self.machine.poll_timeout().map_or(IDLE, |at| self.clock.until(at));
            tokio::select! {
                request = requests.recv() => {
                    let Some(request) = request else { break };
                    self.machine.handle(self.clock.now(), Input::Request(request));
                }
                Some((id, event)) = sockets.recv() => self.heard(id, event),
                Some(answered) = self.asked.join_next() => {
                    // One that panicked has said so in the log, and is never answered.
                    if let Ok((id, answer)) = answered {
                        self.machine.handle(self.clock.now(), Input::Http(id, answer));
                    }
                }
                () = tokio::time::sleep(rest) => self.machine.handle_timeout(self.clock.now()),
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
            SocketEvent::Ping => Input::Ping(id),
            SocketEvent::Pong => Input::Pong(id),
            SocketEvent::Closed { code, reason } => Input::Closed(id, code, reason),
        };
        self.machine.handle(self.clock.now(), input);
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.machine.poll_output() {
            match output {
                Output::Open(id, url) => {
                    let socket = Socket::open(id, url, self.machine.link(), self.socket_events.clone());
                    self.socket = Some((id, socket));
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
                Output::Http(id, request) => self.ask(id, request),
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

    fn ask(&mut self, id: HttpId, request: HttpRequest) {
        let http = self.http.clone();
        self.asked.spawn(async move {
            let answer = match http {
                Ok(http) => http.ask(request).await,
                Err(failure) => Err(failure),
            };
            (id, answer)
        });
    }

    /// Says goodbye and closes; waits until the socket's task has said so, but not for long.
    async fn leave(mut self, mut sockets: mpsc::Receiver<(SocketId, SocketEvent)>) {
        self.machine.leave(self.clock.now());
        self.carry_out();
        drop(self.socket_events);
        let gone = async { while sockets.recv().await.is_some() {} };
        let _ = tokio::time::timeout(FAREWELL, gone).await;
    }
}
