//! Secrets in a real keychain: gnome-keyring on a bus of its own, with a home of its own. Without that program the
//! test says so and is skipped.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "tests; why one is skipped is said")]

use std::io::ErrorKind;
use std::process::{Command, Output};
use std::time::Duration;

use hearth_companion::secrets::{Keychain, Secret, SecretName, Secrets};

/// Set for the part of a test that runs on the bus of its own.
const INSIDE: &str = "HEARTH_TEST_KEYCHAIN";

const NAME: SecretName = SecretName::OverlayKey;

/// Runs this test once more, on a bus of its own, after a command that may open a keychain there. Whether it could.
fn on_a_bus_of_its_own(test: &str, first: &str) -> bool {
    for program in ["dbus-run-session", "gnome-keyring-daemon"] {
        let found = Command::new(program).arg("--version").output();
        if found.is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            eprintln!("skipped: {program} is not installed");
            return false;
        }
    }
    let home = tempfile::tempdir().unwrap();
    let script = format!("{first}\nexec \"$0\" --exact {test} --nocapture");
    let Output { status, stdout, stderr } = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env(INSIDE, "1")
        .envs([("HOME", home.path()), ("XDG_DATA_HOME", home.path()), ("XDG_RUNTIME_DIR", home.path())])
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("GNOME_KEYRING_CONTROL")
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{stdout}\n{stderr}");
    assert!(stdout.contains("1 passed"), "{stdout}");
    true
}

fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

fn on_tokio(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), story).await.unwrap() });
}

#[test]
fn an_open_keychain_keeps_secrets_beyond_the_end() {
    if !is_inside() {
        let open = "printf 'password\\n' | gnome-keyring-daemon --unlock --components=secrets > /dev/null";
        on_a_bus_of_its_own("an_open_keychain_keeps_secrets_beyond_the_end", open);
        return;
    }
    on_tokio(async {
        let secrets = Secrets::in_keychain(&[1; 16]);
        assert_eq!(secrets.get(NAME).await, None);
        secrets.set(NAME, Secret::new("one")).await;
        secrets.set(NAME, Secret::new("two")).await;
        assert_eq!(*secrets.keychain().borrow(), Keychain::Works);
        let next_time = Secrets::in_keychain(&[1; 16]);
        assert_eq!(next_time.get(NAME).await, Some(Secret::new("two")));
        let other_installation = Secrets::in_keychain(&[2; 16]);
        assert_eq!(other_installation.get(NAME).await, None);
        next_time.delete(NAME).await;
        assert_eq!(Secrets::in_keychain(&[1; 16]).get(NAME).await, None);
    });
}

#[test]
fn a_bus_without_a_keychain_costs_only_the_keeping() {
    if !is_inside() {
        on_a_bus_of_its_own(
            "a_bus_without_a_keychain_costs_only_the_keeping",
            "export XDG_DATA_DIRS=\"$HOME\"",
        );
        return;
    }
    on_tokio(async {
        let secrets = Secrets::in_keychain(&[1; 16]);
        secrets.set(NAME, Secret::new("one")).await;
        assert_eq!(secrets.get(NAME).await, Some(Secret::new("one")));
        let keychain = secrets.keychain().borrow().clone();
        assert!(matches!(keychain, Keychain::Missing(_) | Keychain::Locked(_)), "{keychain:?}");
    });
}

#[test]
fn without_a_bus_there_is_no_keychain() {
    if !is_inside() {
        let none = "export DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere";
        on_a_bus_of_its_own("without_a_bus_there_is_no_keychain", none);
        return;
    }
    on_tokio(async {
        let secrets = Secrets::in_keychain(&[1; 16]);
        secrets.set(NAME, Secret::new("one")).await;
        assert_eq!(secrets.get(NAME).await, Some(Secret::new("one")));
        assert!(matches!(&*secrets.keychain().borrow(), Keychain::Missing(_)));
    });
}
