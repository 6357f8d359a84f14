//! Replays recordings of other gateways against ours. Replayer and recordings are not part of this repository: they
//! are taken from the folder that `HEARTH_CONFORMANCE` names, or from `shared/conformance` beside the workspace, with
//! the recordings in `transcripts` next to it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::{Value, json};

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

/// One start of the gateway, and what is replayed against it.
struct Round<'a> {
    system: &'static str,
    recordings: Vec<PathBuf>,
    deviations: PathBuf,
    /// More options of the gateway.
    options: String,
    /// Its environment.
    variables: &'a [(&'a str, &'a str)],
    /// More arguments of the replayer, which finds the address in `GATEWAY_URL`.
    replayer: &'static str,
}

fn replay(folder: &Path) -> anyhow::Result<Vec<String>> {
    let transcripts = folder.parent().context("no folder for the recordings")?.join("transcripts");
    let built = std::path::absolute(target())?;
    // With the features that all tests are built with, so that nothing is built twice.
    succeed(&mut cargo(&["build", "--workspace", "--bin", "hearth-gateway"]))?;
    let files = built.join("conformance").join("concierge-files");
    let rounds = rounds(folder, &transcripts, &built)?;
    // Most of the time they wait, each with a gateway of its own.
    let lines: Vec<Vec<String>> = std::thread::scope(|scope| {
        let built = &built;
        let play = |round| scope.spawn(move || replay_round(folder, built, round));
        let playing: Vec<_> = rounds.iter().map(play).collect();
        let end = |round: std::thread::ScopedJoinHandle<'_, _>| {
            round.join().unwrap_or_else(|_| bail!("a replay broke off"))
        };
        playing.into_iter().map(end).collect::<anyhow::Result<_>>()
    })?;
    if files.exists() {
        std::fs::remove_dir_all(files)?;
    }
    Ok(lines.concat())
}

fn rounds(folder: &Path, transcripts: &Path, built: &Path) -> anyhow::Result<Vec<Round<'static>>> {
    let deviations = folder.join("deviations.json");
    let round = |system, recordings| Round {
        system,
        recordings,
        deviations: deviations.clone(),
        options: String::new(),
        variables: &[],
        replayer: "",
    };
    let mut puff = recordings(&transcripts.join("puff"))?;
    let elixir = transcripts.join("puff").join("elixir");
    if elixir.exists() {
        puff.extend(recordings(&elixir)?);
    }
    let mut rounds = vec![round("puff", puff)];
    let together = transcripts.join("together");
    if together.exists() {
        rounds.extend(together_rounds(&recordings(&together)?).map(|files| round("together", files)));
    }
    // On the shared listener, whose sockets of this dialect are at `/gateway`.
    let emagine = transcripts.join("emagine");
    if emagine.exists() {
        rounds.push(round("emagine", recordings(&emagine)?));
    }
    let concierge = transcripts.join("concierge");
    if !concierge.exists() {
        return Ok(rounds);
    }
    // Two of them need a gateway of their own.
    let (special, plain): (Vec<_>, Vec<_>) = recordings(&concierge)?
        .into_iter()
        .partition(|file| file.ends_with("identify-bad-secret.json") || file.ends_with("file-server.json"));
    rounds.push(round("concierge", plain));
    let named = |name: &str| special.iter().filter(|file| file.ends_with(name)).cloned().collect::<Vec<_>>();
    rounds.push(Round {
        variables: &[("HEARTH_CONCIERGE_SECRET", "s3cret")],
        replayer: r#" --secret-url "$GATEWAY_URL""#,
        ..round("concierge", named("identify-bad-secret.json"))
    });
    let kept = built.join("conformance");
    std::fs::create_dir_all(&kept)?;
    rounds.push(Round {
        deviations: with_file_server(&deviations, &kept)?,
        options: format!("--concierge-files {}", kept.join("concierge-files").display()),
        ..round("concierge", named("file-server.json"))
    });
    rounds.retain(|round| !round.recordings.is_empty());
    Ok(rounds)
}

/// Together's recordings, those that stop the gateway each with one of their own.
fn together_rounds(recordings: &[PathBuf]) -> impl Iterator<Item = Vec<PathBuf>> {
    let (stop, plain): (Vec<_>, Vec<_>) =
        recordings.iter().cloned().partition(|file| file.ends_with("shutdown.json"));
    std::iter::once(plain).chain(stop.into_iter().map(|file| vec![file])).filter(|files| !files.is_empty())
}

/// The deviations for a gateway whose file server is on (docs/protocol-concierge.md): what is left out by default is
/// replayed, but for `GET /`, which is another dialect's on a shared port, and deleting what is not there is 404.
fn with_file_server(deviations: &Path, into: &Path) -> anyhow::Result<PathBuf> {
    let mut known: Value = serde_json::from_str(&std::fs::read_to_string(deviations)?)?;
    known["concierge"]["file-server"] = json!({
        "why": "the root belongs to another dialect; 404 rather than 500 for what is not there",
        "skip": [8, 9],
        "replace": { "29": { "conn": "alice", "event": "http-response", "status": 404 } },
    });
    let file = into.join("deviations-with-file-server.json");
    std::fs::write(&file, known.to_string())?;
    Ok(file)
}

fn replay_round(folder: &Path, built: &Path, round: &Round<'_>) -> anyhow::Result<Vec<String>> {
    let mut command = Command::new("bash");
    // The replayer finds the address in the environment that `run-gateway.sh` gives it.
    let replay = format!(r#"exec python3 "$0" {} "$GATEWAY_URL" "$@"{}"#, round.system, round.replayer);
    command
        .arg(folder.join("run-gateway.sh"))
        .args(["bash", "-c", &replay])
        .arg(folder.join("replay.py"))
        .args(&round.recordings)
        .arg("--deviations")
        .arg(&round.deviations)
        .args(["--jobs", "8"])
        .envs(round.variables.iter().copied())
        .env("HEARTH_GATEWAY_ARGS", &round.options)
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
