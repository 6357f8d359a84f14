//! A relay (TURN) in the test world: as much of RFC 8656 as a client needs, and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hearth_voice::Resolved;

const COOKIE: u32 = 0x2112_A442;

/// A packet: from, to, data.
pub type Sent = (SocketAddr, SocketAddr, Vec<u8>);

pub struct Relay {
    pub address: SocketAddr,
    /// What is lent, to whom.
    lent: BTreeMap<u16, Client>,
    /// Packets that were passed on.
    pub passed: u64,
}

struct Client {
    address: SocketAddr,
    allowed: BTreeSet<IpAddr>,
    channels: BTreeMap<u16, SocketAddr>,
}

impl Default for Relay {
    fn default() -> Self {
        Self { address: SocketAddr::from(([192, 0, 2, 1], 3478)), lent: BTreeMap::new(), passed: 0 }
    }
}

impl Relay {
    pub fn server(&self) -> Resolved {
        Resolved { address: self.address, relay: Some(("name".into(), "password".into())) }
    }

    pub fn owns(&self, at: SocketAddr) -> bool {
        at.ip() == self.address.ip()
    }

    /// What it sends when this comes.
    pub fn take(&mut self, from: SocketAddr, to: SocketAddr, data: &[u8]) -> Vec<Sent> {
        if to != self.address {
            return self.take_from_outside(from, to, data);
        }
        if data.first().is_some_and(|first| (0x40..0x50).contains(first)) {
            let channel = u16::from_be_bytes([data[0], data[1]]);
            let length = usize::from(u16::from_be_bytes([data[2], data[3]]));
            let found = self.lent.iter().find(|(_, client)| client.address == from);
            let peer = found.and_then(|(port, client)| Some((*port, *client.channels.get(&channel)?)));
            let Some((port, peer)) = peer else { return Vec::new() };
            self.passed += 1;
            return vec![(self.at(port), peer, data[4..4 + length].to_vec())];
        }
        self.take_request(from, data)
    }

    fn at(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.address.ip(), port)
    }

    fn take_from_outside(&mut self, from: SocketAddr, to: SocketAddr, data: &[u8]) -> Vec<Sent> {
        let Some(client) = self.lent.get(&to.port()).filter(|client| client.allowed.contains(&from.ip()))
        else {
            return Vec::new();
        };
        self.passed += 1;
        let channel = client.channels.iter().find(|(_, peer)| **peer == from);
        let message = match channel {
            Some((channel, _)) => [&channel.to_be_bytes(), &(data.len() as u16).to_be_bytes(), data].concat(),
            None => message(0x0017, [9; 12], &[(0x0012, xored(from)), (0x0013, data.to_vec())]),
        };
        vec![(self.address, client.address, message)]
    }

    fn take_request(&mut self, from: SocketAddr, data: &[u8]) -> Vec<Sent> {
        let kind = u16::from_be_bytes([data[0], data[1]]);
        let id: [u8; 12] = data[8..20].try_into().unwrap();
        let attributes = attributes(&data[20..]);
        let get =
            |wanted: u16| attributes.iter().find(|(kind, _)| *kind == wanted).map(|(_, value)| value.clone());
        let peers: Vec<_> =
            attributes.iter().filter(|(kind, _)| *kind == 0x0012).map(|(_, value)| address(value)).collect();
        let answer = |kind: u16, attributes: &[(u16, Vec<u8>)]| {
            vec![(self.address, from, message(kind, id, attributes))]
        };
        let port = self.lent.iter().find(|(_, client)| client.address == from).map(|(port, _)| *port);
        match (kind, port) {
            (0x0001, _) => answer(0x0101, &[(0x0020, xored(from))]),
            // Who they are is asked once; whether it is true does not matter here.
            (0x0003, _) if get(0x0006).is_none() => answer(
                0x0113,
                &[
                    (0x0009, [&[0, 0, 4, 1], &b"Unauthorized"[..]].concat()),
                    (0x0014, b"world".to_vec()),
                    (0x0015, b"n".to_vec()),
                ],
            ),
            (0x0003, _) => {
                let port = 50_000 + self.lent.len() as u16;
                let lent = answer(
                    0x0103,
                    &[
                        (0x0016, xored(self.at(port))),
                        (0x000D, 600_u32.to_be_bytes().to_vec()),
                        (0x0020, xored(from)),
                    ],
                );
                let client = Client { address: from, allowed: BTreeSet::new(), channels: BTreeMap::new() };
                self.lent.insert(port, client);
                lent
            }
            (0x0004, _) => answer(0x0104, &[(0x000D, get(0x000D).unwrap_or(vec![0, 0, 2, 88]))]),
            (0x0008, Some(port)) => {
                let done = answer(0x0108, &[]);
                self.lent.get_mut(&port).unwrap().allowed.extend(peers.iter().map(SocketAddr::ip));
                done
            }
            (0x0009, Some(port)) => {
                let done = answer(0x0109, &[]);
                let channel = get(0x000C).map(|value| u16::from_be_bytes([value[0], value[1]])).unwrap();
                self.lent.get_mut(&port).unwrap().channels.insert(channel, peers[0]);
                done
            }
            (0x0016, Some(port)) => {
                self.passed += 1;
                vec![(self.at(port), peers[0], get(0x0013).unwrap())]
            }
            _ => Vec::new(),
        }
    }
}

fn message(kind: u16, id: [u8; 12], attributes: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, value) in attributes {
        body.extend(kind.to_be_bytes());
        body.extend((value.len() as u16).to_be_bytes());
        body.extend(value);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    let mut message = kind.to_be_bytes().to_vec();
    message.extend((body.len() as u16).to_be_bytes());
    message.extend(COOKIE.to_be_bytes());
    message.extend(id);
    message.extend(body);
    message
}

fn attributes(mut body: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut found = Vec::new();
    while body.len() >= 4 {
        let (kind, length) =
            (u16::from_be_bytes([body[0], body[1]]), usize::from(u16::from_be_bytes([body[2], body[3]])));
        found.push((kind, body[4..4 + length].to_vec()));
        body = &body[(4 + length.next_multiple_of(4)).min(body.len())..];
    }
    found
}

fn xored(at: SocketAddr) -> Vec<u8> {
    let IpAddr::V4(ip) = at.ip() else { unreachable!() };
    let mut value = vec![0, 1];
    value.extend((at.port() ^ (COOKIE >> 16) as u16).to_be_bytes());
    value.extend((u32::from(ip) ^ COOKIE).to_be_bytes());
    value
}

fn address(value: &[u8]) -> SocketAddr {
    let port = u16::from_be_bytes([value[2], value[3]]) ^ (COOKIE >> 16) as u16;
    let ip = u32::from_be_bytes([value[4], value[5], value[6], value[7]]) ^ COOKIE;
    SocketAddr::from((Ipv4Addr::from(ip), port))
}
