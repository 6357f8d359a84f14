//! The command line of the simulator.

use clap::{Parser, Subcommand};

/// Simulated Puffco devices.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Own org.bluez on the bus of DBUS_SYSTEM_BUS_ADDRESS, with simulated devices around it.
    #[cfg(target_os = "linux")]
    Bluez(puffco_sim::bluez::BluezOptions),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match Cli::parse().command {
        #[cfg(target_os = "linux")]
        Command::Bluez(args) => puffco_sim::bluez::serve(args).await,
    }
}
