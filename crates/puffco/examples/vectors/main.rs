//! Compares this crate with a file of examples that were made by running other clients of these devices
//! (facts/puffco-ble.md §25): `cargo run -p puffco --example vectors -- FILE.json`.
//!
//! Prints `checked N, failed M, skipped K (why)`. Exits with 1 when an entry failed, and with 2 when there is
//! no such file or it is not of that form.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program talks this way")]

mod check;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(path), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: vectors FILE.json");
        return ExitCode::from(2);
    };
    let entries = match check::read(path.as_ref()) {
        Ok(entries) => entries,
        Err(problem) => {
            eprintln!("{}: {problem}", path.to_string_lossy());
            return ExitCode::from(2);
        }
    };
    let report = check::check(&entries);
    for failure in &report.failures {
        println!("FAILED {failure}");
    }
    println!("{report}");
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
