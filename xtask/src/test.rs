//! Everything that CI runs.

use anyhow::bail;

use crate::cargo::{cargo, clippy, components, install_nextest, nextest};
use crate::conformance;
use crate::e2e;
use crate::process::succeed;
use crate::report::Report;
use crate::system::{Purpose, packages};
use crate::trace;
use crate::ui;
use crate::vm;

/// Leaves the virtual machine out.
const NO_VM: &str = "--no-vm";

/// All checks, the quick ones first. The UI is built before any Rust, because the programs embed it.
pub fn test(report: &mut Report, arguments: &[String]) -> anyhow::Result<()> {
    if let Some(other) = arguments.iter().find(|argument| *argument != NO_VM) {
        bail!("`test` knows {NO_VM}, not `{other}`");
    }
    packages(report, Purpose::Test)?;
    components(report)?;
    install_nextest(report)?;
    report.step("Checking the format (cargo fmt --check)", || {
        succeed(&mut cargo(&["fmt", "--all", "--check"]))
    })?;
    trace::trace(report, false)?;
    ui::install(report)?;
    ui::check(report)?;
    ui::access(report)?;
    ui::build(report)?;
    clippy(report)?;
    report.step("Building all programs and tests", || {
        succeed(&mut cargo(&["build", "--workspace", "--all-targets"]))
    })?;
    nextest(report, "Testing (cargo nextest run)", &[])?;
    conformance::tests(report)?;
    e2e::tests(report, None)?;
    vm::tests(report, arguments.is_empty())
}

/// Clippy alone.
pub fn lint(report: &mut Report) -> anyhow::Result<()> {
    packages(report, Purpose::Run)?;
    components(report)?;
    ui::install(report)?;
    ui::build(report)?;
    clippy(report)
}

/// Writes the generated TypeScript types anew.
pub fn types(report: &mut Report) -> anyhow::Result<()> {
    packages(report, Purpose::Run)?;
    report.step("Writing ui/src/lib/contract.ts and ui/src/overlay/contract.ts", || {
        for package in ["hearth-companion", "hearth-overlay"] {
            let mut command = cargo(&["test", "-q", "-p", package, "--test", "contract_types_are_current"]);
            succeed(command.env("HEARTH_UPDATE_TYPES", "1"))?;
        }
        Ok(())
    })
}
