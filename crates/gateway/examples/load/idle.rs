//! Sessions that do nothing but beat.

use std::path::Path;
use std::time::Duration;

use futures::future::try_join_all;
use futures::{SinkExt, StreamExt};
use hearth_clock::Clock;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;

use crate::client::{self, Socket};
use crate::gateway::{Gateway, mib};

const BEAT: Duration = Duration::from_secs(5);
const WATCHED: Duration = Duration::from_secs(20);
const GROUP: usize = 10;

/// What the sessions are.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A hello and nothing else.
    Alone,
    /// In groups of ten, each with a whole device state.
    WithDevice,
}

/// One row of the table.
pub async fn run(program: &Path, sessions: usize, kind: Kind) -> anyhow::Result<String> {
    let gateway = Gateway::start(program)?;
    let before = gateway.rss()?;
    let clock = Clock::new();
    let began = clock.now().instant;
    let mut sockets: Vec<Socket> = Vec::with_capacity(sessions);
    while sockets.len() < sessions {
        sockets.extend(try_join_all((0..GROUP).map(|_| client::connect(&gateway.url))).await?);
    }
    let connected = clock.now().instant - began;
    if let Kind::WithDevice = kind {
        for group in sockets.chunks_mut(GROUP) {
            let Some((owner, others)) = group.split_first_mut() else { continue };
            let code = client::create(owner).await?;
            for other in &mut *others {
                client::join(other, &code).await?;
            }
            for member in group {
                client::tell_device(member).await?;
            }
        }
    }
    let each = |rss: u64| rss.saturating_sub(before) / sessions as u64;
    let at_once = each(gateway.rss()?);
    let mut beating = JoinSet::new();
    for socket in sockets {
        beating.spawn(beat(socket));
    }
    let cpu = gateway.cpu()?;
    tokio::time::sleep(WATCHED).await;
    let cpu = gateway.cpu()? - cpu;
    let later = each(gateway.rss()?);
    beating.abort_all();
    let what = match kind {
        Kind::Alone => "alone",
        Kind::WithDevice => "in groups of ten, with a device",
    };
    Ok(format!(
        "| {sessions} {what} | {:.0} | {:.1} | {at_once} | {later} | {:.1} |",
        sessions as f64 / connected.as_secs_f64(),
        mib(before),
        cpu.as_secs_f64() / WATCHED.as_secs_f64() * 100.0,
    ))
}

async fn beat(socket: Socket) {
    let (mut sink, mut stream) = socket.split();
    let mut beats = tokio::time::interval(BEAT);
    loop {
        let alive = tokio::select! {
            _ = beats.tick() => sink.send(Message::text(r#"{"op":420}"#)).await.is_ok(),
            message = stream.next() => matches!(message, Some(Ok(_))),
        };
        if !alive {
            return;
        }
    }
}
