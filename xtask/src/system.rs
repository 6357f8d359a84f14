//! What the system must have: packages of Debian and its relatives are installed; elsewhere it is said what is
//! missing.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};

use crate::browser;
use crate::process::{exists, succeed};
use crate::report::{Report, say};

/// To build the app.
const BUILD: &[&str] = &[
    "build-essential",
    "file",
    "libasound2-dev",
    "libayatana-appindicator3-dev",
    "libdbus-1-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
    "xdg-utils",
];

/// To run the app: a bus to simulate Bluetooth on when this computer has none, and a font for reactions.
const RUN: &[&str] = &["dbus", "fonts-noto-color-emoji"];

/// To run the whole-system tests: a display, a keychain, and a driver for the web view.
const E2E: &[&str] = &["dbus-x11", "gnome-keyring", "webkit2gtk-driver", "xvfb"];

/// To test voice by a real relay.
const RELAY: &[&str] = &["coturn"];

/// To run the examples.
const EXAMPLES: &[&str] = &["python3-websockets"];

/// To run the tests in a virtual machine: the machine, what it starts with, and the Bluetooth service in it.
const VM: &[&str] = &["bluez", "busybox-static", "cpio", "kmod", "python3-venv", "qemu-system-x86"];

/// To link fast where the same code is built again and again.
const CI: &[&str] = &["clang", "mold"];

/// To try the installer: a clean system, a display and a bus for it, and tools that look.
const TRIAL: &[&str] =
    &["dbus", "debian-archive-keyring", "debootstrap", "desktop-file-utils", "x11-utils", "xvfb"];

/// What a task is about to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Build and open the app.
    Run,
    /// Run all tests.
    Test,
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Whether this run is one of CI's.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// Installs the system packages that are missing.
pub fn packages(report: &mut Report, purpose: Purpose) -> anyhow::Result<()> {
    require_node()?;
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let mut wanted: Vec<&str> = [BUILD, RUN].concat();
    if purpose == Purpose::Test {
        wanted.extend(E2E);
        wanted.extend(RELAY);
        wanted.extend(EXAMPLES);
        if browser::chromium().is_none() && browser::is_packaged() {
            wanted.push("chromium");
        }
    }
    if is_ci() {
        wanted.extend(CI);
    }
    if !exists("dpkg-query") {
        say(&format!(
            "This is not a Debian system. Hearth needs what these packages hold: {}",
            wanted.join(" ")
        ));
        return Ok(());
    }
    let is_new = wanted.contains(&RELAY[0]) && !is_installed(RELAY[0]);
    install(report, wanted)?;
    if is_new && exists("systemctl") {
        // Its package starts it and lets it start with the computer; tests start one of their own. Containers have none.
        let _ = as_root("systemctl").args(["disable", "--now", RELAY[0]]).status();
    }
    Ok(())
}

/// Programs that tests leave out where they are missing, though they were installed for them: there they have to be.
pub fn promised() -> String {
    let is_there =
        |package: &&&str| cfg!(target_os = "linux") && exists("dpkg-query") && is_installed(package);
    RELAY.iter().filter(is_there).copied().collect::<Vec<_>>().join(" ")
}

/// Installs what the virtual machine needs.
pub fn virtual_machine(report: &mut Report) -> anyhow::Result<()> {
    if !exists("dpkg-query") {
        bail!("this is not a Debian system");
    }
    install(report, VM.to_vec())
}

/// Installs what a clean Debian is made with.
pub fn debootstrap(report: &mut Report) -> anyhow::Result<()> {
    if !exists("dpkg-query") {
        bail!("this is not a Debian system");
    }
    install(report, TRIAL.to_vec())
}

fn install(report: &mut Report, mut wanted: Vec<&str>) -> anyhow::Result<()> {
    wanted.retain(|package| !is_installed(package));
    if wanted.is_empty() {
        return Ok(());
    }
    report.step(&format!("Installing system packages (apt): {}", wanted.join(" ")), || {
        apt(&["update", "-q"])?;
        apt(&[&["install", "-y", "-q", "--no-install-recommends"], &wanted[..]].concat())
    })
}

fn require_node() -> anyhow::Result<()> {
    let output = Command::new("node").arg("--version").output();
    let version = output.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|it| it.parse::<u32>().ok());
    match major {
        Some(20..) => Ok(()),
        Some(old) => {
            bail!("Node.js {old} is too old: Hearth's window is built with 20 or newer (https://nodejs.org)")
        }
        None => bail!("Node.js is missing: install version 20 or newer (https://nodejs.org)"),
    }
}

fn is_installed(package: &str) -> bool {
    let output = Command::new("dpkg-query").args(["-W", "-f=${Status}", package]).output();
    output.is_ok_and(|output| output.stdout.ends_with(b"ok installed"))
}

fn apt(arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = as_root("apt-get");
    succeed(command.args(arguments))
        .context("apt could not install the packages; install them by hand, then try again")
}

/// A program that runs as root: by sudo, unless this does already.
pub fn as_root(program: &str) -> Command {
    let is_root =
        Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let mut command = if is_root {
        Command::new(program)
    } else {
        let mut command = Command::new("sudo");
        command.args(["--preserve-env=DEBIAN_FRONTEND", program]);
        command
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
