//! A TCP proxy that a test can cut, close and slow down.

use std::net::SocketAddr;
use std::time::Duration;

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
}

pub struct Proxy {
    pub url: String,
    weather: watch::Sender<Weather>,
}

impl Proxy {
    pub async fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (weather, seen) = watch::channel(Weather::default());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if !seen.borrow().closed {
                    tokio::spawn(carry(near, upstream, seen.clone()));
                }
            }
        });
        Self { url, weather }
    }

    /// Ends every open connection without a word.
    pub fn cut(&self) {
        self.weather.send_modify(|weather| weather.cuts += 1);
    }

    pub fn close(&self, closed: bool) {
        self.weather.send_modify(|weather| weather.closed = closed);
    }

    pub fn delay(&self, delay: Duration) {
        self.weather.send_modify(|weather| weather.delay = delay);
    }
}

async fn carry(near: TcpStream, upstream: SocketAddr, mut weather: watch::Receiver<Weather>) {
    let cuts = weather.borrow().cuts;
    let Ok(far) = TcpStream::connect(upstream).await else { return };
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    tokio::select! {
        () = copy(near_read, far_write, weather.clone()) => {}
        () = copy(far_read, near_write, weather.clone()) => {}
        _ = weather.wait_for(|weather| weather.cuts != cuts) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, weather: watch::Receiver<Weather>) {
    let mut buffer = [0; 8192];
    loop {
        let Ok(count @ 1..) = from.read(&mut buffer).await else { return };
        let delay = weather.borrow().delay;
        tokio::time::sleep(delay).await;
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
