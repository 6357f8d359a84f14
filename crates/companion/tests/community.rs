//! Companions on a concierge, over real sockets: one shares a device, another follows it and asks something of it.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod waiting;

use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hearth_clock::Clock;
use hearth_companion::contract::{
    Activity, BrokerView, Command, CommunityContent, CommunityGateway, CommunityKind, CommunityState,
    LinkView, MessageTo, Permission, SecretText, View,
};
use hearth_companion::radios::{RadioChoice, demo_device};
use hearth_companion::{Companion, Options};
use hearth_gateway::concierge::BrokerConfig;
use hearth_gateway::server::{ConciergeOptions, ListenOn, Server, ServerOptions};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use waiting::{seen, view};

const SERVICE: &str = "hearth.Hearth Peak";

async fn concierge(address: SocketAddr, secret: Option<&str>) -> Server {
    let broker = BrokerConfig { secret: secret.map(str::to_owned), ..BrokerConfig::default() };
    let options = ServerOptions {
        listen: vec![ListenOn { dialect: None, address }],
        concierge: ConciergeOptions { broker, ..ConciergeOptions::default() },
        ..ServerOptions::default()
    };
    // The port of the one before may be in use a little longer.
    for _ in 0..50 {
        match Server::bind(options.clone()).await {
            Ok(server) => return server,
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    unreachable!("the port stays in use")
}

fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

async fn join(companion: &Companion, server: &Server, name: &str, secret: Option<&str>) {
    companion.command(Command::AddCommunity {
        kind: CommunityKind::Concierge,
        url: format!("ws://{}", server.local_addr()),
        name: name.into(),
        secret: secret.map(|secret| SecretText(secret.into())),
        register: false,
        keep: false,
    });
    seen(companion, |view| connected(view).then_some(())).await;
}

/// A companion with a simulated device that is ready, shared as `robin`.
async fn sharing(server: &Server, secret: Option<&str>) -> (Companion, String) {
    sharing_as("robin", server, secret).await
}

async fn sharing_as(name: &str, server: &Server, secret: Option<&str>) -> (Companion, String) {
    let mut device = demo_device();
    device.speed = 2.0;
    let radios = RadioChoice { bluetooth: false, simulated: vec![device] };
    let companion = Companion::start(Options { radios, ..Options::ephemeral() }).await;
    companion.command(Command::StartScan);
    let id = seen(&companion, |view| view.scan.found.first().map(|found| found.id.clone())).await;
    companion.command(Command::ConnectDevice { id: id.clone() });
    seen(&companion, |view| (view.devices.first()?.link == LinkView::Ready).then_some(())).await;
    join(&companion, server, name, secret).await;
    companion.command(Command::ShareTelemetry { id: "1".into(), on: true });
    seen(&companion, |view| broker(view).sharing.services.first().map(drop)).await;
    (companion, id)
}

/// A companion that follows the service of `robin`, as `deck`.
async fn following(server: &Server, secret: Option<&str>) -> Companion {
    let companion = Companion::start(Options::ephemeral()).await;
    join(&companion, server, "deck", secret).await;
    companion.command(Command::FollowService { id: "1".into(), service: SERVICE.into(), on: true });
    companion.command(Command::LookAtService { id: Some("1".into()), service: Some(SERVICE.into()) });
    seen(&companion, |view| view.feed.as_ref()?.telemetry.as_ref().map(drop)).await;
    companion
}

fn gateway(view: &View) -> Option<&CommunityGateway> {
    view.community.gateways.first()
}

fn connected(view: &View) -> bool {
    gateway(view).is_some_and(|gateway| matches!(gateway.state, CommunityState::Connected { .. }))
}

fn broker(view: &View) -> &BrokerView {
    let CommunityContent::Concierge(broker) = &gateway(view).unwrap().content else { unreachable!() };
    broker
}

/// What the follower sees of the device.
fn followed(view: &View) -> Option<(Activity, Option<f32>)> {
    let telemetry = view.feed.as_ref()?.telemetry.as_ref()?;
    Some((telemetry.activity, telemetry.celsius))
}

/// Asks the device for something, and waits for the answer.
async fn ask(deck: &Companion, command: &str, id: u64) -> Value {
    let text = json!({ "hearth": 1, "command": command, "id": id }).to_string();
    let to = MessageTo::Service { name: SERVICE.into() };
    deck.command(Command::SendToService { id: "1".into(), to, text });
    seen(deck, |view| {
        let messages = view.feed.as_ref()?.messages.iter().filter(|message| !message.mine);
        let mut messages = messages.filter_map(|message| serde_json::from_str::<Value>(&message.text).ok());
        messages.find(|message| message["type"] == "answer" && message["id"] == id)
    })
    .await
}

fn allow(robin: &Companion, permission: Option<Permission>) {
    robin.command(Command::AllowCommands { id: "1".into(), name: "deck".into(), permission });
}

async fn activity(robin: &Companion, wanted: Activity) {
    seen(robin, |view| (view.devices[0].activity == wanted).then_some(())).await;
}

#[tokio::test]
async fn a_shared_device_is_followed_and_does_what_its_owner_allows_and_nothing_else() {
    let secret = Some("canary-secret");
    let server = concierge(anywhere(), secret).await;
    let (robin, id) = sharing(&server, secret).await;
    let deck = following(&server, secret).await;
    seen(&robin, |view| (broker(view).sharing.services[0].subscribers == 1).then_some(())).await;

    // Nobody is allowed anything at first.
    for (number, command) in ["heat", "ready", "inquire", "stop"].into_iter().enumerate() {
        let answer = ask(&deck, command, number as u64).await;
        assert_eq!((answer["ok"].as_bool(), answer["code"].as_str()), (Some(false), Some("not_allowed")));
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    // Taking part is no heat.
    allow(&robin, Some(Permission::Take));
    assert_eq!(ask(&deck, "heat", 10).await["code"], "heat_not_allowed");
    assert_eq!(view(&robin).await.devices[0].activity, Activity::Idle);

    // The owner heats, the follower sees it, and may stop it.
    robin.command(Command::HeatNow);
    activity(&robin, Activity::Preheat).await;
    let first = seen(&deck, |view| followed(view).filter(|(doing, _)| *doing == Activity::Preheat)).await.1;
    seen(&deck, |view| followed(view)?.1.filter(|celsius| Some(*celsius) > first.map(|first| first + 5.0)))
        .await;
    let latency = view(&deck).await.feed.unwrap().latency_ms.unwrap();
    assert!(latency.abs() < 2_000, "{latency}");
    assert_eq!(ask(&deck, "stop", 11).await["ok"], true);
    seen(&robin, |view| {
        (!matches!(view.devices[0].activity, Activity::Preheat | Activity::Active)).then_some(())
    })
    .await;
    seen(&deck, |view| followed(view).filter(|(doing, _)| *doing != Activity::Preheat)).await;
    let told = |view: &View| view.notices.iter().find(|notice| notice.code == "community_stop").cloned();
    assert_eq!(seen(&robin, told).await.title, "deck stopped Hearth Peak");
    activity(&robin, Activity::Idle).await;

    // And heats once its owner allows that.
    allow(&robin, Some(Permission::Heat));
    assert_eq!(ask(&deck, "heat", 12).await["ok"], true);
    activity(&robin, Activity::Preheat).await;
    let told = |view: &View| view.notices.iter().find(|notice| notice.code == "community_heat").cloned();
    assert_eq!(seen(&robin, told).await.title, "deck started Hearth Peak");
    assert_eq!(ask(&deck, "heat", 13).await["code"], "heats");
    robin.command(Command::StopDevice { id });
    activity(&robin, Activity::Idle).await;
    allow(&robin, None);
    assert_eq!(ask(&deck, "heat", 14).await["code"], "not_allowed");

    robin.command(Command::ShareTelemetry { id: "1".into(), on: false });
    seen(&deck, |view| broker(view).services.is_empty().then_some(())).await;
    tokio::join!(robin.shutdown(), deck.shutdown());
    server.shutdown().await;
}

#[tokio::test]
async fn after_the_gateway_was_restarted_everything_is_shared_and_followed_again() {
    let server = concierge(anywhere(), None).await;
    let address = server.local_addr();
    let (robin, id) = sharing(&server, None).await;
    let deck = following(&server, None).await;
    server.shutdown().await;
    seen(&deck, |view| (!connected(view)).then_some(())).await;
    seen(&robin, |view| (!connected(view) && broker(view).sharing.services.is_empty()).then_some(())).await;
    let server = concierge(address, None).await;
    for companion in [&robin, &deck] {
        companion.command(Command::ConnectCommunity { id: "1".into(), on: true });
        seen(companion, |view| connected(view).then_some(())).await;
    }
    seen(&robin, |view| (broker(view).sharing.services.first()?.subscribers == 1).then_some(())).await;
    robin.command(Command::HeatNow);
    seen(&deck, |view| followed(view).filter(|(doing, _)| *doing == Activity::Preheat)).await;
    robin.command(Command::StopDevice { id });
    tokio::join!(robin.shutdown(), deck.shutdown());
    server.shutdown().await;
}

#[tokio::test]
async fn two_people_whose_devices_have_the_same_name_share_both() {
    let server = concierge(anywhere(), None).await;
    let (robin, _) = sharing(&server, None).await;
    let (mika, _) = sharing_as("mika", &server, None).await;
    let second = format!("{SERVICE} 2");
    seen(&mika, |view| (broker(view).sharing.services.first()?.service == second).then_some(())).await;
    let services = |view: &View| -> Vec<(String, String)> {
        broker(view).services.iter().map(|service| (service.name.clone(), service.owner.clone())).collect()
    };
    let wanted = [(SERVICE.to_owned(), "robin".to_owned()), (second, "mika".to_owned())];
    seen(&robin, |view| (services(view) == wanted).then_some(())).await;
    let deck = following(&server, None).await;
    assert_eq!(ask(&deck, "stop", 1).await["code"], "not_allowed");
    tokio::join!(robin.shutdown(), mika.shutdown(), deck.shutdown());
    server.shutdown().await;
}

#[tokio::test]
async fn a_wrong_secret_and_a_name_that_somebody_has_are_told() {
    use hearth_companion::contract::CommunityRefusal;

    let server = concierge(anywhere(), Some("right")).await;
    let companion = Companion::start(Options::ephemeral()).await;
    let state = |view: &View| gateway(view).map(|gateway| gateway.state.clone());
    let refused = |why| move |view: &View| (state(view)? == CommunityState::Refused { why }).then_some(());
    companion.command(Command::AddCommunity {
        kind: CommunityKind::Concierge,
        url: format!("http://{}", server.local_addr()),
        name: "robin".into(),
        secret: Some(SecretText("wrong".into())),
        register: false,
        keep: false,
    });
    seen(&companion, refused(CommunityRefusal::BadSecret)).await;
    let secret = Some(SecretText("right".into()));
    companion.command(Command::EditCommunity { id: "1".into(), name: None, secret, keep: None });
    seen(&companion, |view| connected(view).then_some(())).await;
    let other = Companion::start(Options::ephemeral()).await;
    other.command(Command::AddCommunity {
        kind: CommunityKind::Concierge,
        url: format!("http://{}", server.local_addr()),
        name: "robin".into(),
        secret: Some(SecretText("right".into())),
        register: false,
        keep: false,
    });
    seen(&other, refused(CommunityRefusal::NameTaken)).await;
    tokio::join!(companion.shutdown(), other.shutdown());
    server.shutdown().await;
}

/// Memory of this program, MiB.
#[cfg(target_os = "linux")]
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4 / 1024
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_service_that_floods_is_counted_and_costs_neither_memory_nor_time() {
    const MESSAGES: usize = 1_500;
    const BYTES: usize = 128 << 10;

    let server = concierge(anywhere(), None).await;
    let url = format!("ws://{}/ws", server.local_addr());
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    for text in [
        r#"{"type":"IDENTIFY","name":"flood","version":"0.2.0","tags":[]}"#,
        r#"{"type":"SERVICE_CREATE","service":"flood"}"#,
    ] {
        socket.send(Message::text(text)).await.unwrap();
    }
    let companion = Companion::start(Options::ephemeral()).await;
    join(&companion, &server, "robin", None).await;
    companion.command(Command::FollowService { id: "1".into(), service: "flood".into(), on: true });
    companion.command(Command::LookAtService { id: Some("1".into()), service: Some("flood".into()) });
    seen(&companion, |view| (broker(view).services.first()?.subscribers == 1).then_some(())).await;

    let before = resident();
    let (mut write, mut read) = socket.split();
    let answers = tokio::spawn(async move { while read.next().await.is_some_and(|frame| frame.is_ok()) {} });
    let data = "x".repeat(BYTES);
    let text =
        format!(r#"{{"type":"MESSAGE","target":{{"type":"SERVICE","service":"flood"}},"data":"{data}"}}"#);
    let flood = tokio::spawn(async move {
        for _ in 0..MESSAGES {
            if write.send(Message::text(text.clone())).await.is_err() {
                break;
            }
        }
        write
    });
    let (mut most, mut slowest) = (before, Duration::ZERO);
    let clock = Clock::new();
    let started = clock.now().instant;
    while !flood.is_finished() {
        let asked = clock.now().instant;
        let view = view(&companion).await;
        slowest = slowest.max(clock.now().instant.saturating_duration_since(asked));
        most = most.max(resident());
        let feed = view.feed.unwrap();
        assert!(feed.messages.len() <= 50);
        assert!(feed.messages.iter().all(|message| message.text.len() <= 2_000));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = clock.now().instant.saturating_duration_since(started);
    let _write = flood.await.unwrap();
    let feed = view(&companion).await.feed.unwrap();
    let heard: u32 = feed.rates.iter().sum();
    let summary = format!(
        "{heard} of {MESSAGES} messages in {took:?}; {} MiB more at most; slowest view {slowest:?}",
        most - before
    );
    assert!(heard > 0 && feed.messages.len() > 1, "{summary}");
    // Without bounds it would be half of everything that was sent.
    assert!(most - before < 64, "{summary}");
    assert!(slowest < Duration::from_secs(1), "{summary}");
    answers.abort();
    companion.shutdown().await;
    server.shutdown().await;
}
