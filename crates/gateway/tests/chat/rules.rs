//! Who may do what.

use hearth_gateway::chat::{ChatRefusal, VoiceChange, Write, Written};
use uuid::Uuid;

use crate::club::{Club, named, refusal, said};

#[tokio::test]
async fn only_members_write_and_others_do_not_learn_that_there_is_something() {
    let club = Club::open(None).await;
    let (ada, eve) = (club.person("ada").await, club.person("eve").await);
    let (_, text, _) = club.community(&ada, &[]).await;
    let message = club.post(&ada, &text, "hello").await.unwrap();
    assert_eq!(refusal(club.post(&eve, &text, "let me in").await), ChatRefusal::NoSuchCommunity);
    let edit = Write::Edit { by: eve.id, message: message.id, content: "mine".into() };
    assert_eq!(refusal(club.chat.write(&eve, edit).await), ChatRefusal::NoSuchMessage);
    assert_eq!(club.texts(&text).await, ["hello"]);
}

#[tokio::test]
async fn authors_edit_authors_and_owners_delete_and_what_is_deleted_is_gone() {
    let club = Club::open(None).await;
    let (ada, bob) = (club.person("ada").await, club.person("bob").await);
    let (_, text, _) = club.community(&ada, &[&bob]).await;
    let message = club.post(&bob, &text, "first").await.unwrap();
    let edit = |by: Uuid| Write::Edit { by, message: message.id, content: "second".into() };
    assert_eq!(refusal(club.chat.write(&ada, edit(ada.id)).await), ChatRefusal::NotAuthor);
    let Ok(Written::Edited(_, edited)) = club.chat.write(&bob, edit(bob.id)).await else { panic!() };
    assert_eq!((edited.content.as_str(), edited.edited_ms.is_some()), ("second", true));
    let other = club.post(&ada, &text, "of the owner").await.unwrap();
    let delete = |by: Uuid, message| Write::Delete { by, message };
    let refused = club.chat.write(&bob, delete(bob.id, other.id)).await;
    assert_eq!(refusal(refused), ChatRefusal::NotAuthorOrOwner);
    club.chat.write(&ada, delete(ada.id, message.id)).await.unwrap();
    assert_eq!(club.texts(&text).await, ["of the owner"]);
    for late in [delete(bob.id, message.id), edit(bob.id)] {
        assert_eq!(refusal(club.chat.write(&bob, late).await), ChatRefusal::NoSuchMessage);
    }
}

#[tokio::test]
async fn a_change_that_is_refused_costs_only_itself() {
    let club = Club::open(None).await;
    let (ada, eve) = (club.person("ada").await, club.person("eve").await);
    let (_, text, _) = club.community(&ada, &[]).await;
    let nobody = hearth_gateway::accounts::Account { id: Uuid::new_v4(), ..ada.clone() };
    let create = Write::CreateCommunity { by: nobody.id, community: named("Ghosts"), channels: Vec::new() };
    let (good, bad, ghost, last) = tokio::join!(
        club.post(&ada, &text, "one"),
        club.post(&eve, &text, "two"),
        club.chat.write(&nobody, create),
        club.post(&ada, &text, "three"),
    );
    assert!(good.is_ok() && last.is_ok());
    assert_eq!((refusal(bad), refusal(ghost)), (ChatRefusal::NoSuchCommunity, ChatRefusal::NoSuchAccount));
    assert_eq!(club.texts(&text).await, ["one", "three"]);
}

#[tokio::test]
async fn an_answer_to_a_message_of_another_channel_is_refused() {
    let club = Club::open(None).await;
    let ada = club.person("ada").await;
    let (_, text, voice) = club.community(&ada, &[]).await;
    let there = club.post(&ada, &text, "there").await.unwrap();
    let mut here = said(&ada, &voice, "here");
    here.reply_to = Some(there.id);
    assert_eq!(refusal(club.chat.write(&ada, Write::Post(here.clone())).await), ChatRefusal::NoSuchMessage);
    here.channel = text.id;
    assert!(club.chat.write(&ada, Write::Post(here)).await.is_ok());
}

#[tokio::test]
async fn the_owner_stays_and_the_banned_do_not_come_back() {
    let club = Club::open(None).await;
    let (ada, bob) = (club.person("ada").await, club.person("bob").await);
    let (community, text, _) = club.community(&ada, &[&bob]).await;
    let leave = Write::Leave { account: ada.id, community: community.id };
    assert_eq!(refusal(club.chat.write(&ada, leave).await), ChatRefusal::OwnerStays);
    assert_eq!(refusal(club.join(&bob, &community).await), ChatRefusal::AlreadyMember);
    let ban = |by: Uuid, account, on| Write::Ban { by, community: community.id, account, reason: None, on };
    assert_eq!(refusal(club.chat.write(&bob, ban(bob.id, ada.id, true)).await), ChatRefusal::NotOwner);
    club.chat.write(&ada, ban(ada.id, bob.id, true)).await.unwrap();
    assert_eq!(refusal(club.post(&bob, &text, "still here").await), ChatRefusal::NoSuchCommunity);
    assert_eq!(refusal(club.join(&bob, &community).await), ChatRefusal::Banned);
    club.chat.write(&ada, ban(ada.id, bob.id, false)).await.unwrap();
    assert!(club.join(&bob, &community).await.is_ok());
}

#[tokio::test]
async fn voice_rooms_are_in_voice_channels_and_for_members() {
    let club = Club::open(None).await;
    let (ada, eve) = (club.person("ada").await, club.person("eve").await);
    let (_, text, voice) = club.community(&ada, &[]).await;
    let join = VoiceChange::Join;
    assert_eq!(refusal(club.chat.voice(&ada, text.id, join).await), ChatRefusal::NotVoice);
    assert_eq!(refusal(club.chat.voice(&eve, voice.id, join).await), ChatRefusal::NoSuchCommunity);
    let set = VoiceChange::Set { self_mute: Some(true), self_deaf: None };
    assert_eq!(refusal(club.chat.voice(&ada, voice.id, set).await), ChatRefusal::NotInVoice);
    club.chat.voice(&ada, voice.id, join).await.unwrap();
    let state = club.chat.voice(&ada, voice.id, set).await.unwrap();
    assert!(state[0].self_mute && !state[0].self_deaf);
    assert_eq!(club.chat.voice(&ada, voice.id, VoiceChange::Look).await.unwrap(), state);
    club.chat.voice(&ada, voice.id, VoiceChange::Leave).await.unwrap();
    assert_eq!(refusal(club.chat.voice(&ada, voice.id, VoiceChange::Leave).await), ChatRefusal::NotInVoice);
}

#[tokio::test]
async fn pages_go_back_from_a_message_newest_first() {
    let club = Club::open(None).await;
    let ada = club.person("ada").await;
    let (_, text, _) = club.community(&ada, &[]).await;
    let mut ids = Vec::new();
    for number in 0..7 {
        ids.push(club.post(&ada, &text, &number.to_string()).await.unwrap().id);
    }
    let page = club.chat.store().messages(text.id, Some(ids[5]), 3).await.unwrap();
    let texts: Vec<&str> = page.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(texts, ["4", "3", "2"]);
}
