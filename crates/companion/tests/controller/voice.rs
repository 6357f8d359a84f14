//! Voice in virtual time: when a room is entered, when the microphone may be open, and what ends it.

mod channel;
mod ends;
mod places;
mod sesh;
mod settings;

use std::time::Duration;

use hearth_companion::contract::{Command, SoundState, VoiceStage, VoiceView};
use hearth_companion::controller::{Entering, Input, Output, VoiceNews, VoiceWish};
use hearth_gateway_client::chat::{Event, Request, VoiceState};
use hearth_voice::driver::{self, DeviceState, News};

use crate::desk::Desk;

fn talk() -> Command {
    Command::JoinVoice { id: "1".into(), server: "club".into(), channel: "talk".into() }
}

/// Somebody in a channel, or in none.
fn voice(user: &str, channel: Option<&str>) -> Event {
    Event::Voice(Box::new(VoiceState {
        user: user.into(),
        channel: channel.map(str::to_owned),
        ..VoiceState::default()
    }))
}

fn participants(others: &[&str]) -> driver::Request {
    driver::Request::Participants(others.iter().map(|id| (*id).to_owned()).collect())
}

/// Requests to a room cannot be compared.
fn same(asked: &[driver::Request], wanted: &[driver::Request]) {
    assert_eq!(format!("{asked:?}"), format!("{wanted:?}"));
}

impl Desk {
    /// What was wished for voice since the last look.
    fn wished(&mut self) -> Vec<VoiceWish> {
        let (wishes, others): (Vec<Output>, Vec<Output>) = std::mem::take(&mut self.asked)
            .into_iter()
            .partition(|output| matches!(output, Output::Voice(_)));
        self.asked = others;
        let wish = |output| match output {
            Output::Voice(wish) => Some(wish),
            _ => None,
        };
        wishes.into_iter().filter_map(wish).collect()
    }

    /// What was asked of the room since the last look.
    fn asked_of_room(&mut self) -> Vec<driver::Request> {
        let request = |wish| match wish {
            VoiceWish::Room(request) => Some(request),
            _ => None,
        };
        self.wished().into_iter().filter_map(request).collect()
    }

    /// The room that was entered since the last look.
    fn entered(&mut self) -> Option<Entering> {
        self.wished().into_iter().rev().find_map(|wish| match wish {
            VoiceWish::Enter(entering) => Some(*entering),
            _ => None,
        })
    }

    fn voice(&self) -> VoiceView {
        self.controller.view().voice
    }

    fn room_tells(&mut self, turn: u64, news: News) -> &mut Self {
        self.put(Input::Voice(VoiceNews::Room { turn, news: Box::new(news) }))
    }

    /// Voice is over: the last wish about a room was to leave it, and nothing is shown as open.
    fn is_silent(&mut self, why: &str) {
        let last = self
            .wished()
            .into_iter()
            .rev()
            .find(|wish| matches!(wish, VoiceWish::Enter(_) | VoiceWish::Leave));
        assert!(matches!(last, Some(VoiceWish::Leave)), "{why}: {last:?}");
        let voice = self.voice();
        assert_eq!((voice.microphone, voice.speaker), (SoundState::Closed, SoundState::Closed), "{why}");
        assert!(!voice.speaking && voice.people.is_empty(), "{why}");
    }
}

impl Desk {
    /// The gateway says that this person is in the room `talk`.
    fn is_in(&mut self) -> &mut Self {
        self.hears(voice("me", Some("talk")))
    }
}

/// In the room `talk` with these people, the microphone open; the number of the room.
fn inside(others: &[&str]) -> (Desk, u64) {
    let mut desk = Desk::new();
    desk.together("robin", false).signed_in().loaded(others);
    for other in others {
        desk.hears(voice(other, Some("talk")));
    }
    desk.command(talk()).is_in();
    let turn = desk.entered().unwrap().turn;
    desk.pass(Duration::from_millis(300));
    desk.room_tells(turn, News::Microphone(DeviceState::Open("Horn".into())));
    same(&desk.asked_of_room(), &[participants(others)]);
    desk.asked_of_rooms();
    (desk, turn)
}

fn leaves_channel(desk: &mut Desk) -> bool {
    desk.asked_of_rooms().contains(&Request::LeaveVoice { channel: "talk".into() })
}

fn failed(desk: &Desk) -> bool {
    matches!(desk.voice().stage, VoiceStage::Failed { .. })
}
