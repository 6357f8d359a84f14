//! One WebSocket: reads frames into the hub's mailbox, writes its queue, ends it properly.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use hearth_dialects::puff::limits;

use super::compression::{Deflater, Encoding, InflateError, Inflater};
use super::courier::{Letter, Mailbox};
use super::doors::Ticket;
use super::listener::Held;
use super::queue::{Farewell, Next, Queue};
use crate::hub::ConnectionId;

/// Nobody can make the gateway hold more than this; what is larger costs the socket.
const LARGEST_FRAME: usize = limits::FRAME_BYTES;

/// Allocated for every socket, idle ones included; the default is 128 KiB.
const READ_BUFFER: usize = 2 * 1024;

/// What is written with one system call at most, so that a burst of small frames is one. Allocated when it is needed.
const WRITE_BUFFER: usize = 16 * 1024;

/// How long a peer gets to take the close frame, and to answer it.
const FAREWELL: Duration = Duration::from_secs(2);

/// RFC 6455: the message is too big, or not one at all.
const UNREADABLE: Farewell = Farewell { code: 1009, reason: "FRAME_TOO_LARGE_OR_BROKEN" };

/// What a socket holds while it is open, besides its connection.
#[derive(Debug)]
#[expect(dead_code, reason = "places are held, not read")]
pub(super) struct Seat {
    /// The place of the connection.
    pub held: Held,
    /// The place among the sockets of an address that a proxy told.
    pub share: Option<Ticket>,
    /// The place of the compressor; there is one when the socket is compressed.
    pub compressor: Option<Ticket>,
}

impl Seat {
    const fn encoding(&self) -> Encoding {
        if self.compressor.is_some() { Encoding::Zlib } else { Encoding::Plain }
    }
}

/// Accepts a socket.
pub(super) fn accept(upgrade: WebSocketUpgrade, address: IpAddr, mailbox: Mailbox, seat: Seat) -> Response {
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(LARGEST_FRAME)
        .max_frame_size(LARGEST_FRAME)
        .on_upgrade(async move |socket| {
            serve(socket, address, mailbox, seat.encoding()).await;
            drop(seat);
        })
}

async fn serve(socket: WebSocket, address: IpAddr, mailbox: Mailbox, encoding: Encoding) {
    let Some(alive) = mailbox.alive() else { return };
    let id = mailbox.next_id();
    let queue = Arc::new(Queue::default());
    if !mailbox.send(Letter::Connected { id, address, queue: Arc::clone(&queue) }).await {
        return;
    }
    let (mut sink, mut stream) = socket.split();
    let writer =
        Writer { sink: &mut sink, deflater: (encoding == Encoding::Zlib).then(|| Box::new(Deflater::new())) };
    let reader = Reader { stream: &mut stream, encoding, inflater: None };
    let closing = tokio::select! {
        farewell = writer.run(&queue) => farewell,
        farewell = reader.run(id, &mailbox) => farewell,
    };
    mailbox.send(Letter::Disconnected { id }).await;
    match closing {
        Some(farewell) => part(sink, stream, farewell).await,
        // A peer that closed waits for its close frame to be answered; a broken socket fails at once.
        None => drop(tokio::time::timeout(FAREWELL, sink.close()).await),
    }
    drop(alive);
}

/// The writing half.
struct Writer<'a> {
    sink: &'a mut SplitSink<WebSocket, Message>,
    deflater: Option<Box<Deflater>>,
}

impl Writer<'_> {
    /// Writes until the queue ends; how to say goodbye, or `None` when the socket is broken.
    async fn run(mut self, queue: &Queue) -> Option<Farewell> {
        loop {
            match queue.next().await {
                Next::Close(farewell) => return Some(farewell),
                Next::Frames(frames) => tokio::select! {
                    written = self.write(frames) => written?,
                    () = queue.cut() => {}
                },
            }
        }
    }

    async fn write(&mut self, frames: Vec<Utf8Bytes>) -> Option<()> {
        for frame in frames {
            let message = match &mut self.deflater {
                None => Message::Text(frame),
                Some(deflater) => Message::Binary(deflater.deflate(frame.as_bytes()).ok()?.into()),
            };
            self.sink.feed(message).await.ok()?;
        }
        self.sink.flush().await.ok()
    }
}

/// The reading half.
struct Reader<'a> {
    stream: &'a mut SplitStream<WebSocket>,
    encoding: Encoding,
    /// Made for the first frame that needs it: clients of a compressed socket may send plain text.
    inflater: Option<Box<Inflater>>,
}

impl Reader<'_> {
    /// Reads until the peer closes (`None`) or the socket breaks.
    async fn run(mut self, id: ConnectionId, mailbox: &Mailbox) -> Option<Farewell> {
        while let Some(message) = self.stream.next().await {
            let text = match message {
                Ok(Message::Text(text)) => text.as_str().to_owned(),
                Ok(Message::Binary(bytes)) => match self.text_of(bytes) {
                    Some(text) => text,
                    None => continue,
                },
                Ok(Message::Ping(_) | Message::Pong(_)) => continue,
                Ok(Message::Close(_)) => return None,
                Err(error) => {
                    tracing::debug!(connection = id.0, %error, "a socket broke");
                    return Some(UNREADABLE);
                }
            };
            if !mailbox.send(Letter::Received { id, text }).await {
                // The server shuts down; the queue has the farewell.
                tokio::time::sleep(FAREWELL).await;
                return None;
            }
        }
        None
    }

    /// The text of a binary frame: the TypeScript gateway reads it as JSON, the Elixir one inflates it. Bytes that are
    /// no text are no JSON and cost only themselves.
    fn text_of(&mut self, bytes: Bytes) -> Option<String> {
        let bytes = match self.encoding {
            Encoding::Plain => bytes.into(),
            Encoding::Zlib => {
                let inflater = self.inflater.get_or_insert_with(|| Box::new(Inflater::new(LARGEST_FRAME)));
                match inflater.inflate(&bytes) {
                    Ok(bytes) => bytes,
                    // As long as it takes for the hub to refuse it.
                    Err(InflateError::TooLarge) => vec![b' '; LARGEST_FRAME + 1],
                    Err(InflateError::Broken) => return None,
                }
            }
        };
        String::from_utf8(bytes).ok()
    }
}

/// Sends the close frame and waits for its answer. Dropping the socket before would reset the connection and
/// could destroy the close frame on its way.
async fn part(
    mut sink: SplitSink<WebSocket, Message>,
    mut stream: SplitStream<WebSocket>,
    farewell: Farewell,
) {
    let Farewell { code, reason } = farewell;
    let close = Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }));
    let parted = async {
        if sink.send(close).await.is_ok() {
            while let Some(Ok(_)) = stream.next().await {}
        }
    };
    if tokio::time::timeout(FAREWELL, parted).await.is_err() {
        tracing::debug!(code, "a peer did not take its close frame");
    }
}
