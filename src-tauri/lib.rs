//! The Hearth app: a window around the companion. It forwards commands and events and decides nothing.

mod cli;
mod farewell;
mod ipc;

use anyhow::Context;
use clap::Parser;
use farewell::Farewell;
use hearth_companion::{Companion, Options, seat};
use ipc::Subscription;
use tauri::Manager;
use tracing_subscriber::EnvFilter;

/// Runs the app until its window is closed.
///
/// # Errors
/// The settings cannot be read, or the system has no web view.
pub fn run() -> anyhow::Result<()> {
    let cli = cli::Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr)
        .init();
    let companion = tauri::async_runtime::block_on(async {
        // The seat is watched on the runtime that the companion runs on.
        Companion::start(Options { seat: Some(seat::watch()), ..cli.options() }).await
    })?;
    let app = tauri::Builder::default()
        .manage(companion)
        .manage(Farewell::default())
        .manage(Subscription::default())
        .invoke_handler(tauri::generate_handler![ipc::command, ipc::subscribe])
        .build(tauri::generate_context!())
        .context("the window cannot be opened")?;
    tauri::async_runtime::spawn(farewell::on_request(app.handle().clone()));
    app.run(|app, event| app.state::<Farewell>().watch(app, &event));
    Ok(())
}
