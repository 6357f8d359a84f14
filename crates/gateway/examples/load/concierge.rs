//! The ert-concierge dialect: one service and its subscribers.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use futures::stream::SplitStream;
use futures::{SinkExt, StreamExt};
use hearth_clock::Clock;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::client::Socket;
use crate::gateway::{Gateway, mib};
use crate::latency::Latencies;

const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(8);
const MIB: usize = 1 << 20;

async fn join(url: &str, name: &str) -> anyhow::Result<Socket> {
    if url.is_empty() {
        bail!("the gateway does not speak ert-concierge");
    }
    let config = WebSocketConfig::default().read_buffer_size(4096);
    let (mut socket, _) = tokio_tungstenite::connect_async_with_config(url, Some(config), true).await?;
    ask(&mut socket, &json!({ "type": "IDENTIFY", "name": name, "version": "0.2.0" }), "HELLO").await?;
    Ok(socket)
}

/// Sends a payload and waits for an answer of this type.
async fn ask(socket: &mut Socket, payload: &Value, kind: &str) -> anyhow::Result<()> {
    socket.send(Message::text(payload.to_string())).await?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        if serde_json::from_str::<Value>(&text)?["type"] == kind {
            return Ok(());
        }
    }
    bail!("the gateway closed the connection")
}

/// The owner of a service, and its subscribers.
async fn gather(gateway: &Gateway, subscribers: usize) -> anyhow::Result<(Socket, Vec<Socket>)> {
    let mut owner = join(&gateway.concierge, "owner").await?;
    ask(&mut owner, &json!({ "type": "SERVICE_CREATE", "service": "s" }), "SERVICE_CREATE_RESULT").await?;
    let mut sockets = Vec::with_capacity(subscribers);
    for index in 0..subscribers {
        let mut socket = join(&gateway.concierge, &format!("sub_{index}")).await?;
        ask(&mut socket, &json!({ "type": "SELF_SUBSCRIBE", "service": "s" }), "SELF_SUBSCRIBE_RESULT")
            .await?;
        sockets.push(socket);
    }
    Ok((owner, sockets))
}

/// One row of the first table. A message is as large as telemetry is (150 bytes of data), and carries when it was due
/// to be sent.
pub async fn fanout(program: &Path, subscribers: usize, rate: u32) -> anyhow::Result<String> {
    let gateway = Gateway::start(program)?;
    let (owner, sockets) = gather(&gateway, subscribers).await?;
    let clock = Clock::new();
    let start = Instant::from_std(clock.now().instant);
    let end = start + WARM_UP + MEASURED + Duration::from_millis(200);
    let counting = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for socket in sockets {
        let (mut sink, stream) = socket.split();
        let counting = Arc::clone(&counting);
        readers.spawn(async move {
            let latencies = read(stream, start, end, counting).await;
            let _ = sink.close().await;
            latencies
        });
    }
    let sending = tokio::spawn(send(owner, start, end, Duration::from_secs(1) / rate));
    tokio::time::sleep_until(start + WARM_UP).await;
    let (cpu, began) = (gateway.cpu()?, clock.now().instant);
    counting.store(true, Ordering::Relaxed);
    tokio::time::sleep(MEASURED).await;
    counting.store(false, Ordering::Relaxed);
    let (cpu, took) = (gateway.cpu()? - cpu, clock.now().instant - began);
    let rss = gateway.rss()?;
    let mut all = Latencies::new();
    while let Some(latencies) = readers.join_next().await {
        all.merge(&latencies??);
    }
    sending.await??;
    let ms = |percent| all.percentile(percent).as_secs_f64() * 1_000.0;
    Ok(format!(
        "| {subscribers} | {rate} | {} | {:.0} | {:.2} | {:.1} | {:.0} | {:.2} | {:.0} |",
        subscribers * rate as usize,
        all.count as f64 / took.as_secs_f64(),
        ms(50.0),
        ms(99.0),
        cpu.as_secs_f64() / took.as_secs_f64() * 100.0,
        cpu.as_secs_f64() * 1e6 / all.count as f64,
        mib(rss),
    ))
}

async fn send(owner: Socket, start: Instant, end: Instant, period: Duration) -> anyhow::Result<()> {
    let (mut sink, mut stream) = owner.split();
    let answers = tokio::spawn(async move { while let Some(Ok(_)) = stream.next().await {} });
    let mut schedule = tokio::time::interval_at(start, period);
    schedule.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let filling = "x".repeat(120);
    loop {
        let due = schedule.tick().await;
        if due >= end {
            break;
        }
        let sent = (due - start).as_micros();
        let text = format!(
            r#"{{"type":"MESSAGE","target":{{"type":"SERVICE","service":"s"}},"data":{{"sent":{sent},"x":"{filling}"}}}}"#
        );
        sink.send(Message::text(text)).await?;
    }
    answers.abort();
    Ok(())
}

async fn read(
    mut stream: SplitStream<Socket>,
    start: Instant,
    end: Instant,
    counting: Arc<AtomicBool>,
) -> anyhow::Result<Latencies> {
    let mut latencies = Latencies::new();
    while let Ok(message) = tokio::time::timeout_at(end, stream.next()).await {
        let Some(Message::Text(text)) = message.transpose()? else { continue };
        let Some((_, rest)) = text.rsplit_once(r#""sent":"#) else { continue };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let sent: u64 = rest[..digits].parse().context("no number")?;
        if counting.load(Ordering::Relaxed) {
            latencies.note((start.elapsed().as_micros() as u64).saturating_sub(sent));
        }
    }
    Ok(latencies)
}

/// One row of the second table.
pub async fn stalled(program: &Path) -> anyhow::Result<String> {
    const MESSAGES: usize = 64;
    let gateway = Gateway::start(program)?;
    let (owner, mut sockets) = gather(&gateway, 10).await?;
    let stalled = sockets.pop();
    let received = Arc::new(AtomicU64::new(0));
    let readers: Vec<_> = sockets
        .into_iter()
        .map(|mut socket| {
            let received = Arc::clone(&received);
            tokio::spawn(async move {
                while let Some(Ok(message)) = socket.next().await {
                    received.fetch_add(u64::from(message.len() > MIB / 2), Ordering::Relaxed);
                }
            })
        })
        .collect();
    let before = gateway.rss()?;
    let clock = Clock::new();
    let began = clock.now().instant;
    let (mut sink, mut stream) = owner.split();
    let answers = tokio::spawn(async move { while let Some(Ok(_)) = stream.next().await {} });
    let flood = tokio::spawn(async move {
        let data = "x".repeat(MIB - 200);
        for _ in 0..MESSAGES {
            let text = format!(
                r#"{{"type":"MESSAGE","target":{{"type":"SERVICE","service":"s"}},"data":"{data}"}}"#
            );
            sink.send(Message::text(text)).await?;
        }
        anyhow::Ok(sink)
    });
    let wanted = (readers.len() * MESSAGES) as u64;
    let mut largest = before;
    while received.load(Ordering::Relaxed) < wanted && clock.now().instant - began < Duration::from_secs(60) {
        largest = largest.max(gateway.rss()?);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = clock.now().instant - began;
    let sink = flood.await??;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let after = gateway.rss()?;
    let each = received.load(Ordering::Relaxed) / readers.len() as u64;
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    answers.abort();
    drop((sink, stalled));
    Ok(format!(
        "| {:.0} | {:.0} | {:.0} | {:.1} | {each} |",
        mib(before),
        mib(largest),
        mib(after),
        took.as_secs_f64()
    ))
}
