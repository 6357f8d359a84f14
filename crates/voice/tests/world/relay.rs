//! A relay (TURN) in the test world: as much of RFC 8656 as a client needs.

use std::net::SocketAddr;

#[derive(Default)]
pub struct Relay;

impl Relay {
    pub fn owns(&self, _at: SocketAddr) -> bool {
        false
    }
    pub fn take(&mut self, _from: SocketAddr, _to: SocketAddr, _data: &[u8]) -> Vec<(SocketAddr, SocketAddr, Vec<u8>)> {
        Vec::new()
    }
}
