//! The gateway program: its commands, and logs. What they do is in [`cli`]; everything else is
//! [`hearth_gateway::Server`].

mod cli;

use std::io::IsTerminal;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Hosts seshes: companions connect here, meet in groups and heat together.
#[derive(Parser)]
#[command(name = "hearth-gateway", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C. The first line on stdout tells where, as JSON; logs go to stderr.
    Serve(Box<cli::serve::ServeCommand>),
    /// Make, change and list the accounts of a data directory, also while a server runs on it.
    Account(cli::account::AccountCommand),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let stderr = std::io::stderr;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(stderr().is_terminal())
        .with_writer(stderr)
        .init();
    match Arguments::parse_from(cli::account::arguments()).command {
        Command::Serve(command) => cli::serve::run(*command).await,
        Command::Account(command) => cli::account::run(command).await,
    }
}
