//! What fails at the start is named, costs only itself, and nothing that was there is lost.

#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "tests; why one is skipped is said")]

mod waiting;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command as Process;

use hearth_companion::contract::{
    BluetoothState, Command, GatewayState, HistoryRange, Settings, Theme, View,
};
use hearth_companion::radios::RadioChoice;
use hearth_companion::{Companion, Options};

fn in_directory(directory: &Path) -> Options {
    Options { data_dir: Some(directory.to_owned()), ..Options::ephemeral() }
}

/// What there is to see as soon as it is so.
#[track_caller]
fn seen(companion: &Companion, is: impl Fn(&View) -> bool) -> impl Future<Output = View> {
    waiting::seen(companion, move |view| is(view).then(|| view.clone()))
}

fn says(view: &View, code: &str) -> bool {
    view.notices.iter().any(|notice| notice.code == code && !notice.advice.is_empty())
}

#[tokio::test]
async fn settings_that_cannot_be_understood_are_kept_aside() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("companion.json"), "{ nonsense").unwrap();
    let companion = Companion::start(in_directory(directory.path())).await;
    seen(&companion, |view| says(view, "settings_put_aside")).await;
    assert_eq!(fs::read_to_string(directory.path().join("companion.json.unread")).unwrap(), "{ nonsense");
    companion.shutdown().await;
}

#[tokio::test]
async fn settings_that_cannot_be_opened_stay_as_they_are() {
    let directory = tempfile::tempdir().unwrap();
    // Nobody can read this as a file, whoever they are.
    let file = directory.path().join("companion.json");
    fs::create_dir(&file).unwrap();
    let companion = Companion::start(in_directory(directory.path())).await;
    seen(&companion, |view| says(view, "settings_closed")).await;
    companion
        .command(Command::SetSettings { settings: Settings { theme: Theme::Dark, ..Settings::default() } });
    seen(&companion, |view| view.settings.theme == Theme::Dark).await;
    companion.shutdown().await;
    assert!(file.is_dir());
    let names = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let settings = names.filter(|name| name.to_string_lossy().starts_with("companion"));
    assert_eq!(settings.count(), 1, "nothing was written");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_that_takes_nothing_costs_only_the_keeping() {
    // Nobody can make a directory here, whoever they are.
    let companion = Companion::start(in_directory(Path::new("/proc/hearth"))).await;
    let view = seen(&companion, |view| says(view, "settings_not_kept")).await;
    assert!(!says(&view, "settings_closed"), "there was nothing to read");
    companion.shutdown().await;
}

/// Ports next to each other that nobody else has.
fn busy_ports(count: u16) -> (u16, Vec<TcpListener>) {
    for first in (20_000..60_000).step_by(usize::from(count)) {
        let ports = first..first + count;
        let taken: Result<Vec<_>, _> =
            ports.map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port))).collect();
        if let Ok(taken) = taken {
            return (first, taken);
        }
    }
    panic!("no ports");
}

#[tokio::test]
async fn busy_ports_cost_only_the_overlay() {
    let (first, _taken) = busy_ports(10);
    let directory = tempfile::tempdir().unwrap();
    let settings = format!(
        r#"{{ "version": 1, "settings": {{ "overlay": {{ "on": true }} }}, "overlayPort": {first} }}"#
    );
    fs::write(directory.path().join("companion.json"), settings).unwrap();
    let companion = Companion::start(in_directory(directory.path())).await;
    let view = seen(&companion, |view| says(view, "overlay_ports_busy")).await;
    assert_eq!(view.overlay.problem.unwrap().code, "overlay_ports_busy");
    assert!(view.settings.overlay.on, "the wish is kept");
    seen(&companion, |view| view.gateway.state == GatewayState::Connected).await;
    companion.shutdown().await;
}

/// Runs a test of this file once more, in surroundings that `prepare` makes for it. `false`: this is that run.
#[cfg(target_os = "linux")]
fn elsewhere(test: &str, prepare: impl FnOnce(&Path) -> Process) -> bool {
    const INSIDE: &str = "HEARTH_TEST_ELSEWHERE";
    if std::env::var_os(INSIDE).is_some() {
        return false;
    }
    let mut process = prepare(&std::env::current_exe().unwrap());
    let output = process.args(["--exact", test, "--nocapture"]).env(INSIDE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{said}");
    true
}

/// A shell in namespaces of its own that runs `first` and then a program; `None` where that is not permitted.
#[cfg(target_os = "linux")]
fn apart(namespaces: &str, first: &str) -> Option<Process> {
    let able = Process::new("unshare").args([namespaces, "--map-root-user", "true"]).status();
    if !able.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: namespaces are not permitted here");
        return None;
    }
    let mut process = Process::new("unshare");
    process.args([namespaces, "--map-root-user", "sh", "-ec", &format!("{first}\nexec \"$0\" \"$@\"")]);
    Some(process)
}

#[cfg(target_os = "linux")]
fn in_a_runtime(story: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(story);
}

#[cfg(target_os = "linux")]
#[test]
fn a_history_on_a_read_only_disk_is_shown_and_it_is_said_that_nothing_is_kept() {
    const PLACE: &str = "HEARTH_TEST_PLACE";
    let directory = tempfile::tempdir().unwrap();
    let place = std::env::var_os(PLACE).map_or(directory.path().to_owned(), Into::into);
    if std::env::var_os(PLACE).is_none() {
        let Some(mut process) = apart(
            "--mount",
            &format!("mount --bind \"${PLACE}\" \"${PLACE}\"; mount -o remount,ro,bind \"${PLACE}\""),
        ) else {
            return;
        };
        in_a_runtime(a_dab_in(&place));
        let before = files_of(&place);
        let again = elsewhere(
            "a_history_on_a_read_only_disk_is_shown_and_it_is_said_that_nothing_is_kept",
            |program| {
                process.arg(program).env(PLACE, &place);
                process
            },
        );
        assert!(again);
        assert_eq!(files_of(&place), before, "nothing is lost");
        return;
    }
    in_a_runtime(async {
        let companion = Companion::start(in_directory(&place)).await;
        companion.command(Command::ShowHistory { range: HistoryRange::All });
        let shown =
            |view: &View| view.history.as_ref().is_some_and(|history| !history.loading && history.dabs == 1);
        let view = seen(&companion, shown).await;
        let problem = view.history.unwrap().problem.unwrap();
        assert_eq!(problem.code, "history_read_only");
        companion.command(Command::DeleteHistory);
        seen(&companion, |view| says(view, "history_failed")).await;
        assert!(shown(&seen(&companion, |_| true).await), "and it is still there");
        companion.shutdown().await;
    });
}

#[cfg(target_os = "linux")]
async fn a_dab_in(directory: &Path) {
    use hearth_history::{DabWrite, Device, Ending, Profile, Store, Write};
    let store = Store::open(&directory.join("history.sqlite")).await.unwrap();
    let dab = DabWrite {
        device: Device { key: "ember".into(), name: "Ember".into(), model: "Peak Pro".into() },
        began_ms: 1_795_280_623_000,
        at_ms: 1_795_280_645_000,
        sesh: None,
        profile: Profile { slot: Some(1), name: Some("Low".into()) },
        target_celsius: Some(283.1),
        peak_celsius: Some(286.4),
        time_to_temp_ms: Some(22_000),
        held_ms: Some(45_000),
        boosts: 0,
        ending: Ending::Completed,
    };
    store.apply(&[Write::Dab(dab)]).await.unwrap();
    store.close().await;
}

#[cfg(target_os = "linux")]
fn files_of(directory: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = files.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

#[cfg(target_os = "linux")]
#[test]
fn a_gateway_that_gets_no_port_is_named_and_another_one_can_be_chosen() {
    const PORTS: std::ops::Range<u16> = 20_000..20_004;
    let test = "a_gateway_that_gets_no_port_is_named_and_another_one_can_be_chosen";
    if std::env::var_os("HEARTH_TEST_ELSEWHERE").is_none() {
        // Only these ports are given out there, and only there.
        let first = "ip link set lo up; echo '20000 20003' > /proc/sys/net/ipv4/ip_local_port_range";
        let Some(mut process) = apart("--net", first) else { return };
        elsewhere(test, |program| {
            process.arg(program);
            process
        });
        return;
    }
    let taken: Vec<_> = PORTS.map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap()).collect();
    in_a_runtime(async {
        let directory = tempfile::tempdir().unwrap();
        let companion = Companion::start(in_directory(directory.path())).await;
        let view = seen(&companion, |view| says(view, "local_gateway_failed")).await;
        assert_eq!(view.gateway.state, GatewayState::Refused);
        drop(taken);
        companion.command(Command::ReconnectNow);
        seen(&companion, |view| view.gateway.state == GatewayState::Connected).await;
        companion.shutdown().await;
    });
}

#[cfg(target_os = "linux")]
#[test]
fn without_any_bus_there_is_no_bluetooth_and_no_keychain_and_it_is_said() {
    let test = "without_any_bus_there_is_no_bluetooth_and_no_keychain_and_it_is_said";
    let again = elsewhere(test, |program| {
        let mut process = Process::new(program);
        process
            .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/system")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/session");
        process
    });
    if again {
        return;
    }
    in_a_runtime(async {
        let directory = tempfile::tempdir().unwrap();
        waiting::serve_overlay(directory.path());
        let radios = RadioChoice { bluetooth: true, simulated: Vec::new() };
        let seat = Some(hearth_companion::seat::watch());
        let options = Options { keychain: true, radios, seat, ..in_directory(directory.path()) };
        let companion = Companion::start(options).await;
        let view = seen(&companion, |view| says(view, "no_keychain") && view.overlay.url.is_some()).await;
        assert!(!view.desk.keychain);
        let view = seen(&companion, |view| view.scan.bluetooth != BluetoothState::Unknown).await;
        assert_eq!(view.scan.bluetooth, BluetoothState::Missing);
        seen(&companion, |view| view.gateway.state == GatewayState::Connected).await;
        companion.shutdown().await;
        let kept = fs::read_to_string(directory.path().join("companion.json")).unwrap();
        let key = view.overlay.url.unwrap().split('/').nth(3).unwrap().to_owned();
        assert!(!kept.contains(&key), "the key is in no file");
    });
}
