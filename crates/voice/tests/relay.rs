//! A real relay: coturn, on this computer. Where it is not installed nothing is tested, but where `cargo xtask test`
//! installs it (it says so by `HEARTH_INSTALLED`) it has to be there.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

#[expect(dead_code, reason = "other tests use more of it")]
mod loopback;

use std::net::{SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hearth_voice::driver::VoiceConfig;
use hearth_voice::{Cleaning, Event, IceServer, Link, Reach};
use loopback::House;

const NAME: &str = "robin";
const PASSWORD: &str = "correct horse";

struct Relay {
    program: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Relay {
    /// Nothing where there is no coturn.
    fn start() -> Option<Self> {
        let is_promised = std::env::var("HEARTH_INSTALLED").is_ok_and(|all| all.contains("coturn"));
        let Some(program) =
            ["/usr/bin/turnserver", "/usr/local/bin/turnserver"].into_iter().find(|at| exists(at))
        else {
            assert!(!is_promised, "coturn was installed, and there is no turnserver");
            eprintln!("skipped: coturn is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        // Free a moment ago.
        let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let program = Command::new(program)
            .args(["-n", "--no-cli", "--no-tls", "--no-dtls", "--no-tcp", "--no-tcp-relay"])
            .args(["--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--allow-loopback-peers"])
            .args(["--lt-cred-mech", "--realm", "hearth", "--user", &format!("{NAME}:{PASSWORD}")])
            .args(["--listening-port", &address.port().to_string(), "--log-file", "stdout"])
            .args(["--relay-threads", "1"])
            .arg("--pidfile")
            .arg(folder.path().join("pid"))
            .arg("--userdb")
            .arg(folder.path().join("users"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let relay = Self { program, address, _folder: folder };
        assert!(relay.answers(), "coturn does not answer");
        Some(relay)
    }

    /// Says where somebody is, as STUN servers do.
    fn answers(&self) -> bool {
        const ASKED: [u8; 20] = *b"\x00\x01\x00\x00\x21\x12\xA4\x42is it there?";
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let mut answer = [0; 512];
        (0..100).any(|_| {
            socket.send_to(&ASKED, self.address).unwrap();
            let heard = socket.recv_from(&mut answer).is_ok();
            if !heard {
                // Refused at once while nobody listens.
                std::thread::sleep(Duration::from_millis(100));
            }
            heard
        })
    }

    /// Everything by this relay, with this password.
    fn only(&self, password: &str) -> VoiceConfig {
        let host = self.address.ip().to_string();
        let (port, username, password) = (self.address.port(), NAME.into(), password.into());
        let servers = vec![IceServer::Turn { host, port, username, password }];
        let cleaning = Cleaning { echo: false, noise: false };
        VoiceConfig { reach: Reach { servers, relay_only: true }, cleaning, ..VoiceConfig::default() }
    }
}

fn exists(path: &str) -> bool {
    std::path::Path::new(path).exists()
}

fn links(house: &House) -> Vec<Link> {
    house.parties.iter().flat_map(|party| party.people.iter().map(|person| person.link)).collect()
}

async fn until(house: &mut House, wanted: Link) {
    let all = |house: &House| {
        let links = links(house);
        !links.is_empty() && links.iter().all(|link| *link == wanted)
    };
    house.until(&format!("{wanted:?}"), all).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_hear_each_other_by_a_relay_and_it_is_told() {
    let Some(relay) = Relay::start() else { return };
    let mut house = House::new();
    for _ in 0..3 {
        house.join(relay.only(PASSWORD));
        house.run(0.2).await;
    }
    until(&mut house, Link::Relayed).await;
    house.run(2.0).await;
    house.assert_all_hear(3.0).await;
    assert!(house.parties.iter().all(|party| party.faults.servers == 0), "the relay did not help");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_does_not_take_the_password_is_told_and_nobody_is_reached_past_it() {
    let Some(relay) = Relay::start() else { return };
    let mut house = House::new();
    house.join(relay.only("incorrect horse"));
    house.join(relay.only(PASSWORD));
    until(&mut house, Link::Unreachable).await;
    assert!(house.parties[0].faults.servers > 0, "{:?}", house.parties[0].faults);
    assert_eq!(house.parties[1].faults.servers, 0);
    let direct = |event: &Event| matches!(event, Event::Link { link: Link::Direct | Link::Relayed, .. });
    assert!(!house.parties.iter().any(|party| party.events.iter().any(direct)));
}
