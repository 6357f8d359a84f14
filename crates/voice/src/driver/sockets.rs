//! The UDP sockets of a room: for each other person one at each address of this computer.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::network::Network;
use crate::room::Input;

/// So many packets are read ahead of the room; the network loses the others.
const READ_AHEAD: usize = 256;

/// No packet of a connection is longer.
const LONGEST: usize = 2_048;

pub(super) struct Sockets {
    network: Network,
    addresses: BTreeSet<IpAddr>,
    open: BTreeMap<SocketAddr, Socket>,
    packets: mpsc::Sender<Input>,
    queue: mpsc::Receiver<Input>,
}

struct Socket {
    owner: String,
    inner: Arc<UdpSocket>,
    reading: JoinHandle<()>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Sockets {
    pub(super) fn new(network: Network) -> Self {
        let (packets, queue) = mpsc::channel(READ_AHEAD);
        Self { addresses: network.addresses(), network, open: BTreeMap::new(), packets, queue }
    }

    /// The next packet; waits for ever without one.
    pub(super) async fn receive(&mut self) -> Input {
        match self.queue.recv().await {
            Some(packet) => packet,
            None => std::future::pending().await,
        }
    }

    /// New ones for somebody, in place of those of before.
    pub(super) fn bind(&mut self, who: &str) -> Vec<SocketAddr> {
        self.close(who);
        let mut bound = Vec::new();
        for address in &self.addresses {
            let opened = std::net::UdpSocket::bind((*address, 0)).and_then(|socket| {
                socket.set_nonblocking(true)?;
                let socket = UdpSocket::from_std(socket)?;
                Ok((socket.local_addr()?, Arc::new(socket)))
            });
            match opened {
                Ok((at, inner)) => {
                    let reading = tokio::spawn(read(Arc::clone(&inner), at, self.packets.clone()));
                    self.open.insert(at, Socket { owner: who.into(), inner, reading });
                    bound.push(at);
                }
                Err(error) => tracing::info!(%error, "a socket could not be opened"),
            }
        }
        bound
    }

    pub(super) fn close(&mut self, who: &str) {
        self.open.retain(|_, socket| socket.owner != who);
    }

    pub(super) fn send(&self, socket: SocketAddr, to: SocketAddr, data: &[u8]) {
        if let Some(socket) = self.open.get(&socket) {
            self.network.send(&socket.inner, to, data);
        }
    }

    /// Whether this computer has other addresses than when it was asked last.
    pub(super) fn have_changed(&mut self) -> bool {
        let addresses = self.network.addresses();
        let changed = addresses != self.addresses;
        self.addresses = addresses;
        changed
    }
}

async fn read(socket: Arc<UdpSocket>, at: SocketAddr, packets: mpsc::Sender<Input>) {
    let mut buffer = vec![0; LONGEST];
    loop {
        match socket.recv_from(&mut buffer).await {
            Ok((length, from)) => {
                let packet = Input::Packet { socket: at, from, data: buffer[..length].to_vec() };
                if packets.send(packet).await.is_err() {
                    return;
                }
            }
            // Windows tells here that nobody listens where it was sent to.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
            Err(error) => {
                tracing::info!(%error, "a socket broke");
                return;
            }
        }
    }
}
