//! Voice in a group, from the puff session's request to the room, against the real gateway.

use std::sync::Arc;

use hearth_clock::Clock;
use hearth_gateway::Server;
use hearth_gateway_client::group::{self, Group, NoVoice, Request as GroupRequest, VoiceAccess};
use hearth_gateway_client::together::{ChatConfig, ChatHandle, Dialect, Event, Request, Signal};
use tokio::sync::mpsc;

use crate::person::Person as Speaker;
use crate::{Person, gateway};

/// Somebody's access to the room of their group.
async fn access(member: &mut Person) -> Result<VoiceAccess, NoVoice> {
    member.handle.request(GroupRequest::VoiceAccess);
    let answer = |event: &group::Event| match event {
        group::Event::VoiceAccess { access, .. } => Some(access.clone()),
        _ => None,
    };
    member.until("an answer", answer).await.map(|access| *access)
}

/// Goes into the room.
async fn speak(gateway: &Server, access: &VoiceAccess) -> Speaker {
    let (sender, events) = mpsc::unbounded_channel();
    let url = gateway.url().to_owned();
    let config = ChatConfig { dialect: Dialect::Together, url, channels: Vec::new(), seed: 1 };
    let handle = ChatHandle::spawn(config, Arc::new(Clock::new()), sender).unwrap();
    handle.request(Request::ConnectWith { token: access.token.clone() });
    let mut speaker = Speaker { handle, events, id: String::new(), tickets: 0 };
    let servers = speaker.ready().await;
    assert_eq!((&speaker.id, &servers[0].id), (&access.user, &access.server));
    speaker.handle.request(Request::LoadServer { server: access.server.clone() });
    speaker.handle.request(Request::JoinVoice { channel: access.channel.clone() });
    speaker
}

/// Waits until the group sees these accounts in its room, in the order of its members.
async fn until_in_room(member: &mut Person, accounts: [Option<&str>; 2]) -> Group {
    let sees = |group: &Group| {
        let voices = group.members.iter().map(|member| member.voice.as_ref());
        voices.map(|voice| voice.map(|voice| voice.id.as_str())).eq(accounts)
    };
    member.until_group("in the room", sees).await
}

#[tokio::test]
async fn members_without_accounts_meet_in_the_room_of_their_group_and_are_out_when_they_leave_it() {
    let gateway = gateway().await;
    let (mut a, mut b) = (Person::at(gateway.url()), Person::at(gateway.url()));
    a.until_connected(false).await;
    b.until_connected(false).await;
    assert_eq!(access(&mut a).await, Err(NoVoice::NotInGroup));
    let code = a.create().await;
    b.join(&code).await;
    let (of_a, of_b) = (access(&mut a).await.unwrap(), access(&mut b).await.unwrap());
    let mut ada = speak(&gateway, &of_a).await;
    until_in_room(&mut a, [Some(&of_a.user), None]).await;
    let bob = speak(&gateway, &of_b).await;
    until_in_room(&mut a, [Some(&of_a.user), Some(&of_b.user)]).await;
    bob.handle
        .request(Request::Signal { to: of_a.user.clone(), signal: Signal::description("offer", "v=0") });
    let from = |event: &Event| match event {
        Event::Signal { from, .. } => Some(from.clone()),
        _ => None,
    };
    assert_eq!(ada.until("a signal", from).await, of_b.user);
    bob.handle.request(Request::LeaveVoice { channel: of_b.channel.clone() });
    until_in_room(&mut a, [Some(&of_a.user), None]).await;
    a.handle.request(GroupRequest::Leave);
    ada.until("no token any more", |event| (*event == Event::TokenWanted).then_some(())).await;
    assert_eq!(access(&mut a).await, Err(NoVoice::NotInGroup));
    gateway.shutdown().await;
}

#[tokio::test]
async fn a_member_who_was_removed_and_comes_back_is_somebody_else_in_the_room() {
    let gateway = gateway().await;
    let (mut a, mut b) = (Person::at(gateway.url()), Person::at(gateway.url()));
    a.until_connected(false).await;
    b.until_connected(false).await;
    let code = a.create().await;
    b.join(&code).await;
    let first = access(&mut b).await.unwrap();
    let mut bob = speak(&gateway, &first).await;
    let group = until_in_room(&mut a, [None, Some(&first.user)]).await;
    a.handle.request(GroupRequest::Kick(group.members[1].session_id.clone()));
    b.until("removed", |event| (*event == group::Event::Kicked).then_some(())).await;
    bob.until("no token any more", |event| (*event == Event::TokenWanted).then_some(())).await;
    b.join(&code).await;
    let again = access(&mut b).await.unwrap();
    assert_ne!(again.user, first.user);
    assert_eq!(again.server, first.server);
    // The session takes the new token up where it was.
    bob.handle.request(Request::Token { token: again.token.clone() });
    bob.ready().await;
    assert_eq!(bob.id, again.user);
    gateway.shutdown().await;
}
