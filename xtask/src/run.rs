//! Opens Hearth.

use std::path::PathBuf;
use std::process::Command;

use crate::bluetooth::{has_adapter, simulate};
use crate::cargo::cargo;
use crate::process::succeed;
use crate::report::{Report, say};
use crate::system::{Purpose, packages};
use crate::ui;

/// Where the UI is served when there is no display.
const UI_ADDRESS: &str = "127.0.0.1:4204";

/// Builds Hearth and runs it until it is closed.
pub fn run(report: &mut Report, arguments: &[String]) -> anyhow::Result<()> {
    packages(report, Purpose::Run)?;
    ui::install(report)?;
    ui::build(report)?;
    let window = has_display();
    let program = if window { "hearth" } else { "hearth-headless" };
    report.step("Building Hearth (the first time takes some minutes)", || {
        succeed(&mut cargo(&[
            "build",
            "-p",
            program,
            "--bin",
            program,
            "-p",
            "hearth-sim",
            "--bin",
            "hearth-sim",
        ]))
    })?;
    let programs = programs();
    let bluetooth = if has_adapter() { None } else { simulate(&programs)? };
    let mut command = Command::new(programs.join(program));
    if window {
        say("\n▸ Opening Hearth. Close its window to come back here.");
    } else {
        say("\n▸ There is no display here: Hearth is served to a browser on this computer. Ctrl+C ends it.");
        if !arguments.iter().any(|argument| argument == "--ui") {
            command.args(["--ui", UI_ADDRESS]);
        }
    }
    if let Some(bluetooth) = &bluetooth {
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &bluetooth.address);
    }
    succeed(command.args(arguments))
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Where cargo puts programs.
fn programs() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from).join("debug")
}
