//! A fake `org.bluez` on D-Bus: simulated devices for programs that use the real btleplug.
//!
//! It behaves as BlueZ does where a program can tell (build-notes §5a): it advertises only while somebody
//! discovers, services come after the link, an encrypted read asks the pairing agent, values that are read
//! are signalled too. What the devices do is not here but in [`crate::device`].

mod adapter;
mod agents;
mod characteristic;
mod console;
mod error;
mod handles;
mod peripheral;
mod time;
mod tree;
mod world;

use std::sync::Arc;

use clap::ValueEnum;
use hearth_clock::Clock;

use crate::config::{SimConfig, SimModel};
use crate::device::SimDevice;
use world::World;

/// How an encrypted read ends when there is no agent to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WithoutAgent {
    /// Never: the read has no answer while the link lives.
    #[default]
    Hang,
    /// With an error, and the link drops.
    Refuse,
}

/// What the `bluez` subcommand takes.
#[derive(Clone, Debug, clap::Args)]
pub struct BluezOptions {
    /// A device to simulate; may be given several times.
    #[arg(long = "device", value_name = "MODEL", default_value = "peak-pro")]
    pub devices: Vec<SimModel>,
    /// How much faster than life the devices heat and cool.
    #[arg(long, default_value_t = 1.0)]
    pub speed: f32,
    /// The computer is bonded with the devices already.
    #[arg(long)]
    pub bonded: bool,
    /// The devices bond only after `hold`, as new ones do.
    #[arg(long)]
    pub pairing_mode_required: bool,
    /// How an encrypted read ends when no pairing agent is registered.
    #[arg(long, value_enum, default_value_t)]
    pub without_agent: WithoutAgent,
    /// End when standard input ends, so as not to outlive who started this.
    #[arg(long)]
    pub exit_with_stdin: bool,
}

/// Owns org.bluez on the bus of `DBUS_SYSTEM_BUS_ADDRESS` until the bus, or the program, ends.
///
/// Takes commands from standard input and reports on standard output, one line each; `help` lists them.
///
/// # Errors
/// When the bus cannot be reached or somebody else owns the name.
pub async fn serve(options: BluezOptions) -> anyhow::Result<()> {
    let clock = Clock::new();
    let now = clock.now().instant;
    let devices = options.devices.iter().enumerate().map(|(number, model)| {
        let config = SimConfig {
            speed: options.speed,
            bonded: options.bonded,
            pairing_mode_required: options.pairing_mode_required,
            ..SimConfig::new(*model).numbered(u8::try_from(number).unwrap_or(u8::MAX))
        };
        (*model, SimDevice::new(config, now))
    });
    let (world, effects) = World::new(clock, options.without_agent, devices.collect());
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
