//! What an owner does to a simulated device, and whoever looks after it.

use std::time::Instant;

use super::SimDevice;
use super::appliance::Appliance;
use super::state::Charger;

impl SimDevice {
    /// The owner presses the button: wakes it, opens temp select, or steps to the next profile.
    pub fn press(&mut self, now: Instant) {
        self.act(now, Appliance::press);
    }

    /// The owner presses twice: starts a heat, or boosts a running one.
    pub fn double_press(&mut self, now: Instant) {
        self.act(now, Appliance::double_press);
    }

    /// The owner holds the button: stops a heat, or opens pairing mode.
    pub fn hold(&mut self, now: Instant) {
        self.act(now, Appliance::hold);
    }

    /// It falls asleep: the link closes and it no longer advertises.
    pub fn sleep(&mut self, now: Instant) {
        self.act(now, Appliance::sleep);
    }

    /// It wakes up.
    pub fn wake(&mut self, now: Instant) {
        self.act(now, Appliance::wake);
    }

    /// Sets the charge, percent.
    pub fn set_battery(&mut self, now: Instant, percent: f32) {
        self.act(now, |appliance| appliance.battery = percent.clamp(0.0, 100.0));
    }

    /// Puts it on a cable, or takes it off any charger.
    pub fn set_charging(&mut self, now: Instant, charging: bool) {
        self.set_charger(now, charging.then_some(Charger::Usb));
    }

    /// Puts it on a charger, or takes it off.
    pub fn set_charger(&mut self, now: Instant, charger: Option<Charger>) {
        self.act(now, |appliance| appliance.set_charger(charger));
    }

    /// Puts a chamber on (3: 3D), or takes it off (0).
    pub fn set_chamber(&mut self, now: Instant, chamber: u8) {
        self.act(now, |appliance| appliance.set_chamber(chamber));
    }

    /// The bytes of an attribute, by its path on newer firmware. Not counted as a round trip; never a quirk.
    pub fn attribute(&mut self, now: Instant, path: &str) -> Option<Vec<u8>> {
        self.pass(now);
        self.appliance.read_attribute(path)
    }

    /// Sets an attribute by hand, also one that clients cannot write: a live value stays what it is set to, until
    /// [`Self::release_attribute`]. Not counted as a write.
    pub fn set_attribute(&mut self, now: Instant, path: &str, bytes: &[u8]) {
        self.act(now, |appliance| appliance.force_attribute(path, bytes));
    }

    /// Lets a live value change by itself again.
    pub fn release_attribute(&mut self, path: &str) {
        self.appliance.forced.remove(path);
    }
}
