//! What fails at the start is named, costs only itself, and nothing that was there is lost.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command as Process;
use std::time::Duration;

use futures::StreamExt;
use hearth_companion::contract::{BluetoothState, Command, GatewayState, Settings, Theme, View};
use hearth_companion::radios::RadioChoice;
use hearth_companion::{Companion, Options};

fn in_directory(directory: &Path) -> Options {
    Options { data_dir: Some(directory.to_owned()), ..Options::ephemeral() }
}

/// What there is to see as soon as it is so.
async fn seen(companion: &Companion, is: impl Fn(&View) -> bool) -> View {
    let story = async {
        loop {
            // Whole views only: slower, and simple.
            let view = companion.subscribe().next().await;
            if let Some(hearth_companion::contract::Event::View { view }) = view
                && is(&view)
            {
                return *view;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), story).await.unwrap()
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

#[cfg(target_os = "linux")]
#[test]
fn without_any_bus_there_is_no_bluetooth_and_no_keychain_and_it_is_said() {
    const INSIDE: &str = "HEARTH_TEST_NO_BUS";
    if std::env::var_os(INSIDE).is_none() {
        let output = Process::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "without_any_bus_there_is_no_bluetooth_and_no_keychain_and_it_is_said",
                "--nocapture",
            ])
            .env(INSIDE, "1")
            .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/system")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/session")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("1 passed"), "{said}");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let settings = r#"{ "version": 1, "settings": { "overlay": { "on": true } }, "overlayPort": 0 }"#;
        fs::write(directory.path().join("companion.json"), settings).unwrap();
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
