//! The overlay for streams: what it shows, and whether it is served.

use super::Controller;
use crate::contract::OverlayStatus;

/// The overlay.
#[derive(Debug, Default)]
pub struct Overlay {
    status: OverlayStatus,
}

impl Overlay {
    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> OverlayStatus {
        self.status.clone()
    }
}

impl Controller {
    pub(super) fn new_overlay_key(&mut self) {}
}
