//! What this person's account asks for from elsewhere (puff-gateway §7). A stop is always done. What starts a
//! heater, or leads to it, needs the owner's consent in the settings.

use hearth_clock::Now;
use hearth_gateway_client::group::{RemoteAction, Request};
use puffco::state::OperatingState;

use super::Controller;
use super::device::KnownDevice;
use crate::bridge;
use crate::contract::NoticeKind;

impl Controller {
    pub(super) fn remote_action(&mut self, now: Now, action: RemoteAction) {
        if !self.consents_to(action) {
            return self.say_that_it_was_refused(action);
        }
        match action {
            RemoteAction::Inquire => self.gateway_request(Request::Inquire),
            RemoteAction::StartWithReady => self.gateway_request(Request::StartWithReady),
            RemoteAction::Ready => self.bridge(now, bridge::Input::Ready),
            RemoteAction::Unready => self.bridge(now, bridge::Input::Unready),
            RemoteAction::BeginHeat => self.begin_heat_from_afar(now),
            RemoteAction::CancelHeat => self.stop_from_afar(now),
            RemoteAction::Disconnect => {
                if let Some(id) = self.devices.in_use().cloned() {
                    self.disconnect_device(&id);
                }
            }
        }
    }

    /// Asking the others to get ready heats nothing: each of them presses a button, or does not.
    fn consents_to(&self, action: RemoteAction) -> bool {
        self.saved.settings.remote_actions || action.only_stops() || action == RemoteAction::Inquire
    }

    fn begin_heat_from_afar(&mut self, now: Now) {
        let heated = self.bridge.has_to_stop();
        self.bridge(now, bridge::Input::HeatNow);
        // What stood in the way has words of its own.
        if !heated && self.bridge.has_to_stop() {
            let title = format!("{} asked your device to heat, from afar", self.gateway_name());
            let advice = "Stop it here or with its button. Settings say whether this is allowed.";
            self.notices.add(NoticeKind::Warning, "remote_heat", &title, advice);
        }
    }

    pub(super) fn stop_from_afar(&mut self, now: Now) {
        let heats =
            self.devices.used().and_then(KnownDevice::supposed).is_some_and(OperatingState::is_heating);
        if heats || self.bridge.has_to_stop() {
            self.bridge(now, bridge::Input::StopHeat);
        } else {
            self.bridge(now, bridge::Input::SitOut);
        }
        self.stop_strays();
    }

    /// Once with each gateway: whoever asks from afar may ask often.
    fn say_that_it_was_refused(&mut self, action: RemoteAction) {
        if std::mem::replace(&mut self.told_of_refused_remote, true) {
            return;
        }
        let what = match action {
            RemoteAction::BeginHeat => "asked your device to heat, from afar",
            _ => "asked to get your device ready, from afar",
        };
        let title = format!("{} {what}", self.gateway_name());
        let advice = "Nothing was started. If you want that, allow remote actions in the settings.";
        self.notices.add(NoticeKind::Info, "remote_refused", &title, advice);
    }
}
