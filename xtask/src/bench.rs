//! Measures what things cost.

use std::process::Command;

use anyhow::bail;

use crate::cargo::{cargo, target};
use crate::process::succeed;
use crate::report::Report;
use crate::ui;

/// How often each row is measured, unless said: enough to see how far the rows of a busy machine differ.
const REPEATS: &str = "2";

/// How many events the overlay is shown for each row, unless said.
const EVENTS: &str = "40";

/// `bench gateway [REPEATS [deliveries|idle|concierge|together]]` or `bench overlay [EVENTS]`.
pub fn bench(report: &mut Report, arguments: &[String]) -> anyhow::Result<()> {
    let Some((what, rest)) = arguments.split_first() else {
        bail!("`bench` knows `gateway` and `overlay`");
    };
    let times = rest.first().map(String::as_str);
    match what.as_str() {
        "gateway" => gateway(report, times.unwrap_or(REPEATS), rest.get(1)),
        "overlay" => overlay(report, times.unwrap_or(EVENTS)),
        _ => bail!("`bench` knows `gateway` and `overlay`"),
    }
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
