//! Opens Hearth.

use std::process::{Command, Stdio};

use crate::bluetooth::{has_adapter, simulate};
use crate::cargo::{cargo, target};
use crate::process::{attend, succeed};
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
        succeed(&mut cargo(&["build", "--workspace", "--bin", program, "--bin", "hearth-sim"]))
    })?;
    let programs = target().join("debug");
    let given = |flag: &str| arguments.iter().any(|argument| argument.split('=').next() == Some(flag));
    // With `--json`, lines that are typed are for Hearth.
    let hands_on = !given("--json");
    let bluetooth = if has_adapter() { None } else { simulate(&programs, hands_on)? };
    let mut command = Command::new(programs.join(program));
    if window {
        say("\n▸ Opening Hearth. Close its window to come back here.");
    } else {
        say("\n▸ There is no display here: Hearth is served to a browser on this computer. Ctrl+C ends it.");
        if !given("--ui") {
            command.args(["--ui", UI_ADDRESS]);
        }
    }
    if let Some(bluetooth) = &bluetooth {
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &bluetooth.address);
        if hands_on {
            command.stdin(Stdio::null());
        }
    }
    attend(command.args(arguments))
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
