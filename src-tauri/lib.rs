//! The Hearth app: windows and a desktop around the companion. It forwards commands and events and decides nothing.

mod cli;
mod desktop;
mod farewell;
mod gauge;
mod graphics;
mod instance;
mod ipc;
mod login;
mod notifications;
mod place;
mod shortcut;
mod tray;
mod windows;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use desktop::Desktop;
use farewell::Farewell;
use hearth_companion::contract::{Command, Language};
use hearth_companion::saved::Store;
use hearth_companion::shell::ShellEvent;
use hearth_companion::tongue::Tongue;
use hearth_companion::{Companion, say};
use instance::{Call, Claim, First};
use ipc::Faces;
use tauri::{AppHandle, Manager};
use windows::{Opening, Windows};

/// So long a start without a window waits for a tray. At login, panels come up at about the same time.
const TRAY_COMES: Duration = Duration::from_secs(5);

/// How the app was started.
struct Started {
    /// The link that it was started with.
    link: Option<String>,
    minimized: bool,
    /// The directory that was asked for.
    data: Option<PathBuf>,
    first: First,
}

/// Runs the app until it is quit, by closing its window where that is wanted.
///
/// # Errors
/// The system has no web view, or another Hearth runs and does not answer.
pub fn run() -> anyhow::Result<()> {
    let cli = cli::Cli::parse();
    let (link, minimized) = (cli.invite().map(str::to_owned), cli.minimized());
    let data = cli.data().map(std::path::Path::to_owned);
    let options = cli.options();
    // No window says it then.
    let settings = options.data_dir.as_deref().map(Store::new);
    let language = settings.map_or(Language::System, |settings| settings.language());
    let tongue = Tongue::of(language, &desktop::locale());
    graphics::choose();
    let call = Call { link };
    let first = match options.data_dir.as_deref().map(|directory| instance::claim(directory, &call)) {
        None => First::default(),
        Some(Claim::First(first)) => first,
        Some(Claim::HandedOver) => return Ok(()),
        Some(Claim::Silent) => {
            bail!(say!(tongue, "Hearth runs already, but does not answer; end it and start it again"))
        }
    };
    // Only the one that goes on writes files.
    let options = options.logged();
    let windows = Windows::new(options.data_dir.as_deref());
    let companion = tauri::async_runtime::block_on(Companion::start(options));
    let started = Started { link: call.link, minimized, data, first };
    let app = tauri::Builder::default()
        .manage(companion)
        .manage(Farewell::default())
        .manage(Faces::default())
        .manage(windows)
        .invoke_handler(tauri::generate_handler![ipc::command, ipc::subscribe])
        .on_window_event(windows::watch)
        .setup(move |app| Ok(set_up(app.handle(), started)?))
        .build(tauri::generate_context!())
        .context(say!(tongue, "the window cannot be opened"))?;
    tauri::async_runtime::spawn(farewell::on_request(app.handle().clone()));
    app.run(|app, event| {
        #[cfg(target_os = "macos")]
        if let tauri::RunEvent::Opened { urls } = &event {
            for url in urls {
                app.state::<Companion>().shell_event(ShellEvent::Link(url.to_string()));
            }
        }
        app.state::<Farewell>().watch(app, &event);
    });
    Ok(())
}

/// Gives the companion its desktop, and opens the window where one is wanted.
fn set_up(app: &AppHandle, started: Started) -> tauri::Result<()> {
    let companion = app.state::<Companion>().inner().clone();
    // Windows are faces of their own; without one nobody looks.
    companion.command(Command::Look { visible: false, device: None });
    let desktop = Desktop::new(app, started.data.as_deref());
    let (offers, mut tray) = (desktop.offers(), desktop.tray());
    app.state::<Windows>().set_tray(tray.clone());
    companion.attach(Box::new(desktop), offers);
    if started.minimized {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            let there = tokio::time::timeout(TRAY_COMES, tray.wait_for(|there| *there == Some(true))).await;
            if !matches!(there, Ok(Ok(_))) {
                let _ = app.clone().run_on_main_thread(move || {
                    if let Err(error) = windows::show(&app, Opening::Minimized) {
                        tracing::error!(%error, "the window could not be opened");
                    }
                });
            }
        });
    } else {
        windows::show(app, Opening::InFront)?;
    }
    if let Some(link) = started.link {
        companion.shell_event(ShellEvent::Link(link));
    }
    started.first.listen(move |Call { link }| {
        tracing::debug!(with_link = link.is_some(), "Hearth was started again");
        companion.shell_event(link.map_or(ShellEvent::StartedAgain, ShellEvent::Link));
    });
    Ok(())
}
