//! i386chat sessions over real sockets and HTTP against the real gateway.

use hearth_gateway_client::chat::{
    Dialect, Event, Failure, Outcome, PresenceStatus, Refusal, Request, ServerKind, Status,
};

use crate::gateway;
use crate::person::Person;
use crate::together::gateway_in;

const DIALECT: Dialect = Dialect::I386chat;

/// Somebody new, and the token that their account was made with.
async fn at(url: &str, name: &str) -> (Person, String) {
    let mut person = Person::sign_in_as(DIALECT, url, name, "", true);
    let token = person
        .until("a token", |event| match event {
            Event::Secret(token) => Some(token.reveal().to_owned()),
            _ => None,
        })
        .await;
    person.ready().await;
    (person, token)
}

/// I386-15, I386-16
#[tokio::test]
async fn i386_15_an_account_is_made_and_its_token_lets_in_again() {
    let gateway = gateway().await;
    let (ada, token) = at(gateway.url(), "ada").await;
    let mut again = Person::sign_in_as(DIALECT, gateway.url(), "ada", &token, false);
    again.ready().await;
    assert_eq!(again.id, ada.id);
    let refused = async |name, token, register| {
        Person::sign_in_as(DIALECT, gateway.url(), name, token, register).refused().await
    };
    assert_eq!(refused("ada", "", true).await, Refusal::Taken);
    assert_eq!(refused("ada", "guessed", false).await, Refusal::WrongPassword);
    assert!(matches!(refused("a", "", true).await, Refusal::BadName(words) if !words.is_empty()));
    gateway.shutdown().await;
}

/// I386-23, I386-24, I386-27…30
#[tokio::test]
async fn i386_28_a_room_is_made_entered_talked_in_and_left() {
    let gateway = gateway().await;
    let (mut ada, _) = at(gateway.url(), "ada").await;
    let lounge = ada.place("lounge").await;
    ada.join(&lounge).await;
    let (mut bob, _) = at(gateway.url(), "bob").await;
    // By its name; and not where nobody can find it.
    let joined = bob.ask(|ticket| Request::JoinServer { ticket, id_or_code: "lounge".into() }).await;
    assert_eq!(joined, Ok(Outcome::Joined(Some(lounge.clone()))));
    let made = ada
        .ask(|ticket| Request::CreateServer { ticket, name: "den".into(), kind: ServerKind::Hidden })
        .await;
    let Ok(Outcome::ServerCreated(den)) = made else { panic!("{made:?}") };
    let hidden = bob.ask(|ticket| Request::JoinServer { ticket, id_or_code: "den".into() }).await;
    assert_eq!(hidden, Err(Failure::NotFound));
    ada.handle.request(Request::LoadServer { server: lounge.clone() });
    ada.until_server("both", |members, _| {
        members.iter().all(|(_, presence)| *presence == PresenceStatus::Online) && members.len() == 2
    })
    .await;
    let id = bob.say(&lounge, "hello").await;
    assert_eq!(ada.hear("hello").await, (id.clone(), Some(bob.id.clone())));
    bob.handle.request(Request::Typing { channel: lounge.clone() });
    ada.until("typing", |event| matches!(event, Event::Typing { .. }).then_some(())).await;
    let long = "🔥\u{1}".repeat(1000);
    let content = long.clone();
    let (channel, reply_to) = (lounge.clone(), None);
    let too_long = bob.ask(|ticket| Request::Say { ticket, channel, content, reply_to }).await;
    assert_eq!(too_long, Err(Failure::TooLong));
    assert_eq!(bob.ask(|ticket| Request::Delete { ticket, message: id.clone() }).await, Ok(Outcome::Ok));
    ada.until("the end of it", |event| {
        matches!(event, Event::MessageDeleted { id: of, .. } if *of == id).then_some(())
    })
    .await;
    let ban = bob.ask(|ticket| Request::Ban { ticket, user: ada.id.clone(), reason: None }).await;
    assert_eq!(ban, Err(Failure::NotAllowed));
    let (channel, content, reply_to) = (den.id.clone(), "x".to_owned(), None);
    let elsewhere = ada.ask(|ticket| Request::Say { ticket, channel, content, reply_to }).await;
    assert_eq!(elsewhere, Err(Failure::Elsewhere));
    let left = bob.ask(|ticket| Request::LeaveServer { ticket, server: lounge }).await;
    assert_eq!(left, Ok(Outcome::Ok));
    ada.until_server("alone", |members, _| members.len() == 1).await;
    gateway.shutdown().await;
}

/// I386-31
#[tokio::test]
async fn i386_31_after_a_restart_of_the_gateway_we_are_where_we_were() {
    let directory = tempfile::tempdir().unwrap();
    let first = gateway_in(directory.path(), "127.0.0.1:0".parse().unwrap()).await;
    let address = first.local_addr();
    let (mut ada, _) = at(first.url(), "ada").await;
    let lounge = ada.place("lounge").await;
    ada.join(&lounge).await;
    first.shutdown().await;
    ada.until("waiting", |event| matches!(event, Event::Status(Status::Waiting { .. })).then_some(())).await;
    let second = gateway_in(directory.path(), address).await;
    ada.ready().await;
    ada.until("here", |event| (*event == Event::Here(Some(lounge.clone()))).then_some(())).await;
    ada.say(&lounge, "after").await;
    second.shutdown().await;
}

#[tokio::test]
async fn nothing_at_an_address_is_a_stranger() {
    let gateway = gateway().await;
    let url = format!("{}/elsewhere", gateway.url());
    let mut ada = Person::sign_in_as(DIALECT, &url, "ada", "a token", false);
    assert_eq!(ada.refused().await, Refusal::Stranger);
    gateway.shutdown().await;
}
