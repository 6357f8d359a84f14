//! One announcement as it was heard, and what becomes of it. Everything in it was chosen by a stranger: what is wrong in
//! a way that matters makes the announcement void, the rest is left out, and nothing concerns any other announcement.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use mdns_sd::{ResolvedService, ScopedIp};

use crate::announcement::{USUAL_PATH, VERSION};
use crate::local::{Local, is_link_local_v6, is_near, is_on_a_link};
use crate::{Found, Reach, SERVICE, label};

/// Addresses that are kept of one announcement.
const MOST_ADDRESSES: usize = 8;
/// Bytes of a path.
const LONGEST_PATH: usize = 64;
/// Counts above are not believed, and not shown.
const MOST_PEOPLE: u32 = 99_999;

/// What counts of an announcement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// `INSTANCE._hearth._tcp.local.`
    pub fullname: String,
    pub port: u16,
    /// With the index of the interface that it was heard on, for IPv6.
    pub addresses: Vec<(IpAddr, u32)>,
    pub version: Option<Vec<u8>>,
    pub id: Option<Vec<u8>>,
    pub path: Option<Vec<u8>>,
    pub name: Option<Vec<u8>>,
    pub groups: Option<Vec<u8>>,
    pub people: Option<Vec<u8>>,
    pub tls: Option<Vec<u8>>,
}

impl From<&ResolvedService> for Heard {
    fn from(service: &ResolvedService) -> Self {
        let text = |key: &str| service.get_property_val(key).flatten().map(<[u8]>::to_vec);
        let mut addresses: Vec<_> = service.addresses.iter().map(scoped).collect();
        addresses.sort_unstable();
        Self {
            fullname: service.fullname.clone(),
            port: service.port,
            addresses,
            version: text("v"),
            id: text("id"),
            path: text("path"),
            name: text("name"),
            groups: text("groups"),
            people: text("people"),
            tls: text("tls"),
        }
    }
}

fn scoped(address: &ScopedIp) -> (IpAddr, u32) {
    match address {
        ScopedIp::V6(v6) => (IpAddr::V6(*v6.addr()), v6.scope_id().index),
        other => (other.to_ip_addr(), 0),
    }
}

/// What is known of this computer, to judge by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here<'a> {
    pub own: &'a [Local],
    pub reach: Reach,
}

impl Heard {
    /// The gateway that is announced, without its number; `None` when the announcement is void.
    pub fn gateway(&self, here: Here<'_>, unix_ms: u64) -> Option<Found> {
        if self.version.as_deref() != Some(VERSION.as_bytes()) || self.port == 0 {
            return None;
        }
        let path = self.path.as_deref().map_or(Some(USUAL_PATH), path)?;
        let mut near: Vec<_> =
            self.addresses.iter().filter(|(ip, _)| is_near(*ip, here.own, here.reach)).collect();
        near.sort_by_key(|(ip, _)| (rank(*ip, here.own), *ip));
        near.truncate(MOST_ADDRESSES);
        let addresses: Vec<_> = near.into_iter().map(|(ip, scope)| socket(*ip, *scope, self.port)).collect();
        let first = addresses.first()?;
        let secure = self.tls.as_deref() == Some(b"1");
        let url = addresses.iter().find(|address| !is_link_local_v6(address.ip())).map(|address| {
            let (scheme, path) =
                (if secure { "wss" } else { "ws" }, if path == USUAL_PATH { "" } else { path });
            format!("{scheme}://{}{path}", SocketAddr::new(address.ip(), address.port()))
        });
        Some(Found {
            id: String::new(),
            name: self.shown_name(),
            host: first.to_string(),
            url,
            people: number(self.people.as_deref()),
            groups: number(self.groups.as_deref()),
            own: false,
            since_unix_ms: unix_ms,
            addresses,
        })
    }

    /// The id in the announcement, for recognising the own ones.
    pub fn announced_id(&self) -> Option<&str> {
        std::str::from_utf8(self.id.as_deref()?).ok()
    }

    fn shown_name(&self) -> String {
        let told = self.name.as_deref().and_then(|name| std::str::from_utf8(name).ok()).map(label::cleaned);
        let of_instance = || label::cleaned(self.fullname.strip_suffix(SERVICE)?.strip_suffix('.')?).into();
        let name = told.filter(|name| !name.is_empty()).or_else(of_instance);
        name.filter(|name: &String| !name.is_empty()).unwrap_or_else(|| "Gateway".to_owned())
    }
}

fn path(bytes: &[u8]) -> Option<&str> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(byte);
    let fits = bytes.len() <= LONGEST_PATH && bytes.first() == Some(&b'/') && bytes.iter().all(plain);
    std::str::from_utf8(bytes).ok().filter(|_| fits)
}

fn number(bytes: Option<&[u8]>) -> Option<u32> {
    let text = std::str::from_utf8(bytes?).ok()?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= MOST_PEOPLE)
}

fn socket(ip: IpAddr, scope: u32, port: u16) -> SocketAddr {
    match ip {
        IpAddr::V6(v6) if v6.is_unicast_link_local() => SocketAddrV6::new(v6, port, 0, scope).into(),
        ip => SocketAddr::new(ip, port),
    }
}

/// Which address is tried first, smallest first.
fn rank(ip: IpAddr, own: &[Local]) -> u8 {
    let here = is_on_a_link(ip, own);
    match ip {
        IpAddr::V4(v4) if v4.is_link_local() => 4,
        IpAddr::V6(v6) if v6.is_unicast_link_local() => 5,
        IpAddr::V4(_) if here => 0,
        IpAddr::V6(_) if here => 1,
        IpAddr::V4(_) => 2,
        IpAddr::V6(_) => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Vec<Local> {
        let local = |address: &str, prefix| Local {
            interface: "eth0".into(),
            address: address.parse().unwrap(),
            prefix,
        };
        vec![local("192.168.1.5", 24), local("2001:db8:1::5", 64), local("fe80::5", 64)]
    }

    fn heard(addresses: &[&str]) -> Heard {
        let bytes = |text: &str| Some(text.as_bytes().to_vec());
        Heard {
            fullname: "Sam's den [0a1b2c]._hearth._tcp.local.".into(),
            port: 9420,
            addresses: addresses.iter().map(|text| (text.parse().unwrap(), 3)).collect(),
            version: bytes("1"),
            id: bytes("0a1b2c3d"),
            path: bytes("/socket"),
            name: bytes("Sam's den"),
            groups: bytes("2"),
            people: bytes("7"),
            tls: bytes("0"),
        }
    }

    fn gateway(heard: &Heard) -> Option<Found> {
        heard.gateway(Here { own: &own(), reach: Reach::Network }, 5)
    }

    #[test]
    fn an_announcement_is_read() {
        let found = gateway(&heard(&["fe80::9", "10.0.0.9", "192.168.1.9"])).unwrap();
        assert_eq!(found.name, "Sam's den");
        assert_eq!(found.url.as_deref(), Some("ws://192.168.1.9:9420"));
        assert_eq!((found.people, found.groups, found.since_unix_ms), (Some(7), Some(2), 5));
        let addresses: Vec<_> = found.addresses.iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["192.168.1.9:9420", "10.0.0.9:9420", "[fe80::9%3]:9420"]);
    }

    #[test]
    fn an_ipv6_address_is_written_as_one_and_a_link_local_one_keeps_its_interface() {
        let found = gateway(&heard(&["2001:db8:1::9", "fe80::9"])).unwrap();
        assert_eq!(found.url.as_deref(), Some("ws://[2001:db8:1::9]:9420"));
        let found = gateway(&heard(&["fe80::9"])).unwrap();
        assert_eq!((found.url, found.host.as_str()), (None, "[fe80::9%3]:9420"));
    }

    #[test]
    fn nothing_leads_out_of_the_local_network() {
        let found =
            gateway(&heard(&["8.8.8.8", "127.0.0.1", "::1", "192.168.1.9", "2001:db8:2::1"])).unwrap();
        assert_eq!(found.addresses, ["192.168.1.9:9420".parse().unwrap()]);
        assert_eq!(gateway(&heard(&["8.8.8.8", "127.0.0.1", "0.0.0.0", "224.0.0.1", "::"])), None);
        assert_eq!(gateway(&heard(&[])), None);
    }

    #[test]
    fn what_is_wrong_is_left_out_or_makes_the_announcement_void() {
        let with = |change: fn(&mut Heard)| {
            let mut heard = heard(&["192.168.1.9"]);
            change(&mut heard);
            gateway(&heard)
        };
        assert_eq!(with(|heard| heard.version = Some(b"2".to_vec())), None);
        assert_eq!(with(|heard| heard.version = None), None);
        assert_eq!(with(|heard| heard.port = 0), None);
        for path in [&b"socket"[..], b"/\xff", b"/a?b", b"/a b", b"/@evil.example", b"", b"/\r\nx"] {
            let mut heard = heard(&["192.168.1.9"]);
            heard.path = Some(path.to_vec());
            assert_eq!(gateway(&heard), None, "{path:?}");
        }
        let mut long = heard(&["192.168.1.9"]);
        long.path = Some(format!("/{}", "a".repeat(LONGEST_PATH)).into_bytes());
        assert_eq!(gateway(&long), None);

        let name = |bytes: &[u8]| {
            let mut heard = heard(&["192.168.1.9"]);
            heard.name = Some(bytes.to_vec());
            gateway(&heard).unwrap().name
        };
        assert_eq!(name(b"\xff\xfe"), "Sam's den [0a1b2c]");
        assert_eq!(name(b"\x00\x07\x1b"), "Sam's den [0a1b2c]");
        assert_eq!(name("\u{202e}den".as_bytes()), "den");
        let nameless =
            with(|heard| (heard.name, heard.fullname) = (None, "\u{7}._hearth._tcp.local.".into()));
        assert_eq!(nameless.unwrap().name, "Gateway");

        for count in [&b"-1"[..], b"+5", b"1e9", b"4294967296", b"100000", b"", b"\xff"] {
            let mut heard = heard(&["192.168.1.9"]);
            heard.people = Some(count.to_vec());
            assert_eq!(gateway(&heard).unwrap().people, None, "{count:?}");
        }
    }

    #[test]
    fn an_announcement_has_a_bound() {
        let many: Vec<String> = (1..=200).map(|last| format!("192.168.1.{last}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(gateway(&heard(&many)).unwrap().addresses.len(), MOST_ADDRESSES);
    }
}
