//! The network around this computer, as sockets find it: which addresses they are bound to, and how a packet goes out.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::UdpSocket;

#[cfg(feature = "trial")]
use crate::trial::weather::Rough;

/// More addresses cost more checks than they are worth.
const MOST_ADDRESSES: usize = 6;

/// Where others are.
#[derive(Clone, Debug, Default)]
pub enum Network {
    /// Wherever this computer's addresses reach.
    #[default]
    Computer,
    /// On this computer only.
    Loopback,
    /// On this computer only, and packets go through bad weather.
    #[cfg(feature = "trial")]
    Rough(Rough),
}

impl Network {
    pub(super) fn addresses(&self) -> BTreeSet<IpAddr> {
        if !matches!(self, Self::Computer) {
            return BTreeSet::from([IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        }
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        let usable = interfaces.into_iter().map(|interface| interface.ip()).filter(|ip| match ip {
            IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local() && !ip.is_unspecified(),
            IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unicast_link_local() && !ip.is_unspecified(),
        });
        usable.collect::<BTreeSet<_>>().into_iter().take(MOST_ADDRESSES).collect()
    }

    pub(super) fn send(&self, socket: &Arc<UdpSocket>, to: SocketAddr, data: &[u8]) {
        match self {
            Self::Computer | Self::Loopback => send(socket, to, data),
            #[cfg(feature = "trial")]
            Self::Rough(rough) => {
                let Some(takes) = rough.takes() else { return };
                let (rough, socket, data) = (rough.clone(), Arc::clone(socket), data.to_vec());
                tokio::spawn(async move {
                    tokio::time::sleep(takes).await;
                    if !rough.is_cut() {
                        send(&socket, to, &data);
                    }
                });
            }
        }
    }
}

fn send(socket: &UdpSocket, to: SocketAddr, data: &[u8]) {
    if let Err(error) = socket.try_send_to(data, to) {
        // As if the network had lost it.
        tracing::trace!(%error, "a packet was not sent");
    }
}
