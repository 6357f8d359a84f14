//! The command line of the app.

use std::path::{Path, PathBuf};

use clap::Parser;
use hearth_companion::Options;

/// Hearth: heat together.
#[derive(Debug, Parser)]
#[command(name = "hearth", version)]
pub struct Cli {
    /// The gateway for this run, such as https://gateway.example; without it the one chosen in the window.
    #[arg(long, value_name = "URL")]
    gateway: Option<String>,
    /// Where settings are kept, in place of the usual directory. Each directory is a Hearth of its own.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Join this group at once.
    #[arg(long, value_name = "CODE")]
    join: Option<String>,
    /// Open no window where there is a tray, and a minimized one elsewhere.
    #[arg(long)]
    minimized: bool,
    /// An invite, hearth://join/CODE. It waits in the lobby for a click: anybody can make a link.
    #[arg(value_name = "INVITE")]
    invite: Option<String>,
}

impl Cli {
    /// The invite that was opened with the program.
    pub fn invite(&self) -> Option<&str> {
        self.invite.as_deref()
    }

    /// No window is wanted.
    pub fn minimized(&self) -> bool {
        self.minimized && self.invite.is_none()
    }

    /// The directory that was asked for.
    pub fn data(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// How the companion runs.
    pub fn options(self) -> Options {
        let usual = Options::for_app();
        Options { gateway: self.gateway, join: self.join, data_dir: self.data.or(usual.data_dir), ..usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cli(arguments: &[&str]) -> Cli {
        Cli::try_parse_from([&["hearth"], arguments].concat()).expect("a usual command line")
    }

    #[test]
    fn who_says_join_joins_and_a_link_waits_for_a_click() {
        let said = cli(&["--gateway", "http://127.0.0.1:1", "--join", "q7xk2m"]);
        assert_eq!(said.invite(), None);
        let options = said.options();
        assert_eq!(options.gateway.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(options.join.as_deref(), Some("q7xk2m"));

        let opened = cli(&["hearth://join/q7xk2m"]);
        assert_eq!(opened.invite(), Some("hearth://join/q7xk2m"));
        assert_eq!(opened.options().join, None);
    }

    #[test]
    fn an_invite_opens_the_window_whatever_else_was_said() {
        assert!(cli(&["--minimized"]).minimized());
        assert!(!cli(&["--minimized", "hearth://join/q7xk2m"]).minimized());
    }
}
