//! Replays recordings of other gateways against ours. Replayer and recordings are not part of this repository: they
//! are taken from the folder that `HEARTH_CONFORMANCE` names, or from `shared/conformance` beside the workspace, with
//! the recordings in `transcripts` next to it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::cargo::{cargo, target};
use crate::process::{exists, listing, succeed};
use crate::report::Report;
use crate::system::root;

/// The variable that names the folder.
const FOLDER: &str = "HEARTH_CONFORMANCE";

/// Where they may be, when they are there.
fn folder() -> Option<PathBuf> {
    let beside = || Some(root().canonicalize().ok()?.parent()?.join("shared").join("conformance"));
    let folder = std::env::var_os(FOLDER).map(PathBuf::from).or_else(beside)?;
    folder.join("replay.py").exists().then_some(folder)
}

/// The step; says in one line when there is nothing to replay, or nothing to replay it with.
pub fn tests(report: &mut Report) -> anyhow::Result<()> {
    let Some(folder) = folder() else {
        report.skipped(&format!(
            "Recordings of other gateways: not there (see {FOLDER}), nothing was replayed"
        ));
        return Ok(());
    };
    if !exists("python3") || !exists("bash") {
        report.skipped("Recordings of other gateways: replaying them needs python3 and bash");
        return Ok(());
    }
    report.noted_step("Replaying recordings of other gateways", || match replay(&folder) {
        Ok(lines) => (Some(counts(&lines)), verdict(&lines)),
        Err(error) => (None, Err(error)),
    })
}

fn replay(folder: &Path) -> anyhow::Result<Vec<String>> {
    let transcripts =
        folder.parent().context("no folder for the recordings")?.join("transcripts").join("puff");
    let mut recordings = recordings(&transcripts)?;
    let elixir = transcripts.join("elixir");
    if elixir.exists() {
        recordings.extend(self::recordings(&elixir)?);
    }
    let built = std::path::absolute(target())?;
    // With the features that all tests are built with, so that nothing is built twice.
    succeed(&mut cargo(&["build", "--workspace", "--bin", "hearth-gateway"]))?;
    let mut command = Command::new("bash");
    // The replayer finds the address in the environment that `run-gateway.sh` gives it.
    command
        .arg(folder.join("run-gateway.sh"))
        .args(["bash", "-c", r#"exec python3 "$0" puff "$GATEWAY_URL" "$@""#])
        .arg(folder.join("replay.py"))
        .args(recordings)
        .arg("--deviations")
        .arg(folder.join("deviations.json"))
        .args(["--jobs", "8"])
        .env("HEARTH_GATEWAY_BIN", built.join("debug").join("hearth-gateway"))
        .env("HEARTH_CACHE", built.join("conformance"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let (lines, result) = listing(&mut command)?;
    // A recording that does not match is told by its own line.
    if of(&lines, "FAIL").is_empty() { result.map(|()| lines) } else { Ok(lines) }
}

fn recordings(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let files =
        std::fs::read_dir(folder).with_context(|| format!("no recordings in {}", folder.display()))?;
    let mut files: Vec<PathBuf> = files.map_while(Result::ok).map(|file| file.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}

fn of<'a>(lines: &'a [String], word: &str) -> Vec<&'a str> {
    lines.iter().map(String::as_str).filter(|line| line.starts_with(word)).collect()
}

fn counts(lines: &[String]) -> String {
    let count = |word| of(lines, word).len();
    format!("{} passed, {} failed, {} skipped", count("PASS"), count("FAIL"), count("SKIP"))
}

fn verdict(lines: &[String]) -> anyhow::Result<()> {
    match of(lines, "FAIL").as_slice() {
        [] if of(lines, "PASS").is_empty() => bail!("nothing was replayed"),
        [] => Ok(()),
        failed => bail!("{}", failed.join("\n")),
    }
}
