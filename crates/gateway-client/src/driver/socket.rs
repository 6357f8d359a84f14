//! One WebSocket: connects within a deadline, then moves frames in both directions until either end closes.

use std::sync::Once;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{ProtocolError, SubProtocolError};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::machine::{Link, OpenFailure, SocketId, without_query};

/// How long name resolution, TCP, TLS and the upgrade may take together.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);

/// A write that is stuck for this long is given up; the machine has found the link dead by then.
const WRITE_DEADLINE: Duration = Duration::from_secs(10);

/// How long a close may wait for the other end.
const CLOSE_DEADLINE: Duration = Duration::from_secs(1);

/// Frames are a few hundred bytes; the library's default of 128 KiB a connection is memory for nothing.
const READ_BUFFER_BYTES: usize = 4096;

/// What a socket reports.
#[derive(Debug)]
pub(super) enum SocketEvent {
    Opened,
    OpenFailed(OpenFailure),
    Text(String),
    Binary(Vec<u8>),
    Ping,
    Pong,
    Closed { code: Option<u16>, reason: String },
}

#[derive(Debug)]
enum Order {
    Text(String),
    Ping,
    Close(u16),
}

/// The near end of a socket's task. Dropping it ends the task.
#[derive(Debug)]
pub(super) struct Socket {
    orders: mpsc::UnboundedSender<Order>,
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Reports = mpsc::Sender<(SocketId, SocketEvent)>;

impl Socket {
    pub(super) fn open(id: SocketId, url: String, link: Link, reports: Reports) -> Self {
        let (orders, queue) = mpsc::unbounded_channel();
        tokio::spawn(run(id, url, link, queue, reports));
        Self { orders }
    }

    pub(super) fn text(&self, text: String) {
        self.order(Order::Text(text));
    }

    pub(super) fn ping(&self) {
        self.order(Order::Ping);
    }

    pub(super) fn close(&self, code: u16) {
        self.order(Order::Close(code));
    }

    fn order(&self, order: Order) {
        // A task that has ended has reported so, or is about to.
        let _ = self.orders.send(order);
    }
}

async fn run(
    id: SocketId,
    url: String,
    link: Link,
    mut orders: mpsc::UnboundedReceiver<Order>,
    reports: Reports,
) {
    // While the machine is behind, nothing further is read: who floods us waits, and their messages do not pile up here.
    let report = async |event| {
        let _ = reports.send((id, event)).await;
    };
    let stream = tokio::select! {
        stream = connect(&url, link) => stream,
        // Closed or dropped before it was open.
        _ = orders.recv() => return,
    };
    let shown = without_query(&url);
    let stream = match stream {
        Ok(stream) => stream,
        Err(failure) => {
            tracing::debug!(url = shown, ?failure, "the gateway could not be reached");
            return report(SocketEvent::OpenFailed(failure)).await;
        }
    };
    report(SocketEvent::Opened).await;

    let (mut sink, mut source) = stream.split();
    // Reading goes on while a write is stuck, so that a close from the other end is seen.
    let write = async {
        while let Some(order) = orders.recv().await {
            let message = match order {
                Order::Text(text) => Message::text(text),
                Order::Ping => Message::Ping(Vec::new().into()),
                Order::Close(code) => {
                    let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
                    let _ = timeout(CLOSE_DEADLINE, sink.send(Message::Close(Some(frame)))).await;
                    return;
                }
            };
            match timeout(WRITE_DEADLINE, sink.send(message)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return,
            }
        }
    };
    let read = async {
        while let Some(message) = source.next().await {
            match message {
                Ok(Message::Text(text)) => report(SocketEvent::Text(text.as_str().to_owned())).await,
                Ok(Message::Binary(bytes)) => report(SocketEvent::Binary(bytes.to_vec())).await,
                Ok(Message::Pong(_)) => report(SocketEvent::Pong).await,
                Ok(Message::Ping(_)) if link.pings => report(SocketEvent::Ping).await,
                Ok(Message::Ping(_) | Message::Frame(_)) => {}
                Ok(Message::Close(frame)) => {
                    let code = frame.as_ref().map(|frame| u16::from(frame.code));
                    return (code, frame.map(|frame| frame.reason.as_str().to_owned()).unwrap_or_default());
                }
                Err(error) => return (None, error.to_string()),
            }
        }
        (None, String::new())
    };
    tokio::pin!(read);
    let (code, reason) = tokio::select! {
        ended = &mut read => ended,
        () = write => timeout(CLOSE_DEADLINE, read).await.unwrap_or_default(),
    };
    tracing::debug!(url = shown, ?code, %reason, "the connection to the gateway has ended");
    report(SocketEvent::Closed { code, reason }).await;
}

async fn connect(url: &str, link: Link) -> Result<Stream, OpenFailure> {
    use_our_cryptography();
    let opened = async {
        match open(url, link).await {
            // The library takes a server that names none of the offered subprotocols for a stranger. It may as well
            // be one that does not care.
            Err(Error::Protocol(ProtocolError::SecWebSocketSubProtocolError(
                SubProtocolError::NoSubProtocol,
            ))) => open(url, Link { subprotocols: &[], ..link }).await,
            opened => opened,
        }
    };
    match timeout(CONNECT_DEADLINE, opened).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(Error::Http(response))) => Err(OpenFailure::Http(response.status().as_u16())),
        Ok(Err(error)) => Err(OpenFailure::Network(error.to_string())),
        Err(_) => Err(OpenFailure::Network("timed out".to_owned())),
    }
}

async fn open(url: &str, link: Link) -> Result<Stream, Error> {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(Some(link.longest_message))
        .max_frame_size(Some(link.longest_frame));
    let mut request = url.into_client_request()?;
    if !link.subprotocols.is_empty() {
        let offer = HeaderValue::from_str(&link.subprotocols.join(", "))?;
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, offer);
    }
    let (stream, _) = connect_async_with_config(request, Some(config), true).await?;
    Ok(stream)
}

/// rustls takes its cryptography from the process. Another part of the program may have chosen already; that
/// is as good.
fn use_our_cryptography() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
