//! Measures what things cost.

use std::process::Command;

use anyhow::bail;

use crate::browser;
use crate::cargo::{cargo, program, target};
use crate::process::succeed;
use crate::report::Report;
use crate::system::{Purpose, packages};
use crate::ui;

/// How often each row is measured, unless said: enough to see how far the rows of a busy machine differ.
const REPEATS: &str = "2";

/// How many events the overlay is shown for each row, unless said.
const EVENTS: &str = "40";

/// For how many seconds each row is measured, unless said.
const SECONDS: &str = "20";

const KNOWN: &str = "`bench` knows `app`, `gateway`, `overlay` and `voice`";

/// `bench app [memory|sesh|idle]`, `bench gateway [REPEATS [deliveries|idle|concierge|together]]`,
/// `bench overlay [EVENTS]` or `bench voice [SECONDS]`.
pub fn bench(report: &mut Report, arguments: &[String]) -> anyhow::Result<()> {
    let Some((what, rest)) = arguments.split_first() else {
        bail!(KNOWN);
    };
    let times = rest.first().map(String::as_str);
    match what.as_str() {
        "app" => app(report, rest),
        "gateway" => gateway(report, times.unwrap_or(REPEATS), rest.get(1)),
        "overlay" => overlay(report, times.unwrap_or(EVENTS)),
        "voice" => voice(report, times.unwrap_or(SECONDS)),
        _ => bail!(KNOWN),
    }
}

/// The window beside a Chromium that shows the same page as an app. Prints a table.
fn app(report: &mut Report, parts: &[String]) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the window is measured on Linux only");
    }
    packages(report, Purpose::Test)?;
    if !browser::is_there_for(report, "The window beside Chromium") {
        return Ok(());
    }
    ui::install(report)?;
    ui::build(report)?;
    // Together, so that nothing is built again with other features.
    let all = ["build", "--release", "--workspace", "--bins", "--bench", "app"];
    let program = report
        .step("Building all programs and the measurement (release)", || program(&all, "bench", "app"))?;
    report.step("Measuring the window; the quieter this computer, the better", || {
        succeed(Command::new(program).args(parts))
    })
}

/// From an event to changed pixels of the overlay, in a headless Chromium. Prints a table.
fn overlay(report: &mut Report, events: &str) -> anyhow::Result<()> {
    ui::install(report)?;
    ui::build(report)?;
    report.step("Building the overlay and its measurement (release)", || {
        succeed(&mut cargo(&["build", "--release", "-p", "hearth-overlay", "--example", "pixels"]))
    })?;
    let program = target().join("release").join("examples").join("pixels");
    report.step("Filming the overlay; the quieter this computer, the better", || {
        succeed(Command::new(program).arg(events))
    })
}

/// Fan-out, idle sessions, the concierge and the chat of the gateway, or one of them, as a release build. Prints tables.
fn gateway(report: &mut Report, repeats: &str, table: Option<&String>) -> anyhow::Result<()> {
    report.step("Building the gateway and its load (release)", || {
        succeed(&mut cargo(&["build", "--release", "-p", "hearth-gateway", "--bins", "--example", "load"]))
    })?;
    let programs = target().join("release");
    report.step("Measuring the gateway; the quieter this computer, the better", || {
        let mut load = Command::new(programs.join("examples").join("load"));
        succeed(load.arg(programs.join("hearth-gateway")).arg(repeats).args(table))
    })
}

/// Whole companions in a voice room, as a release build: what they hear, how late, and what it costs. Prints tables.
fn voice(report: &mut Report, seconds: &str) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("voice is measured on Linux only");
    }
    packages(report, Purpose::Run)?;
    report.step("Building companions who talk (release)", || {
        succeed(&mut cargo(&["build", "--release", "-p", "hearth-companion", "--example", "voice"]))
    })?;
    let program = target().join("release").join("examples").join("voice");
    report.step("Measuring voice; the quieter this computer, the better", || {
        succeed(Command::new(program).arg(seconds))
    })
}
