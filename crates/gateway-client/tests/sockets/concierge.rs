//! Concierge sessions over real sockets against the real gateway.

use std::sync::Arc;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::concierge::BrokerConfig;
use hearth_gateway::server::ConciergeOptions;
use hearth_gateway::{Server, ServerOptions};
use hearth_gateway_client::concierge::{
    ConciergeConfig, ConciergeHandle, Directory, Event, NotSent, Refusal, Request, Status, Target,
};
use tokio::sync::mpsc;

use crate::proxy::Proxy;
use crate::{PATIENCE, gateway};

struct Client {
    handle: ConciergeHandle,
    events: mpsc::UnboundedReceiver<Event>,
}

fn config(url: &str, name: &str) -> ConciergeConfig {
    ConciergeConfig {
        url: url.to_owned(),
        name: name.to_owned(),
        nickname: Some("Zoë \"🔥\"".to_owned()),
        tags: vec!["test".to_owned()],
        secret: None,
        seed: 1,
    }
}

impl Client {
    fn new(config: ConciergeConfig) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let handle = ConciergeHandle::spawn(config, Arc::new(Clock::new()), sender).unwrap();
        handle.request(Request::Connect);
        Self { handle, events }
    }

    async fn at(url: &str, name: &str) -> Self {
        let mut client = Self::new(config(url, name));
        client.until_connected().await;
        client
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

    async fn until_connected(&mut self) -> String {
        self.until("connected", |event| match event {
            Event::Status(Status::Connected { uuid, .. }) => Some(uuid.clone()),
            _ => None,
        })
        .await
    }

    async fn refused(&mut self) -> Refusal {
        self.until("refused", |event| match event {
            Event::Status(Status::Refused(why)) => Some(*why),
            _ => None,
        })
        .await
    }

    async fn until_directory(&mut self, what: &str, mut look: impl FnMut(&Directory) -> bool) {
        self.until(what, |event| match event {
            Event::Directory(directory) if look(directory) => Some(()),
            _ => None,
        })
        .await;
    }

    async fn create(&mut self, service: &str) {
        self.handle.request(Request::CreateService { service: service.to_owned(), nickname: None });
        self.until("created", |event| matches!(event, Event::ServiceCreated { .. }).then_some(())).await;
    }

    async fn subscribe(&mut self, service: &str) {
        self.handle.request(Request::Subscribe { service: service.to_owned() });
        self.until_directory("followed", |directory| {
            directory.services.iter().any(|known| known.name == service && !known.subscribers.is_empty())
        })
        .await;
    }

    fn send(&self, ticket: u64, target: Target, data: &str) {
        self.handle.request(Request::Send { ticket, target, data: data.to_owned() });
    }

    async fn answer(&mut self, ticket: u64) -> Option<NotSent> {
        self.until("an answer", |event| match event {
            Event::Sent { ticket: sent } if *sent == ticket => Some(None),
            Event::NotSent { ticket: sent, why } if *sent == ticket => Some(Some(why.clone())),
            _ => None,
        })
        .await
    }

    async fn hear(&mut self, wanted: &str) -> String {
        self.until(wanted, |event| match event {
            Event::Message { origin, data, .. } if data == wanted => Some(origin.client.name.clone()),
            _ => None,
        })
        .await
    }
}

fn to_service(service: &str) -> Target {
    Target::Service { service: service.to_owned() }
}

/// CON-13, CON-14, CON-R11
#[tokio::test]
async fn con_14_a_service_reaches_those_who_follow_it_and_they_reach_its_owner() {
    let gateway = gateway().await;
    let mut owner = Client::at(gateway.url(), "owner").await;
    let mut follower = Client::at(&gateway.dialects()["concierge"], "名前").await;
    owner.create("porch ü 🔥").await;
    follower.subscribe("porch ü 🔥").await;
    let data = r#"{ "celsius": 1.0e2, "dup":1,"dup":2, "s":"\u00e9\/" }"#;
    owner.send(1, to_service("porch ü 🔥"), data);
    assert_eq!(follower.hear(data).await, "owner");
    assert_eq!(owner.answer(1).await, None);
    follower.send(1, to_service("porch ü 🔥"), "\"stop\"");
    assert_eq!(owner.hear("\"stop\"").await, "名前");
    let mut stranger = Client::at(gateway.url(), "stranger").await;
    stranger.send(1, to_service("porch ü 🔥"), "1");
    assert_eq!(stranger.answer(1).await, Some(NotSent::NotAllowed));
    stranger.send(2, to_service("nothing"), "1");
    assert_eq!(stranger.answer(2).await, Some(NotSent::NoService));
    stranger.send(3, Target::Name { name: "nobody".to_owned() }, "1");
    assert_eq!(stranger.answer(3).await, Some(NotSent::NoClient));
}

/// CON-R25: as much as a frame may hold.
#[tokio::test]
async fn con_r25_the_longest_message_arrives() {
    let gateway = gateway().await;
    let mut ann = Client::at(gateway.url(), "ann").await;
    let mut bob = Client::at(gateway.url(), "bob").await;
    let long = format!("\"{}\"", "x".repeat(65_400));
    ann.send(1, Target::Name { name: "bob".to_owned() }, &long);
    bob.hear(&long).await;
    assert_eq!(ann.answer(1).await, None);
    ann.send(2, Target::All, &format!("\"{}\"", "x".repeat(65_536)));
    assert_eq!(ann.answer(2).await, Some(NotSent::TooLong));
}

/// CON-08, CON-09
#[tokio::test]
async fn con_09_a_wrong_secret_and_a_name_that_is_taken_are_refused() {
    let broker = BrokerConfig { secret: Some("s3\"cret".to_owned()), ..BrokerConfig::default() };
    let concierge = ConciergeOptions { broker, ..ConciergeOptions::default() };
    let gateway = Server::bind(ServerOptions { concierge, ..ServerOptions::default() }).await.unwrap();
    let mut without = Client::new(config(gateway.url(), "ann"));
    assert_eq!(without.refused().await, Refusal::BadSecret);
    let secret = || Some("s3\"cret".to_owned());
    let mut ann = Client::new(ConciergeConfig { secret: secret(), ..config(gateway.url(), "ann") });
    ann.until_connected().await;
    let mut again = Client::new(ConciergeConfig { secret: secret(), ..config(gateway.url(), "ann") });
    assert_eq!(again.refused().await, Refusal::NameTaken);
    drop(ann);
    again.handle.request(Request::Retry);
    again.until_connected().await;
}

/// CON-17: both ends lose their connection; what was wanted is had again.
#[tokio::test]
async fn con_17_after_a_cut_everything_is_as_it_was() {
    let gateway = gateway().await;
    let proxy = Proxy::to(gateway.local_addr()).await;
    let mut owner = Client::at(&proxy.url, "owner").await;
    let mut follower = Client::at(&proxy.url, "follower").await;
    owner.create("porch").await;
    follower.subscribe("porch").await;
    for round in 0..2 {
        proxy.cut();
        owner
            .until("created again", |event| matches!(event, Event::ServiceCreated { .. }).then_some(()))
            .await;
        follower
            .until_directory("followed again", |directory| {
                directory.services.iter().any(|known| known.subscribers.len() == 1)
            })
            .await;
        owner.send(round, to_service("porch"), "7");
        follower.hear("7").await;
    }
}

#[tokio::test]
async fn dropping_the_last_handle_leaves_at_once() {
    let gateway = gateway().await;
    let mut ann = Client::at(gateway.url(), "ann").await;
    let bob = Client::at(gateway.url(), "bob").await;
    ann.until_directory("two", |directory| directory.clients.len() == 2).await;
    drop(bob.handle);
    let left = ann.until_directory("one", |directory| directory.clients.len() == 1);
    tokio::time::timeout(Duration::from_secs(5), left).await.unwrap();
}
