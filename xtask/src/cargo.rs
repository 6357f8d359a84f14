//! Cargo, always with the same environment and features, so that nothing is built twice.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::process::{exists, succeed, succeed_noting};
use crate::report::Report;
use crate::system::{is_ci, promised};

/// The linker of this target is chosen by the environment, so that people without clang still build.
const LINKER: &str = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER";

/// A cargo command.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    // What cargo told this task about the task's own package is not for other packages: some build scripts look
    // at it, and would run again whenever cargo was started by hand in between.
    for (variable, _) in std::env::vars_os() {
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|start| variable.to_string_lossy().starts_with(start));
        if ours {
            command.env_remove(variable);
        }
    }
    let chosen = std::env::var_os(LINKER).is_some() || std::env::var_os("RUSTFLAGS").is_some();
    if is_ci() && cfg!(target_os = "linux") && !chosen && exists("clang") && exists("mold") {
        command.env(LINKER, "clang").env("RUSTFLAGS", "-Clink-arg=-fuse-ld=mold");
    }
    command
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from)
}

/// Formats the code.
pub fn format(report: &mut Report) -> anyhow::Result<()> {
    components(report)?;
    report.step("Formatting (cargo fmt)", || succeed(&mut cargo(&["fmt", "--all"])))
}

/// Clippy, with warnings as errors.
pub fn clippy(report: &mut Report) -> anyhow::Result<()> {
    report.step("Linting (cargo clippy)", || {
        succeed(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })
}

/// Runs tests of the whole workspace; the summary tells how many.
pub fn nextest(report: &mut Report, what: &str, arguments: &[&str]) -> anyhow::Result<()> {
    report.noted_step(what, || {
        let mut command = cargo(&["nextest", "run", "--workspace", "--no-fail-fast"]);
        command.env("HEARTH_INSTALLED", promised());
        let (line, result) = succeed_noting(command.args(arguments), "Summary [");
        let counts = line.and_then(|line| line.split_once(']').map(|(_, counts)| counts.trim().to_owned()));
        (counts, result)
    })
}

/// Builds a test program of the workspace, with the features of all others, and says where it is.
pub fn test_program(name: &str) -> anyhow::Result<PathBuf> {
    program(&["test", "--workspace", "--test", name, "--no-run"], "test", name)
}

/// Builds what these arguments of cargo say, and says where the program of this kind and name is.
pub fn program(arguments: &[&str], kind: &str, name: &str) -> anyhow::Result<PathBuf> {
    let mut build = cargo(arguments);
    build.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let output = build.stderr(Stdio::inherit()).output().context("cargo could not be started")?;
    if !output.status.success() {
        bail!("cargo ended with {}", output.status);
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut programs =
        messages.filter(|message| message["target"]["name"] == name && message["target"]["kind"][0] == kind);
    let program = programs.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    program.with_context(|| format!("there is no {kind} program `{name}`"))
}

/// Installs nextest when it is missing.
pub fn install_nextest(report: &mut Report) -> anyhow::Result<()> {
    if exists("cargo-nextest") {
        return Ok(());
    }
    report.step("Installing the test runner (cargo-nextest); this takes some minutes", || {
        succeed(&mut cargo(&["install", "cargo-nextest", "--locked"]))
    })
}

/// Installs websocat for the test of an example, beside what cargo builds: Debian has no package of it. It needs no TLS
/// and no speed there, which halves the time.
pub fn install_websocat(report: &mut Report) -> anyhow::Result<()> {
    let tools = target().join("tools");
    if !cfg!(unix) || exists("websocat") || tools.join("bin/websocat").exists() {
        return Ok(());
    }
    report.step("Installing websocat for the examples (cargo install); this takes half a minute", || {
        let mut install =
            cargo(&["install", "websocat@1.14.1", "--locked", "--debug", "--no-default-features", "--root"]);
        // In a folder of its own, which cargo removes again.
        succeed(install.arg(std::path::absolute(tools)?).env_remove("CARGO_TARGET_DIR"))
    })
}

/// Installs rustfmt and clippy when they are missing: the smallest Rust comes without.
pub fn components(report: &mut Report) -> anyhow::Result<()> {
    if exists("cargo-fmt") && exists("cargo-clippy") {
        return Ok(());
    }
    report.step("Installing rustfmt and clippy (rustup)", || {
        succeed(Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]))
    })
}
