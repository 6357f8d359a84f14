//! Voice in a sesh: guests of a group, who have no account anywhere.

use hearth_companion::contract::{Command, View, VoiceStage};
use hearth_companion::sound::Network;
use hearth_gateway::server::{Server, ServerOptions};

use crate::party::{Party, all_hear_each_other, group_of};

/// So many guests in one group, its owner first.
pub async fn guests(people: usize, server: &Server) -> Vec<Party> {
    group_of(people, &server.dialects()["puff"], &Network::Loopback).await
}

fn numbered(parties: &[Party]) -> Vec<(usize, &Party)> {
    parties.iter().enumerate().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_guests_hear_each_other_until_one_is_removed_from_the_group() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let parties = guests(2, &server).await;
    parties[0].does(Command::JoinSeshVoice);
    parties[0].talks_with(0).await;
    // Everybody sees who is in voice, also who is not.
    let seen = |view: &View| {
        let members = &view.group.as_ref()?.members;
        (members.iter().filter(|member| member.in_voice).count() == 1).then_some(())
    };
    parties[1].seen("one in voice", seen).await;
    assert_eq!(parties[1].devices.microphone_opened(), 0);
    parties[1].does(Command::JoinSeshVoice);
    for party in &parties {
        party.talks_with(1).await;
        // People are members.
        let member = party.seen("the member", |view| view.voice.people.first()?.member.clone()).await;
        let view = party.view().await;
        let place = view.voice.place.unwrap();
        assert!(place.sesh && place.name == "Friday" && place.community.is_none());
        assert!(view.group.unwrap().members.iter().any(|known| known.id == member && !known.me));
        assert_eq!(party.devices.microphone_opened(), 1);
    }
    all_hear_each_other(&numbered(&parties)).await;

    let guest = parties[0].view().await.voice.people[0].member.clone().unwrap();
    parties[0].does(Command::KickMember { member: guest });
    parties[1].is_silent().await;
    let view = parties[1].view().await;
    assert_eq!((view.voice.stage, view.voice.offered, view.voice.place), (VoiceStage::Off, false, None));
    parties[0].seen("alone", |view| view.voice.people.is_empty().then_some(())).await;
    parties[0].does(Command::LeaveGroup);
    parties[0].is_silent().await;
    for party in parties {
        party.companion.shutdown().await;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_guests_hear_each_other_and_four_when_one_leaves() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let mut parties = guests(5, &server).await;
    for party in &parties {
        party.does(Command::JoinSeshVoice);
    }
    for party in &parties {
        party.talks_with(4).await;
    }
    all_hear_each_other(&numbered(&parties)).await;

    let last = parties.pop().unwrap();
    last.does(Command::LeaveVoice);
    last.is_silent().await;
    for party in &parties {
        party.talks_with(3).await;
        let four = |view: &View| {
            let members = &view.group.as_ref()?.members;
            (members.iter().filter(|member| member.in_voice).count() == 4).then_some(())
        };
        party.seen("four in voice", four).await;
    }
    all_hear_each_other(&numbered(&parties)).await;
    // The gateway is lost for good when it is exchanged.
    parties[0].does(Command::UseGateway { url: "ws://127.0.0.1:9".into() });
    parties[0].is_silent().await;
    for party in parties.into_iter().chain([last]) {
        party.companion.shutdown().await;
        assert!(!party.devices.microphone_is_open(), "the end of the program closes it");
    }
    server.shutdown().await;
}
