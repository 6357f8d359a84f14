//! Two companions in a network of their own: one hosts, the other finds it, comes, and is told when it ends.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod waiting;

use std::net::UdpSocket;
use std::time::Duration;

use futures::stream::BoxStream;
use hearth_clock::Clock;
use hearth_companion::contract::{Command, Event, GatewayState, HostState, LobbyView, Settings, View};
use hearth_companion::host::Openness;
use hearth_companion::{Companion, Options};
use hearth_lan::Lan;
use waiting::{seen, until};

const SOON: Duration = Duration::from_secs(2);

async fn lobby<T>(events: &mut BoxStream<'static, Event>, is: impl Fn(&LobbyView) -> Option<T>) -> T {
    until(events, |event| if let Event::Lobby { lobby } = event { is(&lobby) } else { None }).await
}

async fn connected(events: &mut BoxStream<'static, Event>, url: &str) {
    until(events, |event| match event {
        Event::Gateway { gateway } => {
            (gateway.url == url && gateway.state == GatewayState::Connected).then_some(())
        }
        _ => None,
    })
    .await;
}

/// Waits until there is this to see, in whatever order it came.
async fn settled(companion: &Companion, is: impl Fn(&View) -> bool) {
    seen(companion, |view| is(view).then_some(())).await;
}

#[tokio::test]
async fn one_hosts_and_the_other_sees_it_comes_and_is_told_when_it_ends() {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let lan = Lan::loopback(free);
    let here = |lan| Options { lan, openness: Openness::ThisComputer, ..Options::ephemeral() };
    let guest = Companion::start(here(lan.of_another_program())).await;
    let directory = tempfile::tempdir().unwrap();
    let host = Options { data_dir: Some(directory.path().to_owned()), ..here(lan) };
    let host = Companion::start(host).await;
    let (mut theirs, mut own) = (guest.subscribe(), host.subscribe());
    guest.command(Command::LookAround { on: true });
    host.command(Command::LookAround { on: true });
    // Looking takes a moment to begin.
    tokio::time::sleep(Duration::from_millis(300)).await;

    let clock = Clock::new();
    let asked = clock.now().instant;
    let settings = Settings { host_name: "Sam's den".into(), ..Settings::default() };
    host.command(Command::SetSettings { settings });
    host.command(Command::HostHere { on: true });
    let found = lobby(&mut theirs, |lobby| lobby.network.first().cloned()).await;
    assert!(clock.now().instant - asked <= SOON, "{:?}", clock.now().instant - asked);
    assert_eq!(found.name, "Sam's den");
    settled(&host, |view| {
        let hosted = view.lobby.host.state == HostState::Running && view.gateway.name == "Sam's den";
        hosted && view.gateway.state == GatewayState::Connected
    })
    .await;
    host.command(Command::CreateGroup { name: "Den".into(), public: true, countdown_ms: None });

    guest.command(Command::UseGateway { url: found.url.clone() });
    let listed = lobby(&mut theirs, |lobby| lobby.groups.first().cloned()).await;
    assert_eq!(listed.name, "Den");
    guest.command(Command::JoinGroup { code: listed.code });
    until(&mut theirs, |event| match event {
        Event::Group { group } => (group?.members.len() == 2).then_some(()),
        _ => None,
    })
    .await;
    let seen = lobby(&mut own, |lobby| (lobby.host.guests == 1).then(|| lobby.clone())).await;
    assert!(seen.network.is_empty(), "the own gateway is not listed among those of others");

    let asked = clock.now().instant;
    host.command(Command::HostHere { on: false });
    let why = until(&mut theirs, |event| match event {
        Event::Notices { notices } => {
            notices.into_iter().find(|notice| notice.code == "gateway_refused").map(|notice| notice.title)
        }
        _ => None,
    })
    .await;
    assert!(clock.now().instant - asked <= SOON);
    assert_eq!(why, "The host stopped this gateway");
    settled(&host, |view| view.lobby.host.state == HostState::Off && view.gateway.url == "local").await;
    settled(&guest, |view| view.lobby.network.is_empty()).await;
    guest.shutdown().await;
    host.shutdown().await;
}

#[tokio::test]
async fn the_end_of_the_program_tells_the_guests_too() {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let here =
        || Options { lan: Lan::loopback(free), openness: Openness::ThisComputer, ..Options::ephemeral() };
    let host = Companion::start(here()).await;
    let mut own = host.subscribe();
    host.command(Command::HostHere { on: true });
    let address = lobby(&mut own, |lobby| lobby.host.addresses.first().cloned()).await;
    let guest = Companion::start(Options { gateway: Some(address.clone()), ..here() }).await;
    let mut theirs = guest.subscribe();
    connected(&mut theirs, &address).await;
    host.shutdown().await;
    until(&mut theirs, |event| match event {
        Event::Notices { notices } => {
            notices.into_iter().find(|notice| notice.title == "The host stopped this gateway")
        }
        _ => None,
    })
    .await;
    guest.shutdown().await;
}
