//! The tasks of this workspace: `cargo xtask TASK`. Each installs what it needs and says what it does.

mod bench;
mod bluetooth;
mod browser;
mod bundle;
mod cargo;
mod conformance;
mod debian;
mod e2e;
mod process;
mod report;
mod run;
mod system;
mod test;
mod trace;
mod trial;
mod ui;
mod vm;

use anyhow::bail;
use report::Report;

const USAGE: &str = "\
cargo xtask TASK

  run [ARGS…]   build Hearth and open it; without a display, serve it to a browser on this computer
  test          everything that CI runs: formatting, lints, all tests, the whole-system tests, and where QEMU can
                be installed the tests of the real Bluetooth stack (--no-vm leaves them out)
  e2e [NAME]    the whole-system tests, or those with NAME in theirs; screenshots in target/e2e
  vm [DEVICE]   the tests of the real Bluetooth stack, of all devices or one
  fmt           format the code
  lint          clippy, with warnings as errors
  types         write the generated TypeScript types anew
  shots [DIR]   screenshots of every state of the window, from scripted data
  bench gateway [N]
                what the gateway costs: deliveries to groups and idle sessions, each row measured N times
  bench app [memory|sesh|idle]
                what the window costs, beside a Chromium that shows the same page
  bench overlay [N]
                how long the overlay takes from an event to changed pixels in Chromium, with N events a row
  bench voice [N]
                whole companions in a voice room: what they hear through a bad network, how late, and what a room of
                five costs each; each row measured for N seconds
  conformance   replay recordings of other gateways against ours, when they are there (part of test)
  trace         which test shows which requirement of a protocol; fails when one has none (part of test)
  bundle [--try [FILE]]
                make an installer for this system; --try: install it, or the one in FILE, on a clean Debian 12, start
                it there, look at its window and remove it again
";

fn main() -> anyhow::Result<()> {
    std::env::set_current_dir(system::root())?;
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let mut report = Report::default();
    let result = match task.as_str() {
        "run" => return run::run(&mut report, &rest),
        "test" => test::test(&mut report, &rest),
        "e2e" => e2e::e2e(&mut report, rest.first().map(String::as_str)),
        "vm" => vm::vm(&mut report, rest.first().map(String::as_str)),
        "fmt" => cargo::format(&mut report),
        "lint" => test::lint(&mut report),
        "types" => test::types(&mut report),
        "shots" => ui::shots(&mut report, rest.first().map(String::as_str)),
        "bench" => bench::bench(&mut report, &rest),
        "conformance" => conformance::tests(&mut report),
        "trace" => trace::trace(&mut report, true),
        "bundle" => bundle::bundle(&mut report, &rest),
        "" | "help" | "--help" | "-h" => {
            report::say(USAGE);
            return Ok(());
        }
        other => bail!("there is no task `{other}`\n\n{USAGE}"),
    };
    report.summary(result.is_ok());
    result
}
