//! One companion in a program of its own: it joins a group and its voice room, says so, and stays until its input ends.

use hearth_companion::contract::{Command, Settings, View, VoiceLink, VoiceSettings, VoiceStage};
use hearth_companion::sound::Network;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use crate::party::Party;

/// What it says when it is connected with all others.
pub const CONNECTED: &str = "connected";

/// How a person is in the room.
#[derive(Clone, Copy)]
pub struct Manner {
    pub echo: bool,
    pub noise: bool,
    pub muted: bool,
}

impl Manner {
    /// As [`talk`] reads it.
    pub fn arguments(self) -> [String; 3] {
        [self.echo, self.noise, self.muted].map(|it| it.to_string())
    }
}

/// Arguments: the gateway, how many people there will be, the person's number, then [`Manner::arguments`]. The code of
/// the group is read from the input; where that is an empty line, the person makes one and says its code.
pub async fn talk(arguments: &[String]) {
    let [gateway, people, number, echo, noise, muted] = arguments else { unreachable!("{arguments:?}") };
    let (people, number): (usize, usize) = (people.parse().unwrap(), number.parse().unwrap());
    let party = Party::at(gateway, Network::Loopback, number).await;
    let voice = VoiceSettings {
        clean_echo: echo == "true",
        clean_noise: noise == "true",
        ..VoiceSettings::default()
    };
    party.does(Command::SetSettings { settings: Settings { voice, ..Settings::default() } });
    party.does(Command::SetVoiceMuted { on: muted == "true" });

    let mut input = BufReader::new(tokio::io::stdin());
    let mut code = String::new();
    input.read_line(&mut code).await.unwrap();
    if code.trim().is_empty() {
        party.does(Command::CreateGroup { name: "Friday".into(), public: false, countdown_ms: None });
    } else {
        party.does(Command::JoinGroup { code: code.trim().into() });
    }
    println!("{}", party.seen("the group", |view| Some(view.group.as_ref()?.code.clone())).await);
    party.seen("voice", |view| view.voice.offered.then_some(())).await;
    party.does(Command::JoinSeshVoice);
    let connected = |view: &View| {
        let all = &view.voice.people;
        let is = view.voice.stage == VoiceStage::In
            && all.len() + 1 == people
            && all.iter().all(|person| person.link == VoiceLink::Direct);
        is.then_some(())
    };
    party.seen("everybody", connected).await;
    println!("{CONNECTED}");

    drop(party.devices.recorded());
    input.read_to_end(&mut Vec::new()).await.unwrap();
    // What nobody heard would measure nothing.
    let loudest = party.devices.recorded().into_iter().fold(0.0_f32, |loudest, it| loudest.max(it.abs()));
    assert_eq!(loudest > 0.05, muted != "true", "heard {loudest}");
    party.companion.shutdown().await;
}
