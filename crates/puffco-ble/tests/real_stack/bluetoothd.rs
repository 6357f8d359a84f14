//! The guest's Bluetooth service: its adapter's power, and the service itself killed and started again.

use std::path::Path;
use std::process::{Command, Stdio};

use zbus::zvariant::Value;

/// Switches the adapter, as a person does in the settings.
pub async fn power(on: bool) {
    let bus = zbus::Connection::system().await.unwrap();
    let adapter = zbus::Proxy::new(&bus, "org.bluez", "/org/bluez/hci0", "org.bluez.Adapter1").await.unwrap();
    adapter.set_property("Powered", Value::from(on)).await.unwrap();
}

/// Kills the service, and gives its command line back.
pub fn kill() -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let (id, command) =
        processes.filter_map(|entry| bluetoothd(&entry.path())).next().expect("no bluetoothd");
    assert!(Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    command
}

/// Starts the service again; it goes on after the test.
pub fn start(command: &[String]) {
    let (program, arguments) = command.split_first().unwrap();
    let mut service = tokio::process::Command::new(program);
    service.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    service.spawn().unwrap();
}

fn bluetoothd(process: &Path) -> Option<(String, Vec<String>)> {
    let line = std::fs::read_to_string(process.join("cmdline")).ok()?;
    let command: Vec<String> = line.split_terminator('\0').map(str::to_owned).collect();
    let is_it = Path::new(command.first()?).file_name()? == "bluetoothd";
    is_it.then(|| (process.file_name().unwrap().to_string_lossy().into_owned(), command))
}
