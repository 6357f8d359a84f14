//! What this person's account asks for from elsewhere (REMOTE_ACTION, facts §7): whether it means this session and
//! its device. Whether it is done is not decided here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearth_dialects::puff::RemoteActionKind;
use serde_json::Value;

use super::session::Session;
use crate::group::{self, RemoteAction};

impl Session {
    pub(super) fn remote_action(&mut self, action: u64, data: Option<&Value>) {
        let action = match RemoteActionKind::from_code(action) {
            None => return,
            Some(RemoteActionKind::Refresh) => {
                // The whole of the device goes out with the next frame.
                self.device.forget_told();
                return;
            }
            Some(RemoteActionKind::Disconnect) => RemoteAction::Disconnect,
            Some(RemoteActionKind::Inquire) => RemoteAction::Inquire,
            Some(RemoteActionKind::BeginHeat) => RemoteAction::BeginHeat,
            Some(RemoteActionKind::CancelHeat) => RemoteAction::CancelHeat,
            Some(RemoteActionKind::SkipStart) => RemoteAction::StartWithReady,
            Some(RemoteActionKind::Ready) => RemoteAction::Ready,
            Some(RemoteActionKind::Unready) => RemoteAction::Unready,
        };
        if self.is_meant(action, data) {
            self.event(group::Event::RemoteAction(action));
        }
    }

    /// A gateway picks the session; one that picks wrongly must not reach another device than the one that was
    /// meant. A stop is done all the same while the own device is out of sight: it may be the one.
    fn is_meant(&mut self, action: RemoteAction, data: Option<&Value>) -> bool {
        let text = |name: &str| data.and_then(|data| data.get(name)).and_then(Value::as_str);
        let device = text("id").or(text("device_id"));
        let own = self.device.present().and_then(|device| device.device_mac.as_deref());
        let device_fits = match (device, own) {
            (None, _) => true,
            (Some(wanted), Some(mac)) => wanted == device_id(mac),
            (Some(_), None) => action.only_stops(),
        };
        let group_fits = |code: &str| self.membership.shown().is_some_and(|replica| replica.group.id == code);
        device_fits && text("group_id").is_none_or(group_fits)
    }
}

/// How a device is named outside its group: `device_` and the base64 of the address that its owner's client tells.
fn device_id(mac: &str) -> String {
    format!("device_{}", STANDARD.encode(mac))
}
