//! The guest's Bluetooth service: its adapter's power, and the service itself killed and started again.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use zbus::zvariant::Value;

/// How long a service that ended stays away, about.
const LOOK_EVERY: Duration = Duration::from_millis(1500);

/// A switch that is refused this often never works.
const SWITCH_TRIES: u32 = 10;

/// A scan that does not go on within this time never does.
const DISCOVERS: Duration = Duration::from_secs(30);

async fn adapter() -> zbus::Proxy<'static> {
    let bus = zbus::Connection::system().await.unwrap();
    zbus::Proxy::new(&bus, "org.bluez", "/org/bluez/hci0", "org.bluez.Adapter1").await.unwrap()
}

/// Waits until the adapter scans.
pub async fn until_discovering() {
    let adapter = adapter().await;
    let discovering = async {
        while !adapter.get_property::<bool>("Discovering").await.unwrap_or(false) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(DISCOVERS, discovering).await.expect("the scan did not go on");
}

/// Switches the adapter, as a person does in the settings.
pub async fn power(on: bool) {
    let adapter = adapter().await;
    // A service that crashes over it, or is still busy with the last time, is asked again.
    for _ in 0..SWITCH_TRIES {
        match adapter.set_property("Powered", Value::from(on)).await {
            Ok(()) => return,
            Err(error) => println!("(Bluetooth is not switched yet: {error})"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    panic!("Bluetooth cannot be switched");
}

/// Starts the service again whenever it ended, as a desktop's systemd does: BlueZ 5.66 may crash when a device
/// drops a link that is just being opened. Ends with the runtime.
pub fn keep_alive() {
    let (_, command) = find().expect("no bluetoothd");
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if find().is_none() {
                let (program, arguments) = command.split_first().unwrap();
                let mut service = tokio::process::Command::new(program);
                service.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                service.spawn().unwrap();
                println!("(bluetoothd ended, and is started again)");
            }
        }
    });
}

/// Kills the service.
pub fn kill() {
    let (id, _) = find().expect("no bluetoothd");
    assert!(Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
}

/// Its process id and command line.
fn find() -> Option<(String, Vec<String>)> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes.filter_map(|entry| bluetoothd(&entry.path())).next()
}

fn bluetoothd(process: &Path) -> Option<(String, Vec<String>)> {
    let line = std::fs::read_to_string(process.join("cmdline")).ok()?;
    let command: Vec<String> = line.split_terminator('\0').map(str::to_owned).collect();
    let is_it = Path::new(command.first()?).file_name()? == "bluetoothd";
    is_it.then(|| (process.file_name().unwrap().to_string_lossy().into_owned(), command))
}
