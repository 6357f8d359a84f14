//! What the driver does for any machine, over real sockets: what a machine asks of its link, and nothing else.
#![allow(clippy::unwrap_used, clippy::panic, clippy::result_large_err, missing_docs, reason = "tests")]

mod http;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use hearth_clock::{Clock, Now};
use hearth_gateway_client::driver::Handle;
use hearth_gateway_client::machine::{Input, Link, Machine, Output, SocketId};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader};

const PATIENCE: Duration = Duration::from_secs(20);
const SOCKET: SocketId = SocketId(3);

/// Opens one socket, says what it is asked to say, and tells everything that it hears.
struct Probe {
    link: Link,
    outputs: VecDeque<Output<Input<String>>>,
    /// The driver looks at its machine when something is due.
    start: Option<Instant>,
}

impl Machine for Probe {
    type Request = String;
    type Event = Input<String>;

    fn link(&self) -> Link {
        self.link
    }

    fn poll_output(&mut self) -> Option<Output<Self::Event>> {
        self.outputs.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.start
    }

    fn handle(&mut self, _now: Now, input: Input<String>) {
        let output = match input {
            Input::Request(text) => Output::Text(SOCKET, text),
            heard => Output::Event(heard),
        };
        self.outputs.push_back(output);
    }

    fn handle_timeout(&mut self, _now: Now) {
        self.start = None;
    }

    fn leave(&mut self, _now: Now) {
        self.outputs.push_back(Output::Close(SOCKET, 4242));
    }
}

struct Near {
    handle: Handle<String>,
    events: mpsc::UnboundedReceiver<Input<String>>,
}

impl Near {
    async fn hears(&mut self) -> Input<String> {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.unwrap().unwrap()
    }
}

async fn probe(link: Link) -> (Near, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    (run(link, [Output::Open(SOCKET, url)]), listener)
}

fn run<const N: usize>(link: Link, outputs: [Output<Input<String>>; N]) -> Near {
    let (sender, events) = mpsc::unbounded_channel();
    let clock = Arc::new(Clock::new());
    let probe = Probe { link, outputs: VecDeque::from(outputs), start: Some(clock.now().instant) };
    let handle = Handle::run(probe, clock, sender);
    Near { handle, events }
}

/// Takes the next connection, and answers the offer of subprotocols with `taken`.
async fn far(
    listener: &TcpListener,
    taken: Option<&'static str>,
) -> (WebSocketStream<TcpStream>, Option<String>) {
    let (stream, _) = listener.accept().await.unwrap();
    let mut offered = None;
    let look = |request: &Request, mut response: Response| {
        let header = request.headers().get("Sec-WebSocket-Protocol");
        offered = header.map(|value| value.to_str().unwrap().to_owned());
        if let Some(taken) = taken {
            response.headers_mut().insert("Sec-WebSocket-Protocol", taken.parse().unwrap());
        }
        Ok(response)
    };
    let socket = accept_hdr_async(stream, look).await.unwrap();
    (socket, offered)
}

/// CON-01, CON-R8
#[tokio::test]
async fn con_01_subprotocols_are_offered_and_one_may_be_taken() {
    let link = Link { subprotocols: &["ert-concierge", "other"], ..Link::default() };
    let (mut near, listener) = probe(link).await;
    let (_far, offered) = far(&listener, Some("ert-concierge")).await;
    assert_eq!(offered.as_deref(), Some("ert-concierge, other"));
    assert_eq!(near.hears().await, Input::Opened(SOCKET));
}

/// CON-R8
#[tokio::test]
async fn con_r8_a_server_that_takes_none_is_as_good() {
    let link = Link { subprotocols: &["ert-concierge"], ..Link::default() };
    let (mut near, listener) = probe(link).await;
    let (_first, offered) = far(&listener, None).await;
    assert_eq!(offered.as_deref(), Some("ert-concierge"));
    let (mut second, offered) = far(&listener, None).await;
    assert_eq!(offered, None);
    assert_eq!(near.hears().await, Input::Opened(SOCKET));
    second.send(Message::text("hello")).await.unwrap();
    assert_eq!(near.hears().await, Input::Text(SOCKET, "hello".into()));
}

#[tokio::test]
async fn nothing_is_offered_unless_asked_for() {
    let (mut near, listener) = probe(Link::default()).await;
    let (_far, offered) = far(&listener, None).await;
    assert_eq!(offered, None);
    assert_eq!(near.hears().await, Input::Opened(SOCKET));
}

#[tokio::test]
async fn pings_are_answered_and_told_only_when_they_matter() {
    for pings in [true, false] {
        let (mut near, listener) = probe(Link { pings, ..Link::default() }).await;
        let (mut far, _) = far(&listener, None).await;
        assert_eq!(near.hears().await, Input::Opened(SOCKET));
        far.send(Message::Ping("x".into())).await.unwrap();
        far.send(Message::text("after")).await.unwrap();
        if pings {
            assert_eq!(near.hears().await, Input::Ping(SOCKET));
        }
        assert_eq!(near.hears().await, Input::Text(SOCKET, "after".into()));
        assert_eq!(far.next().await.unwrap().unwrap(), Message::Pong("x".into()));
    }
}

#[tokio::test]
async fn a_message_that_is_too_long_ends_the_connection() {
    let link = Link { longest_message: 1000, longest_frame: 1000, ..Link::default() };
    let (mut near, listener) = probe(link).await;
    let (mut far, _) = far(&listener, None).await;
    assert_eq!(near.hears().await, Input::Opened(SOCKET));
    far.send(Message::text("x".repeat(1000))).await.unwrap();
    assert_eq!(near.hears().await, Input::Text(SOCKET, "x".repeat(1000)));
    far.send(Message::text("x".repeat(1001))).await.unwrap();
    assert!(matches!(near.hears().await, Input::Closed(SOCKET, None, _)));
}

/// CON-R25: fragments are read, and none is sent.
#[tokio::test]
async fn con_r25_a_text_goes_out_as_one_frame() {
    let (mut near, listener) = probe(Link::default()).await;
    let (mut far, _) = far(&listener, None).await;
    assert_eq!(near.hears().await, Input::Opened(SOCKET));
    let part = |opcode, text: &'static str, is_final| {
        let header = FrameHeader { is_final, opcode: OpCode::Data(opcode), ..FrameHeader::default() };
        Message::Frame(Frame::from_payload(header, text.into()))
    };
    far.send(part(Data::Text, "hel", false)).await.unwrap();
    far.send(part(Data::Continue, "lo", true)).await.unwrap();
    assert_eq!(near.hears().await, Input::Text(SOCKET, "hello".into()));
    let long = "x".repeat(65_535);
    near.handle.request(long.clone());
    let mut stream = far.into_inner();
    let mut bytes = Vec::new();
    let whole = 4 + 4 + 65_535;
    let read = async {
        while bytes.len() < whole {
            tokio::io::AsyncReadExt::read_buf(&mut stream, &mut bytes).await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap();
    // A final text frame, masked, with its length in 16 bits.
    assert_eq!(bytes[..4], [0x81, 0x80 | 126, 0xff, 0xff]);
    assert_eq!(bytes.len(), whole);
}

#[tokio::test]
async fn the_last_handle_that_is_dropped_says_goodbye() {
    let (mut near, listener) = probe(Link::default()).await;
    let (mut far, _) = far(&listener, None).await;
    assert_eq!(near.hears().await, Input::Opened(SOCKET));
    let other = near.handle.clone();
    drop(near.handle);
    other.request("still here".into());
    assert_eq!(far.next().await.unwrap().unwrap(), Message::text("still here"));
    drop(other);
    let Message::Close(Some(frame)) = far.next().await.unwrap().unwrap() else { panic!("no close") };
    assert_eq!(u16::from(frame.code), 4242);
}
