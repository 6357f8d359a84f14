//! The whole-system tests: the real window on a display of its own, the real Bluetooth library, real sockets.

use crate::browser;
use crate::cargo::{cargo, install_nextest, nextest, target};
use crate::process::succeed;
use crate::report::{Report, say};
use crate::system::{Purpose, packages};
use crate::ui;

/// Installs and builds what they need, then runs them.
pub fn e2e(report: &mut Report, name: Option<&str>) -> anyhow::Result<()> {
    packages(report, Purpose::Test)?;
    install_nextest(report)?;
    ui::install(report)?;
    ui::build(report)?;
    report.step("Building all programs and tests", || {
        succeed(&mut cargo(&["build", "--workspace", "--all-targets"]))
    })?;
    tests(report, name)
}

/// Runs them; everything is built.
pub fn tests(report: &mut Report, name: Option<&str>) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        say("\nThe whole-system tests need D-Bus and Xvfb: they run on Linux only.");
        return Ok(());
    }
    let kept = target().join("e2e");
    let what = format!("Whole-system tests (screenshots in {})", kept.display());
    let these = ["--profile", "e2e", "--run-ignored", "only", "-E", "package(=hearth)"];
    nextest(report, &what, &[&these[..], name.as_slice()].concat())?;
    overlay(report, name)?;
    if name.is_none_or(|name| ui::FIRST_MINUTES.contains(name)) {
        ui::first_minutes(report)?;
    }
    Ok(())
}

/// The overlay's page in a real browser, where there is one.
fn overlay(report: &mut Report, name: Option<&str>) -> anyhow::Result<()> {
    if !browser::is_there_for(report, "The overlay's page") {
        return Ok(());
    }
    let kept = target().join("tmp").join("overlay");
    let what = format!("The overlay in Chromium (photographs in {})", kept.display());
    let these =
        ["--profile", "e2e", "--run-ignored", "only", "--no-tests", "pass", "-E", "package(=hearth-overlay)"];
    nextest(report, &what, &[&these[..], name.as_slice()].concat())
}
