//! People with simulated microphones and speakers, each a whole companion, and what their speakers played.

use std::time::Duration;

use futures::StreamExt;
use hearth_companion::contract::{
    Command, Event, GatewayState, Settings, SoundState, View, VoiceLink, VoiceSettings, VoiceStage,
};
use hearth_companion::sound::{Network, Sound, VoiceOptions, tone};
use hearth_companion::{Companion, Options};
use hearth_voice::audio::level::mean_power_of_tone;
use hearth_voice::device::simulated::Simulated;

pub const TONES: [u32; 5] = [400, 700, 1_000, 1_300, 1_600];

pub struct Party {
    pub companion: Companion,
    pub devices: Simulated,
}

impl Party {
    /// The person whose tone is the one of this number.
    pub async fn new(number: usize, options: Options) -> Self {
        Self::within(Network::Loopback, number, options).await
    }

    async fn within(network: Network, number: usize, options: Options) -> Self {
        let devices = Simulated::hearing(tone(TONES[number]));
        let voice = VoiceOptions { sound: Sound::Simulated(devices.clone()), network };
        let companion = Companion::start(Options { voice, ..options }).await;
        // A tone is noise.
        let voice = VoiceSettings { clean_echo: false, clean_noise: false, ..VoiceSettings::default() };
        companion.command(Command::SetSettings { settings: Settings { voice, ..Settings::default() } });
        Self { companion, devices }
    }

    /// At the puff door of a gateway.
    pub async fn at(gateway: &str, network: Network, number: usize) -> Self {
        let options = Options { gateway: Some(gateway.into()), ..Options::ephemeral() };
        let party = Self::within(network, number, options).await;
        party.seen("connected", |view| (view.gateway.state == GatewayState::Connected).then_some(())).await;
        party
    }

    pub fn does(&self, command: Command) {
        self.companion.command(command);
    }

    pub async fn view(&self) -> Box<View> {
        match self.companion.subscribe().next().await.unwrap() {
            Event::View { view } => view,
            other => unreachable!("{other:?}"),
        }
    }

    pub async fn seen<T>(&self, what: &str, is: impl Fn(&View) -> Option<T>) -> T {
        let story = async {
            loop {
                if let Some(found) = is(&*self.view().await) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(30), story).await {
            Ok(found) => found,
            Err(_) => {
                let view = self.view().await;
                unreachable!("{what}: {:#?} {:#?} {:?}", view.voice, view.group, view.notices)
            }
        }
    }

    /// In the room with so many others, connected with each, the microphone open.
    pub async fn talks_with(&self, others: usize) {
        let direct = |view: &View| {
            let people = &view.voice.people;
            people.len() == others && people.iter().all(|person| person.link == VoiceLink::Direct)
        };
        let open = |view: &View| matches!(view.voice.microphone, SoundState::Open { .. });
        self.seen("everybody", |view| {
            (view.voice.stage == VoiceStage::In && direct(view) && open(view)).then_some(())
        })
        .await;
    }

    /// Voice is over, and nothing is open, however one looks.
    pub async fn is_silent(&self) {
        self.seen("silence", |view| {
            let off = matches!(view.voice.stage, VoiceStage::Off | VoiceStage::Failed { .. });
            (off && view.voice.microphone == SoundState::Closed).then_some(())
        })
        .await;
        for _ in 0..100 {
            if !self.devices.microphone_is_open() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        unreachable!("the microphone is open");
    }
}

/// So many people in one group of this gateway, its owner first; their packets go by this network.
pub async fn group_of(people: usize, gateway: &str, network: &Network) -> Vec<Party> {
    let mut parties = vec![Party::at(gateway, network.clone(), 0).await];
    parties[0].does(Command::CreateGroup { name: "Friday".into(), public: false, countdown_ms: None });
    let code = parties[0].seen("the group", |view| Some(view.group.as_ref()?.code.clone())).await;
    for number in 1..people {
        let party = Party::at(gateway, network.clone(), number).await;
        party.does(Command::JoinGroup { code: code.clone() });
        parties.push(party);
    }
    for party in &parties {
        let all = |view: &View| (view.group.as_ref()?.members.len() == people).then_some(());
        party.seen("all of the group", all).await;
        party.seen("voice", |view| view.voice.offered.then_some(())).await;
        assert_eq!(party.devices.microphone_opened(), 0, "nobody asked for it yet");
    }
    parties
}

/// Each of these hears each of these others, and nobody themselves.
pub async fn all_hear_each_other(people: &[(usize, &Party)]) {
    for (_, party) in people {
        drop(party.devices.recorded());
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    for (listener, party) in people {
        let speakers: Vec<_> = people.iter().map(|(number, _)| *number).collect();
        hears_all_but_themselves(*listener, &speakers, &party.devices.recorded());
    }
}

/// In what somebody heard is the tone of each of these, but not their own, nor that of anybody else.
pub fn hears_all_but_themselves(listener: usize, speakers: &[usize], heard: &[f32]) {
    let loud = |number: usize| mean_power_of_tone(heard, TONES[number] as f32);
    let own = loud(listener);
    for speaker in speakers.iter().filter(|speaker| **speaker != listener) {
        let power = loud(*speaker);
        assert!(
            power > 3e-3 && power > 30.0 * own,
            "{listener} hears {power} of {speaker}, {own} of themselves"
        );
    }
    for absent in (0..TONES.len()).filter(|number| !speakers.contains(number)) {
        let power = loud(absent);
        assert!(power < 1e-4, "{listener} hears {power} of {absent}, who is not there");
    }
}
