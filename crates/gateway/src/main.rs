//! The gateway program: options, logs, signals. Everything else is [`hearth_gateway::Server`].

mod cli;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use hearth_gateway::server::ListenOn;
use hearth_gateway::{Server, ServerOptions};
use serde_json::json;
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
    Serve(Serve),
    /// Make, change and list the accounts of a data directory, also while a server runs on it.
    Account(cli::account::AccountCommand),
}

#[derive(Args)]
struct Serve {
    /// Where to listen: ADDR for everything, or DIALECT=ADDR for one dialect on any path. May be repeated;
    /// port 0 takes a free one.
    #[arg(long, value_name = "ADDR | DIALECT=ADDR", default_value = "127.0.0.1:9000")]
    listen: Vec<ListenOn>,
    /// Directory for what outlives a restart: the codes, names and sesh counters of groups, so that members find
    /// back into them. Created when it is missing. Without it everything is kept in memory.
    #[arg(long, value_name = "DIR", conflicts_with = "ephemeral")]
    data: Option<PathBuf>,
    /// Keep everything in memory (the default).
    #[arg(long)]
    ephemeral: bool,
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
        Command::Serve(command) => serve(command).await,
        Command::Account(command) => cli::account::run(command).await,
    }
}

async fn serve(serve: Serve) -> anyhow::Result<()> {
    let signal = Signal::listen()?;
    let options = ServerOptions { listen: serve.listen, data: serve.data, ..ServerOptions::default() };
    let server = Server::bind(options).await?;
    announce(&server).context("cannot write to stdout")?;
    tracing::info!(url = server.url(), "listening");
    signal.received().await;
    tracing::info!("shutting down");
    server.shutdown().await;
    Ok(())
}

fn announce(server: &Server) -> std::io::Result<()> {
    let line = json!({ "event": "listening", "url": server.url(), "dialects": server.dialects() });
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

/// A request to end: Ctrl-C anywhere, SIGTERM where there is one.
struct Signal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signal {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .context("cannot listen for SIGTERM")?,
        })
    }

    #[cfg(unix)]
    async fn received(mut self) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn received(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
