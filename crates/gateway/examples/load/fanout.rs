//! Groups in which every member sends op 4 at a fixed rate.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_clock::Clock;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{self, Socket};
use crate::gateway::{Gateway, mib};
use crate::latency::Latencies;

const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(8);

/// One row of the table.
pub async fn run(program: &Path, groups: usize, members: usize, rate: u32) -> anyhow::Result<String> {
    let gateway = Gateway::start(program)?;
    let sockets = gather(&gateway, groups, members).await?;
    let clock = Clock::new();
    let start = Instant::from_std(clock.now().instant);
    let counting = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    let total = sockets.len();
    let period = Duration::from_secs(1) / rate;
    for (index, socket) in sockets.into_iter().enumerate() {
        let first = start + period.mul_f64(index as f64 / total as f64);
        clients.spawn(take_part(socket, start, first, period, Arc::clone(&counting)));
    }
    tokio::time::sleep_until(start + WARM_UP).await;
    let (cpu, began) = (gateway.cpu()?, clock.now().instant);
    counting.store(true, Ordering::Relaxed);
    tokio::time::sleep(MEASURED).await;
    counting.store(false, Ordering::Relaxed);
    let (cpu, took) = (gateway.cpu()? - cpu, clock.now().instant - began);
    let rss = gateway.rss()?;
    let mut all = Latencies::new();
    while let Some(latencies) = clients.join_next().await {
        all.merge(&latencies??);
    }
    drop(gateway);
    let ms = |percent| all.percentile(percent).as_secs_f64() * 1_000.0;
    Ok(format!(
        "| {groups} × {members} | {rate} | {} | {:.0} | {:.2} | {:.1} | {:.0} | {:.2} | {:.0} |",
        total * (members - 1) * rate as usize,
        all.count as f64 / took.as_secs_f64(),
        ms(50.0),
        ms(99.0),
        cpu.as_secs_f64() / took.as_secs_f64() * 100.0,
        cpu.as_secs_f64() * 1e6 / all.count as f64,
        mib(rss),
    ))
}

/// All members, each with a device.
async fn gather(gateway: &Gateway, groups: usize, members: usize) -> anyhow::Result<Vec<Socket>> {
    let mut sockets = Vec::with_capacity(groups * members);
    for _ in 0..groups {
        let mut owner = client::connect(&gateway.url).await?;
        let code = client::create(&mut owner).await?;
        let mut group = vec![owner];
        for _ in 1..members {
            let mut member = client::connect(&gateway.url).await?;
            client::join(&mut member, &code).await?;
            group.push(member);
        }
        for member in &mut group {
            client::tell_device(member).await?;
        }
        sockets.extend(group);
    }
    Ok(sockets)
}

/// Sends on schedule, reads all the time. A frame carries when it was due to be sent, in µs since `start`, in the
/// field for the device's clock.
async fn take_part(
    socket: Socket,
    start: Instant,
    first: Instant,
    period: Duration,
    counting: Arc<AtomicBool>,
) -> anyhow::Result<Latencies> {
    let (mut sink, mut stream) = socket.split();
    let mut latencies = Latencies::new();
    let mut schedule = tokio::time::interval_at(first, period);
    schedule.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let end = start + WARM_UP + MEASURED + Duration::from_millis(200);
    loop {
        tokio::select! {
            due = schedule.tick() => {
                let sent = (due - start).as_micros();
                let degrees = 200 + sent % 60;
                let frame = format!(r#"{{"op":4,"d":{{"utcTime":{sent},"temperature":{degrees}}}}}"#);
                sink.send(Message::text(frame)).await?;
            }
            message = stream.next() => {
                let Some(Message::Text(text)) = message.transpose()? else { continue };
                if let Some(sent) = clock_in(&text) && counting.load(Ordering::Relaxed) {
                    let now = start.elapsed().as_micros() as u64;
                    latencies.note(now.saturating_sub(sent));
                }
            }
            () = tokio::time::sleep_until(end) => return Ok(latencies),
        }
    }
}

fn clock_in(frame: &str) -> Option<u64> {
    let (_, rest) = frame.split_once(r#""utcTime":"#)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[..digits].parse().ok()
}
