//! What is read of a device, in which order: at once, right after it is ready, and only when asked for.

use super::machine::Device;
use crate::attribute::Attribute;
use crate::state::{ChargeState, OperatingState};

/// How it is now. The state comes first: it decides what else there is to read; then the two that tell the
/// number dialect.
pub(super) const PRESENT: [Attribute; 12] = [
    Attribute::Operating,
    Attribute::ProfileCelsius(0),
    Attribute::Battery,
    Attribute::Heater,
    Attribute::Chamber,
    Attribute::Charge,
    Attribute::SelectedProfile,
    Attribute::Elapsed,
    Attribute::Total,
    Attribute::Target,
    Attribute::ChargeSource,
    Attribute::ChargeEta,
];

/// What hardly changes: who it is, its profiles, its counters. Those that safety needs come first.
pub(super) fn lasting() -> impl Iterator<Item = Attribute> {
    let first = [
        Attribute::Firmware,
        Attribute::ApiRevision,
        Attribute::ModelCode,
        Attribute::Name,
        Attribute::Serial,
        Attribute::Clock,
    ];
    let profiles = (0..=3).flat_map(|slot| {
        [
            Attribute::ProfileName(slot),
            Attribute::ProfileCelsius(slot),
            Attribute::ProfileSeconds(slot),
            Attribute::ProfileLight(slot),
            Attribute::ProfileIntensity(slot),
            Attribute::ProfileBoostCelsius(slot),
            Attribute::ProfileBoostSeconds(slot),
        ]
    });
    let last = [
        Attribute::Hardware,
        Attribute::Mac,
        Attribute::TotalDabs,
        Attribute::DabsPerDay,
        Attribute::DabsLeft,
        Attribute::Led,
    ];
    first.into_iter().chain(profiles).chain(last)
}

/// What is read for a page that shows everything.
pub(super) const RARE: [Attribute; 25] = [
    Attribute::GitHash,
    Attribute::Bootloader,
    Attribute::Uptime,
    Attribute::Clock,
    Attribute::Birthday,
    Attribute::BatteryVolts,
    Attribute::BatteryAmps,
    Attribute::BatteryCelsius,
    Attribute::BatteryCapacity,
    Attribute::MaxCharge,
    Attribute::ChargeSource,
    Attribute::ChargeEta,
    Attribute::ChargeElapsed,
    Attribute::ChargeAmps,
    Attribute::HeaterWatts,
    Attribute::HeaterOhms,
    Attribute::TotalHeatSeconds,
    Attribute::TripDabs,
    Attribute::TripHeatSeconds,
    Attribute::Brightness,
    Attribute::Stealth,
    Attribute::LanternOn,
    Attribute::LanternLight,
    Attribute::LanternSeconds,
    Attribute::LanternRemaining,
];

impl Device {
    /// The state was read: what has no meaning in it is not read.
    pub(super) fn narrow_snapshot(&mut self) {
        let cycle = self.state.operating.is_some_and(OperatingState::is_heat_cycle);
        let power = self.state.charge.is_none_or(ChargeState::is_on_power);
        if let Some(session) = self.session_mut() {
            session.unread.retain(|attribute| match attribute {
                Attribute::Elapsed | Attribute::Total | Attribute::Target => cycle,
                Attribute::ChargeSource | Attribute::ChargeEta => power,
                _ => true,
            });
        }
    }

    /// Learns the number dialect of this link.
    pub(super) fn look_at_evidence(&mut self, attribute: Attribute, bytes: &[u8]) {
        let Some(session) = self.session_mut() else { return };
        let before = session.evidence;
        session.evidence.look_at(attribute, bytes);
        if session.evidence != before {
            self.settle_formats();
        }
    }
}
