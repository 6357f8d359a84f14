//! One page's WebSocket. It is only written to; what comes in shows that the page is alive, and is dropped.

use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::audience::Audience;
use crate::door::Keys;

/// A page has nothing to say.
const LONGEST: usize = 1024;

/// What a page may say nevertheless, besides the answers to our pings.
const REMARKS: usize = 64;

/// How long a page gets to take the end.
const FAREWELL: Duration = Duration::from_millis(500);

/// Accepts the socket of a page that holds a seat.
pub(crate) fn accept(
    upgrade: WebSocketUpgrade,
    audience: Audience,
    names: bool,
    mut keys: Keys,
    patience: Duration,
    seat: OwnedSemaphorePermit,
) -> Response {
    upgrade.read_buffer_size(LONGEST).max_message_size(LONGEST).max_frame_size(LONGEST).on_upgrade(
        async move |socket| {
            let (mut sink, stream) = socket.split();
            tokio::select! {
                () = write(&mut sink, audience.join(names).await, patience) => {}
                () = listen(stream, patience) => {}
                // The key is another one, or there is no overlay any more.
                _ = keys.changed() => {}
            }
            let _ = tokio::time::timeout(FAREWELL, sink.close()).await;
            drop(seat);
        },
    )
}

/// Writes until the page is let go or does not take it.
async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    mut queue: mpsc::Receiver<Utf8Bytes>,
    patience: Duration,
) {
    let mut ping = tokio::time::interval(patience / 3);
    ping.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            text = queue.recv() => match text {
                Some(text) => Message::Text(text),
                None => return,
            },
            _ = ping.tick() => Message::Ping(Vec::new().into()),
        };
        if !matches!(tokio::time::timeout(patience, sink.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// Listens until the page closes, says nothing for too long, or says too much.
async fn listen(mut stream: SplitStream<WebSocket>, patience: Duration) {
    let mut remarks = 0;
    while let Ok(Some(Ok(message))) = tokio::time::timeout(patience, stream.next()).await {
        match message {
            Message::Close(_) => return,
            Message::Pong(_) => {}
            _ => remarks += 1,
        }
        if remarks > REMARKS {
            return;
        }
    }
}
