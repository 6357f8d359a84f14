//! Voice rooms of channels of a Together server.

use hearth_companion::Options;
use hearth_companion::contract::{
    ChatChannel, Command, CommunityKind, CommunityState, SecretText, SoundState, View, VoiceStage,
};
use hearth_gateway::server::{ListenOn, Server, ServerOptions};
use hearth_voice::device::DeviceError;

use crate::party::{Party, all_hear_each_other};

pub fn channel(view: &View) -> Option<&ChatChannel> {
    let club = view.community.gateways.first()?.content.chat()?.servers.first()?;
    club.channels.iter().find(|channel| channel.voice)
}

pub async fn registered(number: usize, name: &str, server: &Server) -> Party {
    let party = Party::new(number, Options::ephemeral()).await;
    party.does(Command::AddCommunity {
        kind: CommunityKind::Together,
        url: format!("http://{}", server.local_addr()),
        name: name.into(),
        secret: Some(SecretText("correct horse".into())),
        register: true,
        keep: false,
    });
    party
        .seen("connected", |view| {
            matches!(view.community.gateways.first()?.state, CommunityState::Connected { .. }).then_some(())
        })
        .await;
    party
}

/// Ids of a voice channel.
pub struct Room {
    pub server: String,
    pub channel: String,
}

/// Makes a community with a voice channel; the command that joins its room, the one that joins the community, and where
/// the room is.
pub async fn club_of(party: &Party) -> (Command, Command, Room) {
    let create = Command::CreateServer { id: "1".into(), name: "Club".into(), stream: None, hidden: false };
    party.does(create);
    let chat = |view: &View| view.community.gateways.first()?.content.chat().cloned();
    let club = party.seen("the club", |view| Some(chat(view)?.servers.first()?.id.clone())).await;
    let (id, server) = (String::from("1"), club.clone());
    party.does(Command::CreateChannel { id, server, name: "talk".into(), voice: true });
    let talk = party.seen("the channel", |view| Some(channel(view)?.id.clone())).await;
    let join = Command::JoinServer { id: "1".into(), code: club.clone() };
    let room = Room { server: club.clone(), channel: talk.clone() };
    (Command::JoinVoice { id: "1".into(), server: club, channel: talk }, join, room)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_hear_each_other_and_see_who_is_muted() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let ada = registered(0, "ada", &server).await;
    let (talk, join, _) = club_of(&ada).await;
    let bob = registered(1, "bob", &server).await;
    bob.does(join);
    bob.seen("the channel", |view| channel(view).map(drop)).await;
    assert_eq!((ada.devices.microphone_opened(), bob.devices.microphone_opened()), (0, 0));

    ada.does(talk.clone());
    ada.talks_with(0).await;
    let there = |view: &View| (channel(view)?.in_voice.first()?.name == "ada").then_some(());
    bob.seen("ada in voice", there).await;
    assert_eq!(bob.devices.microphone_opened(), 0, "who looks is not heard");
    bob.does(talk.clone());
    ada.talks_with(1).await;
    bob.talks_with(1).await;
    all_hear_each_other(&[(0, &ada), (1, &bob)]).await;
    let seen = ada.view().await.voice;
    assert_eq!((seen.people[0].name.as_str(), seen.people[0].member.as_ref()), ("bob", None));
    assert_eq!(seen.place.unwrap().name, "talk");

    // A mute closes the microphone, and the others see it.
    bob.does(Command::SetVoiceMuted { on: true });
    ada.seen("bob muted", |view| view.voice.people.first()?.muted.then_some(())).await;
    assert!(!bob.devices.microphone_is_open());
    bob.does(Command::SetVoiceMuted { on: false });
    ada.seen("bob heard", |view| (!view.voice.people.first()?.muted).then_some(())).await;
    ada.seen("bob speaks", |view| view.voice.people.first()?.speaking.then_some(())).await;

    // Signing out ends it.
    bob.does(Command::ConnectCommunity { id: "1".into(), on: false });
    bob.is_silent().await;
    ada.seen("alone", |view| view.voice.people.is_empty().then_some(())).await;
    ada.does(Command::LeaveVoice);
    ada.is_silent().await;
    ada.seen("nobody there", |view| channel(view)?.in_voice.is_empty().then_some(())).await;
    for party in [ada, bob] {
        party.companion.shutdown().await;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_with_another_program_is_out_here_and_the_microphone_is_closed() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let ada = registered(0, "ada", &server).await;
    let (talk, _, _) = club_of(&ada).await;
    let Command::JoinVoice { server: club, .. } = &talk else { unreachable!() };
    let (id, name) = (String::from("1"), String::from("den"));
    ada.does(Command::CreateChannel { id, server: club.clone(), name, voice: true });
    let den = ada
        .seen("the other channel", |view| {
            let club = view.community.gateways.first()?.content.chat()?.servers.first()?;
            club.channels.iter().find(|channel| channel.name == "den").map(|channel| channel.id.clone())
        })
        .await;
    let den = Command::JoinVoice { id: "1".into(), server: club.clone(), channel: den };
    ada.does(talk);
    ada.talks_with(0).await;
    let other = Party::new(1, Options::ephemeral()).await;
    other.does(Command::AddCommunity {
        kind: CommunityKind::Together,
        url: format!("http://{}", server.local_addr()),
        name: "ada".into(),
        secret: Some(SecretText("correct horse".into())),
        register: false,
        keep: false,
    });
    let connected = |view: &View| {
        let gateway = view.community.gateways.first()?;
        matches!(gateway.state, CommunityState::Connected { .. }).then_some(())
    };
    other.seen("connected", connected).await;
    // Which channels there are is read for it.
    other.does(den);
    other.talks_with(0).await;
    ada.is_silent().await;
    let stage = ada.view().await.voice.stage;
    assert!(matches!(stage, VoiceStage::Failed { .. }), "{stage:?}");
    for party in [ada, other] {
        party.companion.shutdown().await;
        assert!(!party.devices.microphone_is_open(), "the end of the program closes it");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_server_was_gone_both_are_in_the_room_again_and_hear_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(directory.path().to_path_buf()), ..ServerOptions::default() };
    let server = Server::bind(options.clone()).await.unwrap();
    let ada = registered(0, "ada", &server).await;
    let (talk, join, _) = club_of(&ada).await;
    let bob = registered(1, "bob", &server).await;
    bob.does(join);
    bob.seen("the channel", |view| channel(view).map(drop)).await;
    for party in [&ada, &bob] {
        party.does(talk.clone());
    }
    for party in [&ada, &bob] {
        party.talks_with(1).await;
    }
    let address = server.local_addr();
    server.shutdown().await;
    for party in [&ada, &bob] {
        party.seen("lost", |view| (view.voice.stage == VoiceStage::Rejoining).then_some(())).await;
    }
    // They still hear each other.
    all_hear_each_other(&[(0, &ada), (1, &bob)]).await;
    let listen = vec![ListenOn { dialect: None, address }];
    let server = bound(ServerOptions { listen, ..options }).await;
    for party in [&ada, &bob] {
        party.does(Command::ConnectCommunity { id: "1".into(), on: true });
    }
    for party in [&ada, &bob] {
        party.talks_with(1).await;
    }
    all_hear_each_other(&[(0, &ada), (1, &bob)]).await;
    for party in [ada, bob] {
        party.companion.shutdown().await;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_microphone_that_is_unplugged_is_told_and_taken_up_again_while_one_is_in_the_room() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let ada = registered(0, "ada", &server).await;
    let (talk, _, _) = club_of(&ada).await;
    ada.does(talk);
    ada.talks_with(0).await;
    ada.devices.refuse(Some(DeviceError::Denied));
    ada.devices.unplug();
    let failed = |view: &View| matches!(view.voice.microphone, SoundState::Failed { .. }).then_some(());
    ada.seen("the microphone gone", failed).await;
    assert!(!ada.devices.microphone_is_open());
    ada.devices.refuse(None);
    ada.talks_with(0).await;
    // Not after the room was left.
    ada.devices.refuse(Some(DeviceError::Denied));
    ada.devices.unplug();
    ada.seen("the microphone gone again", failed).await;
    ada.does(Command::LeaveVoice);
    ada.is_silent().await;
    ada.devices.refuse(None);
    let opened = ada.devices.microphone_opened();
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    assert_eq!(ada.devices.microphone_opened(), opened);
    ada.companion.shutdown().await;
    server.shutdown().await;
}

async fn bound(options: ServerOptions) -> Server {
    // The port of the one before may be in use a little longer.
    for _ in 0..50 {
        match Server::bind(options.clone()).await {
            Ok(server) => return server,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
    unreachable!("the port stays in use")
}
