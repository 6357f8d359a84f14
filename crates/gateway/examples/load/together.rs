//! Community chat: a channel of a hundred members, of whom some write over HTTP, as Together does it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use futures::StreamExt;
use futures::future::try_join_all;
use hearth_clock::Clock;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::Message;

use crate::client::Socket;
use crate::crowd::{Channel, Crowd, Member, credentials};
use crate::gateway::{Gateway, mib};
use crate::http::Http;
use crate::latency::Latencies;

const MEMBERS: usize = 100;
const WRITERS: usize = 8;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(8);

/// How the writers write, and what happens besides.
#[derive(Clone, Copy)]
pub enum Kind {
    /// As fast as they are answered.
    FullPace(Crowd),
    /// So many a second in all.
    Rate(u32),
    /// The same, while others sign in as fast as they are answered.
    LoginStorm(u32),
}

/// A gateway with its data on the disk, a hundred accounts, and a channel for them.
struct Club {
    gateway: Gateway,
    address: SocketAddr,
    members: Vec<Member>,
    channel: Channel,
    _data: tempfile::TempDir,
}

impl Club {
    async fn found(program: &Path, crowd: Crowd) -> anyhow::Result<Self> {
        // Beside the program: where temporary files are kept may be memory.
        let data = tempfile::tempdir_in(program.parent().context("a program is in a directory")?)?;
        let kept = data.path().to_str().context("a strange path")?;
        let gateway =
            Gateway::start_with(program, &["--data", kept, "--max-changes-per-account", "1000000"])?;
        let address = gateway.together.strip_prefix("ws://").and_then(|url| url.strip_suffix("/ws"));
        let address = address.context("the gateway does not speak Together")?.parse()?;
        let id = |answer: &Value| answer["id"].as_str().map(str::to_owned).context("no id");
        let (mut http, mut members) = (Http::connect(address).await?, Vec::new());
        for member in 0..MEMBERS {
            members.push(Member::register(&mut http, member, crowd).await?);
        }
        let Some(Member::Together(founder)) = members.first() else { bail!("nobody of Together") };
        http.token.clone_from(founder);
        let server = id(&http.post("/servers", &json!({ "name": "Club" })).await?)?;
        let made = json!({ "name": "talk", "type": "text" });
        let made = http.post(&format!("/servers/{server}/channels"), &made).await?;
        // Gateways of before have no numbers, and no dialects that need them.
        let number = made["number"].as_u64().unwrap_or_default();
        let channel = Channel { server, id: id(&made)?, number };
        for member in &members[1..] {
            member.join(&mut http, &channel).await?;
        }
        Ok(Self { gateway, address, members, channel, _data: data })
    }

    async fn connect(&self, member: usize) -> anyhow::Result<Socket> {
        self.members[member % MEMBERS].connect(&self.gateway, &self.channel).await
    }

    async fn signed_in(&self, member: usize) -> anyhow::Result<Http> {
        let mut http = Http::connect(self.address).await?;
        let Member::Together(token) = &self.members[member] else { bail!("only Together writes") };
        http.token.clone_from(token);
        Ok(http)
    }
}

/// One row of the first table. A message has 100 characters, and carries when its writer began to post it.
pub async fn fanout(program: &Path, kind: Kind) -> anyhow::Result<String> {
    let crowd = match kind {
        Kind::FullPace(crowd) => crowd,
        Kind::Rate(_) | Kind::LoginStorm(_) => Crowd::Together,
    };
    let club = Club::found(program, crowd).await?;
    let sockets = try_join_all((0..MEMBERS).map(|member| club.connect(member))).await?;
    let clock = Clock::new();
    let start = Instant::from_std(clock.now().instant);
    let end = start + WARM_UP + MEASURED;
    let counting = Arc::new(AtomicBool::new(false));
    let (mut readers, mut writers, mut storm) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
    for socket in sockets {
        readers.spawn(read(socket, start, end + Duration::from_millis(200), Arc::clone(&counting)));
    }
    let period = match kind {
        Kind::FullPace(_) => None,
        Kind::Rate(rate) | Kind::LoginStorm(rate) => Some(Duration::from_secs(1) * WRITERS as u32 / rate),
    };
    for writer in 0..WRITERS {
        let path = format!("/channels/{}/messages", club.channel.id);
        let http = club.signed_in(writer).await?;
        let first = start + period.unwrap_or_default() * writer as u32 / WRITERS as u32;
        writers.spawn(write(http, path, start, first, end, period, Arc::clone(&counting)));
    }
    let logins = Arc::new(AtomicU64::new(0));
    if let Kind::LoginStorm(_) = kind {
        for member in 0..WRITERS {
            let (mut http, logins) = (Http::connect(club.address).await?, Arc::clone(&logins));
            storm.spawn(async move {
                let person = credentials(member);
                while start.elapsed() < WARM_UP + MEASURED {
                    http.post("/auth/login", &person).await?;
                    logins.fetch_add(1, Ordering::Relaxed);
                }
                anyhow::Ok(())
            });
        }
    }
    tokio::time::sleep_until(start + WARM_UP).await;
    let (cpu, began, before) = (club.gateway.cpu()?, clock.now().instant, logins.load(Ordering::Relaxed));
    counting.store(true, Ordering::Relaxed);
    tokio::time::sleep_until(end).await;
    counting.store(false, Ordering::Relaxed);
    let (cpu, took) = (club.gateway.cpu()? - cpu, clock.now().instant - began);
    let signed_in = logins.load(Ordering::Relaxed) - before;
    let rss = club.gateway.rss()?;
    let (mut heard, mut posted) = (Latencies::new(), Latencies::new());
    while let Some(latencies) = readers.join_next().await {
        heard.merge(&latencies??);
    }
    while let Some(latencies) = writers.join_next().await {
        posted.merge(&latencies??);
    }
    while let Some(ended) = storm.join_next().await {
        ended??;
    }
    let seconds = took.as_secs_f64();
    let ms = |latencies: &Latencies, percent| latencies.percentile(percent).as_secs_f64() * 1_000.0;
    let (name, each) = match kind {
        Kind::FullPace(Crowd::Together) => ("as fast as they are answered".to_owned(), None),
        Kind::FullPace(Crowd::Mixed) => ("the same, readers of all three dialects".to_owned(), None),
        Kind::Rate(rate) => (format!("{rate} messages/s"), None),
        Kind::LoginStorm(rate) => (
            format!("{rate} messages/s, and {:.0} logins/s", signed_in as f64 / seconds),
            Some("–".to_owned()),
        ),
    };
    Ok(format!(
        "| {name} | {:.0} | {:.0} | {:.1} / {:.1} | {:.1} / {:.1} | {:.0} | {} | {:.0} |",
        posted.count as f64 / seconds,
        heard.count as f64 / seconds,
        ms(&heard, 50.0),
        ms(&heard, 99.0),
        ms(&posted, 50.0),
        ms(&posted, 99.0),
        cpu.as_secs_f64() / seconds * 100.0,
        each.unwrap_or_else(|| format!("{:.2}", cpu.as_secs_f64() * 1e6 / heard.count as f64)),
        mib(rss),
    ))
}

/// The time from each request to its answer. `period`: on schedule, else one after the other.
async fn write(
    mut http: Http,
    path: String,
    start: Instant,
    first: Instant,
    end: Instant,
    period: Option<Duration>,
    counting: Arc<AtomicBool>,
) -> anyhow::Result<Latencies> {
    let mut latencies = Latencies::new();
    let mut schedule = tokio::time::interval_at(first, period.unwrap_or(Duration::from_secs(1)));
    schedule.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let filling = "x".repeat(90);
    loop {
        let due = match period {
            Some(_) => schedule.tick().await,
            None => start + start.elapsed(),
        };
        if due >= end {
            return Ok(latencies);
        }
        let sent = (due - start).as_micros();
        http.post(&path, &json!({ "content": format!("{sent} {filling}") })).await?;
        if counting.load(Ordering::Relaxed) {
            latencies.note(due.elapsed().as_micros() as u64);
        }
    }
}

async fn read(
    mut socket: Socket,
    start: Instant,
    end: Instant,
    counting: Arc<AtomicBool>,
) -> anyhow::Result<Latencies> {
    let mut latencies = Latencies::new();
    while let Ok(message) = tokio::time::timeout_at(end, socket.next()).await {
        let message = message.context("the gateway closed a socket")??;
        let Message::Text(text) = message else { continue };
        let Some((_, rest)) = text.split_once(r#""content":""#) else { continue };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let sent: u64 = rest[..digits].parse().context("no number")?;
        if counting.load(Ordering::Relaxed) {
            latencies.note((start.elapsed().as_micros() as u64).saturating_sub(sent));
        }
    }
    Ok(latencies)
}

/// One row of the second table.
pub async fn idle(program: &Path, connections: usize) -> anyhow::Result<String> {
    let club = Club::found(program, Crowd::Together).await?;
    let before = club.gateway.rss()?;
    let mut sockets = Vec::with_capacity(connections);
    while sockets.len() < connections {
        let next = sockets.len();
        sockets.extend(try_join_all((next..next + 10).map(|member| club.connect(member))).await?);
    }
    // What others were told of those who came is taken, so that nothing waits for anybody.
    let readers: Vec<_> = sockets
        .into_iter()
        .map(|mut socket| tokio::spawn(async move { while let Some(Ok(_)) = socket.next().await {} }))
        .collect();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (cpu, rss) = (club.gateway.cpu()?, club.gateway.rss()?);
    tokio::time::sleep(MEASURED).await;
    let cpu = club.gateway.cpu()? - cpu;
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(format!(
        "| {connections} | {:.1} | {:.1} | {} | {:.1} |",
        mib(before),
        mib(rss),
        rss.saturating_sub(before) / connections as u64,
        cpu.as_secs_f64() / MEASURED.as_secs_f64() * 100.0
    ))
}
