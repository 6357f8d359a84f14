//! Hosting on this computer, over real sockets: others find it, come, are counted, and are told when it ends.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::net::{TcpListener, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_clock::Clock;
use hearth_companion::host::{Host, HostError, HostOptions, HostState, Openness, PORTS};
use hearth_gateway::concierge::Access;
use hearth_gateway_client::driver::GatewayHandle;
use hearth_gateway_client::group::{Event, Refusal, Request, Status, Visibility};
use hearth_gateway_client::puff::SessionConfig;
use hearth_lan::Lan;
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

const SOON: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(20);

/// A host that nobody outside this computer sees.
fn options() -> HostOptions {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    HostOptions {
        name: "Sam's den".into(),
        data: None,
        port: Some(port),
        lan: Lan::loopback(free),
        openness: Openness::ThisComputer,
        scripts: Access { open: true, secret: None },
    }
}

struct Guest {
    handle: GatewayHandle,
    events: mpsc::UnboundedReceiver<Event>,
}

impl Guest {
    fn at(url: &str) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let config = SessionConfig { url: url.to_owned(), seed: 1 };
        let handle = GatewayHandle::spawn(config, Arc::new(Clock::new()), sender).unwrap();
        handle.request(Request::Connect);
        Self { handle, events }
    }

    async fn until<T>(&mut self, mut done: impl FnMut(Event) -> Option<T>) -> T {
        let search = async {
            loop {
                if let Some(found) = done(self.events.recv().await.unwrap()) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, search).await.unwrap()
    }

    async fn until_connected(&mut self) {
        self.until(|event| matches!(event, Event::Status(Status::Connected { .. })).then_some(())).await;
    }
}

async fn until(state: &mut watch::Receiver<HostState>, done: impl FnMut(&HostState) -> bool) -> HostState {
    timeout(PATIENCE, state.wait_for(done)).await.unwrap().unwrap().clone()
}

#[tokio::test]
async fn others_find_it_come_are_counted_and_are_told_when_it_ends() {
    let options = options();
    let theirs = options.lan.of_another_program();
    let clock = Clock::new();
    let browser = theirs.browse();
    let mut around = browser.watch();
    let began = clock.now().instant;
    let host = Host::start(options).await.unwrap();
    let found = timeout(PATIENCE, around.wait_for(|around| !around.gateways.is_empty())).await.unwrap();
    let found = found.unwrap().gateways[0].clone();
    assert!(clock.now().instant - began <= SOON);
    assert_eq!(found.name, "Sam's den");
    let mut state = host.watch();
    let first = state.borrow().clone();
    assert_eq!(found.url.as_ref(), first.addresses.first());
    assert_eq!(first.code.map(|code| code.size >= 29), Some(true));

    let mut guest = Guest::at(&found.url.unwrap());
    guest.until_connected().await;
    guest.handle.request(Request::Create {
        name: "den".into(),
        visibility: Visibility::Public,
        countdown: None,
    });
    until(&mut state, |state| (state.people, state.groups) == (1, 1)).await;
    let counted = |around: &hearth_lan::Neighbourhood| {
        around.gateways.first().is_some_and(|found| (found.people, found.groups) == (Some(1), Some(1)))
    };
    timeout(PATIENCE, around.wait_for(counted)).await.unwrap().unwrap();

    let began = clock.now().instant;
    let stop = tokio::spawn(host.stop());
    let why = guest.until(|event| match event {
        Event::Status(Status::Refused(why)) => Some(why),
        Event::Status(Status::Reconnecting { .. }) => panic!("it comes back"),
        _ => None,
    });
    assert_eq!(why.await, Refusal::HostStopped);
    assert!(clock.now().instant - began <= SOON);
    timeout(PATIENCE, around.wait_for(|around| around.gateways.is_empty())).await.unwrap().unwrap();
    assert!(clock.now().instant - began <= SOON);
    timeout(PATIENCE, stop).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_port_of_last_time_is_taken_when_it_is_free_and_another_when_not() {
    let options = options();
    let last = options.port.unwrap();
    let host = Host::start(options.clone()).await.unwrap();
    assert_eq!(host.watch().borrow().port, last);
    let other = Host::start(options.clone()).await.unwrap();
    assert!(PORTS.contains(&other.watch().borrow().port));
    host.stop().await;
    other.stop().await;
    let again = Host::start(options).await.unwrap();
    assert_eq!(again.watch().borrow().port, last);
    again.stop().await;
}

#[tokio::test]
async fn groups_are_there_again_next_time() {
    let directory = tempfile::tempdir().unwrap();
    let options = HostOptions { data: Some(directory.path().join("host")), ..options() };
    let host = Host::start(options.clone()).await.unwrap();
    let url = host.watch().borrow().own_url.clone();
    assert_eq!(Host::start(options.clone()).await.unwrap_err(), HostError::HostsAlready);
    let mut guest = Guest::at(&url);
    guest.until_connected().await;
    guest.handle.request(Request::Create {
        name: "den".into(),
        visibility: Visibility::Private,
        countdown: None,
    });
    let code =
        guest.until(|event| if let Event::Group(Some(group)) = event { Some(group.id) } else { None }).await;
    host.stop().await;
    let host = Host::start(options).await.unwrap();
    let mut guest = Guest::at(&url);
    guest.until_connected().await;
    guest.handle.request(Request::Join(code.clone()));
    let back =
        guest.until(|event| if let Event::Group(Some(group)) = event { Some(group.id) } else { None }).await;
    assert_eq!(back, code);
    host.stop().await;
}

#[tokio::test]
async fn a_directory_that_cannot_be_used_is_named_as_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = Host::start(HostOptions { data: Some(file), ..options() }).await.unwrap_err();
    assert!(matches!(error, HostError::Data(_)), "{error:?}");
}

/// How a program is met that says this first: HTTP status, or what it was told or closed with.
async fn met(url: &str, secret: Option<&str>) -> u16 {
    let mut socket = match tokio_tungstenite::connect_async(format!("{url}/ws")).await {
        Ok((socket, _)) => socket,
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => return answer.status().into(),
        Err(error) => panic!("{error}"),
    };
    let hello = json!({ "type": "IDENTIFY", "name": "lamp", "version": "0.2.0", "secret": secret });
    socket.send(Message::text(hello.to_string())).await.unwrap();
    match timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap() {
        Message::Text(text) if text.contains("HELLO") => 101,
        Message::Close(Some(frame)) => frame.code.into(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn programs_come_as_far_as_the_host_lets_them_and_it_may_change_that() {
    let closed = Access { open: false, secret: None };
    let host = Host::start(HostOptions { scripts: closed, ..options() }).await.unwrap();
    let url = host.watch().borrow().own_url.clone();
    assert_eq!(met(&url, None).await, 404);
    host.admit_scripts(Access { open: true, secret: Some("s3cret".into()) });
    timeout(PATIENCE, async { while met(&url, None).await == 404 {} }).await.unwrap();
    assert_eq!(met(&url, None).await, 4006);
    assert_eq!(met(&url, Some("s3cret")).await, 101);
    host.stop().await;
}
