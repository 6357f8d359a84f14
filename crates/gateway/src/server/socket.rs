//! One WebSocket: takes it in, lets its two halves run, ends it properly.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use hyper::upgrade::{OnUpgrade, Parts};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::compression::Encoding;
use super::doors::Ticket;
use super::listener::Held;
use super::mailbox::Office;
use super::queue::Farewell;
use super::reader::{End, Reader};
use super::writer::{Broken, Writer};

/// How long a peer gets to take the close frame, and to answer it.
pub(super) const FAREWELL: Duration = Duration::from_secs(2);

/// What a socket holds while it is open, besides its connection.
#[derive(Debug)]
pub(super) struct Seat {
    /// The place of the connection.
    #[expect(dead_code, reason = "held, not read")]
    pub held: Held,
    /// The place among the sockets of an address that a proxy told.
    #[expect(dead_code, reason = "held, not read")]
    pub share: Option<Ticket>,
    /// The place of the compressor; there is one when the socket is compressed.
    pub compressor: Option<Ticket>,
}

impl Seat {
    const fn encoding(&self) -> Encoding {
        if self.compressor.is_some() { Encoding::Zlib } else { Encoding::Plain }
    }
}

/// A request for a socket.
#[derive(Debug)]
pub(super) struct Upgrade {
    answer: Response,
    connection: OnUpgrade,
}

impl Upgrade {
    /// `None` when the request does not ask for a WebSocket.
    pub fn of(request: Request) -> Option<Self> {
        let answer = create_response_with_body(&request, Body::empty).ok()?;
        Some(Self { answer, connection: hyper::upgrade::on(request) })
    }

    /// What the answer tells besides.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.answer.headers_mut().insert(name, value);
        self
    }

    /// Accepts the socket.
    pub fn accept<O: Office>(self, address: IpAddr, office: O, seat: Seat) -> Response {
        tokio::spawn(async move {
            let Ok(upgraded) = self.connection.await else { return };
            let Ok(Parts { io, read_buf, .. }) = upgraded.downcast::<TokioIo<TcpStream>>() else { return };
            // In a task of its own, which is no larger than an open socket needs.
            tokio::spawn(serve(io.into_inner(), read_buf, address, office, seat));
        });
        self.answer
    }
}

/// Serves a socket to its end. `begun` is what came with the request for it.
async fn serve<O: Office>(stream: TcpStream, begun: Bytes, address: IpAddr, office: O, seat: Seat) {
    let Some(alive) = office.alive() else { return };
    let id = office.next_id();
    let queue = Arc::new(office.queue());
    if !office.connected(id, address, Arc::clone(&queue)).await {
        return;
    }
    let (read, write) = stream.into_split();
    let mut writer = Writer::new(write, seat.encoding());
    let mut reader = Reader::new::<O>(read, begun, seat.encoding()).await;
    let parting = tokio::select! {
        farewell = writer.run::<O>(&queue) => farewell.map(|farewell| Parting::Ours(None, farewell)),
        end = reader.run(id, &office, &queue) => match end {
            End::Closed(frame) => Ok(Parting::Theirs(frame)),
            End::Broken(fault) => Ok(Parting::Ours(O::last_words(fault), O::farewell(fault))),
            End::Stopped => Err(Broken),
        },
    };
    office.disconnected(id).await;
    if let Ok(parting) = parting
        && tokio::time::timeout(FAREWELL, part::<O>(&mut writer, &mut reader, parting)).await.is_err()
    {
        tracing::debug!(connection = id.0, "a peer did not take its close frame");
    }
    drop((seat, alive));
}

/// How a socket ends.
enum Parting {
    /// The gateway closes it, with a last text before.
    Ours(Option<&'static str>, Farewell),
    /// The peer has closed it, and waits for this answer.
    Theirs(Option<CloseFrame>),
}

/// Sends the close frame and, if it is the first, waits for its answer. Dropping the socket before would reset the
/// connection and could destroy the close frame on its way.
async fn part<O: Office>(writer: &mut Writer, reader: &mut Reader, parting: Parting) {
    match parting {
        Parting::Theirs(frame) => drop(writer.close(frame).await),
        Parting::Ours(words, Farewell { code, reason }) => {
            if let Some(words) = words
                && writer.say::<O>(words).await.is_err()
            {
                return;
            }
            let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from_static(reason) };
            if writer.close(Some(frame)).await.is_ok() {
                reader.finish().await;
            }
        }
    }
}
