//! Everybody hears everything once, in the order in which it is stored.

use std::sync::Arc;

use hearth_gateway::chat::{ChatEvent, Status};

use crate::club::Club;

#[tokio::test]
async fn all_hear_all_messages_once_in_the_order_of_the_store() {
    let directory = tempfile::tempdir().unwrap();
    let club = Arc::new(Club::open(Some(directory.path())).await);
    let mut people = Vec::new();
    for number in 0..4 {
        people.push(club.person(&format!("person{number}")).await);
    }
    let members: Vec<_> = people[1..].iter().collect();
    let (_, text, _) = club.community(&people[0], &members).await;
    let mut ears = Vec::new();
    for person in &people {
        ears.push(club.listen(person).await);
    }
    let mut writers = Vec::new();
    for person in people.clone() {
        let (club, text) = (Arc::clone(&club), text.clone());
        writers.push(tokio::spawn(async move {
            for number in 0..25 {
                club.post(&person, &text, &format!("{} {number}", person.username)).await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    club.settle().await;
    let stored = club.texts(&text).await;
    assert_eq!(stored.len(), 100);
    for ear in ears {
        assert_eq!(ear.texts(), stored);
    }
}

#[tokio::test]
async fn what_was_said_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let first = Club::open(Some(directory.path())).await;
    let ada = first.person("ada").await;
    let (community, text, _) = first.community(&ada, &[]).await;
    first.post(&ada, &text, "still here").await.unwrap();
    first.chat.stop().await;
    assert!(first.post(&ada, &text, "too late").await.is_err());
    first.accounts.close().await;
    let second = Club::open(Some(directory.path())).await;
    assert_eq!(second.texts(&text).await, ["still here"]);
    let ear = second.listen(&ada).await;
    second.settle().await;
    assert!(matches!(&ear.heard()[0], ChatEvent::Welcome(welcome)
        if welcome.communities == [community.clone()] && welcome.presence.status == Status::Online));
}

#[tokio::test]
async fn what_somebody_says_of_themselves_outlives_their_connection() {
    let club = Club::open(None).await;
    let (ada, bob) = (club.person("ada").await, club.person("bob").await);
    let (community, ..) = club.community(&ada, &[&bob]).await;
    let ear = club.listen(&bob).await;
    club.listen(&ada).await;
    club.chat.set_presence(&ada, Some(Status::Dnd), Some(Some("in a sesh".into()))).await.unwrap();
    club.settle().await;
    assert!(matches!(ear.heard().last(), Some(ChatEvent::Presence { person, presence, .. })
        if person.account == ada.id && presence.status == Status::Dnd && presence.custom_status.is_some()));
    let members = club.chat.store().members(community.id).await.unwrap();
    let of_ada = members.iter().find(|member| member.person.account == ada.id).unwrap();
    assert_eq!(of_ada.presence.custom_status.as_deref(), Some("in a sesh"));
}
