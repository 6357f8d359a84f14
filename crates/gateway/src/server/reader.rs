//! The reading half of a socket: frames into the hub's mailbox. What is to be answered goes through the queue to
//! [`super::writer`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use futures::StreamExt;
use hearth_dialects::puff::limits;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};

use super::compression::{Encoding, InflateError, Inflater};
use super::courier::{Letter, Mailbox};
use super::queue::Queue;
use super::socket::FAREWELL;
use crate::hub::ConnectionId;

/// Nobody can make the gateway hold more than this; what is larger costs the socket.
const LARGEST_FRAME: usize = limits::FRAME_BYTES;

/// Allocated for every socket, idle ones included. Takes what clients usually send; it grows for what is larger.
const READ_BUFFER: usize = 512;

/// Why there is nothing more to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The peer closed, and waits for this as its answer.
    Closed(Option<CloseFrame>),
    /// A message that is too big or not one at all, or no connection any more.
    Broken,
    /// The server shuts down, and the writer has not said so.
    Stopped,
}

/// The reading half.
#[derive(Debug)]
pub(super) struct Reader {
    stream: WebSocketStream<Ear>,
    encoding: Encoding,
    /// Made for the first frame that needs it: clients of a compressed socket may send plain text.
    inflater: Option<Box<Inflater>>,
}

impl Reader {
    /// `begun` is what came with the request for the socket.
    pub async fn new(half: OwnedReadHalf, begun: Bytes, encoding: Encoding) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(LARGEST_FRAME))
            .max_frame_size(Some(LARGEST_FRAME));
        // As it is, it would bring all of the buffer for requests along.
        let begun = begun.to_vec();
        let stream = WebSocketStream::from_partially_read(Ear(half), begun, Role::Server, Some(config)).await;
        Self { stream, encoding, inflater: None }
    }

    /// Reads until nothing more comes.
    pub async fn run(&mut self, id: ConnectionId, mailbox: &Mailbox, queue: &Queue) -> End {
        while let Some(message) = self.stream.next().await {
            let text = match message {
                Ok(Message::Text(text)) => text.as_str().to_owned(),
                Ok(Message::Binary(bytes)) => match self.text_of(bytes) {
                    Some(text) => text,
                    None => continue,
                },
                Ok(Message::Ping(payload)) => {
                    queue.pong(payload);
                    continue;
                }
                Ok(Message::Pong(_) | Message::Frame(_)) => continue,
                Ok(Message::Close(frame)) => return End::Closed(frame),
                Err(error) => {
                    tracing::debug!(connection = id.0, %error, "a socket broke");
                    return End::Broken;
                }
            };
            if !mailbox.send(Letter::Received { id, text }).await {
                // The queue has the farewell.
                tokio::time::sleep(FAREWELL).await;
                return End::Stopped;
            }
        }
        End::Broken
    }

    /// Waits until the peer has answered a close frame; what else it sends is not looked at.
    pub async fn finish(&mut self) {
        while let Some(Ok(message)) = self.stream.next().await {
            if message.is_close() {
                break;
            }
        }
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

/// What messages are read from. What tungstenite would write by itself, answers to pings and close frames, goes
/// nowhere: the writer writes them.
#[derive(Debug)]
struct Ear(OwnedReadHalf);

impl AsyncRead for Ear {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Ear {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
