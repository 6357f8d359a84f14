//! Bluetooth without Bluetooth: on a Linux computer without an adapter, a private bus with a fake `org.bluez`
//! and a simulated device on it, so that the app's real Bluetooth code has something to find.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::process::{Background, exists};
use crate::report::say;

/// A private bus with a simulated device. It ends when this is dropped.
pub struct SimulatedBluetooth {
    /// For `DBUS_SYSTEM_BUS_ADDRESS`.
    pub address: String,
    _simulator: Background,
    _bus: Background,
}

/// Whether this computer has an adapter that Linux knows.
pub fn has_adapter() -> bool {
    !cfg!(target_os = "linux")
        || std::fs::read_dir("/sys/class/bluetooth").is_ok_and(|mut adapters| adapters.next().is_some())
}

/// Starts it. `None` where there is no D-Bus to start.
pub fn simulate(programs: &Path) -> anyhow::Result<Option<SimulatedBluetooth>> {
    if !exists("dbus-daemon") {
        return Ok(None);
    }
    let mut bus = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--print-address"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("dbus-daemon could not be started")?;
    let mut address = String::new();
    BufReader::new(bus.stdout.take().context("no output")?).read_line(&mut address)?;
    let bus = Background(bus);
    let address = address.trim().to_owned();
    let mut simulator = Command::new(programs.join("hearth-sim"))
        .args(["bluez", "--exit-with-stdin"])
        .env("DBUS_SYSTEM_BUS_ADDRESS", &address)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("hearth-sim could not be started")?;
    let mut reports = BufReader::new(simulator.stdout.take().context("no output")?);
    let mut ready = String::new();
    reports.read_line(&mut ready)?;
    std::thread::spawn(move || std::io::copy(&mut reports, &mut std::io::sink()));
    let mut input = simulator.stdin.take().context("no input")?;
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if writeln!(input, "{line}").is_err() {
                break;
            }
        }
        // The simulator ends with its input: it is kept until this program ends.
        std::thread::park();
    });
    say("This computer has no Bluetooth adapter: Hearth finds a simulated one with a Peak Pro on it.\n\
         Type here what happens to that device: press, double, sleep, wake, drop, battery N.");
    Ok(Some(SimulatedBluetooth { address, _simulator: Background(simulator), _bus: bus }))
}
