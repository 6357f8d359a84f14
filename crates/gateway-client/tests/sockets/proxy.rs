//! A TCP proxy that a test can cut, close and slow down.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Clone, Copy, Debug, Default)]
struct Weather {
    /// Counts the cuts: connections of an earlier count are gone.
    cuts: u32,
    /// New connections are refused.
    closed: bool,
    /// How long bytes take in each direction.
    delay: Duration,
    /// New connections are cut after fewer bytes than this.
    cut_within: Option<usize>,
}

pub struct Proxy {
    pub url: String,
    weather: watch::Sender<Weather>,
    cuts: Arc<AtomicU32>,
}

impl Proxy {
    pub async fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (weather, seen) = watch::channel(Weather::default());
        let cuts = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&cuts);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if !seen.borrow().closed {
                    tokio::spawn(carry(near, upstream, seen.clone(), Arc::clone(&counter)));
                }
            }
        });
        Self { url, weather, cuts }
    }

    /// Ends every open connection without a word.
    pub fn cut(&self) {
        self.weather.send_modify(|weather| weather.cuts += 1);
    }

    pub fn close(&self, closed: bool) {
        self.weather.send_modify(|weather| weather.closed = closed);
    }

    /// New connections are cut in the middle of a byte stream, after fewer bytes than this.
    pub fn cut_within(&self, bytes: usize) {
        let cut_within = Some(bytes).filter(|bytes| *bytes < usize::MAX);
        self.weather.send_modify(|weather| weather.cut_within = cut_within);
    }

    /// How many connections were cut in that way.
    pub fn cuts(&self) -> u32 {
        self.cuts.load(Ordering::Relaxed)
    }

    pub fn delay(&self, delay: Duration) {
        self.weather.send_modify(|weather| weather.delay = delay);
    }
}

/// What is left of a connection's bytes, both directions together.
type Budget = Arc<AtomicI64>;

async fn carry(
    near: TcpStream,
    upstream: SocketAddr,
    mut weather: watch::Receiver<Weather>,
    counter: Arc<AtomicU32>,
) {
    let cuts = weather.borrow().cuts;
    let budget =
        weather.borrow().cut_within.map_or(i64::MAX, |bytes| rand::rng().random_range(0..bytes as i64));
    let budget = Arc::new(AtomicI64::new(budget));
    let Ok(far) = TcpStream::connect(upstream).await else { return };
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    let spent = tokio::select! {
        spent = copy(near_read, far_write, weather.clone(), Arc::clone(&budget)) => spent,
        spent = copy(far_read, near_write, weather.clone(), budget) => spent,
        _ = weather.wait_for(|weather| weather.cuts != cuts) => false,
    };
    if spent {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// True when the connection's bytes are spent.
async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    weather: watch::Receiver<Weather>,
    budget: Budget,
) -> bool {
    let mut buffer = [0; 8192];
    loop {
        let Ok(count @ 1..) = from.read(&mut buffer).await else { return false };
        let delay = weather.borrow().delay;
        tokio::time::sleep(delay).await;
        let left = budget.fetch_sub(count as i64, Ordering::Relaxed);
        let through = usize::try_from(left).unwrap_or(0).min(count);
        if to.write_all(&buffer[..through]).await.is_err() {
            return false;
        }
        if through < count {
            return true;
        }
    }
}
