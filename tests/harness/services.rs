//! What surrounds the window: display, bus, simulated Bluetooth device, gateway.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::process::Command;

use super::place::{Place, programs};
use super::process::Process;
use super::{PATIENCE, until};

/// A display of its own.
pub struct Display {
    _process: Process,
    /// For `DISPLAY`.
    pub name: String,
}

impl Display {
    /// Starts one that is large enough for the window.
    pub async fn start(place: &Place) -> Self {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]);
        let mut process = Process::start(place, "xvfb", &mut command);
        let name = format!(":{}", process.line().await.trim());
        Self { _process: process, name }
    }
}

/// A D-Bus of its own, system and session bus in one.
pub struct Bus {
    _process: Process,
    /// For `DBUS_SYSTEM_BUS_ADDRESS`.
    pub address: String,
}

impl Bus {
    /// Starts one.
    pub async fn start(place: &Place) -> Self {
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address"]);
        let mut process = Process::start(place, "dbus", &mut command);
        let address = process.line().await.trim().to_owned();
        Self { _process: process, address }
    }
}

/// Simulated devices, behind a fake `org.bluez`.
pub struct Simulator {
    process: Process,
    reports: Arc<Mutex<Vec<Value>>>,
}

impl Simulator {
    /// Starts it with one device, which lives `speed` times as fast as a real one.
    pub async fn start(place: &Place, bus: &Bus, speed: f32) -> Self {
        Self::with(place, bus, speed, &[]).await
    }

    /// Starts it with these arguments (`--device`, `--quirk`, …) too.
    pub async fn with(place: &Place, bus: &Bus, speed: f32, arguments: &[&str]) -> Self {
        let mut command = Command::new(programs().join("hearth-sim"));
        command
            .args(["bluez", "--speed", &speed.to_string(), "--exit-with-stdin"])
            .args(arguments)
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
        let mut process = Process::start(place, "hearth-sim", &mut command);
        process.line().await;
        let reports = Arc::new(Mutex::new(Vec::new()));
        let mut lines = process.take_lines();
        let taken = Arc::clone(&reports);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let report: Value = serde_json::from_str(&line).expect("every line is a report");
                taken.lock().expect("not poisoned").push(report);
            }
        });
        Self { process, reports }
    }

    /// Presses the button of the first device.
    pub async fn press(&mut self) {
        self.tell("press").await;
    }

    /// Something that an owner does, in the words of the simulator's console; a device is called by its number.
    pub async fn tell(&mut self, line: &str) {
        self.process.tell(line).await;
    }

    /// What an attribute of a device holds.
    pub async fn holds(&mut self, device: usize, path: &str) -> Vec<u8> {
        let before = self.attributes(path).len();
        self.tell(&format!("get {path} {device}")).await;
        let answer = until(PATIENCE, async || self.attributes(path).into_iter().nth(before)).await;
        let answer = answer.unwrap_or_else(|| panic!("no answer about {path}"));
        let digits = answer.as_str().unwrap_or_else(|| panic!("device {device} has no {path}"));
        let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("hex"));
        pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
    }

    /// All answers about an attribute so far.
    fn attributes(&self, path: &str) -> Vec<Value> {
        let reports = self.reports.lock().expect("not poisoned");
        let about = reports.iter().filter(|report| report["event"] == "attribute" && report["path"] == path);
        about.map(|report| report["value"].clone()).collect()
    }

    /// How often a heat command was written to it.
    pub fn heats(&self) -> u64 {
        let reports = self.reports.lock().expect("not poisoned");
        reports.iter().rev().find_map(|report| report["count"].as_u64()).unwrap_or_default()
    }

    /// How often a heat command was written to the device of this name.
    pub fn heats_of(&self, name: &str) -> u64 {
        let reports = self.reports.lock().expect("not poisoned");
        let mut heats =
            reports.iter().rev().filter(|report| report["event"] == "heat" && report["device"] == name);
        heats.find_map(|report| report["count"].as_u64()).unwrap_or_default()
    }

    /// The operating states that it was in, in order.
    pub fn states(&self) -> Vec<u64> {
        let reports = self.reports.lock().expect("not poisoned");
        reports.iter().filter_map(|report| report["state"].as_u64()).collect()
    }
}

/// A gateway.
pub struct Gateway {
    _process: Process,
    /// Its address.
    pub url: String,
}

impl Gateway {
    /// Starts one on a free port.
    pub async fn start(place: &Place) -> Self {
        let mut command = Command::new(programs().join("hearth-gateway"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--ephemeral"]);
        let mut process = Process::start(place, "hearth-gateway", &mut command);
        let listening: Value = serde_json::from_str(&process.line().await).expect("its first line is JSON");
        assert_eq!(listening["event"], "listening");
        let url = listening["url"].as_str().expect("it has an address").to_owned();
        Self { _process: process, url }
    }
}
