//! The windows: the main one, which may be hidden in the tray, and the mini window. No other can be opened, and none
//! leaves the pages of the app.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use hearth_companion::Companion;
use hearth_companion::shell::{Closing, ShellEvent};
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, CloseRequestApi, Manager, PhysicalPosition, PhysicalSize, Url, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, Window, WindowEvent,
};
use tokio::sync::watch;

use crate::farewell::Farewell;
use crate::ipc::Faces;
use crate::place::{Place, Screen};

/// The label of the main window; its size and look are in `tauri.conf.json`.
const MAIN: &str = "main";

/// The label of the mini window.
const MINI: &str = "mini";

/// Width and height of the mini window, logical pixels.
const MINI_SIZE: (f64, f64) = (280.0, 160.0);

/// What there is to know of the windows.
#[derive(Debug, Default)]
pub struct Windows {
    closing: Mutex<Closing>,
    /// Where the place of the main window is remembered.
    place: Option<PathBuf>,
    /// The person closed the main window, and that ends the program.
    closed: AtomicBool,
    tray: OnceLock<watch::Receiver<Option<bool>>>,
}

/// How the main window opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// In front.
    InFront,
    /// In the task bar only.
    Minimized,
}

impl Windows {
    /// Remembers places in this directory, where there is one.
    pub fn new(directory: Option<&Path>) -> Self {
        Self { place: directory.map(|directory| directory.join("window.json")), ..Self::default() }
    }

    /// From now on closing does this.
    pub fn set_closing(&self, closing: Closing) {
        *self.closing.lock().unwrap_or_else(PoisonError::into_inner) = closing;
    }

    /// This tells whether there is a tray.
    pub fn set_tray(&self, tray: watch::Receiver<Option<bool>>) {
        // It is told once.
        let _ = self.tray.set(tray);
    }

    /// With its last window the program ends; not so when that was the mini window of a Hearth in the tray.
    pub fn ends_with_last_window(&self) -> bool {
        let tray = self.tray.get().is_some_and(|tray| *tray.borrow() == Some(true));
        self.closed.load(Ordering::Acquire) || !tray
    }

    fn close_requested(&self, window: &Window, api: &CloseRequestApi) {
        if window.label() != MAIN {
            return;
        }
        self.remember_place(window.app_handle());
        let closing = *self.closing.lock().unwrap_or_else(PoisonError::into_inner);
        if closing == Closing::Hides && window.hide().is_ok() {
            api.prevent_close();
            window.state::<Faces>().hidden(MAIN);
            window.state::<Companion>().shell_event(ShellEvent::Visible(false));
            return;
        }
        self.closed.store(true, Ordering::Release);
        // The mini window would keep the program.
        if let Some(mini) = window.get_webview_window(MINI) {
            let _ = mini.destroy();
        }
    }

    /// Remembers where the main window is.
    pub fn remember_place(&self, app: &AppHandle) {
        let Some((path, window)) = self.place.as_deref().zip(app.get_webview_window(MAIN)) else { return };
        if let Some(place) = place_of(&window, Place::read(path)) {
            place.write(path);
        }
    }
}

/// Where a window is. Of one that fills its screen, or is minimized, the place of `before` is kept.
fn place_of(window: &WebviewWindow, before: Option<Place>) -> Option<Place> {
    let maximized = window.is_maximized().unwrap_or_default();
    if let Some(before) = before.filter(|_| maximized || window.is_minimized().unwrap_or_default()) {
        return Some(Place { maximized, ..before });
    }
    let (position, size) = (window.outer_position().ok()?, window.inner_size().ok()?);
    Some(Place { x: position.x, y: position.y, width: size.width, height: size.height, maximized })
}

/// Looks at an event of a window.
pub fn watch(window: &Window, event: &WindowEvent) {
    let companion = window.state::<Companion>();
    match event {
        WindowEvent::CloseRequested { api, .. } => window.state::<Windows>().close_requested(window, api),
        WindowEvent::Focused(focused) => companion.shell_event(ShellEvent::Focused(*focused)),
        WindowEvent::Destroyed => {
            window.state::<Faces>().gone(window.label());
            companion.shell_event(match window.label() {
                MINI => ShellEvent::Mini(false),
                _ => ShellEvent::Visible(false),
            });
        }
        _ => {}
    }
}

/// Opens the main window, or brings it to the front.
///
/// # Errors
/// The system has no web view.
pub fn show(app: &AppHandle, opening: Opening) -> tauri::Result<()> {
    let window = match app.get_webview_window(MAIN) {
        Some(window) => window,
        None => open(app)?,
    };
    window.show()?;
    app.state::<Faces>().shown(MAIN);
    match opening {
        Opening::InFront => {
            let _ = window.unminimize();
            let _ = window.set_focus();
        }
        Opening::Minimized => window.minimize()?,
    }
    app.state::<Companion>().shell_event(ShellEvent::Visible(true));
    Ok(())
}

fn open(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let windows = &app.config().app.windows;
    let config = windows.iter().find(|window| window.label == MAIN).ok_or(tauri::Error::WindowNotFound)?;
    let builder = WebviewWindowBuilder::from_config(app, config)?.visible(false);
    let window = closed_in(builder).build()?;
    let remembered = app.state::<Windows>().place.as_deref().and_then(Place::read);
    if let Some(place) = remembered.and_then(|place| place.on(&screens(&window))) {
        window.set_size(PhysicalSize::new(place.width, place.height))?;
        window.set_position(PhysicalPosition::new(place.x, place.y))?;
        if place.maximized {
            window.maximize()?;
        }
    }
    Ok(window)
}

fn screens(window: &WebviewWindow) -> Vec<Screen> {
    let screen = |monitor: &tauri::Monitor| {
        let area = monitor.work_area();
        let (at, size) = (area.position, area.size);
        Screen { x: at.x, y: at.y, width: size.width, height: size.height }
    };
    window.available_monitors().unwrap_or_default().iter().map(screen).collect()
}

/// Opens or closes the mini window.
///
/// # Errors
/// The system has no web view.
pub fn mini(app: &AppHandle, open: bool) -> tauri::Result<()> {
    match (app.get_webview_window(MINI), open) {
        (Some(window), true) => window.set_focus()?,
        (Some(window), false) => window.destroy()?,
        (None, false) => {}
        (None, true) => {
            let page = WebviewUrl::App("mini.html".into());
            let builder = WebviewWindowBuilder::new(app, MINI, page)
                .title("Hearth")
                .inner_size(MINI_SIZE.0, MINI_SIZE.1)
                .resizable(false)
                .maximizable(false)
                .decorations(false)
                .always_on_top(true)
                .skip_taskbar(true);
            closed_in(builder).build()?;
            app.state::<Companion>().shell_event(ShellEvent::Mini(true));
        }
    }
    Ok(())
}

/// A window that opens no other, and stays on the pages of the app.
fn closed_in<'a>(
    builder: WebviewWindowBuilder<'a, tauri::Wry, AppHandle>,
) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    builder.on_navigation(is_own_page).on_new_window(|_, _| NewWindowResponse::Deny)
}

/// Whether an address is one of the app's own pages.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        // Windows and Android have no schemes of their own.
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        scheme => scheme == "tauri" || url.as_str() == "about:blank",
    }
}

/// Ends the program as closing its window does.
pub fn quit(app: &AppHandle) {
    let windows = app.state::<Windows>();
    windows.closed.store(true, Ordering::Release);
    windows.remember_place(app);
    app.state::<Farewell>().begin(app);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stay_on_the_pages_of_the_app() {
        let own = |url| is_own_page(&Url::parse(url).expect("an address"));
        for page in ["tauri://localhost/", "tauri://localhost/mini.html", "http://tauri.localhost/index.html"]
        {
            assert!(own(page), "{page}");
        }
        for page in [
            "https://example.org/",
            "http://127.0.0.1:5173/",
            "http://tauri.localhost.example.org/",
            "file:///etc/passwd",
            "data:text/html,hi",
            "javascript:alert(1)",
        ] {
            assert!(!own(page), "{page}");
        }
    }
}
