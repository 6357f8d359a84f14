//! A private bus for one test. The address is an environment variable of the whole process, so the test runs
//! itself again as a child with that variable set; the child then starts the simulator on the same bus.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};

const CHILD: &str = "HEARTH_TEST_ON_PRIVATE_BUS";
const LIMIT: Duration = Duration::from_secs(60);

/// Runs `body` in a process whose system bus is a new, empty one. `test` is the name of the calling test.
pub fn on_private_bus(test: &str, body: impl Future<Output = ()>) {
    run(test, body, |_| false);
}

/// The same for a body that cuts calls to the library short: a stream of it that is dropped while a signal
/// arrives ends a task of its own with a panic, and nothing else (docs/decisions/0004).
pub fn on_private_bus_cut_short(test: &str, body: impl Future<Output = ()>) {
    run(test, body, |panic| panic.contains("bluez-async") && panic.contains("messagestream.rs"));
}

fn run(test: &str, body: impl Future<Output = ()>, may_be: impl Fn(&str) -> bool) {
    if std::env::var(CHILD).is_ok_and(|name| name == test) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async { tokio::time::timeout(LIMIT, body).await.expect("the test hangs") });
        return;
    }
    let bus = Bus::start();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
        .env(CHILD, test)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    assert!(words.contains("1 passed"), "the child ran no test: {words}");
    let panicked = words.lines().any(|line| line.contains("panicked") && !may_be(line));
    assert!(!panicked, "a task panicked: {words}");
}

struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need dbus-daemon (Debian package dbus)");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned() }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// `hearth-sim bluez` on the bus of this process.
pub struct Simulator {
    child: tokio::process::Child,
    input: tokio::process::ChildStdin,
    reports: tokio::io::Lines<tokio::io::BufReader<tokio::process::ChildStdout>>,
}

impl Simulator {
    pub async fn start(arguments: &[&str]) -> Self {
        let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_hearth-sim"))
            .args(["bluez", "--exit-with-stdin"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let reports = tokio::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let mut simulator = Self { child, input, reports };
        simulator.report("ready").await;
        simulator
    }

    /// A line on its standard input.
    pub async fn tell(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// The next report of this kind; others before it are passed over.
    pub async fn report(&mut self, event: &str) -> Value {
        self.reports_until(event, 1).await.pop().unwrap()
    }

    /// All reports up to the `count`th of this kind.
    pub async fn reports_until(&mut self, event: &str, mut count: u32) -> Vec<Value> {
        let mut reports = Vec::new();
        while let Some(line) = self.reports.next_line().await.unwrap() {
            let report: Value = serde_json::from_str(&line).unwrap();
            count -= u32::from(report["event"] == event);
            reports.push(report);
            if count == 0 {
                return reports;
            }
        }
        panic!("the simulator ended before it reported `{event}`: {reports:?}");
    }

    /// Ends it, as bluetoothd ends: without a word.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}
