//! Bonds: what each side believes, and how one comes about (facts/puffco-ble.md §10).

use std::time::Instant;

use puffco::link::LinkError;

use super::SimDevice;
use super::state::OperatingState;

impl SimDevice {
    /// Whether it holds a bond with the host.
    #[must_use]
    pub fn is_bonded(&self) -> bool {
        self.bonded
    }

    /// Whether the host believes that they are bonded.
    #[must_use]
    pub fn is_bonded_for_host(&self) -> bool {
        self.host_bonded
    }

    /// Both sides bond, or forget their bond.
    pub fn set_bonded(&mut self, bonded: bool) {
        self.set_bonds(bonded, bonded);
    }

    /// The device forgets its bond and the host does not: a stale bond.
    pub fn forget_bond(&mut self) {
        self.bonded = false;
    }

    /// The host forgets its bond and the device does not.
    pub fn forget_bond_on_host(&mut self) {
        self.host_bonded = false;
    }

    /// Both sides of the bond are there, so that the link is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.bonded && self.host_bonded
    }

    /// What each side believes.
    pub(crate) fn set_bonds(&mut self, device: bool, host: bool) {
        (self.bonded, self.host_bonded) = (device, host);
    }

    /// The host asks to bond (Just Works).
    ///
    /// # Errors
    /// [`LinkError::Disconnected`] without a link, or when the host's bond is stale: then the link drops;
    /// [`LinkError::NotPaired`] when it must be in pairing mode first and is not.
    pub fn pair(&mut self, now: Instant) -> Result<(), LinkError> {
        self.traffic(now)?;
        self.drop_stale_bond()?;
        let open = !self.config.pairing_mode_required || self.operating_state() == OperatingState::BONDING;
        if !self.is_encrypted() && !open {
            return Err(LinkError::NotPaired("it is not in pairing mode".to_owned()));
        }
        self.set_bonded(true);
        Ok(())
    }

    /// A link with a bond that only the host remembers cannot be encrypted, and ends.
    pub(super) fn drop_stale_bond(&mut self) -> Result<(), LinkError> {
        if self.host_bonded && !self.bonded {
            self.close();
            return Err(LinkError::Disconnected);
        }
        Ok(())
    }
}
