//! One WebSocket: reads frames into the hub's mailbox, writes its queue, ends it properly.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};

use super::courier::{Letter, Mailbox};
use super::queue::{Farewell, Next, Queue};
use crate::hub::ConnectionId;

/// The hub refuses frames above its limit one by one; what is above this costs the socket, so that nobody can
/// make the gateway hold much.
const LARGEST_FRAME: usize = 4 * hearth_dialects::puff::limits::FRAME_BYTES;

/// How long a peer gets to take the close frame, and to answer it.
const FAREWELL: Duration = Duration::from_secs(2);

/// RFC 6455: the message is too big, or not one at all.
const UNREADABLE: Farewell = Farewell { code: 1009, reason: "FRAME_TOO_LARGE_OR_BROKEN" };

/// Accepts a socket.
pub(super) fn accept(upgrade: WebSocketUpgrade, address: IpAddr, mailbox: Mailbox) -> Response {
    upgrade
        // The default of 128 KiB is allocated for every socket, idle ones included.
        .read_buffer_size(2 * 1024)
        .write_buffer_size(4 * 1024)
        .max_message_size(LARGEST_FRAME)
        .max_frame_size(LARGEST_FRAME)
        .on_upgrade(move |socket| serve(socket, address, mailbox))
}

async fn serve(socket: WebSocket, address: IpAddr, mailbox: Mailbox) {
    let Some(alive) = mailbox.alive() else { return };
    let id = mailbox.next_id();
    let queue = Arc::new(Queue::default());
    if !mailbox.send(Letter::Connected { id, address, queue: Arc::clone(&queue) }).await {
        return;
    }
    let (mut sink, mut stream) = socket.split();
    let closing = tokio::select! {
        farewell = write(&mut sink, &queue) => farewell,
        farewell = read(&mut stream, id, &mailbox) => farewell,
    };
    mailbox.send(Letter::Disconnected { id }).await;
    match closing {
        Some(farewell) => part(sink, stream, farewell).await,
        // A peer that closed waits for its close frame to be answered; a broken socket fails at once.
        None => drop(tokio::time::timeout(FAREWELL, sink.close()).await),
    }
    drop(alive);
}

/// Writes until the queue ends; how to say goodbye, or `None` when the socket is broken.
async fn write(sink: &mut SplitSink<WebSocket, Message>, queue: &Queue) -> Option<Farewell> {
    loop {
        match queue.next().await {
            Next::Close(farewell) => return Some(farewell),
            Next::Frames(frames) => tokio::select! {
                written = write_all(sink, frames) => written.ok()?,
                () = queue.cut() => {}
            },
        }
    }
}

async fn write_all(
    sink: &mut SplitSink<WebSocket, Message>,
    frames: Vec<Arc<str>>,
) -> Result<(), axum::Error> {
    for frame in frames {
        sink.feed(Message::Text(Utf8Bytes::from(&*frame))).await?;
    }
    sink.flush().await
}

/// Reads until the peer closes (`None`) or the socket breaks.
async fn read(stream: &mut SplitStream<WebSocket>, id: ConnectionId, mailbox: &Mailbox) -> Option<Farewell> {
    while let Some(message) = stream.next().await {
        let text = match message {
            Ok(Message::Text(text)) => text.as_str().to_owned(),
            // The TypeScript gateway reads binary frames as JSON text too; bytes that are no text are no JSON.
            Ok(Message::Binary(bytes)) => match String::from_utf8(bytes.into()) {
                Ok(text) => text,
                Err(_) => continue,
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
