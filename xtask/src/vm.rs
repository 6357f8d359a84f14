//! The real Bluetooth stack: a Linux kernel and bluetoothd in a virtual machine, with a virtual device on its
//! radio, and the tests of `puffco-ble` that go the whole way through them.
//!
//! The machine is not part of this repository: a folder `shared/ble-vm` beside it, or the one that the
//! environment variable `HEARTH_BLE_VM` names, holds its program `run` and the devices.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, bail};

use crate::cargo::test_program;
use crate::process::succeed_noting;
use crate::report::{Report, say};
use crate::system::{root, virtual_machine};

/// The devices that there are tests for.
const DEVICES: [&str; 4] = ["peak-lorax", "peak-lorax-cbor", "peak-legacy", "proxy-lorax"];
/// So many machines at once, so that two processors are busy and not overwhelmed.
const AT_ONCE: usize = 2;
/// Limit of starting a machine, and of the tests in it, seconds.
const BOOT_LIMIT: &str = "240";
const TEST_LIMIT: &str = "270";
/// Devices heat and cool this much faster than life.
const SPEED: &str = "speed=8";
/// What `run` ends with when the machine failed, and not what ran in it.
const MACHINE_FAILED: i32 = 70;
/// So much is shown of what a test that failed wrote.
const MOST_LINES: usize = 60;
/// What `run` ends with when the test took longer than its limit.
const TOO_LONG: i32 = 124;

/// Runs the tests of one device, or of all.
pub fn vm(report: &mut Report, device: Option<&str>) -> anyhow::Result<()> {
    let devices: Vec<&str> = match device {
        None => DEVICES.to_vec(),
        Some(device) if DEVICES.contains(&device) => vec![device],
        Some(other) => bail!("there is no device `{other}`: {}", DEVICES.join(", ")),
    };
    match prepare(report) {
        Ok(machine) => run(report, &machine, &devices),
        Err(why) => bail!("the tests cannot run: {why}"),
    }
}

/// Runs the tests of all devices, or says why not.
pub fn tests(report: &mut Report, wanted: bool) -> anyhow::Result<()> {
    let machine = if wanted { prepare(report) } else { Err("--no-vm".to_owned()) };
    match machine {
        Ok(machine) => run(report, &machine, &DEVICES),
        Err(why) => {
            report.skipped(&format!("real Bluetooth stack: skipped ({why})"));
            Ok(())
        }
    }
}

/// The machine's program, ready to be used; or why there is none, in a few words.
fn prepare(report: &mut Report) -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("not Linux x86_64".to_owned());
    }
    let program = program().ok_or("no ble-vm folder")?;
    let cannot = |why: &str| format!("QEMU cannot be installed: {why}");
    virtual_machine(report).map_err(|error| cannot(&format!("{error:#}")))?;
    say("\n▸ Setting up the virtual machine (the first time it takes a minute)");
    let (line, ready) = succeed_noting(Command::new(&program).arg("--setup-only"), "ble-vm: ");
    let line = line.as_deref().and_then(|line| line.strip_prefix("ble-vm: "));
    ready.map_err(|error| cannot(&line.map_or_else(|| format!("{error:#}"), str::to_owned)))?;
    Ok(program)
}

fn program() -> Option<PathBuf> {
    let folder = match std::env::var_os("HEARTH_BLE_VM") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("../shared/ble-vm"),
    };
    let program = folder.join("run");
    program.is_file().then(|| program.canonicalize().unwrap_or(program))
}

fn run(report: &mut Report, machine: &Path, devices: &[&str]) -> anyhow::Result<()> {
    let test = report.step("Building the tests for the virtual machine", || test_program("real_stack"))?;
    let waiting = Mutex::new(VecDeque::from(devices.to_vec()));
    let next = || waiting.lock().ok()?.pop_front();
    let what = format!("Real Bluetooth stack, in virtual machines: {}", devices.join(", "));
    report.step(&what, || {
        let worker = || {
            let failures = std::iter::from_fn(next)
                .filter_map(|device| Some((device, story(machine, &test, device).err()?)));
            failures.collect::<Vec<_>>()
        };
        let failures = thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
            workers.into_iter().map(|worker| worker.join()).collect::<Result<Vec<_>, _>>()
        });
        let Ok(failures) = failures else { bail!("a worker panicked") };
        // An emulated computer is slow beside another one, and what is tested there has deadlines.
        for (device, error) in failures.into_iter().flatten() {
            say(&format!("{device:<16} {error:#}: once more, by itself"));
            story(machine, &test, device)?;
        }
        Ok(())
    })
}

/// How a machine with a test in it ended.
enum End {
    Passed,
    /// Why not, in a line.
    Failed(String),
    /// The machine itself did not work.
    NoMachine,
}

/// Runs the test of one device in a machine of its own. A machine that fails by itself is started once more.
fn story(machine: &Path, test: &Path, device: &str) -> anyhow::Result<()> {
    for _ in 0..2 {
        match once(machine, test, device)? {
            End::Passed => return Ok(()),
            End::Failed(reason) => bail!("{device} failed: {reason}"),
            End::NoMachine => say(&format!("{device:<16} the virtual machine did not work")),
        }
    }
    bail!("{device}: the virtual machine failed twice")
}

fn once(machine: &Path, test: &Path, device: &str) -> anyhow::Result<End> {
    say(&format!("{device:<16} starting a virtual machine"));
    let mut command = Command::new(machine);
    command
        .args(["--device", device, "--agent", "none", "--set", SPEED])
        .args(["--timeout", TEST_LIMIT, "--boot-timeout", BOOT_LIMIT, "--"])
        .arg(test)
        .args(["--ignored", "--exact", &test_name(device), "--nocapture"])
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("the virtual machine could not be started")?;
    let output = child.stdout.take().context("no output")?;
    let errors = child.stderr.take().context("no output")?;
    let errors = thread::spawn(move || lines(errors).collect::<Vec<String>>());
    let mut rest = Vec::new();
    for line in lines(output) {
        if line.starts_with(device) { say(&line) } else { rest.push(line) }
    }
    let code = child.wait()?.code();
    // Nothing passes that did not run.
    if code == Some(0) && rest.iter().any(|line| line.contains("1 passed")) {
        return Ok(End::Passed);
    }
    rest.extend(errors.join().unwrap_or_default());
    let skip = rest.len().saturating_sub(MOST_LINES);
    for line in rest.iter().skip(skip) {
        say(&format!("{device:<16} | {line}"));
    }
    let no_machine = code == Some(MACHINE_FAILED) && rest.iter().any(|line| line.contains("VM FAILED"));
    Ok(if no_machine { End::NoMachine } else { End::Failed(reason(&rest, &test_name(device), code)) })
}

fn test_name(device: &str) -> String {
    device.replace('-', "_")
}

/// Why a test failed, in a line: what its own thread said when it panicked.
fn reason(output: &[String], test: &str, code: Option<i32>) -> String {
    let thread = format!("thread '{test}'");
    let panicked = |line: &&String| line.starts_with(&thread) && line.contains("panicked at");
    let mut lines = output.iter();
    match (lines.by_ref().find(panicked).and(lines.next()), code) {
        (Some(said), _) => said.clone(),
        (None, Some(TOO_LONG)) => format!("not done within {TEST_LIMIT} s"),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => "killed".to_owned(),
    }
}

fn lines(output: impl Read) -> impl Iterator<Item = String> {
    let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
    lines.map(|line| String::from_utf8_lossy(&line).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_why_in_a_line() {
        let output = "running 1 test
thread 'tokio-rt-worker' (7) panicked at src/lib.rs:1:1:
something else
thread 'proxy_lorax' (5) panicked at tests/rig.rs:2:9:
ready: not within 120 s
DeviceState { .. }";
        let output: Vec<String> = output.lines().map(str::to_owned).collect();
        assert_eq!(reason(&output, "proxy_lorax", Some(101)), "ready: not within 120 s");
        assert_eq!(reason(&output, "peak_lorax", Some(TOO_LONG)), "not done within 270 s");
        assert_eq!(reason(&[], "peak_lorax", Some(1)), "exit code 1");
    }
}
