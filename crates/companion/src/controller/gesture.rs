//! The battery check at the device, three clicks: where the settings allow it, it asks the group to start, and when the
//! group awaits it starts with who is ready. It never makes this person's device heat: that takes a press for the
//! sesh, as always.

use hearth_gateway_client::group::{GroupPhase, Request};
use puffco::link::DeviceId;
use puffco::state::OperatingState;

use super::Controller;
use crate::contract::AwayReason;

impl Controller {
    /// The device in use told what it does. `before`: what it did until now, when that was known.
    pub(super) fn follow_gesture(&mut self, id: &DeviceId, before: Option<OperatingState>) {
        if !self.saved.settings.ask_by_device || self.devices.in_use() != Some(id) {
            return;
        }
        // A device that starts or wakes shows its charge as well.
        let was_on = matches!(before, Some(OperatingState::IDLE | OperatingState::TEMP_SELECT));
        let shows = self.devices.used().and_then(|device| device.operating());
        if !was_on || shows != Some(OperatingState::INIT_BATTERY_DISPLAY) {
            return;
        }
        let Some(group) = self.membership.group() else { return };
        let away = group.members.iter().any(|member| member.session_id == group.own && member.away);
        if away && self.bridge.away_because() == AwayReason::Asked {
            return;
        }
        match group.phase {
            GroupPhase::Chilling => self.gateway_request(Request::Inquire),
            GroupPhase::Awaiting => self.gateway_request(Request::StartWithReady),
            GroupPhase::Seshing => {}
        }
    }
}
