//! A fake `org.bluez` on D-Bus: simulated devices for programs that use the real btleplug.
//!
//! It behaves as BlueZ does where a program can tell: it advertises only while somebody discovers, services come
//! after the link, an encrypted read asks the pairing agent, values that are read are signalled too, a write that
//! needs more than one packet is refused, the service 0x1801 and the descriptors of notifications are there. There
//! may be several adapters; every one hears every device, and bonds with it on its own. What the devices do is not
//! here but in [`crate::device`].

mod adapter;
mod agents;
mod characteristic;
mod console;
mod error;
mod handles;
mod options;
mod peripheral;
mod room;
mod time;
mod tree;
mod world;

use std::sync::Arc;

use hearth_clock::Clock;

use crate::device::SimDevice;
use world::World;

pub use self::options::{BluezOptions, DeviceChoice, WithoutAgent};

/// Owns org.bluez on the bus of `DBUS_SYSTEM_BUS_ADDRESS` until the bus, or the program, ends.
///
/// Takes commands from standard input and reports on standard output, one line each; `help` lists them.
///
/// # Errors
/// When a device cannot be, the bus cannot be reached, or somebody else owns the name.
pub async fn serve(options: BluezOptions) -> anyhow::Result<()> {
    let clock = Clock::new();
    let now = clock.now().instant;
    let configs = options.configs(clock.now().unix_ms / 1000)?.into_iter();
    let devices = configs.map(|(model, config)| (model, SimDevice::new(config, now))).collect();
    let (world, effects) = World::new(clock, options.without_agent, options.adapters, devices);
    let world = Arc::new(world);
    let connection = tree::serve(&world).await?;
    world.report_ready();
    let world = &world;
    tokio::select! {
        result = tree::emit(&connection, effects) => result?,
        () = time::pass(&connection, world) => {}
        result = tree::watch_clients(&connection, world) => result?,
        result = console::listen(&connection, world, options.exit_with_stdin) => result?,
        result = terminated() => result?,
    }
    Ok(())
}

async fn terminated() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
