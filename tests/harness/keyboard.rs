//! Keys that a person presses, whichever window is in front: with XTEST, which a display without a screen has too.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT};
use x11rb::protocol::xtest::ConnectionExt as _;

use super::Display;

/// What keys mean, as X11 numbers it (keysymdef.h).
pub mod keysym {
    /// The left Ctrl.
    pub const CONTROL: u32 = 0xffe3;
    /// The left Alt.
    pub const ALT: u32 = 0xffe9;
    /// H, without Shift.
    pub const H: u32 = 0x68;
}

impl Display {
    /// Presses keys together, the first one first, and lets them go.
    pub async fn press_keys(&self, keysyms: &'static [u32]) {
        let name = self.name.clone();
        let pressed = tokio::task::spawn_blocking(move || press(&name, keysyms)).await;
        pressed.expect("it does not panic").expect("the display takes it");
    }
}

fn press(display: &str, keysyms: &[u32]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (connection, screen) = x11rb::connect(Some(display))?;
    let setup = connection.setup();
    let (first, last, root) = (setup.min_keycode, setup.max_keycode, setup.roots[screen].root);
    let mapping = connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
    let mut keycodes = Vec::new();
    for keysym in keysyms {
        let mut keys = mapping.keysyms.chunks(usize::from(mapping.keysyms_per_keycode));
        let key = keys.position(|meanings| meanings.contains(keysym)).ok_or("there is no such key")?;
        keycodes.push(first + u8::try_from(key)?);
    }
    let presses = keycodes.iter().map(|keycode| (KEY_PRESS_EVENT, *keycode));
    let releases = keycodes.iter().rev().map(|keycode| (KEY_RELEASE_EVENT, *keycode));
    for (kind, keycode) in presses.chain(releases) {
        connection.xtest_fake_input(kind, keycode, x11rb::CURRENT_TIME, root, 0, 0, 0)?.check()?;
    }
    Ok(())
}
