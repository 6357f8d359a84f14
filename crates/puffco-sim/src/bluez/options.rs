//! What the `bluez` subcommand takes, and the devices that come of it.

use std::str::FromStr;

use clap::ValueEnum;

use crate::config::{QUIRK_NAMES, Quirks, SimConfig, SimModel};
use crate::revision;

/// How an encrypted read ends when there is no agent to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum WithoutAgent {
    /// Never: the read has no answer while the link lives.
    #[default]
    Hang,
    /// With an error, and the link drops.
    Refuse,
}

/// A device as a command line names it: `peak-pro`, or `peak-pro@X` with the firmware's letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceChoice {
    /// The model.
    pub model: SimModel,
    /// Another firmware than the model's own.
    pub firmware: Option<u32>,
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (model, firmware) =
            text.split_once('@').map_or((text, None), |(model, letters)| (model, Some(letters)));
        let model = model.parse::<SimModel>().map_err(|error| error.to_string())?;
        let firmware = firmware
            .map(|letters| {
                let unknown = || format!("no firmware `{letters}`; they are called as X, AC, AV or AW");
                revision::number(letters).ok_or_else(unknown)
            })
            .transpose()?;
        let choice = Self { model, firmware };
        choice.config().check().map_err(|error| error.to_string())?;
        Ok(choice)
    }
}

impl DeviceChoice {
    /// The device.
    #[must_use]
    pub fn config(self) -> SimConfig {
        let config = SimConfig::new(self.model);
        match self.firmware {
            Some(firmware) => config.with_firmware(firmware),
            None => config,
        }
    }
}

/// What the `bluez` subcommand takes.
#[derive(Clone, Debug, clap::Args)]
pub struct BluezOptions {
    /// A device to simulate, as MODEL or MODEL@FIRMWARE; may be given several times.
    #[arg(long = "device", value_name = "MODEL", default_value = "peak-pro")]
    pub devices: Vec<DeviceChoice>,
    /// How many Bluetooth adapters there are.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=8))]
    pub adapters: u8,
    /// How much faster than life the devices heat and cool.
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    pub speed: f32,
    /// What all devices do badly, as NAME or NAME=VALUE; may be given several times. `help` lists the names.
    #[arg(long = "quirk", value_name = "NAME[=VALUE]", value_parser = quirk)]
    pub quirks: Vec<String>,
    /// Makes all randomness the same each time; `--quirk random` draws from it.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
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

impl BluezOptions {
    /// The devices, when it is `unix` seconds after 1970.
    ///
    /// # Errors
    /// When one of them cannot be.
    pub fn configs(&self, unix: u64) -> anyhow::Result<Vec<(SimModel, SimConfig)>> {
        let config = |(number, choice): (usize, &DeviceChoice)| {
            let number = u8::try_from(number).unwrap_or(u8::MAX);
            let seed = self.seed.wrapping_add(u64::from(number));
            let mut quirks = Quirks::default();
            for text in &self.quirks {
                quirks.set(text, seed)?;
            }
            let config = SimConfig {
                speed: self.speed,
                bonded: self.bonded,
                pairing_mode_required: self.pairing_mode_required,
                quirks,
                ..choice.config().numbered(number)
            };
            let config = SimConfig { seed, ..config }.on_wall_clock(unix);
            config.check()?;
            Ok((choice.model, config))
        };
        self.devices.iter().enumerate().map(config).collect()
    }
}

fn speed(text: &str) -> Result<f32, String> {
    let speed = text.parse::<f32>().map_err(|_| format!("`{text}` is no number"))?;
    let config = SimConfig { speed, ..SimConfig::default() };
    config.check().map(|()| speed).map_err(|error| error.to_string())
}

fn quirk(text: &str) -> Result<String, String> {
    if text == "help" {
        return Err(format!("there are {}", QUIRK_NAMES.join(", ")));
    }
    Quirks::default().set(text, 0).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::config::Generation;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        options: BluezOptions,
    }

    fn parse(arguments: &[&str]) -> Result<BluezOptions, String> {
        let words = std::iter::once("sim").chain(arguments.iter().copied());
        Cli::try_parse_from(words).map(|cli| cli.options).map_err(|error| error.to_string())
    }

    #[test]
    fn devices_have_models_firmware_seeds_and_quirks() {
        let arguments =
            ["--device", "opal@x", "--device", "proxy-haze", "--seed", "9", "--quirk", "clock-off=-60"];
        let configs = parse(&arguments).unwrap().configs(1_700_000_000).unwrap();
        assert_eq!((configs[0].1.generation(), configs[0].1.seed), (Generation::Legacy, 9));
        assert_eq!((configs[1].1.seed, configs[1].1.clock_unix), (10, Some(1_699_999_940)));
        assert_ne!(configs[0].1.address, configs[1].1.address);
    }

    #[test]
    fn the_same_seed_draws_the_same_devices() {
        let draw = |seed| {
            let arguments = ["--quirk", "random", "--seed", seed];
            parse(&arguments).unwrap().configs(1_700_000_000).unwrap().remove(0).1.quirks
        };
        assert_eq!(draw("3"), draw("3"));
        assert_eq!(draw("3"), Quirks::drawn(3).clone());
    }

    #[test]
    fn what_cannot_be_had_is_refused_with_a_reason() {
        for (arguments, reason) in [
            (["--speed", "0"], "from 0.001 to 1000"),
            (["--speed", "NaN"], "from 0.001 to 1000"),
            (["--speed", "fast"], "no number"),
            (["--quirk", "explodes"], "there are first-connects-fail"),
            (["--quirk", "mtu=9"], "takes 23 to 517"),
            (["--quirk", "help"], "duplicated-replies"),
            (["--device", "toaster"], "there are peak-pro"),
            (["--device", "opal@IO"], "no firmware"),
            (["--device", "proxy-haze@X"], "AC or newer"),
            (["--adapters", "9"], "0..=8"),
        ] {
            let error = parse(&arguments).unwrap_err();
            assert!(error.contains(reason), "{arguments:?}: {error}");
        }
    }
}
