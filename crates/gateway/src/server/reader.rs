//! The reading half of a socket: frames into the mailbox of its dialect. What is to be answered goes through the queue to
//! [`super::writer`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use futures::StreamExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::compression::{Encoding, InflateError, Inflater};
use super::mailbox::{Fault, Heard, Office};
use super::queue::Queue;
use super::socket::FAREWELL;
use crate::hub::ConnectionId;

/// Allocated for every socket, idle ones included. Takes what clients usually send; it grows for what is larger.
const READ_BUFFER: usize = 512;

/// Why there is nothing more to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The peer closed, and waits for this as its answer.
    Closed(Option<CloseFrame>),
    /// It cannot be read any further.
    Broken(Fault),
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
    pub async fn new<O: Office>(half: OwnedReadHalf, begun: Bytes, encoding: Encoding) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(O::LARGEST_MESSAGE))
            .max_frame_size(Some(O::LARGEST_MESSAGE));
        // As it is, it would bring all of the buffer for requests along.
        let begun = begun.to_vec();
        let stream = WebSocketStream::from_partially_read(Ear(half), begun, Role::Server, Some(config)).await;
        Self { stream, encoding, inflater: None }
    }

    /// Reads until nothing more comes.
    pub async fn run<O: Office>(&mut self, id: ConnectionId, office: &O, queue: &Queue) -> End {
        while let Some(message) = self.stream.next().await {
            let heard = match message {
                Ok(Message::Text(text)) => Heard::Text(text.as_str().to_owned()),
                Ok(Message::Binary(_)) if !O::READS_BINARY => Heard::Binary,
                Ok(Message::Binary(bytes)) => match self.text_of::<O>(bytes) {
                    Some(text) => Heard::Text(text),
                    None => continue,
                },
                Ok(Message::Ping(payload)) => {
                    queue.pong(payload);
                    Heard::Life
                }
                Ok(Message::Pong(_) | Message::Frame(_)) => Heard::Life,
                Ok(Message::Close(frame)) => return End::Closed(frame),
                Err(error) => {
                    tracing::debug!(connection = id.0, %error, "a socket broke");
                    return End::Broken(match error {
                        Error::Capacity(_) => Fault::TooLarge,
                        Error::Utf8(_) => Fault::NotText,
                        _ => Fault::Broken,
                    });
                }
            };
            if heard == Heard::Life && !O::TELLS_LIFE {
                continue;
            }
            if !office.received(id, heard).await {
                // The queue has the farewell.
                tokio::time::sleep(FAREWELL).await;
                return End::Stopped;
            }
        }
        End::Broken(Fault::Broken)
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
    fn text_of<O: Office>(&mut self, bytes: Bytes) -> Option<String> {
        let bytes = match self.encoding {
            Encoding::Plain | Encoding::Framed => bytes.into(),
            Encoding::Zlib => {
                let inflater =
                    self.inflater.get_or_insert_with(|| Box::new(Inflater::new(O::LARGEST_MESSAGE)));
                match inflater.inflate(&bytes) {
                    Ok(bytes) => bytes,
                    // As long as it takes for the hub to refuse it.
                    Err(InflateError::TooLarge) => vec![b' '; O::LARGEST_MESSAGE + 1],
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
