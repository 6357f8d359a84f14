//! The shell that the companion asks: passes each request on to the part of the desktop that carries it out.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use arboard::Clipboard;
use hearth_companion::Companion;
use hearth_companion::shell::{self, Offers, Request, Shell, ShellEvent};
use tauri::{AppHandle, Manager};

use crate::login::Login;
use crate::notifications::Notifications;
use crate::tray::Tray;
use crate::windows::{self, Opening, Windows};
use crate::{shortcut, windows::quit};

/// The desktop.
pub struct Desktop {
    app: AppHandle,
    companion: Companion,
    tray: Tray,
    notifications: Notifications,
    login: Option<Login>,
    /// On X11 what was copied is there as long as this is.
    clipboard: Option<Clipboard>,
}

impl Desktop {
    /// What this computer's desktop has. `data`: the directory that was asked for.
    pub fn new(app: &AppHandle, data: Option<&Path>) -> Self {
        let companion = app.state::<Companion>().inner().clone();
        Self {
            app: app.clone(),
            tray: Tray::start(app, companion.clone()),
            notifications: Notifications::start(companion.clone()),
            companion,
            login: Login::new(data),
            clipboard: None,
        }
    }

    /// What it offers. Tray and notifications report by themselves, when they are there.
    pub fn offers(&self) -> Offers {
        Offers { autostart: self.login.is_some(), shortcuts: shortcut::can_listen(), locale: locale() }
    }

    /// Whether there is a tray, as soon as that is known.
    pub fn tray(&self) -> tokio::sync::watch::Receiver<Option<bool>> {
        self.tray.there()
    }

    fn copy(&mut self, text: String) -> Result<(), arboard::Error> {
        if self.clipboard.is_none() {
            self.clipboard = Some(Clipboard::new()?);
        }
        self.clipboard.as_mut().map_or(Ok(()), |clipboard| clipboard.set_text(text))
    }

    /// Windows are the main thread's.
    fn in_main(&self, act: impl FnOnce(&AppHandle) -> tauri::Result<()> + Send + 'static) {
        let app = self.app.clone();
        let ran = self.app.run_on_main_thread(move || {
            if let Err(error) = act(&app) {
                tracing::error!(%error, "a window could not be shown");
            }
        });
        if let Err(error) = ran {
            tracing::error!(%error, "the windows are gone");
        }
    }
}

impl Shell for Desktop {
    fn carry_out(&mut self, request: Request) {
        match request {
            Request::Tray(view) => self.tray.show(*view),
            Request::Closing(closing) => self.app.state::<Windows>().set_closing(closing),
            Request::ShowWindow => self.in_main(|app| windows::show(app, Opening::InFront)),
            Request::Mini(open) => self.in_main(move |app| windows::mini(app, open)),
            Request::Notify(notification) => self.notifications.show(notification),
            Request::Withdraw(kind) => self.notifications.withdraw(kind),
            Request::StartAtLogin(how) => {
                let set = self.login.as_ref().map(|login| login.set(how));
                if let Some(Err(why)) = set {
                    self.companion.shell_event(ShellEvent::NotAtLogin(why));
                }
            }
            Request::Shortcut(keys) => {
                let companion = self.companion.clone();
                self.in_main(move |_| {
                    let set = shortcut::listen(keys.as_deref(), &companion);
                    companion.shell_event(ShellEvent::Shortcut(set));
                    Ok(())
                });
            }
            Request::Copy(text) => {
                if let Err(error) = self.copy(text) {
                    tracing::warn!(%error, "nothing could be copied");
                    self.clipboard = None;
                }
            }
            Request::Keep { name, content } => {
                let companion = self.companion.clone();
                thread::spawn(move || {
                    let folder = shell::downloads().ok_or("there is no folder for downloads".to_owned());
                    let result = folder.and_then(|folder| {
                        shell::keep(&folder, &name, &content).map_err(|error| error.to_string())
                    });
                    companion.shell_event(ShellEvent::Kept { name, result });
                });
            }
            Request::OpenFolder(folder) => open_folder(folder),
            Request::Quit => quit(&self.app),
        }
    }
}

/// The computer's locale, such as `de_AT.UTF-8`; empty where it does not tell.
pub fn locale() -> String {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).unwrap_or_default()
}

/// Shows a folder in the system's file manager.
fn open_folder(folder: PathBuf) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    thread::spawn(move || {
        let opened = Command::new(program)
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if let Err(error) = opened {
            tracing::warn!(%error, "the folder could not be shown");
        }
    });
}
