//! The communities of sesh groups.

use hearth_gateway::chat::{Author, ChatRefusal, NewMessage, SeshCommunity, Write, Written};

use crate::club::{Club, refusal, said};

fn sesh(code: &str, name: &str) -> SeshCommunity {
    SeshCommunity { code: code.into(), name: name.into(), owner: None }
}

#[tokio::test]
async fn a_sesh_has_one_community_that_follows_its_name() {
    let club = Club::open(None).await;
    let Ok(Written::Community(first)) = club.chat.sesh_is(sesh("abc", "Friday")).await else { panic!() };
    let Ok(Written::Community(second)) = club.chat.sesh_is(sesh("abc", "Saturday")).await else { panic!() };
    assert_eq!((first.id, second.name.as_str()), (second.id, "Saturday"));
    let channels = club.chat.store().channels(first.id).await.unwrap();
    let names: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
    assert_eq!(names, ["chat", "voice"]);
}

#[tokio::test]
async fn guests_speak_in_their_sesh_only_and_the_group_hears_all_of_it_in_order() {
    let mut club = Club::open(None).await;
    let ada = club.person("ada").await;
    let Ok(Written::Community(community)) = club.chat.sesh_is(sesh("abc", "Friday")).await else { panic!() };
    club.join(&ada, &community).await.unwrap();
    let chat = club.chat.store().channels(community.id).await.unwrap().remove(0);
    let guest = NewMessage::new(Author::Guest("Sol".into()), chat.id, "from the group".into());
    club.chat.say_in_sesh("abc".into(), 7, guest.clone()).unwrap();
    club.post(&ada, &chat, "from outside").await.unwrap();
    let first = club.seshes.recv().await.unwrap();
    let second = club.seshes.recv().await.unwrap();
    assert_eq!((first.code.as_str(), first.origin), ("abc", Some(7)));
    assert_eq!(first.message.unwrap().author, Author::Guest("Sol".into()));
    assert_eq!((second.origin, second.message.unwrap().content.as_str()), (None, "from outside"));
    let (_, elsewhere, _) = club.community(&ada, &[]).await;
    let lost = NewMessage { channel: elsewhere.id, ..guest };
    club.chat.say_in_sesh("abc".into(), 8, lost).unwrap();
    let refused = club.seshes.recv().await.unwrap();
    assert_eq!((refused.origin, refused.message), (Some(8), None));
}

#[tokio::test]
async fn with_a_sesh_everything_that_was_said_in_it_goes() {
    let club = Club::open(None).await;
    let ada = club.person("ada").await;
    let Ok(Written::Community(community)) = club.chat.sesh_is(sesh("abc", "Friday")).await else { panic!() };
    club.join(&ada, &community).await.unwrap();
    let chat = club.chat.store().channels(community.id).await.unwrap().remove(0);
    let message = club.post(&ada, &chat, "hello").await.unwrap();
    club.chat.sesh_ended("abc".into()).unwrap();
    club.settle().await;
    assert_eq!(club.chat.store().community(community.id).await.unwrap(), None);
    assert_eq!(club.chat.store().message(message.id).await.unwrap(), None);
    let late = club.chat.write(&ada, Write::Post(said(&ada, &chat, "late"))).await;
    assert_eq!(refusal(late), ChatRefusal::NoSuchChannel);
}
