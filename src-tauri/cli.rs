//! The command line of the app.

use std::path::PathBuf;

use clap::Parser;
use hearth_companion::Options;

/// Hearth: heat together.
#[derive(Debug, Parser)]
#[command(name = "hearth", version)]
pub struct Cli {
    /// The gateway for this run, such as https://gateway.example; without it the one chosen in the window.
    #[arg(long, value_name = "URL")]
    gateway: Option<String>,
    /// Where settings are kept, in place of the usual directory.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// An invite: hearth://join/CODE.
    #[arg(value_name = "INVITE")]
    invite: Option<String>,
}

impl Cli {
    /// How the companion runs.
    pub fn options(self) -> Options {
        let usual = Options::for_app();
        Options { gateway: self.gateway, join: self.invite, data_dir: self.data.or(usual.data_dir), ..usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_and_a_gateway_are_taken() {
        let cli = Cli::try_parse_from(["hearth", "--gateway", "http://127.0.0.1:1", "hearth://join/q7xk2m"])
            .expect("a usual command line");
        let options = cli.options();
        assert_eq!(options.gateway.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(options.join.as_deref(), Some("hearth://join/q7xk2m"));
    }
}
