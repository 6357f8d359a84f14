//! Cargo, always with the same environment and features, so that nothing is built twice.

use std::process::Command;

use crate::process::{exists, succeed};
use crate::report::Report;
use crate::system::is_ci;

/// The linker of this target is chosen by the environment, so that people without clang still build.
const LINKER: &str = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER";

/// A cargo command.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    // The flags that `cargo xtask` itself was started with are its own.
    for variable in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(variable);
    }
    let chosen = std::env::var_os(LINKER).is_some() || std::env::var_os("RUSTFLAGS").is_some();
    if is_ci() && cfg!(target_os = "linux") && !chosen && exists("clang") && exists("mold") {
        command.env(LINKER, "clang").env("RUSTFLAGS", "-Clink-arg=-fuse-ld=mold");
    }
    command
}

/// Formats the code.
pub fn format(report: &mut Report) -> anyhow::Result<()> {
    report.step("Formatting (cargo fmt)", || succeed(&mut cargo(&["fmt", "--all"])))
}

/// Installs nextest when it is missing.
pub fn nextest(report: &mut Report) -> anyhow::Result<()> {
    if exists("cargo-nextest") {
        return Ok(());
    }
    report.step("Installing the test runner (cargo-nextest)", || {
        succeed(&mut cargo(&["install", "cargo-nextest", "--locked"]))
    })
}
