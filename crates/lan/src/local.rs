//! The addresses of this computer: which to give to others, best first, and which networks they are in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use crate::{Lan, Reach};

/// An address of an interface of this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Name of the interface.
    pub interface: String,
    /// Address.
    pub address: IpAddr,
    /// Leading bits that all addresses of its network share.
    pub prefix: u8,
}

/// A range of addresses: its first, and the leading bits that all of them share.
pub type Range = (IpAddr, u8);

/// Networks that are nobody's in particular: what is in them is near, whichever interface leads there.
const PRIVATE: [Range; 7] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    // Shared address space: carriers, and networks between friends such as Tailscale's.
    (IpAddr::V4(Ipv4Addr::new(100, 64, 0, 0)), 10),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// Loopback.
const LOOPBACK: [Range; 2] =
    [(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8), (IpAddr::V6(Ipv6Addr::LOCALHOST), 128)];

/// All addresses of interfaces that are up, loopback included. Empty when the system does not tell.
#[must_use]
pub fn addresses() -> Vec<Local> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let up = interfaces.into_iter().filter(if_addrs::Interface::is_oper_up);
    up.map(|interface| Local {
        address: interface.ip(),
        prefix: match &interface.addr {
            if_addrs::IfAddr::V4(v4) => v4.prefixlen,
            if_addrs::IfAddr::V6(v6) => v6.prefixlen,
        },
        interface: interface.name,
    })
    .collect()
}

/// The addresses that others in the network reach this computer at, the likeliest first.
#[must_use]
pub fn shown() -> Vec<IpAddr> {
    ranked(
        &addresses(),
        [Ipv4Addr::new(192, 0, 2, 1).into(), Ipv6Addr::from_bits(0x2001_0db8 << 96).into()].map(way_to),
    )
}

/// The networks that this computer is in, and those that are private: where guests of this network come from.
#[must_use]
pub fn networks() -> Vec<Range> {
    let own = addresses().into_iter().map(|local| (local.address, local.prefix));
    // A prefix of 0 would be everybody.
    let own = own.filter(|(_, prefix)| *prefix > 0);
    LOOPBACK.into_iter().chain(PRIVATE).chain(own).collect()
}

/// Whether an interface leads to containers and machines inside this computer only.
#[must_use]
pub fn is_within_this_computer(interface: &str) -> bool {
    const INSIDE: [&str; 13] = [
        "docker", "br-", "veth", "virbr", "vnet", "vmnet", "vboxnet", "lxc", "lxd", "cni", "flannel", "cali",
        "podman",
    ];
    INSIDE.iter().any(|prefix| interface.starts_with(prefix))
}

pub(crate) fn is_in_a_network(lan: &Lan) -> bool {
    let outside = |local: &Local| !local.address.is_loopback() && !is_within_this_computer(&local.interface);
    lan.reach == Reach::Loopback || addresses().iter().any(outside)
}

/// Whether an address is in the local network, seen from this computer.
pub(crate) fn is_near(address: IpAddr, own: &[Local], reach: Reach) -> bool {
    if address.is_unspecified() || address.is_multicast() {
        return false;
    }
    if address.is_loopback() {
        return reach == Reach::Loopback;
    }
    let private = PRIVATE.iter().any(|range| contains(*range, address));
    private || is_on_a_link(address, own)
}

/// Whether an address is in a network of one of the interfaces.
pub(crate) fn is_on_a_link(address: IpAddr, own: &[Local]) -> bool {
    own.iter().any(|local| local.prefix > 0 && contains((local.address, local.prefix), address))
}

pub(crate) const fn is_link_local_v6(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local())
}

fn contains((base, prefix): Range, address: IpAddr) -> bool {
    match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            let differing = base.to_bits() ^ address.to_bits();
            differing.checked_shr(32 - u32::from(prefix.min(32))).unwrap_or(0) == 0
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            let differing = base.to_bits() ^ address.to_bits();
            differing.checked_shr(128 - u32::from(prefix.min(128))).unwrap_or(0) == 0
        }
        _ => false,
    }
}

/// The own address that packets to `target` would have. Sends nothing.
fn way_to(target: IpAddr) -> Option<IpAddr> {
    let any: IpAddr =
        if target.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    socket.connect(SocketAddr::new(target, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Those that others can use. IPv6 link-local ones are left out: an address for people has no place for the interface.
fn ranked(own: &[Local], outward: [Option<IpAddr>; 2]) -> Vec<IpAddr> {
    const MOST: usize = 8;
    let usable = own.iter().filter(|local| {
        let address = local.address;
        !address.is_loopback()
            && !address.is_unspecified()
            && !is_link_local_v6(address)
            && !is_within_this_computer(&local.interface)
    });
    let mut ranked: Vec<_> = usable
        .map(|local| {
            let address = local.address;
            let self_given = matches!(address, IpAddr::V4(v4) if v4.is_link_local());
            let is_outward = outward.contains(&Some(address));
            ((is_tunnel(&local.interface), self_given, address.is_ipv6(), !is_outward, address), address)
        })
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().map(|(_, address)| address).take(MOST).collect()
}

fn is_tunnel(interface: &str) -> bool {
    ["tun", "tap", "utun", "wg", "zt", "tailscale", "ppp", "ipsec"]
        .iter()
        .any(|prefix| interface.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(entries: &[(&str, &str, u8)]) -> Vec<Local> {
        let local = |(interface, address, prefix): &(&str, &str, u8)| Local {
            interface: (*interface).into(),
            address: address.parse().unwrap(),
            prefix: *prefix,
        };
        entries.iter().map(local).collect()
    }

    #[test]
    fn the_likeliest_address_comes_first() {
        let own = own(&[
            ("lo", "127.0.0.1", 8),
            ("docker0", "172.17.0.1", 16),
            ("wg0", "10.9.0.2", 24),
            ("eth0", "fe80::1", 64),
            ("eth0", "fd00::2", 64),
            ("eth1", "169.254.3.4", 16),
            ("eth0", "10.0.0.7", 24),
            ("wlan0", "192.168.1.5", 24),
        ]);
        let shown = ranked(&own, [Some("192.168.1.5".parse().unwrap()), None]);
        let shown: Vec<_> = shown.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["192.168.1.5", "10.0.0.7", "fd00::2", "169.254.3.4", "10.9.0.2"]);
    }

    #[test]
    fn near_is_what_is_private_or_on_a_link() {
        let own =
            own(&[("eth0", "203.0.113.9", 24), ("eth0", "2001:db8:1::5", 64), ("odd", "198.51.100.1", 0)]);
        let near = |text: &str| is_near(text.parse().unwrap(), &own, Reach::Network);
        for text in
            ["192.168.9.9", "10.1.2.3", "169.254.1.1", "203.0.113.77", "2001:db8:1::1", "fe80::1", "fd12::1"]
        {
            assert!(near(text), "{text}");
        }
        for text in
            ["8.8.8.8", "203.0.114.1", "2001:db8:2::1", "127.0.0.1", "::1", "0.0.0.0", "224.0.0.1", "ff02::1"]
        {
            assert!(!near(text), "{text}");
        }
        assert!(is_near("127.0.0.1".parse().unwrap(), &own, Reach::Loopback));
    }
}
