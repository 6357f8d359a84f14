//! Together sessions over real sockets and HTTP against the real gateway.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use hearth_gateway::server::{Dialect, ListenOn};
use hearth_gateway::{Server as Gateway, ServerOptions};
use hearth_gateway_client::together::{
    Event, Failure, Outcome, Presence, PresenceStatus, Refusal, Request, Signal, Status,
};

use crate::gateway;
use crate::person::Person;
use crate::proxy::Proxy;

pub async fn gateway_in(directory: &Path, address: SocketAddr) -> Gateway {
    for _ in 0..100 {
        let listen = vec![ListenOn { dialect: None, address }];
        let data = Some(directory.to_owned());
        if let Ok(server) = Gateway::bind(ServerOptions { listen, data, ..ServerOptions::default() }).await {
            return server;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the address did not become free");
}

/// TOG-01, TOG-02, TOG-10, TOG-12, TOG-13
#[tokio::test]
async fn tog_02_an_account_is_made_and_signed_in_for_and_each_refusal_has_its_reason() {
    let gateway = gateway().await;
    let mut ada = Person::at(gateway.url(), "ada").await;
    ada.club().await;
    let mut again = Person::sign_in(&gateway.dialects()["together"], "ada", "correct horse", false);
    assert_eq!(again.ready().await[0].name, "Club");
    assert_eq!(again.id, ada.id);
    let refused = async |name, password, register| {
        Person::sign_in(gateway.url(), name, password, register).refused().await
    };
    assert_eq!(refused("ada", "wrong horse", false).await, Refusal::WrongPassword);
    assert_eq!(refused("nobody", "wrong horse", false).await, Refusal::WrongPassword);
    assert_eq!(refused("ada", "correct horse", true).await, Refusal::Taken);
    assert!(
        matches!(refused("a", "correct horse", true).await, Refusal::BadName(words) if !words.is_empty())
    );
    assert!(matches!(refused("bob", "short", true).await, Refusal::BadName(words) if !words.is_empty()));
    gateway.shutdown().await;
}

/// TOG-14…16
#[tokio::test]
async fn tog_14_messages_their_changes_and_their_end_go_both_ways() {
    let gateway = gateway().await;
    let mut ada = Person::at(gateway.url(), "ada").await;
    let (club, text, _) = ada.club().await;
    let mut bob = Person::at(gateway.url(), "bob").await;
    bob.join(&club).await;
    let hello = ada.say(&text, "Hello 🔥 ü").await;
    assert_eq!(bob.hear("Hello 🔥 ü").await, (hello.clone(), Some(ada.id.clone())));
    bob.say(&text, "Hi").await;
    assert_eq!(ada.hear("Hi").await.1, Some(bob.id.clone()));
    assert_eq!(bob.page(&text).await, ["Hi", "Hello 🔥 ü"]);

    let edit = |ticket| Request::Edit { ticket, message: hello.clone(), content: "Hello all".into() };
    assert_eq!(bob.ask(edit).await, Err(Failure::NotAllowed));
    assert_eq!(ada.ask(edit).await, Ok(Outcome::Ok));
    let changed = |event: &Event| match event {
        Event::MessageEdited(message) => Some(message.content.clone()),
        _ => None,
    };
    assert_eq!(bob.until("a change", changed).await, "Hello all");
    let delete = |ticket| Request::Delete { ticket, message: hello.clone() };
    assert_eq!(ada.ask(delete).await, Ok(Outcome::Ok));
    let ended =
        |event: &Event| if let Event::MessageDeleted { id, .. } = event { Some(id.clone()) } else { None };
    assert_eq!(bob.until("the end", ended).await, hello);
    assert_eq!(ada.ask(delete).await, Err(Failure::NotFound));

    let mut eve = Person::at(gateway.url(), "eve").await;
    let say = |content: String| {
        let channel = text.clone();
        move |ticket| Request::Say { ticket, channel, content, reply_to: None }
    };
    assert_eq!(eve.ask(say("hello".into())).await, Err(Failure::NotFound));
    assert_eq!(ada.ask(say("x".repeat(4001))).await, Err(Failure::Invalid));
    assert_eq!(ada.ask(say("x".repeat(100_000))).await, Err(Failure::Invalid));
    assert_eq!(ada.page(&text).await, ["Hi"]);
    gateway.shutdown().await;
}

/// TOG-05, TOG-07, TOG-11, TOG-17, TOG-18, TOG-24
#[tokio::test]
async fn tog_17_how_somebody_is_seen_and_that_they_are_writing_is_told_to_the_others() {
    let gateway = gateway().await;
    let mut ada = Person::at(gateway.url(), "ada").await;
    let (club, text, _) = ada.club().await;
    let mut bob = Person::at(gateway.url(), "bob").await;
    bob.join(&club).await;
    ada.handle.request(Request::LoadServer { server: club.clone() });
    ada.until_server("both", |members, _| members.len() == 2).await;
    for status in [PresenceStatus::Dnd, PresenceStatus::Idle, PresenceStatus::Online] {
        bob.handle.request(Request::Presence(Presence { status, custom_status: Some("in a sesh".into()) }));
        ada.until_presence(&bob.id, status).await;
    }
    bob.handle.request(Request::Typing { channel: text.clone() });
    let typing = |event: &Event| match event {
        Event::Typing { channel, user, .. } => Some((channel.clone(), user.clone())),
        _ => None,
    };
    assert_eq!(ada.until("typing", typing).await, (text, bob.id.clone()));
    let latency = |event: &Event| match event {
        Event::Status(Status::Connected { latency, .. }) => *latency,
        _ => None,
    };
    let mut eve = Person::sign_in(gateway.url(), "eve", "correct horse", true);
    assert!(eve.until("a round trip", latency).await < Duration::from_secs(5));
    drop(bob.handle);
    ada.until_presence(&bob.id, PresenceStatus::Offline).await;
    gateway.shutdown().await;
}

/// An offer as a browser writes it.
const OFFER: &str = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
    a=msid-semantic: WMS\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
    a=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlQt\r\na=ice-options:trickle\r\na=fingerprint:sha-256 \
    75:74:5A:A6:A4:E5:52:F4:A7:67:4C:01:C7:EE:91:3F:21:3D:A2:E3:53:7B:6F:30:86:F2:30:AA:65:FB:04:24\r\n\
    a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\n";

const CANDIDATES: [&str; 3] = [
    "candidate:842163049 1 udp 1677729535 203.0.113.7 44323 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag 4ZcD",
    "candidate:1467250027 1 udp 2122260223 192.168.1.23 46154 typ host generation 0 ufrag 4ZcD network-id 1",
    "",
];

/// TOG-08, TOG-19…22, TOG-25…27
#[tokio::test]
async fn tog_27_two_sessions_in_one_room_agree_on_a_call() {
    let gateway = gateway().await;
    let mut ada = Person::at(gateway.url(), "ada").await;
    let (club, text, voice) = ada.club().await;
    let mut bob = Person::at(gateway.url(), "bob").await;
    bob.join(&club).await;
    ada.handle.request(Request::JoinVoice { channel: text });
    let failed = |event: &Event| if let Event::VoiceFailed { why, .. } = event { Some(*why) } else { None };
    assert_eq!(ada.until("no room", failed).await, Failure::Invalid);
    ada.handle.request(Request::JoinVoice { channel: voice.clone() });
    let (ada_id, bob_id) = (ada.id.clone(), bob.id.clone());
    bob.until_voice(&ada_id, Some(&voice), false).await;
    bob.handle.request(Request::JoinVoice { channel: voice.clone() });
    for person in [&mut ada, &mut bob] {
        person.until_voice(&bob_id, Some(&voice), false).await;
    }
    bob.handle.request(Request::LoadServer { server: club });
    bob.until_server("both talk", |_, rooms| rooms.len() == 1 && rooms[0].voices.len() == 2).await;

    // Who comes later offers; both tell where they can be reached, as they find out.
    let offer = Signal::description("offer", OFFER);
    bob.handle.request(Request::Signal { to: ada_id.clone(), signal: offer.clone() });
    assert_eq!(ada.until_signal().await, (bob_id.clone(), offer));
    let answer = Signal::description("answer", &OFFER.replace("actpass", "active"));
    ada.handle.request(Request::Signal { to: bob_id.clone(), signal: answer.clone() });
    assert_eq!(bob.until_signal().await, (ada_id.clone(), answer));
    let candidates = CANDIDATES.map(|candidate| Signal::candidate(candidate, Some("0"), Some(0)));
    for candidate in &candidates {
        bob.handle.request(Request::Signal { to: ada_id.clone(), signal: candidate.clone() });
        ada.handle.request(Request::Signal { to: bob_id.clone(), signal: candidate.clone() });
    }
    for candidate in &candidates {
        assert_eq!(ada.until_signal().await, (bob_id.clone(), candidate.clone()));
        assert_eq!(bob.until_signal().await, (ada_id.clone(), candidate.clone()));
    }

    ada.handle.request(Request::SetVoice { channel: voice.clone(), self_mute: true, self_deaf: false });
    bob.until_voice(&ada_id, Some(&voice), true).await;
    ada.handle.request(Request::LeaveVoice { channel: voice });
    bob.until_voice(&ada_id, None, false).await;
    drop(bob.handle);
    ada.until_voice(&bob_id, None, false).await;
    gateway.shutdown().await;
}

/// TOG-02, TOG-28, TOG-29, TOG-31
#[tokio::test]
async fn tog_28_after_a_restart_of_the_gateway_everything_is_there_again() {
    let directory = tempfile::tempdir().unwrap();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let gateway = gateway_in(directory.path(), any).await;
    let (address, url) = (gateway.local_addr(), gateway.url().to_owned());
    let mut ada = Person::at(&url, "ada").await;
    let (club, text, voice) = ada.club().await;
    let mut bob = Person::at(&url, "bob").await;
    bob.join(&club).await;
    for person in [&mut ada, &mut bob] {
        person.handle.request(Request::LoadServer { server: club.clone() });
        person.until_server("both", |members, _| members.len() == 2).await;
        person.handle.request(Request::JoinVoice { channel: voice.clone() });
        person.until_voice(&person.id.clone(), Some(&voice), false).await;
    }
    ada.say(&text, "before").await;
    gateway.shutdown().await;
    let waiting = |event: &Event| matches!(event, Event::Status(Status::Waiting { .. })).then_some(());
    for person in [&mut ada, &mut bob] {
        person.until("waiting", waiting).await;
        let (channel, content) = (text.clone(), "meanwhile".to_owned());
        let said = person.ask(|ticket| Request::Say { ticket, channel, content, reply_to: None }).await;
        assert_eq!(said, Err(Failure::NotConnected));
    }
    let gateway = gateway_in(directory.path(), address).await;
    for person in [&mut ada, &mut bob] {
        assert_eq!(person.ready().await[0].id, club);
        // Nobody is in a voice room any more: rooms end with connections.
        person.until_server("again", |members, rooms| members.len() == 2 && rooms[0].voices.is_empty()).await;
    }
    assert_eq!(bob.page(&text).await, ["before"]);
    bob.say(&text, "after").await;
    ada.hear("after").await;
    gateway.shutdown().await;
}

/// TOG-28, TOG-29
#[tokio::test]
async fn tog_29_a_line_that_is_cut_is_mended_and_nothing_is_said_twice() {
    let gateway = gateway().await;
    let proxy = Proxy::to(gateway.local_addr()).await;
    let mut ada = Person::at(&proxy.url, "ada").await;
    let (club, text, _) = ada.club().await;
    let mut bob = Person::at(gateway.url(), "bob").await;
    bob.join(&club).await;
    ada.page(&text).await;
    let mut said = Vec::new();
    for round in 0..4 {
        let content = format!("round {round}");
        ada.tickets += 1;
        let ticket = ada.tickets;
        let channel = text.clone();
        ada.handle.request(Request::Say { ticket, channel, content: content.clone(), reply_to: None });
        if round % 2 == 1 {
            proxy.cut();
        }
        let mut is_back = false;
        let fate = ada
            .until("what came of it", |event| match event {
                Event::Done { ticket: of, .. } if *of == ticket => Some(Ok(())),
                Event::Failed { ticket: of, why, .. } if *of == ticket => Some(Err(*why)),
                Event::Ready { .. } => {
                    is_back = true;
                    None
                }
                _ => None,
            })
            .await;
        if fate.is_ok() {
            said.insert(0, content);
        }
        if round % 2 == 1 && !is_back {
            ada.ready().await;
        }
    }
    let there = bob.page(&text).await;
    assert!(said.iter().all(|content| there.contains(content)), "{there:?}, {said:?}");
    assert_eq!(there.iter().collect::<std::collections::BTreeSet<_>>().len(), there.len(), "{there:?}");
    gateway.shutdown().await;
}

#[tokio::test]
async fn a_listener_of_its_own_is_as_good() {
    let own = ListenOn { dialect: Some(Dialect::Together), address: "127.0.0.1:0".parse().unwrap() };
    let gateway =
        Gateway::bind(ServerOptions { listen: vec![own], ..ServerOptions::default() }).await.unwrap();
    let url = format!("http://{}", gateway.local_addr());
    let mut ada = Person::at(&url, "ada").await;
    let (_, text, _) = ada.club().await;
    ada.say(&text, "hello").await;
    gateway.shutdown().await;
}

#[tokio::test]
async fn nothing_at_an_address_and_something_else_at_it_are_told_apart() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut ada = Person::sign_in(&nobody, "ada", "correct horse", false);
    ada.until("waiting", |event| matches!(event, Event::Status(Status::Waiting { .. })).then_some(())).await;
    let puff = ListenOn { dialect: Some(Dialect::Puff), address: "127.0.0.1:0".parse().unwrap() };
    let gateway =
        Gateway::bind(ServerOptions { listen: vec![puff], ..ServerOptions::default() }).await.unwrap();
    let url = format!("http://{}/nothing", gateway.local_addr());
    assert_eq!(Person::sign_in(&url, "ada", "correct horse", false).refused().await, Refusal::Stranger);
    gateway.shutdown().await;
}
