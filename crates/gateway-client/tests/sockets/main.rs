//! The driver over real sockets against the real gateway: what the scripted tests cannot show.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs, reason = "tests")]

mod concierge;
mod emagine;
mod i386chat;
mod kills;
mod one_conversation;
mod person;
mod proxy;
mod together;
mod voice;
mod weather;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::server::ListenOn;
use hearth_gateway::{Server, ServerOptions};
use hearth_gateway_client::driver::GatewayHandle;
use hearth_gateway_client::group::{Event, Group, Refusal, Request, Status, Visibility};
use hearth_gateway_client::puff::SessionConfig;
use proxy::Proxy;
use tokio::sync::mpsc;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

struct Person {
    handle: GatewayHandle,
    events: mpsc::UnboundedReceiver<Event>,
}

impl Person {
    fn at(url: &str) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let config = SessionConfig { url: url.to_owned(), seed: 1 };
        let handle = GatewayHandle::spawn(config, Arc::new(Clock::new()), sender).unwrap();
        handle.request(Request::Connect);
        Self { handle, events }
    }

    async fn until<T>(&mut self, what: &str, mut look: impl FnMut(&Event) -> Option<T>) -> T {
        let found = async {
            loop {
                let event = self.events.recv().await.expect("the session ended");
                if let Some(found) = look(&event) {
                    return found;
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("never: {what}"))
    }

    async fn until_connected(&mut self, wanted: bool) {
        let what = format!("connected, resumed: {wanted}");
        self.until(&what, |event| match event {
            Event::Status(Status::Connected { resumed, .. }) if *resumed == wanted => Some(()),
            _ => None,
        })
        .await;
    }

    async fn until_group(&mut self, what: &str, mut look: impl FnMut(&Group) -> bool) -> Group {
        self.until(what, |event| match event {
            Event::Group(Some(group)) if look(group) => Some((**group).clone()),
            _ => None,
        })
        .await
    }

    async fn create(&mut self) -> String {
        let name = "Quiet Porch".to_owned();
        self.handle.request(Request::Create { name, visibility: Visibility::Private, countdown: None });
        self.until_group("created", |_| true).await.id
    }

    async fn join(&mut self, code: &str) {
        self.handle.request(Request::Join(code.to_owned()));
        self.until_group("joined", |group| group.id == code).await;
    }

    async fn say(&mut self, text: &str) {
        self.handle.request(Request::Message(text.to_owned()));
    }

    async fn hear(&mut self, text: &str) {
        self.until(text, |event| match event {
            Event::Message { content, .. } if content == text => Some(()),
            _ => None,
        })
        .await;
    }
}

async fn gateway() -> Server {
    Server::bind(ServerOptions::default()).await.unwrap()
}

async fn gateway_at(address: SocketAddr) -> Server {
    let options =
        || ServerOptions { listen: vec![ListenOn { dialect: None, address }], ..ServerOptions::default() };
    for _ in 0..100 {
        if let Ok(server) = Server::bind(options()).await {
            return server;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the address did not become free");
}

#[tokio::test]
async fn two_people_meet_and_talk() {
    let gateway = gateway().await;
    let (mut ann, mut bob) = (Person::at(gateway.url()), Person::at(&gateway.dialects()["puff"]));
    ann.until_connected(false).await;
    bob.until_connected(false).await;
    let code = ann.create().await;
    bob.join(&code).await;
    ann.until_group("two members", |group| group.members.len() == 2).await;
    bob.say("hello").await;
    ann.hear("hello").await;
}

#[tokio::test]
async fn a_cut_connection_is_resumed_and_nothing_is_lost() {
    let gateway = gateway().await;
    let proxy = Proxy::to(gateway.local_addr()).await;
    let (mut ann, mut bob) = (Person::at(gateway.url()), Person::at(&proxy.url));
    ann.until_connected(false).await;
    bob.until_connected(false).await;
    let code = ann.create().await;
    bob.join(&code).await;
    for _ in 0..3 {
        proxy.close(true);
        proxy.cut();
        ann.until_group("bob is lost", |group| group.members.iter().any(|member| member.disconnected)).await;
        bob.until("reconnecting", |event| {
            matches!(event, Event::Status(Status::Reconnecting { .. })).then_some(())
        })
        .await;
        // Missed by bob, found in the snapshot.
        ann.handle.request(Request::Inquire);
        ann.until("asked", |event| matches!(event, Event::Inquiry { .. }).then_some(())).await;
        proxy.close(false);
        bob.until_connected(true).await;
        bob.until("the missed inquiry", |event| {
            matches!(event, Event::Inquiry { by: None, .. }).then_some(())
        })
        .await;
        ann.until_group("bob is back", |group| group.members.iter().all(|member| !member.disconnected)).await;
        ann.handle.request(Request::Stop);
        ann.say("still there?").await;
        bob.hear("still there?").await;
        bob.say("yes").await;
        ann.hear("yes").await;
    }
}

#[tokio::test]
async fn a_gateway_that_forgot_everything_closes_the_group() {
    let first = gateway().await;
    let address = first.local_addr();
    let mut ann = Person::at(first.url());
    ann.until_connected(false).await;
    ann.create().await;
    first.shutdown().await;
    ann.until("reconnecting", |event| {
        matches!(event, Event::Status(Status::Reconnecting { .. })).then_some(())
    })
    .await;
    let second = gateway_at(address).await;
    ann.until("closed", |event| matches!(event, Event::GroupClosed).then_some(())).await;
    // Everything works again.
    let code = ann.create().await;
    let mut bob = Person::at(second.url());
    bob.until_connected(false).await;
    bob.join(&code).await;
}

#[tokio::test]
async fn dropping_the_last_handle_leaves_the_group_at_once() {
    let gateway = gateway().await;
    let (mut ann, mut bob) = (Person::at(gateway.url()), Person::at(gateway.url()));
    ann.until_connected(false).await;
    bob.until_connected(false).await;
    let code = ann.create().await;
    bob.join(&code).await;
    ann.until_group("two members", |group| group.members.len() == 2).await;
    let Person { handle, mut events } = bob;
    let other = handle.clone();
    drop(handle);
    other.request(Request::Message("one handle is left".into()));
    ann.hear("one handle is left").await;
    drop(other);
    // Not after the grace time: it said that it leaves.
    let left = ann.until_group("bob left", |group| group.members.len() == 1);
    tokio::time::timeout(Duration::from_secs(5), left).await.unwrap();
    while events.recv().await.is_some() {}
}

#[tokio::test]
async fn the_round_trip_is_measured() {
    let gateway = gateway().await;
    let proxy = Proxy::to(gateway.local_addr()).await;
    proxy.delay(Duration::from_millis(40));
    let mut ann = Person::at(&proxy.url);
    let latency = ann
        .until("a latency", |event| match event {
            Event::Status(Status::Connected { latency, .. }) => *latency,
            _ => None,
        })
        .await;
    assert!((80..5000).contains(&latency.as_millis()), "{latency:?}");
}

#[tokio::test]
async fn a_web_server_is_not_taken_for_a_gateway() {
    let gateway = gateway().await;
    let mut ann = Person::at(&format!("{}/health", gateway.url()));
    let refusal = ann
        .until("refused", |event| match event {
            Event::Status(Status::Refused(refusal)) => Some(*refusal),
            _ => None,
        })
        .await;
    assert_eq!(refusal, Refusal::NotAGateway);
}

#[tokio::test]
async fn a_gateway_that_is_not_there_yet_is_waited_for() {
    let first = gateway().await;
    let address = first.local_addr();
    let url = first.url().to_owned();
    first.shutdown().await;
    let mut ann = Person::at(&url);
    ann.until("tried again", |event| {
        matches!(event, Event::Status(Status::Unreached { attempt: 2, .. })).then_some(())
    })
    .await;
    let _second = gateway_at(address).await;
    ann.until_connected(false).await;
}

#[tokio::test]
async fn an_encrypted_address_without_a_gateway_is_an_error_and_not_a_panic() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut ann = Person::at(&format!("https://{}", listener.local_addr().unwrap()));
    let (mut stream, _) = listener.accept().await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"this is not TLS\r\n").await.unwrap();
    ann.until("tried again", |event| matches!(event, Event::Status(Status::Unreached { .. })).then_some(()))
        .await;
}
