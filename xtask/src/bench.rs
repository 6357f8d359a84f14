//! Measures what things cost.

use std::process::Command;

use anyhow::bail;

use crate::cargo::{cargo, target};
use crate::process::succeed;
use crate::report::Report;

/// How often each row is measured, unless said: enough to see how far the rows of a busy machine differ.
const REPEATS: &str = "2";

/// `bench gateway [REPEATS]`: fan-out and idle sessions of the gateway, as a release build. Prints tables.
pub fn bench(report: &mut Report, arguments: &[String]) -> anyhow::Result<()> {
    let repeats = match arguments {
        [what] if what == "gateway" => REPEATS,
        [what, repeats] if what == "gateway" && repeats.parse::<u8>().is_ok() => repeats,
        _ => bail!("`bench` knows `gateway`, and how often each row is measured"),
    };
    report.step("Building the gateway and its load (release)", || {
        succeed(&mut cargo(&["build", "--release", "-p", "hearth-gateway", "--bins", "--example", "load"]))
    })?;
    let programs = target().join("release");
    report.step("Measuring the gateway; the quieter this computer, the better", || {
        let mut load = Command::new(programs.join("examples").join("load"));
        succeed(load.arg(programs.join("hearth-gateway")).arg(repeats))
    })
}
