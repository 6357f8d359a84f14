//! The tray of macOS and Windows.

use hearth_companion::Companion;
use hearth_companion::shell::{ShellEvent, TrayAction, TrayItem, TrayView};
use tauri::image::Image;
use tauri::menu::{CheckMenuItemBuilder, IsMenuItem, Menu, MenuItemBuilder, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use tokio::sync::watch;

use super::ID;
use crate::gauge;

/// Twice what a panel shows, for sharp screens.
const SIZE: u16 = 44;

/// The tray.
pub struct Tray {
    app: AppHandle,
    there: watch::Receiver<Option<bool>>,
}

impl Tray {
    /// Shows the icon.
    pub fn start(app: &AppHandle, companion: Companion) -> Self {
        let pressed = companion.clone();
        let built = TrayIconBuilder::with_id(ID)
            .icon_as_template(cfg!(target_os = "macos"))
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(move |_, event| {
                if let Some(action) = action(&event.id().0) {
                    companion.shell_event(ShellEvent::Chosen(action));
                }
            })
            .on_tray_icon_event(move |_, event| {
                let left = matches!(
                    event,
                    TrayIconEvent::Click {
                        button: MouseButton::Left,
                        button_state: MouseButtonState::Up,
                        ..
                    }
                );
                if left && !cfg!(target_os = "macos") {
                    pressed.shell_event(ShellEvent::TrayPressed);
                }
            })
            .build(app);
        if let Err(error) = &built {
            tracing::info!(%error, "there is no tray");
        }
        let companion = tauri::Manager::state::<Companion>(app);
        companion.shell_event(ShellEvent::Tray(built.is_ok()));
        Self { app: app.clone(), there: watch::channel(Some(built.is_ok())).1 }
    }

    /// Shows this from now on.
    pub fn show(&self, view: TrayView) {
        let app = self.app.clone();
        let shown = self.app.run_on_main_thread(move || {
            if let Err(error) = show(&app, &view) {
                tracing::warn!(%error, "the tray could not be changed");
            }
        });
        if let Err(error) = shown {
            tracing::warn!(%error, "the tray is gone");
        }
    }

    /// Whether there is one.
    pub fn there(&self) -> watch::Receiver<Option<bool>> {
        self.there.clone()
    }
}

fn show(app: &AppHandle, view: &TrayView) -> tauri::Result<()> {
    let Some(tray) = app.tray_by_id(ID) else { return Ok(()) };
    let template = cfg!(target_os = "macos");
    let pixels = gauge::draw(view.gauge, view.microphone, SIZE, template);
    tray.set_icon_with_as_template(Some(Image::new_owned(pixels, SIZE.into(), SIZE.into())), template)?;
    tray.set_tooltip(Some(&view.tooltip))?;
    let rows = view.items.iter().map(|item| row(app, item)).collect::<tauri::Result<Vec<_>>>()?;
    let rows: Vec<&dyn IsMenuItem<Wry>> = rows.iter().map(AsRef::as_ref).collect();
    tray.set_menu(Some(Menu::with_items(app, &rows)?))
}

fn row(app: &AppHandle, item: &TrayItem) -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
    Ok(match item {
        TrayItem::Separator => Box::new(PredefinedMenuItem::separator(app)?),
        TrayItem::Line(text) => Box::new(MenuItemBuilder::new(text).enabled(false).build(app)?),
        TrayItem::Action { action, label, enabled, checked: None } => {
            Box::new(MenuItemBuilder::with_id(name(*action), label).enabled(*enabled).build(app)?)
        }
        TrayItem::Action { action, label, enabled, checked: Some(checked) } => Box::new(
            CheckMenuItemBuilder::with_id(name(*action), label)
                .enabled(*enabled)
                .checked(*checked)
                .build(app)?,
        ),
    })
}

/// All that can be chosen, with a name each.
const ACTIONS: [(&str, TrayAction); 17] = [
    ("stop_heat", TrayAction::StopHeat),
    ("sit_out", TrayAction::SitOut),
    ("ready", TrayAction::Ready),
    ("stop_waiting", TrayAction::StopWaiting),
    ("away", TrayAction::SetAway(true)),
    ("back", TrayAction::SetAway(false)),
    ("open", TrayAction::Open),
    ("mini", TrayAction::Mini(true)),
    ("no_mini", TrayAction::Mini(false)),
    ("copy_invite", TrayAction::CopyInvite),
    ("mute", TrayAction::Mute(true)),
    ("unmute", TrayAction::Mute(false)),
    ("mute_voice", TrayAction::MuteVoice(true)),
    ("unmute_voice", TrayAction::MuteVoice(false)),
    ("leave_voice", TrayAction::LeaveVoice),
    ("settings", TrayAction::Settings),
    ("quit", TrayAction::Quit),
];

fn name(action: TrayAction) -> &'static str {
    ACTIONS.iter().find(|(_, each)| *each == action).map_or("", |(name, _)| name)
}

fn action(name: &str) -> Option<TrayAction> {
    ACTIONS.iter().find(|(each, _)| *each == name).map(|(_, action)| *action)
}
