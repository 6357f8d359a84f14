//! Scripts and lights at the gateway that this computer hosts: the switch, and the secret.

use hearth_companion::contract::{Command, Event, HostScripts};
use hearth_companion::controller::{HostNews, HostSecretReport, HostSecretWish, Input, Output};
use hearth_companion::saved::SavedScripts;
use hearth_companion::secrets::Secret;

use crate::desk::Desk;
use crate::lobby::{hosting, running};

fn scripts(desk: &Desk) -> HostScripts {
    desk.controller.view().lobby.host.scripts
}

/// What the host was told since it was last looked at.
fn told(desk: &mut Desk) -> Vec<SavedScripts> {
    let told = desk.asked.iter().filter_map(|output| match output {
        Output::AdmitScripts(scripts) => Some(*scripts),
        _ => None,
    });
    let told = told.collect();
    desk.asked.clear();
    told
}

fn reports(desk: &mut Desk, report: HostSecretReport) {
    desk.put(Input::Host(HostNews::Secret(report)));
}

#[test]
fn programs_can_come_where_somebody_hosts_until_that_is_switched_off() {
    let mut desk = hosting();
    let address = Some("ws://192.168.1.5:9420/ws".to_owned());
    assert_eq!(scripts(&desk), HostScripts { on: true, address, secret: false, secret_lost: false });
    desk.asked.clear();
    desk.command(Command::HostScripts { on: false });
    assert_eq!(scripts(&desk), HostScripts::default());
    let off = SavedScripts { on: false, secret: false };
    assert_eq!(desk.saved().unwrap().host_scripts, off);
    assert_eq!(told(&mut desk), [off]);
    desk.command(Command::HostScripts { on: false });
    assert_eq!(told(&mut desk), []);
}

#[test]
fn what_was_chosen_counts_from_the_start_of_the_next_time() {
    let chosen = SavedScripts { on: true, secret: true };
    let mut desk = Desk::starting(|start| start.saved.host_scripts = chosen);
    desk.command(Command::HostScripts { on: true });
    assert_eq!(told(&mut desk), [], "nobody hosts");
    desk.command(Command::HostHere { on: true });
    let starts = desk.asked.iter().find_map(|output| match output {
        Output::StartHost { scripts, .. } => Some(*scripts),
        _ => None,
    });
    assert_eq!(starts, Some(chosen));
}

#[test]
fn a_new_secret_is_told_once_and_is_in_no_view_and_in_no_settings() {
    let mut desk = hosting();
    desk.asked.clear();
    desk.command(Command::NewHostSecret).command(Command::NewHostSecret);
    let wishes = desk.asked.iter().filter(|output| matches!(output, Output::HostSecret(_))).count();
    assert_eq!(wishes, 1, "one at a time");
    reports(&mut desk, HostSecretReport::Made(Secret::new("canary")));
    let shown = desk.told.iter().filter_map(|event| match event {
        Event::HostSecret { secret } => Some(secret.0.clone()),
        _ => None,
    });
    assert_eq!(shown.collect::<Vec<_>>(), ["canary"]);
    assert!(scripts(&desk).secret);
    let with = SavedScripts { on: true, secret: true };
    assert_eq!(told(&mut desk), [with]);
    assert!(!serde_json::to_string(&desk.controller.view()).unwrap().contains("canary"));

    // Another one has to be told as well, though the settings are the same.
    desk.command(Command::NewHostSecret);
    reports(&mut desk, HostSecretReport::Made(Secret::new("canary 2")));
    assert_eq!(told(&mut desk), [with]);
    desk.command(Command::ForgetHostSecret);
    assert!(scripts(&desk).secret, "until it is forgotten");
    reports(&mut desk, HostSecretReport::Forgotten);
    assert_eq!(told(&mut desk), [SavedScripts { on: true, secret: false }]);
}

#[test]
fn a_secret_is_told_to_who_asks_and_asked_for_only_where_there_is_one() {
    let mut desk = hosting();
    desk.asked.clear();
    desk.command(Command::RevealHostSecret).command(Command::ForgetHostSecret);
    assert!(!desk.asked.iter().any(|output| matches!(output, Output::HostSecret(_))));
    let mut desk = Desk::starting(|start| start.saved.host_scripts.secret = true);
    desk.command(Command::RevealHostSecret);
    assert!(desk.asked.iter().any(|output| matches!(output, Output::HostSecret(HostSecretWish::Reveal))));
    reports(&mut desk, HostSecretReport::Kept(None));
    assert_eq!(desk.notices(), ["host_secret_not_told"]);
    desk.command(Command::RevealHostSecret);
    reports(&mut desk, HostSecretReport::Kept(Some(Secret::new("canary"))));
    assert_eq!(desk.notices(), <[&str; 0]>::default());
}

#[test]
fn where_the_keychain_does_not_give_the_secret_nobody_is_let_in_and_it_is_said() {
    let mut desk = hosting();
    desk.command(Command::NewHostSecret);
    reports(&mut desk, HostSecretReport::Made(Secret::new("canary")));
    let Input::Host(HostNews::Running { name, state, .. }) = running(1) else { panic!() };
    desk.put(Input::Host(HostNews::Running { name, state, secret_lost: true }));
    let lost = HostScripts { on: true, address: None, secret: true, secret_lost: true };
    assert_eq!(scripts(&desk), lost);
    desk.command(Command::ForgetHostSecret);
    reports(&mut desk, HostSecretReport::Forgotten);
    assert!(!scripts(&desk).secret_lost && scripts(&desk).address.is_some());
}
