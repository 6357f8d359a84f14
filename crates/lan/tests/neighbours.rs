//! Announcing and finding over real sockets: two parties on the loopback interface of this computer, on ports of their
//! own, so that neither tests nor the network disturb each other.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use hearth_clock::Clock;
use hearth_lan::{Announcement, Browser, Crowd, Found, Lan, Neighbourhood, Trouble};
use tokio::time::timeout;

/// What the app promises.
const SOON: Duration = Duration::from_secs(2);
/// Nothing that is expected takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A port for one test. mDNS ports can be shared, so that the system cannot be asked for a free one twice.
fn lan() -> Lan {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    Lan::loopback(free.local_addr().unwrap().port())
}

async fn until<T>(browser: &Browser, mut done: impl FnMut(&Neighbourhood) -> Option<T>) -> T {
    let mut around = browser.watch();
    let search = async {
        loop {
            if let Some(found) = done(&around.borrow_and_update()) {
                return found;
            }
            around.changed().await.unwrap();
        }
    };
    match timeout(PATIENCE, search).await {
        Ok(found) => found,
        Err(_) => panic!("not in time: {:?}", browser.watch().borrow()),
    }
}

async fn until_one(browser: &Browser) -> Found {
    until(browser, |around| around.gateways.first().cloned()).await
}

fn now() -> Instant {
    Clock::new().now().instant
}

#[tokio::test]
async fn a_gateway_is_found_and_its_end_is_seen_within_two_seconds() {
    let here = lan();
    let browser = here.of_another_program().browse();
    // As it is in a lobby: somebody looks already.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let began = now();
    let announcer = here.announce(Announcement::new("  Sam's \u{202e}den. ", 9420));
    let found = until_one(&browser).await;
    let took = now() - began;
    println!("found after {took:?}");
    assert!(took <= SOON, "{took:?}");
    assert_eq!((found.name.as_str(), found.own), ("Sam's den.", false));
    assert_eq!(found.url.as_deref(), Some("ws://127.0.0.1:9420"));
    assert_eq!((found.people, found.groups), (Some(0), Some(0)));

    let began = now();
    announcer.stop().await;
    until(&browser, |around| around.gateways.is_empty().then_some(())).await;
    let took = now() - began;
    println!("goodbye seen after {took:?}");
    assert!(took <= SOON, "{took:?}");
}

#[tokio::test]
async fn who_comes_later_finds_what_is_there_within_two_seconds() {
    let here = lan();
    let _announcer = here.announce(Announcement::new("Den", 9420));
    tokio::time::sleep(Duration::from_secs(3)).await;
    let began = now();
    until_one(&here.of_another_program().browse()).await;
    let took = now() - began;
    println!("found after {took:?}");
    assert!(took <= SOON, "{took:?}");
}

#[tokio::test]
async fn an_announcer_that_is_dropped_says_goodbye_too() {
    let here = lan();
    let browser = here.of_another_program().browse();
    let announcer = here.announce(Announcement::new("Den", 9420));
    until_one(&browser).await;
    drop(announcer);
    until(&browser, |around| around.gateways.is_empty().then_some(())).await;
}

#[tokio::test]
async fn own_gateways_are_known_as_own_and_those_with_the_same_name_are_told_apart() {
    let here = lan();
    let there = here.of_another_program();
    let browser = here.browse();
    let _mine = here.announce(Announcement::new("Den", 9420));
    let _theirs = there.announce(Announcement::new("Den", 9421));
    let gateways =
        until(&browser, |around| (around.gateways.len() == 2).then(|| around.gateways.clone())).await;
    let own: Vec<_> =
        gateways.iter().filter(|found| found.own).map(|found| found.url.clone().unwrap()).collect();
    assert_eq!(own, ["ws://127.0.0.1:9420"]);
    assert!(gateways.iter().all(|found| found.name == "Den"));
}

#[tokio::test]
async fn counts_follow_but_not_each_of_them() {
    let here = lan();
    let browser = here.of_another_program().browse();
    let announcer = here.announce(Announcement::new("Den", 9420));
    until_one(&browser).await;
    let mut told = Vec::new();
    let began = now();
    let mut people = 0;
    while now() - began < Duration::from_secs(12) {
        people += 1;
        announcer.tell(Crowd { people, groups: 1 });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let around = browser.watch().borrow().clone();
        if let Some(found) = around.gateways.first()
            && told.last() != Some(&found.people)
        {
            told.push(found.people);
        }
    }
    assert!((2..=5).contains(&told.len()), "{told:?}");
    announcer.tell(Crowd { people: 1, groups: 2 });
    until(&browser, |around| {
        around.gateways.first().filter(|found| (found.people, found.groups) == (Some(1), Some(2))).map(|_| ())
    })
    .await;
}

#[tokio::test]
async fn when_another_program_keeps_the_port_for_itself_it_is_said_and_tried_again() {
    // Bound without sharing it.
    let hog = UdpSocket::bind("0.0.0.0:0").unwrap();
    let here = Lan::loopback(hog.local_addr().unwrap().port());
    let browser = here.of_another_program().browse();
    let announcer = here.announce(Announcement::new("Den", 9420));
    until(&browser, |around| (around.trouble == Some(Trouble::PortBusy)).then_some(())).await;
    let mut trouble = announcer.trouble();
    timeout(PATIENCE, trouble.wait_for(|trouble| *trouble == Some(Trouble::PortBusy)))
        .await
        .unwrap()
        .unwrap();
    drop(hog);
    until(&browser, |around| (around.trouble.is_none() && around.gateways.len() == 1).then_some(())).await;
}

/// Bytes of a DNS message, written by hand: what a hostile program may send.
struct Packet(Vec<u8>);

impl Packet {
    fn response(answers: u16) -> Self {
        let mut bytes = vec![0, 0, 0x84, 0, 0, 0];
        bytes.extend(answers.to_be_bytes());
        bytes.extend([0; 4]);
        Self(bytes)
    }

    fn name(&mut self, labels: &[&[u8]]) {
        for label in labels {
            self.0.push(u8::try_from(label.len()).unwrap());
            self.0.extend(*label);
        }
        self.0.push(0);
    }

    fn record(&mut self, name: &[&[u8]], kind: u16, data: impl FnOnce(&mut Self)) {
        self.name(name);
        self.0.extend(kind.to_be_bytes());
        self.0.extend([0x00, 0x01]);
        self.0.extend(4500_u32.to_be_bytes());
        let at = self.0.len();
        self.0.extend([0, 0]);
        data(self);
        let length = u16::try_from(self.0.len() - at - 2).unwrap();
        self.0[at..at + 2].copy_from_slice(&length.to_be_bytes());
    }

    /// A whole announcement: PTR, SRV, TXT and an address.
    fn gateway(instance: &[u8], texts: &[&[u8]], address: Ipv4Addr) -> Self {
        let mut packet = Self::response(4);
        let service: [&[u8]; 3] = [b"_hearth", b"_tcp", b"local"];
        let full = [instance, service[0], service[1], service[2]];
        let host: [&[u8]; 2] = [b"evil", b"local"];
        packet.record(&service, 12, |packet| packet.name(&full));
        packet.record(&full, 33, |packet| {
            packet.0.extend([0, 0, 0, 0]);
            packet.0.extend(9420_u16.to_be_bytes());
            packet.name(&host);
        });
        packet.record(&full, 16, |packet| {
            for text in texts {
                packet.0.push(u8::try_from(text.len()).unwrap());
                packet.0.extend(*text);
            }
        });
        packet.record(&host, 1, |packet| packet.0.extend(address.octets()));
        packet
    }

    fn send(&self, port: u16) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let socket = socket2::Socket::from(socket);
        socket.set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
        socket.send_to(&self.0, &SocketAddr::from((Ipv4Addr::new(224, 0, 0, 251), port)).into()).unwrap();
    }
}

#[tokio::test]
async fn hostile_announcements_cost_only_themselves() {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let here = Lan::loopback(free);
    let browser = here.of_another_program().browse();
    let _announcer = here.announce(Announcement::new("Den", 9421));
    until_one(&browser).await;
    let local = Ipv4Addr::LOCALHOST;
    let long = [b"name=".as_slice(), &[b'x'; 250]].concat();
    let good: [&[u8]; 2] = [b"v=1", b"name=Neighbour"];
    Packet(vec![0xff; 600]).send(free);
    Packet(vec![0; 3]).send(free);
    Packet(Packet::gateway(b"cut", &good, local).0[..70].to_vec()).send(free);
    Packet::gateway(b"\xff\xfe\x00\x01", &good, local).send(free);
    Packet::gateway(b"other version", &[b"v=9"], local).send(free);
    Packet::gateway(b"path", &[b"v=1", b"path=@evil.example/"], local).send(free);
    Packet::gateway(b"binary", &[b"v=1", b"name=\xff\xfe\xfd", b"people=\x00\xff", b"=", b"\xff"], local)
        .send(free);
    Packet::gateway(b"long", &[b"v=1", &long], local).send(free);
    Packet::gateway(b"\x1b[31mred", &[b"v=1"], local).send(free);
    Packet::gateway(b"neighbour", &good, local).send(free);
    let around = until(&browser, |around| {
        around.gateways.iter().any(|found| found.name == "Neighbour").then(|| around.gateways.clone())
    })
    .await;
    let mut names: Vec<_> = around.iter().map(|found| found.name.clone()).collect();
    names.sort();
    let expected = ["Den", "Neighbour", "[31mred", "binary", &"x".repeat(40)];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_flood_is_a_bounded_list_and_passes() {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let here = Lan::loopback(free);
    let browser = here.of_another_program().browse();
    let flood = tokio::task::spawn_blocking(move || {
        for number in 0..6_000 {
            let instance = format!("flood {number}");
            Packet::gateway(instance.as_bytes(), &[b"v=1"], Ipv4Addr::LOCALHOST).send(free);
            if number % 50 == 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    });
    let mut around = browser.watch();
    let mut most = 0;
    let interrupted = async {
        loop {
            around.changed().await.unwrap();
            let around = around.borrow_and_update();
            most = most.max(around.gateways.len());
            if around.trouble == Some(Trouble::Flooded) {
                return;
            }
        }
    };
    timeout(PATIENCE, interrupted).await.unwrap();
    assert!((1..=64).contains(&most), "{most}");
    flood.await.unwrap();
    let _announcer = here.announce(Announcement::new("Den", 9421));
    until(&browser, |around| around.gateways.iter().any(|found| found.name == "Den").then_some(())).await;
}
