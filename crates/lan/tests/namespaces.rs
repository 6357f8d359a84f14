//! Two computers on one cable, as two network namespaces with the real mDNS port: found within two seconds, gone within
//! two seconds; also when the cable comes later, and when there is nothing but IPv6 link-local addresses.
//!
//! Needs Linux, `ip` and the right to make namespaces; without them it says so and is skipped.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "tests; why one is skipped is said")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use hearth_clock::Clock;
use hearth_lan::{Announcement, Crowd, Lan};

const SOON: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(20);
/// Tells a copy of this program which part it plays.
const PART: &str = "HEARTH_LAN_PART";

fn ip(arguments: &str) -> Result<(), String> {
    let output = Command::new("ip").args(arguments.split_whitespace()).output();
    let output = output.map_err(|error| error.to_string())?;
    output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Two namespaces with a cable between them.
struct Cable {
    a: String,
    b: String,
}

impl Cable {
    /// `None` when this is not permitted here.
    fn lay() -> Option<Self> {
        static LAID: AtomicU32 = AtomicU32::new(0);
        let tag = format!("{}{}", std::process::id(), LAID.fetch_add(1, Ordering::Relaxed));
        let cable = Self { a: format!("hearth-a{tag}"), b: format!("hearth-b{tag}") };
        let (a, b) = (&cable.a, &cable.b);
        let laid = ip(&format!("netns add {a}"))
            .and_then(|()| ip(&format!("netns add {b}")))
            .and_then(|()| ip(&format!("link add cable netns {a} type veth peer name cable netns {b}")));
        match laid {
            Ok(()) => Some(cable),
            Err(why) => {
                eprintln!("SKIPPED: network namespaces are not permitted here ({})", why.trim());
                None
            }
        }
    }

    fn within(namespace: &str, arguments: &str) {
        ip(&format!("-n {namespace} {arguments}")).unwrap();
    }

    fn up(namespace: &str, address: Option<&str>) {
        if let Some(address) = address {
            Self::within(namespace, &format!("address add {address} dev cable"));
        }
        Self::within(namespace, "link set cable up");
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        for namespace in [&self.a, &self.b] {
            let _ = ip(&format!("netns del {namespace}"));
        }
    }
}

/// A program in a namespace.
struct Party {
    child: Child,
    orders: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Party {
    fn in_namespace(namespace: &str, part: &str) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut child = Command::new("ip")
            .args(["netns", "exec", namespace])
            .arg(program)
            .args(["--exact", "play_a_part", "--ignored", "--nocapture"])
            .env(PART, part)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some(line) = line.strip_prefix("> ") {
                    let _ = sender.send(line.to_owned());
                }
            }
        });
        let mut party = Self { orders: child.stdin.take(), child, lines };
        party.until(|line| line == "begun");
        party
    }

    fn until(&mut self, mut done: impl FnMut(&str) -> bool) -> String {
        let began = now();
        loop {
            let rest = PATIENCE.checked_sub(now() - began).expect("not in time");
            let line = self.lines.recv_timeout(rest).expect("not in time");
            if done(&line) {
                return line;
            }
        }
    }

    /// Lets it end in its own way, and waits until it has.
    fn end(&mut self) {
        self.orders = None;
        self.child.wait().unwrap();
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn now() -> Instant {
    Clock::new().now().instant
}

fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "\n> {line}").unwrap();
    stdout.flush().unwrap();
}

#[tokio::test]
#[ignore = "played by the other tests, in namespaces"]
async fn play_a_part() {
    let part = std::env::var(PART).unwrap_or_default();
    let until_told = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
    match part.as_str() {
        "host" => {
            let announcer = Lan::new().announce(Announcement::new("Den", 9420));
            announcer.tell(Crowd { people: 3, groups: 1 });
            say("begun");
            until_told.await.unwrap().unwrap();
            announcer.stop().await;
        }
        "guest" => {
            let browser = Lan::new().browse();
            let mut around = browser.watch();
            say("begun");
            let watch = async {
                loop {
                    let seen = around.borrow_and_update().clone();
                    let trouble = seen.trouble.map_or("none", |trouble| trouble.code());
                    let found: Vec<_> = seen
                        .gateways
                        .iter()
                        .map(|found| format!("{} {} {:?}", found.name, found.host, found.url))
                        .collect();
                    say(&format!("trouble={trouble} {}", found.join(" ; ")));
                    around.changed().await.unwrap();
                }
            };
            tokio::select! { () = watch => {}, _ = until_told => {} }
        }
        _ => panic!("{part}"),
    }
}

#[test]
fn neighbours_find_each_other_and_see_the_goodbye_within_two_seconds() {
    let Some(cable) = Cable::lay() else { return };
    Cable::up(&cable.a, Some("10.77.0.1/24"));
    Cable::up(&cable.b, Some("10.77.0.2/24"));
    let mut guest = Party::in_namespace(&cable.b, "guest");
    std::thread::sleep(Duration::from_secs(3));
    let began = now();
    let mut host = Party::in_namespace(&cable.a, "host");
    let line = guest.until(|line| line.contains("Den"));
    let took = now() - began;
    println!("found after {took:?}, the start of the program included");
    assert!(took <= SOON, "{took:?}");
    assert!(line.contains("\"ws://10.77.0.1:9420\""), "{line}");
    let began = now();
    host.orders = None;
    guest.until(|line| !line.contains("Den"));
    let took = now() - began;
    println!("goodbye seen after {took:?}");
    assert!(took <= SOON, "{took:?}");
    host.end();
}

#[test]
fn a_lobby_that_is_opened_later_shows_who_is_there_within_two_seconds() {
    let Some(cable) = Cable::lay() else { return };
    Cable::up(&cable.a, Some("10.77.0.1/24"));
    Cable::up(&cable.b, Some("10.77.0.2/24"));
    let _host = Party::in_namespace(&cable.a, "host");
    std::thread::sleep(Duration::from_secs(4));
    let began = now();
    let mut guest = Party::in_namespace(&cable.b, "guest");
    guest.until(|line| line.contains("Den"));
    let took = now() - began;
    println!("found after {took:?}, the start of the program included");
    assert!(took <= SOON, "{took:?}");
}

#[test]
fn a_network_that_comes_later_is_noticed() {
    let Some(cable) = Cable::lay() else { return };
    let mut guest = Party::in_namespace(&cable.b, "guest");
    let mut host = Party::in_namespace(&cable.a, "host");
    guest.until(|line| line.starts_with("trouble=no_network"));
    Cable::up(&cable.a, Some("10.77.0.1/24"));
    Cable::up(&cable.b, Some("10.77.0.2/24"));
    let began = now();
    guest.until(|line| line.starts_with("trouble=none") && line.contains("Den"));
    println!("found {:?} after the cable was plugged in", now() - began);
    let began = now();
    Cable::within(&cable.b, "link set cable down");
    guest.until(|line| line.starts_with("trouble=no_network") && !line.contains("Den"));
    println!("gone {:?} after the cable was pulled", now() - began);
    let began = now();
    Cable::within(&cable.b, "link set cable up");
    guest.until(|line| line.starts_with("trouble=none") && line.contains("Den"));
    println!("found again {:?} after the cable was plugged in again", now() - began);
    host.end();
}

#[test]
fn with_ipv6_link_local_addresses_only_it_is_shown_with_its_interface() {
    let Some(cable) = Cable::lay() else { return };
    Cable::up(&cable.a, None);
    Cable::up(&cable.b, None);
    let mut guest = Party::in_namespace(&cable.b, "guest");
    let _host = Party::in_namespace(&cable.a, "host");
    let line = guest.until(|line| line.contains("Den"));
    assert!(line.contains("[fe80:") && line.contains('%') && line.ends_with("None"), "{line}");
}
