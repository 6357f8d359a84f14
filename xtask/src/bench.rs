//! Measures what things cost.

use std::process::Command;

use anyhow::bail;

use crate::cargo::{cargo, target};
use crate::process::succeed;
use crate::report::Report;

/// How often each row is measured, unless said: enough to see how far the rows of a busy machine differ.
const REPEATS: &str = "2";

/// `bench gateway [REPEATS [deliveries|idle]]`: fan-out and idle sessions of the gateway, or one of them, as a release
/// build. Prints tables.
pub fn bench(report: &mut Report, arguments: &[String]) -> anyhow::Result<()> {
    let Some(rest) = arguments.strip_prefix(&["gateway".to_owned()]) else {
        bail!("`bench` knows `gateway`");
    };
    let (repeats, table) = (rest.first().map_or(REPEATS, String::as_str), rest.get(1));
    report.step("Building the gateway and its load (release)", || {
        succeed(&mut cargo(&["build", "--release", "-p", "hearth-gateway", "--bins", "--example", "load"]))
    })?;
    let programs = target().join("release");
    report.step("Measuring the gateway; the quieter this computer, the better", || {
        let mut load = Command::new(programs.join("examples").join("load"));
        succeed(load.arg(programs.join("hearth-gateway")).arg(repeats).args(table))
    })
}
