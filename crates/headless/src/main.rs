//! The companion without a window: a face of JSON lines for bots and tests, and the same UI as the app's
//! window in a browser on loopback.

mod cli;
mod community;
mod lines;
mod pick;
mod web;

use std::io::Write;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use hearth_companion::{Companion, Options, asked_to_end, seat};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = cli::Cli::parse();
    let options = cli
        .options()
        .unwrap_or_else(|error| cli::Cli::command().error(ErrorKind::ValueValidation, error).exit())
        .logged();
    let seat = (!cli.no_seat).then(seat::watch);
    let companion = Companion::start(Options { seat, ..options }).await;
    if let Some(address) = cli.ui {
        let address = web::serve(address, companion.clone()).await?;
        if cli.json {
            writeln!(std::io::stderr(), "Hearth is at http://{address}")?;
        } else {
            writeln!(std::io::stdout(), "Hearth is at http://{address}")?;
        }
        tracing::info!(url = %format!("http://{address}"), "UI");
    }
    if let Some(wanted) = cli.wanted() {
        tokio::spawn(pick::connect(companion.clone(), wanted));
    }
    if let Some(community) = cli.community() {
        tokio::spawn(community.join(companion.clone()));
    }
    if cli.json {
        let face = Arc::new(companion.face());
        lines::read(Arc::clone(&face))?;
        tokio::select! {
            result = lines::write(&face) => result?,
            () = asked_to_end() => {}
        }
    } else {
        asked_to_end().await;
    }
    companion.shutdown().await;
    Ok(())
}
