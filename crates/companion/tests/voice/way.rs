//! The way to a gateway, which can be cut: nothing gets through and nobody is told, until it does again.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub struct Way {
    address: SocketAddr,
    open: watch::Sender<bool>,
    taking: JoinHandle<()>,
}

impl Drop for Way {
    fn drop(&mut self) {
        self.taking.abort();
    }
}

impl Way {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (open, is_open) = watch::channel(true);
        let taking = tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                let Ok(there) = TcpStream::connect(server).await else { continue };
                let ((from_here, to_here), (from_there, to_there)) = (here.into_split(), there.into_split());
                tokio::spawn(pass(from_here, to_there, is_open.clone()));
                tokio::spawn(pass(from_there, to_here, is_open.clone()));
            }
        });
        Self { address, open, taking }
    }

    /// The address of a server by this way.
    pub fn by(&self, url: &str, server: SocketAddr) -> String {
        url.replace(&server.to_string(), &self.address.to_string())
    }

    pub fn cut(&self, cut: bool) {
        let _ = self.open.send(!cut);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut open: watch::Receiver<bool>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if open.wait_for(|open| *open).await.is_err() || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
