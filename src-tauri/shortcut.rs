//! The shortcut that is heard while other windows are in front. It belongs to the main thread.

use std::cell::RefCell;

use global_hotkey::hotkey::{Code, HotKey, Modifiers};
use global_hotkey::{GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};
use hearth_companion::Companion;
use hearth_companion::shell::{ShellEvent, ShortcutProblem};

thread_local! {
    /// What listens, and for what.
    static LISTENER: RefCell<Option<(GlobalHotKeyManager, HotKey)>> = const { RefCell::new(None) };
}

/// Keys that nobody types with, so that they may stand alone.
const FUNCTION_KEYS: [Code; 20] = [
    Code::F5,
    Code::F6,
    Code::F7,
    Code::F8,
    Code::F9,
    Code::F10,
    Code::F11,
    Code::F12,
    Code::F13,
    Code::F14,
    Code::F15,
    Code::F16,
    Code::F17,
    Code::F18,
    Code::F19,
    Code::F20,
    Code::F21,
    Code::F22,
    Code::F23,
    Code::F24,
];

/// Whether this desktop lets programs listen. Wayland does not.
pub fn can_listen() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let wayland =
        set("WAYLAND_DISPLAY") || std::env::var("XDG_SESSION_TYPE").is_ok_and(|kind| kind == "wayland");
    set("DISPLAY") && !wayland
}

/// Listens for these keys instead of those before; `None`: for none.
///
/// # Errors
/// Why not.
pub fn listen(keys: Option<&str>, companion: &Companion) -> Result<(), ShortcutProblem> {
    LISTENER.with_borrow_mut(|listener| {
        let earlier = listener.take();
        if let Some((manager, key)) = &earlier {
            // Whatever comes of it, its presses are taken for nothing below.
            let _ = manager.unregister(*key);
        }
        let Some(keys) = keys else {
            GlobalHotKeyEvent::set_event_handler::<fn(GlobalHotKeyEvent)>(None);
            return Ok(());
        };
        let key = read(keys)?;
        let manager = match earlier {
            Some((manager, _)) => manager,
            None => GlobalHotKeyManager::new().map_err(|error| {
                tracing::warn!(%error, "no keys can be listened for");
                ShortcutProblem::NotHere
            })?,
        };
        manager.register(key).map_err(|_| ShortcutProblem::Taken)?;
        let companion = companion.clone();
        GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
            if event.id == key.id() && event.state == HotKeyState::Pressed {
                companion.shell_event(ShellEvent::ShortcutPressed);
            }
        }));
        *listener = Some((manager, key));
        Ok(())
    })
}

/// The keys, if they take nothing from anybody who types.
fn read(keys: &str) -> Result<HotKey, ShortcutProblem> {
    let key: HotKey = keys.trim().parse().map_err(|_| ShortcutProblem::Unreadable)?;
    let held = key.mods.intersects(Modifiers::CONTROL | Modifiers::ALT | Modifiers::META);
    if held || FUNCTION_KEYS.contains(&key.key) { Ok(key) } else { Err(ShortcutProblem::Unreadable) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_somebody_types_with_are_not_taken() {
        for keys in ["Ctrl+Alt+H", "ctrl+shift+1", "Super+F2", "F9", "Alt+Space"] {
            assert!(read(keys).is_ok(), "{keys}");
        }
        for keys in ["H", "Shift+H", "Enter", "", "Ctrl+", "Ctrl", "Ctrl+A+B", "Ctrl+Nonsense", "F1"] {
            assert_eq!(read(keys), Err(ShortcutProblem::Unreadable), "{keys}");
        }
    }
}
