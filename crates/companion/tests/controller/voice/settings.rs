//! Devices, cleaning, and the servers whose passwords are in the keychain alone.

use hearth_companion::contract::{Command, SecretText, Settings, SoundDevices, VoiceServer, VoiceSettings};
use hearth_companion::controller::{Input, VoiceNews, VoiceWish};
use hearth_voice::driver::Request;
use hearth_voice::{Cleaning, Wish};

use super::{inside, same};
use crate::desk::Desk;

const SECRET: &str = "canary-of-the-relay";
const RELAY: &str = "turn:relay.example.org:3478";

fn relay(username: &str, secret: &str) -> Command {
    let secret = Some(SecretText(secret.into()));
    Command::AddVoiceServer { url: RELAY.into(), username: username.into(), secret }
}

fn servers(desk: &Desk) -> Vec<VoiceServer> {
    desk.controller.view().settings.voice.servers
}

#[test]
fn a_room_that_one_is_in_follows_the_settings() {
    let (mut desk, _) = inside(&["ada"]);
    let voice = VoiceSettings {
        microphone: Some("Horn".into()),
        speaker: Some("Bell".into()),
        clean_noise: false,
        ..VoiceSettings::default()
    };
    desk.command(Command::SetSettings { settings: Settings { voice, ..Settings::default() } });
    let cleaning = Cleaning { echo: true, noise: false };
    let asked = [
        Request::Microphone(Some("Horn".into())),
        Request::Speaker(Some("Bell".into())),
        Request::Wish(Wish::Clean(cleaning)),
    ];
    same(&desk.asked_of_room(), &asked);
    // Outside of a room they are only remembered.
    desk.command(Command::LeaveVoice).wished();
    desk.command(Command::SetSettings { settings: Settings::default() });
    assert!(desk.wished().is_empty());
}

#[test]
fn sound_is_looked_for_when_asked_and_opened_by_nobody() {
    let mut desk = Desk::new();
    assert_eq!(desk.voice().devices, None);
    desk.command(Command::LookForSound);
    assert!(matches!(desk.wished()[..], [VoiceWish::LookForSound]));
    let devices = SoundDevices { microphones: vec!["Horn".into()], speakers: Vec::new() };
    desk.put(Input::Voice(VoiceNews::Devices(devices.clone())));
    assert_eq!(desk.voice().devices, Some(devices));
}

#[test]
fn the_password_of_a_server_goes_to_the_keychain_and_nowhere_else() {
    let mut desk = Desk::new();
    desk.command(relay("robin", SECRET));
    assert_eq!(servers(&desk), [VoiceServer { url: RELAY.into(), username: "robin".into() }]);
    assert!(!format!("{:?}{:?}", desk.asked, desk.told).contains(SECRET));
    assert!(!serde_json::to_string(&desk.saved().unwrap()).unwrap().contains(SECRET));
    assert!(!serde_json::to_string(&desk.controller.view()).unwrap().contains(SECRET));
    let wishes = desk.wished();
    let [VoiceWish::KeepSecret { url, secret }] = &wishes[..] else { panic!("{wishes:?}") };
    assert_eq!((url.as_str(), secret.reveal()), (RELAY, SECRET));

    // Another name keeps the password; what a face sends of old does not bring servers back or away.
    let name = Command::AddVoiceServer { url: RELAY.into(), username: "wren".into(), secret: None };
    desk.command(name);
    assert!(desk.wished().is_empty());
    desk.command(Command::SetSettings { settings: Settings::default() });
    assert_eq!(servers(&desk), [VoiceServer { url: RELAY.into(), username: "wren".into() }]);
    desk.command(Command::RemoveVoiceServer { url: RELAY.into() });
    assert!(servers(&desk).is_empty());
    assert!(matches!(&desk.wished()[..], [VoiceWish::ForgetSecret { url }] if url == RELAY));
}

#[test]
fn what_is_no_server_is_told_and_not_kept() {
    let mut desk = Desk::new();
    let add = |url: &str| Command::AddVoiceServer { url: url.into(), username: String::new(), secret: None };
    for wrong in [
        "",
        "https://stun.example.org",
        "stuns:stun.example.org",
        RELAY,
        &format!("stun:{}", "x".repeat(300)),
    ] {
        desk.command(add(wrong));
        assert_eq!(
            (desk.notices(), servers(&desk).len()),
            (vec!["bad_voice_server".to_owned()], 0),
            "{wrong}"
        );
    }
    for number in 0..6 {
        desk.command(add(&format!("stun:stun{number}.example.org")));
    }
    assert_eq!((desk.notices(), servers(&desk).len()), (vec!["voice_servers_many".to_owned()], 4));
    desk.command(add("stun:stun0.example.org"));
    assert_eq!((desk.notices(), servers(&desk).len()), (Vec::new(), 4), "it is there already");
    assert!(desk.wished().is_empty(), "no password is kept for what has none");
}

#[test]
fn diagnostics_tell_of_voice_without_names_and_addresses() {
    let (mut desk, _) = inside(&["ada"]);
    desk.command(relay("robin", SECRET)).settle();
    desk.pass(std::time::Duration::from_secs(6));
    let parts = desk.controller.view().diagnostics.parts;
    let voice = parts.into_iter().find(|part| part.part == "voice").unwrap();
    let shown = serde_json::to_string(&voice).unwrap();
    assert!(voice.facts.len() > 8, "{shown}");
    for own in ["ada", "relay", "robin", "Horn", "me\""] {
        assert!(!shown.contains(&format!("\"{own}")), "{own} in {shown}");
    }
}
