//! Bluetooth without Bluetooth: on a Linux computer without an adapter, a private bus with a fake `org.bluez`
//! and a simulated device on it, so that the app's real Bluetooth code has something to find.

use std::io::Write;
use std::path::Path;
use std::process::{ChildStdin, Command};

use anyhow::Context;

use crate::process::{Background, exists};
use crate::report::say;

/// A bus that ends with its standard input.
const BUS: &str = "dbus-daemon --session --nofork --print-address 2> /dev/null & cat > /dev/null; kill $!";

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

/// Starts it; `hands_on`: what is typed here happens to its device. `None` where there is no D-Bus to start.
pub fn simulate(programs: &Path, hands_on: bool) -> anyhow::Result<Option<SimulatedBluetooth>> {
    if !exists("dbus-daemon") {
        return Ok(None);
    }
    let mut bus = Background::start(Command::new("sh").args(["-c", BUS]))?;
    let address = bus.first_line().context("dbus-daemon")?;
    let mut simulator = Background::start(
        Command::new(programs.join("hearth-sim"))
            .args(["bluez", "--exit-with-stdin"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &address),
    )?;
    simulator.first_line().context("hearth-sim")?;
    say("This computer has no Bluetooth adapter: Hearth finds a simulated one with a Peak Pro on it.");
    if hands_on {
        say(
            "Type here what happens to that device: press, double, sleep, wake, drop, battery N; help lists the rest.",
        );
        let input = simulator.take_input()?;
        std::thread::spawn(move || pass_on(input));
    }
    Ok(Some(SimulatedBluetooth { address, _simulator: simulator, _bus: bus }))
}

fn pass_on(mut input: ChildStdin) {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        if writeln!(input, "{line}").is_err() {
            break;
        }
    }
    // The simulator ends with its input: it is kept until this program ends.
    loop {
        std::thread::park();
    }
}
