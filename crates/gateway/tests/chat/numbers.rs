//! Numbers of people and channels, communities that are found by their name, and what only one dialect knows.

use std::collections::BTreeSet;

use hearth_gateway::accounts::Account;
use hearth_gateway::chat::{
    Author, Channel, ChannelKind, ChatEvent, ChatRefusal, Extra, NewChannel, NewCommunity, NewMessage,
    Person, SeshCommunity, Status, Write, Written,
};
use serde_json::{Map, json};

use crate::club::{Club, named, refusal, said};

fn extra(value: serde_json::Value) -> Option<Extra> {
    let serde_json::Value::Object(members) = value else { panic!() };
    Extra::of(members).unwrap()
}

/// A community with one text channel, as the room of a dialect that has no communities.
async fn room(club: &Club, by: &Account, name: &str, open: bool) -> Channel {
    let community = NewCommunity { open, ..named(name) };
    let channel =
        NewChannel { extra: extra(json!({ "type": 1 })), ..NewChannel::new(name.into(), ChannelKind::Text) };
    let write = Write::CreateCommunity { by: by.id, community, channels: vec![channel] };
    match club.chat.write(by, write).await.unwrap() {
        Written::Founded(_, mut channels) => channels.remove(0),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn numbers_of_people_and_channels_tell_nothing_and_find_them() {
    let club = Club::open(None).await;
    let mut numbers = BTreeSet::new();
    let (mut people, mut channels) = (Vec::new(), Vec::new());
    for number in 0..8 {
        let person = club.person(&format!("person{number}")).await;
        channels.push(room(&club, &person, "room", false).await);
        people.push(person);
    }
    for person in &people {
        assert_eq!(club.chat.store().account_by_number(person.number).await.unwrap().as_ref(), Some(person));
        numbers.insert(person.number);
    }
    for channel in &channels {
        assert_eq!(
            club.chat.store().channel_by_number(channel.number).await.unwrap().as_ref(),
            Some(channel)
        );
        numbers.insert(channel.number);
    }
    assert_eq!(numbers.len(), 16);
    assert!(numbers.iter().all(|number| (1..1 << 53).contains(number)));
    // Sixteen numbers below 2^40: once in 2^208 times.
    assert!(numbers.last() > Some(&(1 << 40)), "not in the order of creation: {numbers:?}");
    for nobody in [0, 1 << 53, u64::MAX] {
        assert_eq!(club.chat.store().account_by_number(nobody).await.unwrap(), None);
        assert_eq!(club.chat.store().channel_by_number(nobody).await.unwrap(), None);
        assert_eq!(club.chat.store().message_by_number(nobody).await.unwrap(), None);
    }
}

#[tokio::test]
async fn open_communities_are_found_by_their_name_and_others_only_by_who_knows_the_number() {
    let club = Club::open(None).await;
    let (ada, bob) = (club.person("ada").await, club.person("bob").await);
    let store = club.chat.store();
    let hidden = room(&club, &ada, "den", false).await;
    assert_eq!(store.open_channel("den").await.unwrap(), None);
    let open = room(&club, &ada, "den", true).await;
    room(&club, &ada, "den", true).await;
    let found = store.open_channel("den").await.unwrap().unwrap();
    assert_eq!((found.id, found.extra), (open.id, extra(json!({ "type": 1 }))), "the oldest");
    assert_eq!(store.open_channel("de").await.unwrap(), None);
    for channel in [open, hidden] {
        let found = store.channel_by_number(channel.number).await.unwrap().unwrap();
        let join = Write::Join { account: bob.id, community: found.community };
        assert!(club.chat.write(&bob, join).await.is_ok());
        assert!(club.post(&bob, &found, "hello").await.is_ok());
    }
}

#[tokio::test]
async fn a_sesh_is_not_open_and_its_channel_has_a_number_too() {
    let club = Club::open(None).await;
    let sesh = SeshCommunity { code: "abc".into(), name: "Friday".into(), owner: None };
    let Ok(Written::Community(community)) = club.chat.sesh_is(sesh).await else { panic!() };
    assert!(!community.open);
    assert_eq!(club.chat.store().open_channel("Friday").await.unwrap(), None);
    let chat = club.chat.store().channels(community.id).await.unwrap().remove(0);
    assert_eq!(club.chat.store().channel_by_number(chat.number).await.unwrap(), Some(chat));
}

#[tokio::test]
async fn what_only_one_dialect_knows_goes_along_and_goes_with_what_is_deleted() {
    let directory = tempfile::tempdir().unwrap();
    let club = Club::open(Some(directory.path())).await;
    let ada = club.person("ada").await;
    let channel = room(&club, &ada, "den", true).await;
    let ear = club.listen(&ada).await;
    let new = NewMessage { extra: extra(json!({ "secret": "word" })), ..said(&ada, &channel, "hello") };
    let Ok(Written::Posted { message, .. }) = club.chat.write(&ada, Write::Post(new)).await else { panic!() };
    club.settle().await;
    assert!(
        matches!(ear.heard().last(), Some(ChatEvent::MessageCreated { message: told, .. }) if *told == message)
    );
    assert_eq!(
        (message.channel_number, &message.author),
        (channel.number, &Author::Account(Person::from(&ada)))
    );
    let edit = Write::Edit { by: ada.id, message: message.id, content: "changed".into() };
    let Ok(Written::Edited(_, edited)) = club.chat.write(&ada, edit).await else { panic!() };
    assert_eq!(edited.extra, message.extra);
    let (community, found) = club.chat.store().message_by_number(message.number).await.unwrap().unwrap();
    assert_eq!((community, &found), (channel.community, &edited));
    club.chat.write(&ada, Write::Delete { by: ada.id, message: message.id }).await.unwrap();
    assert_eq!(club.chat.store().message_by_number(message.number).await.unwrap(), None);
    club.chat.stop().await;
    club.accounts.close().await;
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "sqlite") {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            let kept: Option<String> = sqlx::query_scalar("SELECT extra FROM messages WHERE deleted")
                .fetch_one(&pool)
                .await
                .unwrap();
            assert_eq!(kept, None);
            return;
        }
    }
    panic!("no database");
}

#[tokio::test]
async fn who_joins_is_told_with_whether_they_are_there() {
    let club = Club::open(None).await;
    let (ada, bob, eve) = (club.person("ada").await, club.person("bob").await, club.person("eve").await);
    let channel = room(&club, &ada, "den", true).await;
    let ear = club.listen(&ada).await;
    club.listen(&bob).await;
    for who in [&bob, &eve] {
        club.chat.write(who, Write::Join { account: who.id, community: channel.community }).await.unwrap();
    }
    club.settle().await;
    let joined = |event: &ChatEvent| match event {
        ChatEvent::Joined { person, status, .. } => Some((person.clone(), *status)),
        _ => None,
    };
    let joined: Vec<_> = ear.heard().iter().filter_map(joined).collect();
    assert_eq!(joined, [(Person::from(&bob), Status::Online), (Person::from(&eve), Status::Offline)]);
}

#[tokio::test]
async fn a_community_is_made_with_all_of_its_channels_or_not_at_all() {
    let club = Club::open(None).await;
    let ada = club.person("ada").await;
    let channels = vec![NewChannel::new("c".into(), ChannelKind::Text); 201];
    let write = Write::CreateCommunity { by: ada.id, community: named("vast"), channels };
    assert_eq!(refusal(club.chat.write(&ada, write).await), ChatRefusal::TooMany);
    assert_eq!(club.chat.store().communities_of(ada.id).await.unwrap(), []);
    assert_eq!(Extra::of(Map::new()), Ok(None));
}
