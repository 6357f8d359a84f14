//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, ValueEnum};
use hearth_companion::Options;
use hearth_companion::contract::CommunityKind;
use hearth_companion::radios::{RadioChoice, demo_device};
use hearth_companion::sound::{Sound, VoiceOptions};
use puffco_sim::{ConfigError, SimConfig, SimModel};

use crate::community::Community;

/// The Hearth companion without a window.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    /// The gateway, such as http://127.0.0.1:9000; without it, one in this program with simulated friends. With
    /// --dialect it is a community gateway, and groups are met on the remembered one.
    #[arg(long, value_name = "URL")]
    pub gateway: Option<String>,
    /// What --gateway speaks: a community gateway. On a concierge the devices are shared; the others are chat servers.
    #[arg(long, requires_all = ["gateway", "name"])]
    pub dialect: Option<Dialect>,
    /// The name to have on the community gateway: letters, digits and _.
    #[arg(long, requires = "dialect")]
    pub name: Option<String>,
    /// The secret of the community gateway; of a chat server the password of the account, or its token. In the
    /// environment it is not seen in the list of programs.
    #[arg(long, env = "HEARTH_COMMUNITY_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    /// Make the account first, on a chat server whose accounts have passwords.
    #[arg(long, requires = "dialect")]
    pub register: bool,
    /// Follow this service of the community gateway; on a chat server, go into this community or room, by its id, its
    /// code or its name. More than once for several. The first is looked at: its messages come as feed events, or as
    /// room events.
    #[arg(long, value_name = "SERVICE", requires = "dialect")]
    pub follow: Vec<String>,
    /// Create a group with this name.
    #[arg(long, value_name = "NAME", conflicts_with = "join")]
    pub create: Option<String>,
    /// Join the group with this code.
    #[arg(long, value_name = "CODE")]
    pub join: Option<String>,
    /// The device to connect: `sim` or `sim:MODEL` (a simulated one), `ble` (the first Puffco that is heard),
    /// `ble:ID` (that id or name), or `none`. Without it devices are picked in the UI.
    #[arg(long, value_name = "DEVICE")]
    pub device: Option<Device>,
    /// The Bluetooth adapter for this run, by id or name such as hci1; without it, the remembered one, at first
    /// whichever works.
    #[arg(long, value_name = "ADAPTER")]
    pub adapter: Option<String>,
    /// How much faster than a real device the simulated one heats and cools.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = speed)]
    pub sim_speed: f32,
    /// The simulated device's name.
    #[arg(long, value_name = "NAME")]
    pub sim_name: Option<String>,
    /// Write every event as one JSON object a line to standard output, and read one command a line from
    /// standard input.
    #[arg(long)]
    pub json: bool,
    /// Serve the UI to a browser at this loopback address, such as 127.0.0.1:4204.
    #[arg(long, value_name = "ADDR", value_parser = loopback)]
    pub ui: Option<SocketAddr>,
    /// Microphone and speaker for voice: `computer`, `none`, `simulated` (silence), or `simulated:HZ` (a tone of 50 to
    /// 8000 Hz). No microphone is opened before a command joins a voice room.
    #[arg(long, value_name = "SOUND", default_value = "computer", value_parser = sound)]
    pub sound: Sound,
    /// Nobody sits at this computer: whether its screen is locked means nothing.
    #[arg(long)]
    pub no_seat: bool,
    /// Where settings, history and log files are kept; without it they are not kept, and no secrets in the keychain.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// What a community gateway speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// An ert-concierge.
    Concierge,
    /// A Together server.
    Together,
    /// An E-Magine server.
    Emagine,
    /// An i386chat server.
    I386chat,
}

impl From<Dialect> for CommunityKind {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Concierge => Self::Concierge,
            Dialect::Together => Self::Together,
            Dialect::Emagine => Self::Emagine,
            Dialect::I386chat => Self::I386chat,
        }
    }
}

/// Which device to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Device {
    /// A simulated one.
    Sim(SimModel),
    /// One over Bluetooth: with this id or name, or the first that is heard.
    Ble(Option<String>),
    /// None.
    None,
}

impl FromStr for Device {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':').map_or((text, None), |(kind, rest)| (kind, Some(rest))) {
            ("sim", None) => Ok(Self::Sim(SimModel::default())),
            ("sim", Some(model)) => model.parse().map(Self::Sim).map_err(|error| format!("{error}")),
            ("ble", id) => Ok(Self::Ble(id.map(str::to_owned))),
            ("none", None) => Ok(Self::None),
            _ => Err("use sim, sim:MODEL, ble, ble:ID or none".into()),
        }
    }
}

impl Cli {
    /// How the companion runs.
    ///
    /// # Errors
    /// The simulated device is one that cannot be.
    pub fn options(&self) -> Result<Options, ConfigError> {
        let simulated = |mut device: SimConfig| {
            device.speed = self.sim_speed;
            if let Some(name) = &self.sim_name {
                device.name.clone_from(name);
            }
            device.check().map(|()| vec![device])
        };
        let radios = match &self.device {
            None => RadioChoice { bluetooth: true, simulated: simulated(demo_device())? },
            Some(Device::Sim(model)) => {
                RadioChoice { bluetooth: false, simulated: simulated(SimConfig::new(*model))? }
            }
            Some(Device::Ble(_)) => RadioChoice { bluetooth: true, simulated: Vec::new() },
            Some(Device::None) => RadioChoice::default(),
        };
        Ok(Options {
            gateway: self.gateway.clone().filter(|_| self.dialect.is_none()),
            adapter: self.adapter.clone(),
            create: self.create.clone(),
            join: self.join.clone(),
            data_dir: self.data.clone(),
            keychain: self.data.is_some(),
            radios,
            voice: VoiceOptions { sound: self.sound.clone(), ..VoiceOptions::default() },
            ..Options::ephemeral()
        })
    }

    /// The community gateway to take part in.
    pub fn community(&self) -> Option<Community> {
        Some(Community {
            kind: self.dialect?.into(),
            url: self.gateway.clone()?,
            name: self.name.clone()?,
            secret: self.secret.clone(),
            register: self.register,
            keep: self.data.is_some(),
            follow: self.follow.clone(),
        })
    }

    /// The device to connect by itself: `Some(None)` is the first one found.
    pub fn wanted(&self) -> Option<Option<String>> {
        match &self.device {
            Some(Device::Sim(_)) => Some(None),
            Some(Device::Ble(id)) => Some(id.clone()),
            Some(Device::None) | None => None,
        }
    }
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "use ADDRESS:PORT, such as 127.0.0.1:4204".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("only loopback addresses: whoever reaches the UI can start your heater".into())
    }
}

fn sound(text: &str) -> Result<Sound, String> {
    match text.split_once(':') {
        None if text == "computer" => Ok(Sound::Computer),
        None if text == "none" => Ok(Sound::None),
        None if text == "simulated" => Ok(Sound::silent()),
        Some(("simulated", hertz)) => {
            let hertz = hertz.parse().ok().filter(|hertz| (50..=8_000).contains(hertz));
            hertz.map(Sound::tone).ok_or_else(|| "a tone has 50 to 8000 Hz".into())
        }
        _ => Err("use computer, none, simulated or simulated:HZ".into()),
    }
}

fn speed(text: &str) -> Result<f32, String> {
    let factor: f32 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.1..=100.0).contains(&factor) {
        Ok(factor)
    } else {
        Err("a device is 0.1 to 100 times as fast as a real one".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_by_kind_and_id() {
        assert_eq!("sim".parse(), Ok(Device::Sim(SimModel::PeakPro)));
        assert_eq!("sim:storm".parse(), Ok(Device::Sim(SimModel::Storm)));
        assert_eq!("ble".parse(), Ok(Device::Ble(None)));
        assert_eq!("ble:84:2E:14:A1:B2:C3".parse(), Ok(Device::Ble(Some("84:2E:14:A1:B2:C3".into()))));
        assert_eq!("none".parse(), Ok(Device::None));
        assert!("toaster".parse::<Device>().is_err());
    }

    #[test]
    fn a_community_gateway_is_not_the_one_for_groups() {
        let parse = |arguments: &[&str]| Cli::try_parse_from([&["hearth-headless"], arguments].concat());
        let gateway = ["--gateway", "http://127.0.0.1:64209"];
        let plain = parse(&gateway).expect("as ever");
        assert_eq!(plain.options().expect("options").gateway.as_deref(), Some(gateway[1]));
        assert!(plain.community().is_none());
        let broker =
            [&gateway[..], &["--dialect", "concierge", "--name", "sam_2"], &["--follow", "a b"]].concat();
        let cli = parse(&[&broker[..], &["--follow", ""]].concat()).expect("a broker");
        assert_eq!(cli.options().expect("options").gateway, None);
        let community = cli.community().expect("a broker");
        assert_eq!((community.url.as_str(), community.name.as_str()), (gateway[1], "sam_2"));
        assert_eq!(community.follow, ["a b", ""]);
        for (name, kind) in [
            ("together", CommunityKind::Together),
            ("emagine", CommunityKind::Emagine),
            ("i386chat", CommunityKind::I386chat),
        ] {
            let chat = [&gateway[..], &["--dialect", name, "--name", "sam_2", "--register"]].concat();
            let community = parse(&chat).expect("a chat server").community().expect("a chat server");
            assert_eq!((community.kind, community.register, community.keep), (kind, true, false));
        }
        for incomplete in [&["--dialect", "concierge"][..], &["--name", "sam_2"], &["--follow", "x"]] {
            assert!(parse(incomplete).is_err(), "{incomplete:?}");
        }
    }

    #[test]
    fn a_simulated_device_that_cannot_be_is_refused_in_words() {
        let refused = |arguments: &[&str]| {
            let cli = Cli::try_parse_from([&["hearth-headless", "--device", "sim"], arguments].concat());
            match cli {
                Err(error) => error.to_string(),
                Ok(cli) => cli.options().err().map(|error| error.to_string()).unwrap_or_default(),
            }
        };
        for speed in ["0", "NaN", "inf", "-1", "1000", "fast"] {
            let speed = format!("--sim-speed={speed}");
            assert!(refused(&[&speed]).contains("--sim-speed"), "{speed}: {}", refused(&[&speed]));
        }
        assert!(refused(&["--sim-name", &"x".repeat(40)]).contains("31"), "a name has a limit");
        assert_eq!(refused(&["--sim-speed", "20", "--sim-name", "Ember"]), "");
    }

    #[test]
    fn sound_is_of_the_computer_simulated_or_none() {
        assert!(matches!(sound("computer"), Ok(Sound::Computer)));
        assert!(matches!(sound("none"), Ok(Sound::None)));
        for simulated in ["simulated", "simulated:440"] {
            assert!(matches!(sound(simulated), Ok(Sound::Simulated(_))), "{simulated}");
        }
        for wrong in ["", "loud", "simulated:", "simulated:9", "simulated:high", "computer:1"] {
            assert!(sound(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_ui_is_served_on_loopback_only() {
        assert!(loopback("127.0.0.1:0").is_ok());
        assert!(loopback("[::1]:0").is_ok());
        assert!(loopback("0.0.0.0:4204").is_err());
    }
}
