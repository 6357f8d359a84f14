//! The web UI: its packages, checks and build.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::Context;

use crate::browser;
use crate::cargo::target;
use crate::process::{listing, succeed};
use crate::report::Report;

/// Says for which `package-lock.json` the packages were installed.
const STAMP: &str = "ui/node_modules/.hearth-lock";
const LOCK: &str = "ui/package-lock.json";

/// Installs the packages that `package-lock.json` names, when they are not there.
pub fn install(report: &mut Report) -> anyhow::Result<()> {
    let lock = std::fs::read(LOCK).context("ui/package-lock.json is missing")?;
    if std::fs::read(STAMP).is_ok_and(|stamp| stamp == lock) {
        return Ok(());
    }
    report.step("Installing the UI's packages (npm ci)", || {
        succeed(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
        Ok(std::fs::write(STAMP, &lock)?)
    })
}

/// What is built: the window, and the overlay's page.
const BUILT: [(&str, &str); 2] =
    [("ui/dist/index.html", "ui/dist/assets"), ("ui/dist-overlay/overlay.html", "ui/dist-overlay/assets")];

/// What it is built from.
const SOURCES: [&str; 8] = [
    "lang",
    "ui/src",
    "ui/index.html",
    "ui/overlay.html",
    "ui/svelte.config.js",
    "ui/vite.config.ts",
    "ui/vite.overlay.config.ts",
    LOCK,
];

/// Builds `ui/dist` and `ui/dist-overlay` when a source is newer.
pub fn build(report: &mut Report) -> anyhow::Result<()> {
    let when =
        |(page, assets): (&str, &str)| modified(Path::new(page)).filter(|_| Path::new(assets).exists());
    // `None`, not built, is before everything.
    let built = BUILT.map(when).into_iter().min().flatten();
    let newest = SOURCES.iter().filter_map(|path| newest(Path::new(path))).max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    report.step("Building the UI (npm run build)", || succeed(&mut npm(&["run", "build"])))
}

/// Type check, completeness of the catalogues, and unit tests.
pub fn check(report: &mut Report) -> anyhow::Result<()> {
    report.step("Checking the UI's types (npm run check)", || succeed(&mut npm(&["run", "check"])))?;
    report
        .step("Checking the catalogues of texts (npm run words)", || succeed(&mut npm(&["run", "words"])))?;
    report.step("Testing the UI's parts (npm test)", || succeed(&mut npm(&["test"])))
}

/// What axe-core says of every state of the window, where there is a Chromium.
pub fn access(report: &mut Report) -> anyhow::Result<()> {
    if !browser::is_there_for(report, "Whether everybody can use every state of the window") {
        return Ok(());
    }
    report.noted_step("Whether everybody can use every state of the window (npm run axe)", || {
        told(&mut npm(&["run", "-s", "axe", "--", "--quick"]), |lines| lines.last().cloned())
    })
}

/// What `e2e NAME` calls the first minutes.
pub const FIRST_MINUTES: &str = "first minutes by keyboard and by mouse";

/// From the first steps to a heated sesh, by keyboard alone and by mouse, where there is a Chromium; the programs
/// are built.
pub fn first_minutes(report: &mut Report) -> anyhow::Result<()> {
    if !browser::is_there_for(report, &format!("The {FIRST_MINUTES}")) {
        return Ok(());
    }
    let built = std::path::absolute(target())?;
    let kept = built.join("e2e").join("keyboard");
    let mut command = npm(&["run", "-s", "keyboard", "--", "--program"]);
    command.arg(built.join("debug").join("hearth-headless")).arg("--keep").arg(&kept);
    let what = format!("The {FIRST_MINUTES} (screenshots in {})", kept.display());
    report.noted_step(&what, || told(&mut command, |lines| Some(lines.join("; "))))
}

/// Runs a tool; what it said in short, for the summary.
fn told(
    command: &mut Command,
    short: impl FnOnce(&[String]) -> Option<String>,
) -> (Option<String>, anyhow::Result<()>) {
    match listing(command) {
        Ok((lines, result)) => (short(&lines), result),
        Err(error) => (None, Err(error)),
    }
}

/// Screenshots of every state of the window, from scripted data.
pub fn shots(report: &mut Report, out: Option<&str>) -> anyhow::Result<()> {
    install(report)?;
    let out = std::path::absolute(out.map_or_else(|| target().join("shots"), PathBuf::from))?;
    report.step("Screenshots of every state (npm run shots)", || {
        let mut command = npm(&["run", "shots", "--", "--out"]);
        succeed(command.arg(out))
    })
}

fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir("ui");
    command
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
    inside.filter_map(|entry| newest(&entry.path())).chain(modified(path)).max()
}
