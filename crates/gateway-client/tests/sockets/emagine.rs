//! E-Magine sessions over real sockets and HTTP against the real gateway.

use hearth_gateway_client::chat::{Dialect, Event, Failure, Outcome, Refusal, Request, Status};

use crate::gateway;
use crate::person::Person;
use crate::proxy::Proxy;
use crate::together::gateway_in;

async fn at(url: &str, name: &str) -> Person {
    Person::at_as(Dialect::Emagine, url, name).await
}

/// EMG-03, EMG-05, EMG-06
#[tokio::test]
async fn emg_03_an_account_is_made_and_signed_in_for_and_each_refusal_has_its_reason() {
    let gateway = gateway().await;
    let ada = at(gateway.url(), "ada").await;
    assert!(ada.id.parse::<u64>().is_ok_and(|id| id > 0), "{}", ada.id);
    let sign_in = |name, password, register| {
        Person::sign_in_as(Dialect::Emagine, gateway.url(), name, password, register)
    };
    let mut again = sign_in("ada", "correct horse", false);
    again.ready().await;
    assert_eq!(again.id, ada.id);
    assert_eq!(sign_in("ada", "wrong horse", false).refused().await, Refusal::WrongPassword);
    assert_eq!(sign_in("ada", "correct horse", true).refused().await, Refusal::Taken);
    assert!(matches!(sign_in("a", "correct horse", true).refused().await, Refusal::BadName(_)));
    gateway.shutdown().await;
}

/// EMG-07 (EMG-R4)
#[tokio::test]
async fn emg_07_what_is_said_reaches_all_members_once_and_pages_have_all_of_it() {
    let gateway = gateway().await;
    let mut ada = at(gateway.url(), "ada").await;
    let pub_ = ada.place("Pub").await;
    let mut bob = at(gateway.url(), "bob").await;
    assert_eq!(
        bob.ask(|ticket| Request::JoinServer { ticket, id_or_code: "123456789".into() }).await,
        Err(Failure::NotFound)
    );
    bob.join(&pub_).await;
    let mut said = Vec::new();
    for number in 0..60 {
        let author = if number % 2 == 0 { &mut ada } else { &mut bob };
        said.push(author.say(&pub_, &number.to_string()).await);
    }
    // Each has heard its own before the answer; the others' are still to come.
    let mut cleo = at(gateway.url(), "cleo").await;
    cleo.join(&pub_).await;
    let newest = cleo.page(&pub_).await;
    assert_eq!((newest.len(), newest[0].as_str(), newest[49].as_str()), (50, "59", "10"));
    let (channel, before) = (pub_.clone(), Some(said[10].clone()));
    cleo.handle.request(Request::Page { ticket: 900, channel, before });
    let older = cleo
        .until("older messages", |event| match event {
            Event::Page { ticket: 900, messages, more, .. } => Some((messages.len(), *more)),
            _ => None,
        })
        .await;
    assert_eq!(older, (10, false));
    cleo.handle.request(Request::LoadServer { server: pub_.clone() });
    cleo.until_server("three members with names", |members, _| {
        let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names == ["ada", "bob", "cleo"]
    })
    .await;
    assert_eq!(cleo.ask(|ticket| Request::LeaveServer { ticket, server: pub_ }).await, Ok(Outcome::Ok));
    gateway.shutdown().await;
}

/// EMG-06
#[tokio::test]
async fn after_a_restart_of_the_gateway_the_token_and_the_channels_are_still_good() {
    let directory = tempfile::tempdir().unwrap();
    let first = gateway_in(directory.path(), "127.0.0.1:0".parse().unwrap()).await;
    let address = first.local_addr();
    let mut ada = at(first.url(), "ada").await;
    let pub_ = ada.place("Pub").await;
    ada.say(&pub_, "before").await;
    first.shutdown().await;
    ada.until("waiting", |event| matches!(event, Event::Status(Status::Waiting { .. })).then_some(())).await;
    let second = gateway_in(directory.path(), address).await;
    let servers = ada.ready().await;
    assert_eq!(servers[0].id, pub_);
    ada.say(&pub_, "after").await;
    assert_eq!(ada.page(&pub_).await, ["after", "before"]);
    second.shutdown().await;
}

#[tokio::test]
async fn a_line_that_is_cut_is_mended_and_nothing_is_said_twice() {
    let gateway = gateway().await;
    let proxy = Proxy::to(gateway.local_addr()).await;
    let mut ada = at(&proxy.url, "ada").await;
    let pub_ = ada.place("Pub").await;
    ada.page(&pub_).await;
    for round in 0..5 {
        ada.say(&pub_, &format!("line {round}")).await;
        proxy.cut();
        ada.ready().await;
    }
    assert_eq!(ada.page(&pub_).await, ["line 4", "line 3", "line 2", "line 1", "line 0"]);
    gateway.shutdown().await;
}

/// EMG-R16
#[tokio::test]
async fn nothing_at_an_address_is_a_stranger() {
    let gateway = gateway().await;
    let url = format!("{}/elsewhere", gateway.url());
    let mut ada = Person::sign_in_as(Dialect::Emagine, &url, "ada", "correct horse", false);
    assert_eq!(ada.refused().await, Refusal::Stranger);
    gateway.shutdown().await;
}
