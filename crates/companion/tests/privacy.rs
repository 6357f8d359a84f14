//! Serial number and MAC address of a device are told to nobody who did not ask: not to a log either, at any
//! level, whatever is done with the device.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_companion::contract::{
    Command, DeviceChange, DeviceView, Event, LinkView, LogName, LogState, ProfileChanges,
};
use hearth_companion::radios::{RadioChoice, demo_device};
use hearth_companion::{Companion, Options};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn until<T>(events: &mut BoxStream<'static, Event>, mut is: impl FnMut(Event) -> Option<T>) -> T {
    let story = async {
        loop {
            if let Some(found) = is(events.next().await.unwrap()) {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), story).await.unwrap()
}

fn ready(event: Event) -> Option<DeviceView> {
    match event {
        Event::Devices { devices } => devices.into_iter().find(|device| device.link == LinkView::Ready),
        _ => None,
    }
}

#[tokio::test]
async fn no_log_has_a_serial_number_or_an_address_in_it() {
    let written = Written::default();
    let writer = written.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let device = demo_device();
    let (serial, address) = (device.serial.clone(), device.address);
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        data_dir: Some(directory.path().to_owned()),
        radios: RadioChoice { bluetooth: false, simulated: vec![device] },
        ..Options::ephemeral()
    };
    let companion = Companion::start(options).await.unwrap();
    let mut events = companion.subscribe();
    companion.command(Command::StartScan);
    let id = until(&mut events, |event| match event {
        Event::Scan { scan } => scan.found.first().map(|found| found.id.clone()),
        _ => None,
    })
    .await;
    companion.command(Command::ConnectDevice { id: id.clone() });
    until(&mut events, ready).await;
    companion.command(Command::Look { visible: true, device: Some(id.clone()) });
    companion.command(Command::RevealSerial { id: id.clone() });
    let told = until(&mut events, |event| match event {
        Event::Serial { serial, .. } => Some(serial),
        _ => None,
    })
    .await;
    assert_eq!(told, serial, "a face that asks is told");
    let changes = ProfileChanges { celsius: Some(270.0), ..ProfileChanges::default() };
    companion.command(Command::EditProfile { id: id.clone(), slot: 0, changes });
    companion.command(Command::ChangeDevice { id: id.clone(), change: DeviceChange::Clock });
    companion.command(Command::CreateGroup { name: "Friday".into(), public: false });
    companion.command(Command::ReadLog { id: id.clone(), log: LogName::Activity });
    until(&mut events, |event| match event {
        Event::Log { log } if !matches!(log.state, LogState::Reading { .. }) => Some(()),
        _ => None,
    })
    .await;
    companion.command(Command::ForgetDevice { id });
    companion.shutdown().await;

    let log = String::from_utf8_lossy(&written.0.lock().unwrap()).to_lowercase();
    assert!(log.contains("trace") || log.contains("debug"), "something was logged at all");
    assert!(!log.contains(&serial.to_lowercase()), "the serial number was logged");
    let bytes: Vec<String> = serial.bytes().map(|byte| byte.to_string()).collect();
    assert!(!log.contains(&bytes.join(", ")), "the serial number was logged as bytes");
    let hex: Vec<String> = address.iter().map(|byte| format!("{byte:02x}")).collect();
    for separator in ["", ":", "-", "_"] {
        assert!(!log.contains(&hex.join(separator)), "the address was logged");
        let reversed: Vec<_> = hex.iter().rev().cloned().collect();
        assert!(!log.contains(&reversed.join(separator)), "the address was logged, reversed");
    }
}
