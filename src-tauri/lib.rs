//! The Hearth app: a window around the companion. It forwards commands and events and decides nothing.

mod cli;
mod ipc;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use clap::Parser;
use hearth_companion::Companion;
use tauri::{AppHandle, Manager, RunEvent};
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
    let companion = tauri::async_runtime::block_on(Companion::start(cli.options()))?;
    let app = tauri::Builder::default()
        .manage(companion)
        .invoke_handler(tauri::generate_handler![ipc::command, ipc::subscribe])
        .build(tauri::generate_context!())
        .context("the window cannot be opened")?;
    let ending = Arc::new(AtomicBool::new(false));
    app.run(move |app, event| {
        if let RunEvent::ExitRequested { api, code, .. } = event
            && code.is_none()
        {
            api.prevent_exit();
            if !ending.swap(true, Ordering::Relaxed) {
                end(app.clone());
            }
        }
    });
    Ok(())
}

/// Lets the companion stop an own heat and leave its group, then ends the app.
fn end(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        app.state::<Companion>().shutdown().await;
        app.exit(0);
    });
}
